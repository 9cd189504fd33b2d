"""What is not written, and that nothing is left behind then."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from app.scaffold import registration
from app.scaffold.fitness import said_twice
from app.scaffold.rooms import rooms
from app.scaffold.words import CannotWrite, words_of
from app.scaffold.workshop import put_in_place, write
from tests.scaffold.checkouts import a_checkout, contents, ran

NEW = ("app.cli", "new", "context")
NAME = "zz_made_by_test"


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout that no test in this module changes."""
    return a_checkout(tmp_path_factory.mktemp("refused"))


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("Loyalty",), "NAME: 'Loyalty' is not a name in small letters"),
        (("gift-cards",), "NAME: 'gift-cards' is not"),
        (("gift__cards",), "NAME: 'gift__cards' is not"),
        (("cards_",), "NAME: 'cards_' is not"),
        (("9lives",), "NAME: '9lives' is not"),
        (("",), "NAME: '' is not"),
        (("x" * 25,), "at most 24 characters"),
        ((NAME, "--aggregate", "account"), "--aggregate: 'account' is not a name of a class"),
        ((NAME, "--aggregate", "X" * 25), "--aggregate: "),
        ((NAME, "--listens", "ordering.order_lost.v1"), "there is no event 'ordering.order_lost"),
    ],
)
def test_a_name_that_is_none_is_refused(arguments: tuple[str, ...], reason: str) -> None:
    options = dict(zip(arguments[1::2], arguments[2::2], strict=True))

    with pytest.raises(CannotWrite) as refused:
        words_of(arguments[0], options.get("--aggregate", ""), options.get("--listens", ""))

    assert reason in str(refused.value)


@pytest.mark.parametrize(
    ("name", "aggregate", "reason"),
    [
        ("ordering", "", "there is a context ordering already"),
        ("ordering_desk", "", "ordering_desk and ordering begin alike"),
        ("edge", "", "src/app/edge is there already"),
        ("merchant", "", "src/app/merchant.py is there already"),
        ("journeys", "", "tests/journeys is there already"),
        ("class", "", "means something to Python"),
        ("calendar", "", "means something to Python"),
        ("payment", "", "its settings would be taken for payment_provider_url"),
        ("shop", "", "its settings would be taken for shop_name"),
        ("bells", "", "means something in the wiring"),
        ("none", "", "'None' means something to Python"),
        ("true", "", "'True' means something to Python"),
        ("tests", "", "'Tests' would be taken for a test"),
        ("testimonials", "", "'Testimonials' would be taken for a test"),
        (NAME, "TestPrint", "'TestPrint' would be taken for a test"),
        ("stock", "", "/v1/stock is an address of inventory"),
        ("products", "", "/v1/products is an address of catalog"),
        ("returns", "", "/v1/returns is an address of ordering"),
        ("orders", "", "/v1/orders is an address of ordering"),
        ("tax_rates", "", "/v1/tax-rates is an address of pricing"),
        ("shipping_rates", "", "/v1/shipping-rates is an address of fulfillment"),
        ("page", "", "'Page' would mean two things in src/app/page/api.py"),
        (NAME, "Conflict", "'Conflict' would mean two things"),
        (NAME, "Exception", "means something to Python"),
    ],
)
def test_a_name_that_means_something_else_is_refused(
    untouched: Path, name: str, aggregate: str, reason: str
) -> None:
    with pytest.raises(CannotWrite) as refused:
        write(words_of(name, aggregate, ""), untouched)

    assert reason in str(refused.value)


def test_what_another_context_calls_its_own_is_refused(tmp_path: Path) -> None:
    checkout = a_checkout(tmp_path)
    container = checkout / "src/app/container.py"
    line = "from app.inventory.set_stock import SetStockHandler as AddPalletHandler\n"
    container.write_text(line + container.read_text())
    before = contents(checkout)

    with pytest.raises(CannotWrite, match=r"AddPalletHandler is app\.inventory\.set_stock's"):
        write(words_of(NAME, "Pallet", ""), checkout)

    assert contents(checkout) == before


def without(word: str) -> Callable[[str], str]:
    return lambda text: text.replace(word, "elsewhere")


@pytest.mark.parametrize(
    ("path", "changed"),
    [
        ("src/app/container.py", without("class Container")),
        ("src/app/context_map.py", without("CONTRACTS")),
        ("src/app/merchant.py", without("COUNTERS")),
        ("src/app/settings.py", without(": ContextSettings")),
        ("src/app/settings.py", without("CONTEXTS")),
        ("pyproject.toml", without("app.pricing")),
        ("pyproject.toml", without(" | pricing")),
        ("migrations/alembic.ini", without("[")),
        ("tests/contracts/snapshots.py", lambda _: "raise SystemExit('the recorder is broken')"),
        ("src/domain/shared/clock.py", lambda _: "this is not Python"),
    ],
)
def test_where_a_place_is_not_found_nothing_is_written(
    tmp_path: Path, path: str, changed: Callable[[str], str]
) -> None:
    checkout = a_checkout(tmp_path)
    (checkout / path).write_text(changed((checkout / path).read_text()))
    before = contents(checkout)

    with pytest.raises(CannotWrite):
        write(words_of(NAME, "", ""), checkout)

    assert contents(checkout) == before


def test_what_cannot_be_put_in_place_is_taken_back(tmp_path: Path) -> None:
    (tmp_path / "known").write_text("as it was")
    (tmp_path / "taken").mkdir()
    before = contents(tmp_path)

    with pytest.raises(OSError, match="taken"):
        put_in_place({"known": b"new", "a/b/new": b"new", "taken": b"new"}, tmp_path)

    assert contents(tmp_path) == before
    assert not (tmp_path / "a").exists()


def test_a_dry_run_tells_what_it_would_write_and_writes_nothing(untouched: Path) -> None:
    before = contents(untouched)

    told = ran(untouched, *NEW, NAME, "--dry-run", "--json")

    assert told.returncode == 0, told.stderr
    listed = json.loads(told.stdout)
    assert not listed["is_written"]
    assert set(rooms(words_of(NAME, "", ""))) < set(listed["new"])
    assert set(registration.PLACES) < set(listed["changed"])
    assert contents(untouched) == before


def test_a_folder_that_is_no_checkout_is_refused(tmp_path: Path, untouched: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "something-else"\n')
    before = contents(tmp_path)

    with pytest.raises(CannotWrite, match="no checkout of Freestone"):
        write(words_of(NAME, "", ""), tmp_path)
    told = ran(untouched / "src", *NEW, NAME)

    assert contents(tmp_path) == before
    assert told.returncode != 0


def test_changes_that_are_not_committed_are_not_mixed_with_what_is_written(tmp_path: Path) -> None:
    checkout = a_checkout(tmp_path)
    subprocess.run(["git", "init", "--quiet"], cwd=checkout, check=True)  # noqa: S607
    before = contents(checkout)

    told = ran(checkout, *NEW, NAME)

    assert told.returncode == 2
    assert told.stderr.startswith("there are changes here (")
    assert contents(checkout) == before
    assert ran(checkout, *NEW, NAME, "--allow-dirty").returncode == 0


def test_no_word_means_two_things_in_what_is_written() -> None:
    assert list(said_twice(words_of("loyalty", "Account", "ordering.order_placed.v1"))) == []
    assert list(said_twice(words_of("loyalty", "", ""))) == []
    assert list(said_twice(words_of("account", "Account", ""))) == []
