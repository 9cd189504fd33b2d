"""`freestone order`: a whole order against a running server, told step by step."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.cli.conftest import Run
from tests.journeys.reconcile import number
from tests.processes import Process, a_free_port
from tests.servers import served


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


def test_a_code_that_does_nothing_is_told_where_it_is_said(run: Run, shop: Process) -> None:
    told = run("order", "--url", shop.url, "--code", "NOPE")
    as_json = json.loads(run("order", "--url", shop.url, "--code", "NOPE", "--json").stdout)

    lines = [line for line in told.stdout.splitlines() if "warning: " in line]
    assert told.returncode == 0
    assert len(lines) == 1
    assert lines[0].endswith("This code is not known. ($.discounts.codes[0])")
    assert {step["step"]: step["warnings"] for step in as_json["steps"] if step["warnings"]} == {
        "buyer": [lines[0].partition("warning: ")[2]]
    }


@contextmanager
def a_shop_that_answers(profile: Any, *then: Response) -> Iterator[str]:
    """A profile, and after it these, the last of them for ever."""
    answers = list(then)

    async def answer(request: Request) -> Response:
        if request.url.path == "/.well-known/ucp":
            return profile if isinstance(profile, Response) else JSONResponse(profile)
        return answers.pop(0) if len(answers) > 1 else answers[0]

    with served(Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])) as (
        url,
    ):
        yield url


def a_profile(endpoint: str = "http://127.0.0.1:1") -> dict[str, Any]:
    rest = {"transport": "rest", "endpoint": endpoint}
    return {"ucp": {"version": "1", "services": {"dev.ucp.shopping": [rest]}}}


def test_who_does_not_answer_is_named_where_the_profile_sends_us_elsewhere(run: Run) -> None:
    elsewhere = f"http://127.0.0.1:{a_free_port()}/ucp/v1"

    with a_shop_that_answers(a_profile(elsewhere), Response()) as url:
        told = run("order", "--url", url)

    assert told.returncode == 1
    who = f"{elsewhere} (so says the profile of {url})"
    assert told.stderr == f"nobody answers at {who}: is the server running?\n"


SOON = {"retry-after": "0"}


@pytest.mark.parametrize("status", [502, 503, 504])
@pytest.mark.parametrize("body", ["<html>Bad gateway</html>", "", "[]"])
def test_a_shop_whose_gateway_answers_is_away(run: Run, status: int, body: str) -> None:
    with a_shop_that_answers(Response(body, status, SOON), Response()) as url:
        told = run("order", "--url", url)

    assert told.returncode == 1
    assert told.stderr == f"{url} cannot serve this just now: it answers {status}\n"


def test_why_a_shop_cannot_serve_is_told_in_its_words(run: Run) -> None:
    no = {"messages": [{"type": "info", "content": "hm"}, {"type": "error", "content": "at lunch"}]}
    with a_shop_that_answers(JSONResponse(no, 503, SOON), Response()) as url:
        told = run("order", "--url", url)

    assert told.returncode == 1
    assert told.stderr == f"{url} cannot serve this just now: at lunch\n"


@pytest.mark.parametrize(
    "profile",
    [
        {"ucp": [1]},
        {"ucp": {"services": {"dev.ucp.shopping": [{"transport": "rest", "endpoint": "URL"}]}}},
        {"ucp": {"version": "1", "services": {"dev.ucp.shopping": 3}}},
    ],
)
def test_a_profile_that_is_none_is_told(run: Run, profile: Any) -> None:
    with a_shop_that_answers(profile, Response()) as url:
        told = run("order", "--url", url)

    assert told.returncode == 2
    assert told.stderr.startswith(f"--url: {url} ")
    assert told.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "checkout",
    [
        {"id": "c"},
        {"id": "c", "line_items": [], "currency": "USD", "totals": []},
        {"id": "c", "line_items": [], "currency": "USD", "totals": [{"type": "total"}]},
        {"id": "c", "line_items": 7, "currency": 7, "totals": None, "messages": [7]},
    ],
)
def test_a_checkout_that_is_none_is_told(run: Run, checkout: Any) -> None:
    profile: dict[str, Any] = a_profile()
    with a_shop_that_answers(profile, JSONResponse(checkout)) as url:
        profile |= a_profile(url)
        told = run("order", "--url", url)

    assert (told.returncode, told.stderr) == (2, f"--url: {url} answers as no UCP shop does\n")
