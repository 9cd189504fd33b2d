"""What lies in the house, asked for from a terminal: stock, orders, attempts, everything."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.commands.export import KINDS
from tests.cli.conftest import Run
from tests.processes import Process


@pytest.fixture
def settings(shop: Process) -> dict[str, Any]:
    """As the shop that is open has them."""
    return shop.settings


def told(run: Run, *command: str, **settings: Any) -> Any:
    ended = run(*command, "--json", **settings)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def test_stock_is_shown_with_what_is_promised_of_it(run: Run, settings: dict[str, Any]) -> None:
    listed = told(run, "stock", "list", **settings)
    some = told(run, "stock", "list", "pot_ceramic", **settings)
    shown = run("stock", "list", **settings)

    assert [item["sku"] for item in some] == ["pot_ceramic"]
    assert {"units_on_hand", "units_held", "units_allocated", "units_available"} <= some[0].keys()
    assert {item["sku"] for item in listed} >= {"pot_ceramic", "bouquet_roses"}
    assert "available" in shown.stdout


def test_what_was_asked_for_and_is_not_there_is_named(run: Run, settings: dict[str, Any]) -> None:
    ended = run("stock", "list", "pot_ceramic", "unheard_of", "--json", **settings)

    assert [item["sku"] for item in json.loads(ended.stdout)] == ["pot_ceramic"]
    assert (ended.returncode, ended.stderr) == (3, "never counted: unheard_of\n")


def test_stock_is_adjusted_once_and_remembers_why(run: Run, settings: dict[str, Any]) -> None:
    command = ("stock", "adjust", "--reason", "damaged", "--note", "wilted", "--key", "k1", "--by")
    before = told(run, "stock", "list", "bouquet_tulips", **settings)[0]["units_on_hand"]

    once = told(run, *command, "-2", "bouquet_tulips", **settings)
    twice = told(run, *command, "-2", "bouquet_tulips", **settings)
    other = run(*command, "-3", "bouquet_tulips", **settings)

    assert once[0]["units_on_hand"] == twice[0]["units_on_hand"] == before - 2
    assert (other.returncode, other.stderr) == (3, "Key reused: key k1\n")
    newest = told(run, "stock", "history", "bouquet_tulips", **settings)[0]
    assert (newest["reason"], newest["units"], newest["note"]) == ("damaged", -2, "wilted")
    assert newest["actor"] == "cli"


def test_an_order_is_listed_and_shown(run: Run, shop: Process, settings: dict[str, Any]) -> None:
    placed = told(run, "order", "--url", shop.url, "--email", "ann@example.com")

    listed = told(run, "orders", "list", "--email", "ann@example.com", **settings)
    shown = run("orders", "show", placed["order_id"], **settings)
    attempts = told(run, "attempts", **settings)

    assert [one["order_id"] for one in listed] == [placed["order_id"]]
    assert "1 x Ceramic Pot (pot_ceramic): 15.00 USD" in shown.stdout
    assert attempts[0]["state"] == "completed"


def test_ids_are_the_same_wherever_they_are_told(
    run: Run, shop: Process, settings: dict[str, Any], tmp_path: Path
) -> None:
    placed = told(run, "order", "--url", shop.url)

    shown = told(run, "orders", "show", placed["order_id"], **settings)
    attempt = told(run, "attempts", "--limit", "1", **settings)[0]
    run("export", "out", "--only", "orders", "--only", "payments", **settings)

    kept = {file.stem: file.read_text().splitlines() for file in (tmp_path / "out").iterdir()}
    order = next(one for one in map(json.loads, kept["orders"]) if one == shown)
    paid = next(
        one for one in map(json.loads, kept["payments"]) if one["order_id"] == placed["order_id"]
    )
    assert order["order_id"] == placed["order_id"]
    assert attempt["checkout_id"] == order["checkout_id"]
    assert order["checkout_id"].startswith("chk_")
    assert attempt["attempt_id"] == order["attempt_id"] == paid["attempt_id"]
    assert paid["payment_id"] == attempt["attempt_id"].replace("att_", "pay_")


def test_an_attempt_that_failed_says_why(run: Run, shop: Process, settings: dict[str, Any]) -> None:
    run("order", "--url", shop.url, "--token", "fail_token")

    shown = run("attempts", "--state", "failed", **settings)

    assert "declined" in shown.stdout, shown.stdout + shown.stderr


@pytest.mark.parametrize(
    ("command", "code", "why"),
    [
        (("orders", "show", "x"), 2, "ORDER: 'x' is no id of an order"),
        (("orders", "show", f"ord_{'0' * 32}"), 3, "Unknown order"),
        (("stock", "history", "unheard_of"), 3, "Unknown sku: sku unheard_of"),
        (("stock", "adjust", "pot_ceramic", "--by", "0", "--reason", "found"), 3, "Unfit"),
        (("export", "out", "--only", "dreams"), 2, "--only: there is no 'dreams'"),
    ],
)
def test_what_is_not_there_is_told_in_a_line(
    run: Run, settings: dict[str, Any], command: tuple[str, ...], code: int, why: str
) -> None:
    ended = run(*command, **settings)

    assert ended.returncode == code
    assert ended.stderr.startswith(why)
    assert ended.stderr.count("\n") == 1


def test_everything_is_written_out_line_by_line(
    run: Run, shop: Process, settings: dict[str, Any], tmp_path: Path
) -> None:
    placed = told(run, "order", "--url", shop.url)

    written = told(run, "export", "out", **settings)["written"]
    again = told(run, "export", "out", "--only", "orders", **settings)["written"]

    files = {path.stem: path.read_text().splitlines() for path in (tmp_path / "out").iterdir()}
    assert files.keys() == KINDS.keys()
    assert {name: len(lines) for name, lines in files.items()} == {**written, **again}
    assert len(files["products"]) == 6
    newest = json.loads(files["orders"][0])
    assert newest["order_id"] == placed["order_id"]
    assert all(isinstance(json.loads(line), dict) for lines in files.values() for line in lines)
    assert (tmp_path / "out" / "customers.jsonl").stat().st_mode & 0o077 == 0


def test_what_a_killed_export_left_is_not_written_on(
    run: Run, settings: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    left = tmp_path / "out" / "customers.jsonl.part"
    left.write_text("of people")
    left.chmod(0o644)

    ended = run("export", "out", "--only", "customers", **settings)

    assert (ended.returncode, ended.stderr) == (0, "")
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["customers.jsonl"]
    assert (tmp_path / "out" / "customers.jsonl").stat().st_mode & 0o077 == 0


def test_a_file_that_cannot_be_put_in_place_is_told_and_leaves_nothing(
    run: Run, settings: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / "out" / "customers.jsonl").mkdir(parents=True)
    (tmp_path / "file").touch()

    ended = run("export", "out", "--only", "customers", **settings)
    within = run("export", "file/out", **settings)

    assert (ended.returncode, within.returncode) == (2, 2)
    assert ended.stderr.startswith("FOLDER: out/customers.jsonl.part cannot be written")
    assert within.stderr.startswith("FOLDER: file/out")
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["customers.jsonl"]
