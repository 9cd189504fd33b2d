"""The program as it is run: what it does, what it says, and with which code it ends."""

import json
import re
import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from shutil import copytree

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.commands.choices import ATTEMPT_STATES, ORDER_STATUSES
from app.settings import CONTEXTS
from domain.ordering.attempt import AttemptState
from domain.ordering.order_status import OrderStatus
from tests.cli.conftest import Run
from tests.processes import a_free_port
from tests.servers import served, silent

DEMO = Path(__file__).parents[2] / "demo" / "flower_shop"


def rows(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """Everything that the database keeps."""
    with closing(sqlite3.connect(folder / "var" / "freestone.db")) as database:
        tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {name: database.execute(f"SELECT * FROM {name}").fetchall() for (name,) in tables}  # noqa: S608


def test_it_tells_its_version(run: Run) -> None:
    told = run("--version")

    assert (told.returncode, told.stdout) == (0, "freestone 0.1.0\n")


def test_migrating_again_changes_nothing(run: Run, tmp_path: Path) -> None:
    first = run("migrate")
    before = rows(tmp_path)

    second = run("migrate")

    assert first.returncode == 0, first.stderr
    assert first.stdout.count("brought up to date") == len(CONTEXTS)
    assert (second.returncode, second.stdout) == (0, "all tables are up to date\n")
    assert rows(tmp_path) == before


def test_one_context_can_be_migrated_alone(run: Run, tmp_path: Path) -> None:
    told = run("migrate", "--context", "catalog")

    assert told.returncode == 0
    assert re.fullmatch(r"catalog: brought up to date by 0001(, \d{4})+\n", told.stdout)
    assert {name.partition("_")[0] for name in rows(tmp_path)} == {"catalog"}


def test_a_shop_is_imported_and_importing_it_again_changes_nothing(
    run: Run, tmp_path: Path
) -> None:
    run("migrate")
    first = run("import", str(DEMO))
    before = rows(tmp_path)

    second = run("import", str(DEMO))
    third = run("import", "--into-empty", str(DEMO))

    assert first.returncode == 0, first.stderr
    assert first.stdout.startswith("imported 6 products, 6 stock counts, 3 customers")
    assert "passed over 3 payment instruments" in first.stdout
    assert (second.returncode, third.returncode) == (0, 0)
    assert third.stdout == "something is for sale already: nothing was imported\n"
    assert rows(tmp_path) == before


def test_a_bad_line_is_named_and_nothing_is_written(run: Run, tmp_path: Path) -> None:
    run("migrate")
    before = rows(tmp_path)
    folder = Path(copytree(DEMO, tmp_path / "shop"))
    products = folder / "products.csv"
    products.write_text(products.read_text().replace("2000", "20.00"))

    told = run("import", str(folder))

    assert told.returncode == 2
    assert told.stderr == 'products.csv:7: price: not a whole number of minor units: "20.00"\n'
    assert rows(tmp_path) == before


@pytest.mark.parametrize("command", [("serve",), ("import", str(DEMO)), ("platforms", "add", "x")])
def test_nothing_is_begun_on_tables_that_are_not_there(
    run: Run, tmp_path: Path, command: tuple[str, ...]
) -> None:
    run("migrate", "--context", "catalog")

    told = run(*command)

    assert told.returncode == 2
    missing = ", ".join(context for context in CONTEXTS if context != "catalog")
    assert told.stderr.startswith(f"{missing}: tables are not up to date")
    assert told.stderr.endswith("run `freestone migrate`\n")
    assert set(rows(tmp_path)) > {"catalog_alembic_version"}


@pytest.mark.parametrize(
    ("command", "settings", "told"),
    [
        (("serve",), {"port": "http"}, "FREESTONE_PORT: "),
        (("serve",), {"environment": "production", "interop": "true"}, "FREESTONE_INTEROP: "),
        (("serve", "--contexts", "shelves"), {}, "FREESTONE_CONTEXTS: there is no context"),
        (
            ("serve", "--contexts", "ordering"),
            {"internal_keys": "k" * 32},
            "FREESTONE_CATALOG_URL: catalog is neither hosted here",
        ),
        (("import", "nowhere"), {}, "nowhere: is no folder"),
        (("platforms", "add", "a b"), {}, "NAME: "),
        (("platforms", "add", "ab", "--profile", "http://x"), {}, "--profile: must begin with"),
    ],
)
def test_what_the_caller_can_mend_is_told_in_a_line(
    run: Run, command: tuple[str, ...], settings: dict[str, str], told: str
) -> None:
    ended = run(*command, **settings)

    assert ended.returncode == 2
    assert ended.stderr.startswith(told)
    assert "Traceback" not in ended.stderr


def test_a_slip_of_the_pen_is_noticed(run: Run) -> None:
    told = run("migrate", "--context", "catalog", prot="1")

    assert told.returncode == 0
    assert told.stderr == "FREESTONE_PROT: there is no such setting; it is ignored\n"


def test_a_database_that_cannot_be_opened_is_told_in_a_line(run: Run) -> None:
    told = run("migrate", database_url="sqlite:////proc/nothing/shop.db")

    assert told.returncode == 1
    assert told.stderr.count("\n") == 1


def test_a_database_that_another_process_writes_to_is_told_by_its_setting(
    run: Run, tmp_path: Path
) -> None:
    run("migrate")

    with closing(sqlite3.connect(tmp_path / "var" / "freestone.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        told = [run(*command) for command in (("stock", "list"), ("migrate", "--patience", "0"))]
    after = run("stock", "list")

    busy = "the database of catalog is busy: another process writes there (FREESTONE_DATABASE_URL)"
    assert [(one.returncode, one.stderr) for one in told] == [(1, f"{busy}\n")] * 2
    assert after.returncode == 0


def test_a_step_that_a_database_will_not_take_is_no_database_that_is_away(
    run: Run, tmp_path: Path
) -> None:
    run("migrate", "--context", "catalog")
    with closing(sqlite3.connect(tmp_path / "var" / "freestone.db")) as other:
        other.execute("CREATE TABLE inventory_items (sku TEXT)")

    told = run("migrate")

    why = "inventory could not be brought up to date: 0001: table inventory_items already exists"
    assert (told.returncode, told.stderr.splitlines()[-1]) == (2, why)
    assert "migration failed" in told.stderr
    assert "does not answer" not in told.stderr


@pytest.mark.parametrize(
    ("setting", "context"), [("database_url", "catalog"), ("inventory_database_url", "inventory")]
)
def test_a_database_server_that_is_away_is_told_without_its_password(
    run: Run, setting: str, context: str
) -> None:
    run("migrate")
    url = f"postgresql://me:hunter2@127.0.0.1:{a_free_port()}/hunter2"

    told = run("stock", "list", **{setting: url})

    assert told.returncode == 1
    assert told.stderr.startswith(f"the database of {context} does not answer: ")
    assert told.stderr.endswith(f"(FREESTONE_{setting.upper()})\n")
    assert told.stderr.count("\n") == 1
    assert "hunter2" not in told.stderr


ELSEWHERE = {"contexts": "-inventory", "internal_keys": "k" * 32}
ADJUST = ("stock", "adjust", "pot", "--by", "1", "--reason", "found")


@pytest.mark.parametrize("command", [("stock", "list"), ADJUST, ("export", "out")])
def test_a_context_that_nobody_keeps_is_told_by_its_name_and_address(
    run: Run, command: tuple[str, ...]
) -> None:
    settings = {**ELSEWHERE, "inventory_url": f"http://127.0.0.1:{a_free_port()}"}
    run("migrate", **settings)

    told = run(*command, **settings)

    where = f"{settings['inventory_url']} (FREESTONE_INVENTORY_URL)"
    assert (told.returncode, told.stderr) == (1, f"inventory does not answer at {where}\n")


def test_only_what_may_have_been_done_is_told_as_such(run: Run) -> None:
    with silent() as url:
        settings = {**ELSEWHERE, "inventory_url": url}
        run("migrate", **settings)
        read, changed = run("stock", "list", **settings), run(*ADJUST, **settings)

    assert (read.returncode, changed.returncode) == (1, 1)
    assert read.stderr == f"inventory does not answer at {url} (FREESTONE_INVENTORY_URL)\n"
    assert changed.stderr.startswith("it is not known whether this was done")


def test_what_others_were_in_the_way_of_is_told_as_not_done(run: Run) -> None:
    async def busy(_request: Request) -> Response:
        return Response(status_code=429)

    with served(Starlette(routes=[Route("/{path:path}", busy, methods=["POST"])])) as (url,):
        settings = {**ELSEWHERE, "inventory_url": url}
        run("migrate", **settings)
        told = run(*ADJUST, **settings)

    assert told.returncode == 1
    assert told.stderr.startswith("nothing was done, try again: Inventory.adjust_stock")


@pytest.mark.parametrize(
    "command",
    [
        ("migrate", "--context", "dreams"),
        ("map", "dreams"),
        ("attempts", "--state", "dreams"),
        ("orders", "list", "--status", "dreams"),
        ("export", "out", "--only", "dreams"),
        ("stock", "adjust", "pot", "--by", "1", "--reason", "dreams"),
    ],
)
def test_what_is_none_of_the_choices_is_refused(run: Run, command: tuple[str, ...]) -> None:
    told = run(*command)

    assert (told.returncode, told.stdout) == (2, "")
    assert "'dreams'" in told.stderr


def test_the_choices_are_those_of_the_contracts() -> None:
    assert set(ATTEMPT_STATES) == set(AttemptState)
    assert set(ORDER_STATUSES) == set(OrderStatus)


def test_a_platforms_key_is_told_once_and_never_kept(run: Run, tmp_path: Path) -> None:
    run("migrate")

    told = run("platforms", "add", "florist", "--profile", "https://florist.example/ucp")
    twin = run("platforms", "add", "florist")

    found = re.search(r"shown only now: (fsk_\S{43})\n", told.stdout)
    assert found, told.stderr
    kept = json.dumps(rows(tmp_path), default=str)
    assert found[1] not in kept
    assert sha256(found[1].encode()).hexdigest() not in kept  # but what is made of it with a key
    assert "florist" in kept
    assert (twin.returncode, twin.stdout) == (2, "")
    assert twin.stderr == "NAME: there is a platform florist already\n"
