"""What a link says that leads to a checkout, and where there is no such door."""

from typing import Any, cast

import pytest

from app.edge.gate import Gate
from app.pages import routes
from app.pages.form import Unreadable
from app.pages.paper import Paper
from app.pages.permalinks import Wished
from app.settings import Settings
from app.ucp.scopes import MANAGE_CHECKOUTS, READ_ORDERS
from domain.contracts.identity import Identity


def said(query: str) -> tuple[list[tuple[str, int]], tuple[str, ...]]:
    wished = Wished.read(query)
    assert Wished.read(wished.link.partition("?")[2]) == wished
    return [(line.sku, line.quantity.units) for line in wished.lines], wished.codes


@pytest.mark.ucp("CHK-6")
def test_a_link_says_what_and_how_much_and_nothing_of_others_is_read() -> None:
    assert said("item=roses:2&utm_source=x&item=pot&code=10OFF") == (
        [("roses", 2), ("pot", 1)],
        ("10OFF",),
    )
    assert said("item=a&code=1&code=2") == ([("a", 1)], ("1", "2"))
    assert said("item=size:xl&item=size:5:2&item=a%26b") == (
        [("size:xl", 1), ("size:5", 2), ("a&b", 1)],
        (),
    )


@pytest.mark.parametrize(
    "query",
    [
        "",
        "item=",
        "item=:3",
        "item=a:0",
        "item=%20a",
        "item=a:1000001",
        "item=a&code=1&code=2&code=3",
    ],
)
def test_a_link_that_says_nothing_that_could_be_wanted_is_unreadable(query: str) -> None:
    with pytest.raises(Unreadable):
        Wished.read(query)


@pytest.mark.ucp("CHK-14")
@pytest.mark.parametrize(
    ("gated", "is_open"), [((MANAGE_CHECKOUTS,), False), ((READ_ORDERS,), True)]
)
def test_where_nobody_buys_unknown_no_link_leads_to_a_checkout(
    gated: tuple[str, ...], *, is_open: bool
) -> None:
    settings = Settings(environment="development", gated_scopes=gated)
    gate = Gate.of(cast(Identity, None), settings)
    nobody: Any = None

    served = routes.router(nobody, nobody, Paper.of(settings), gate, settings)

    assert ("/buy" in {getattr(route, "path", "") for route in served.routes}) == is_open
