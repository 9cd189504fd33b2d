"""How many statements an order takes when it comes in at the door: who asks is looked up, too.

What is dispatched afterwards counts apart, as in `test_budget`.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine
from sqlalchemy.event import listen, remove

from app.context_map import CONTRACTS
from domain.contracts.inventory import Count, Inventory, SetStock
from domain.shared.values import Sku
from infrastructure.shared.database.statements import issuer
from tests.edge.identities import FakeIdentity
from tests.edge.world import OURS, World, a_world
from tests.journeys.test_budget import FOR_THE_FLOW, NOT_COUNTED, TO_COMPLETE
from tests.ucp.conftest import DELIVERED, OWN_AGENT, ROSES, Shop
from tests.ucp.fakes import FakeFulfillment, FakeOrdering
from tests.ucp.test_whole_shop import house_of, teller


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with a_world(tmp_path_factory.mktemp("budget"), "strict") as world:
        enough = Count(sku=Sku("rose"), units_on_hand=100)
        house, tell = house_of(world.client), teller(world.client)
        tell(house.contract(Inventory).set_stock, SetStock(counts=(enough,)))
        yield world


@contextmanager
def counted() -> Iterator[list[str]]:
    """What calls of contracts say to any database: neither relays nor consumers."""
    calls = {f"{name}.{call}" for name, one in CONTRACTS.items() for call in vars(one)}
    said: list[str] = []

    def note(_c: object, _d: object, statement: str, *_: object) -> None:
        if issuer() in calls and not statement.startswith(NOT_COUNTED):
            said.append(statement)

    listen(Engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        remove(Engine, "before_cursor_execute", note)


@pytest.mark.parametrize("who", [OURS, "token of a platform", "token of a buyer"])
def test_an_order_keeps_within_its_statements_whoever_asks(world: World, who: str) -> None:
    shown: Mapping[str, str] = world.shown[who]
    ordering = FakeOrdering()
    shop = Shop(
        world.client,
        ordering,
        FakeFulfillment(ordering),
        FakeIdentity(),
        {"ucp-agent": OWN_AGENT, **shown},
    )
    wanted = {**ROSES, "fulfillment": DELIVERED, "buyer": {"email": "ada@example.org"}}

    def an_order() -> tuple[list[str], list[str]]:
        with counted() as said:
            created = shop.create()
            shop.ask("PUT", f"/checkout-sessions/{created['id']}", wanted)
            before = len(said)
            completed = shop.pay(created["id"])
        assert completed.json()["status"] == "completed", completed.text
        return said, said[before:]

    orders = [an_order() for _ in range(3)]

    first, _ = orders[0]
    assert any("FROM identity_" in one for one in first), "nobody looked who asks"
    assert len(first) <= FOR_THE_FLOW, "\n".join(first)
    # what is believed for half a second is asked anew where it takes longer: not in all three
    fewest = min((to_complete for _, to_complete in orders), key=len)
    assert len(fewest) <= TO_COMPLETE, "\n".join(fewest)
