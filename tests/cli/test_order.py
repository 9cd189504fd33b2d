"""`freestone order`: a whole order against a running server, told step by step."""

import json

import pytest

from tests.cli.conftest import Run
from tests.journeys.reconcile import number
from tests.processes import Process, a_free_port


def test_an_order_is_placed_and_each_step_told(run: Run, shop: Process) -> None:
    before = number(shop.database, "SELECT count(*) FROM ordering_orders")

    told = run("order", "--url", shop.url, "--item", "pot_ceramic:2", "--code", "10OFF")

    steps = [line.split()[0] for line in told.stdout.splitlines() if "ms)" in line]
    assert (told.returncode, told.stderr) == (0, "")
    assert steps == ["shop", "basket", "buyer", "delivery", "payment", "order"]
    assert "2 x Ceramic Pot: 30.00 USD" in told.stdout
    assert "32.00 USD authorised" in told.stdout
    assert number(shop.database, "SELECT count(*) FROM ordering_orders") == before + 1


def test_a_program_is_told_in_json(run: Run, shop: Process) -> None:
    told = run("order", "--url", shop.url, "--json")

    body = json.loads(told.stdout)
    assert body["order_id"].startswith("ord_")
    assert (body["total"], body["currency"]) == (2000, "USD")
    assert [step["step"] for step in body["steps"]][-1] == "order"


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--item", "nothing_like_it"), "nothing_like_it"),
        (("--token", "fail_token"), "declined"),
        (("--item", "pot_ceramic:999999"), "stock"),
    ],
)
def test_a_no_is_told_in_the_words_of_the_shop(
    run: Run, shop: Process, options: tuple[str, ...], why: str
) -> None:
    told = run("order", "--url", shop.url, *options)

    assert told.returncode == 3, told.stdout + told.stderr
    assert why in told.stderr.lower()
    assert "Traceback" not in told.stderr


def test_a_server_that_is_away_is_told_in_a_line(run: Run) -> None:
    url = f"http://127.0.0.1:{a_free_port()}"

    told = run("order", "--url", url)

    assert told.returncode == 1
    assert told.stderr == f"nobody answers at {url}: is the server running?\n"


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--url", "ftp://x"), "--url: must begin with http"),
        (("--item", "pot:many"), "--item: 'pot:many'"),
        (("--item", "pot:0"), "--item: 'pot:0'"),
    ],
)
def test_what_the_caller_can_mend_is_told(run: Run, options: tuple[str, ...], why: str) -> None:
    told = run("order", *options)

    assert told.returncode == 2
    assert told.stderr.startswith(why)


def test_what_is_no_shop_is_told(run: Run, shop: Process) -> None:
    told = run("order", "--url", f"{shop.url}/healthz")

    assert told.returncode == 2
    assert "is no shop that speaks UCP" in told.stderr
