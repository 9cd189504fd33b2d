"""Dead letters over the merchant API: of all contexts, where they are kept together and apart."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from infrastructure.inventory.tables import inbox as inventory_inbox
from infrastructure.payments.tables import inbox as payments_inbox
from tests.conftest import a_shop
from tests.databases import a_database
from tests.dead import a_letter
from tests.processes import INTERNAL_KEY, freestone, running
from tests.staffed import Staff, staffed

ALLOCATE, GIVE_BACK = "inventory.allocate_stock", "payments.give_back"
NOBODY = "http://127.0.0.1:9"
OTHERS = ("fulfillment", "identity", "ordering", "payments")


@dataclass(frozen=True)
class Filled:
    staff: Staff
    events: tuple[UUID, ...]
    """In the order in which they happened: of inventory, of payments, of inventory."""

    def name(self, number: int) -> str:
        return f"evt_{self.events[number].hex}.{(ALLOCATE, GIVE_BACK)[number % 2]}"


@pytest.fixture(params=["together", "apart"])
async def filled(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Filled]:
    """Inventory is kept here, or in another process and database."""
    is_apart, folder, more = request.param == "apart", tmp_path / "inventory", dict[str, Any]()
    folder.mkdir()
    its = a_shop(folder, contexts="inventory", **{f"{one}_url": NOBODY for one in OTHERS})
    with ExitStack() as beside:
        async with a_database(a_shop(tmp_path)["database_url"]) as here, AsyncExitStack() as away:
            inventory = here
            if is_apart:
                freestone("migrate", internal_keys=INTERNAL_KEY, **its)
                inventory = await away.enter_async_context(a_database(its["database_url"]))
            events = (
                await a_letter(inventory, inventory_inbox, ALLOCATE, seconds=1),
                await a_letter(here, payments_inbox, GIVE_BACK, seconds=2),
                await a_letter(inventory, inventory_inbox, ALLOCATE, seconds=3),
            )
        if is_apart:
            process = beside.enter_context(running(folder / "log", **its))
            more = {"contexts": "-inventory", "internal_keys": INTERNAL_KEY}
            more |= {"inventory": {"url": process.internal_url}}
        async with staffed(tmp_path, **more) as staff:
            yield Filled(staff, events)


async def test_staff_sees_them_all_page_by_page_and_those_of_one(filled: Filled) -> None:
    staff, names = filled.staff, [filled.name(number) for number in range(3)]
    path = "/v1/dead-letters"

    whole = (await staff.asks("GET", path)).body
    first = (await staff.asks("GET", f"{path}?limit=2")).body
    rest = (await staff.asks("GET", f"{path}?limit=2&after={first['next']}")).body
    of_context = (await staff.asks("GET", f"{path}?context=inventory")).body
    of_consumer = (await staff.asks("GET", f"{path}?consumer={GIVE_BACK}")).body
    nobody = await staff.asks("GET", f"{path}?context=pricing")
    nowhere = await staff.asks("GET", f"{path}?after=nowhere")
    unfit_name = await staff.asks("GET", f"{path}?consumer={ALLOCATE}%00")

    assert [one["id"] for one in whole["items"]] == names
    assert whole["next"] is None
    assert first["items"] + rest["items"] == whole["items"]
    assert rest["next"] is None
    assert [one["id"] for one in of_context["items"]] == [names[0], names[2]]
    assert [one["id"] for one in of_consumer["items"]] == [names[1]]
    assert (whole["items"][0]["error"], "body" in whole["items"][0]) == ("OutOfStep()", False)
    assert unfit_name.status == 422
    unfit = (422, "dead_letters:unfit-wish")
    assert [(one.status, one.problem) for one in (nobody, nowhere)] == [unfit] * 2


async def test_staff_has_one_tried_again_and_gives_another_up(filled: Filled) -> None:
    staff, path = filled.staff, "/v1/dead-letters"

    async def ask(number: int, how: str) -> tuple[int, str]:
        told = await staff.asks("POST", f"{path}/{filled.name(number)}/{how}")
        return told.status, told.body.get("state", "")

    given_up = [await ask(0, "skip"), await ask(0, "skip"), await ask(0, "redrive")]
    (status, state), (_, again) = await ask(1, "redrive"), await ask(1, "redrive")
    unknown = await staff.asks("POST", f"{path}/evt_{'0' * 32}.{ALLOCATE}/skip")
    stranger = await staff.asks("POST", f"{path}/evt_{'0' * 32}.shelves.count/skip")
    left = (await staff.asks("GET", path)).body["items"]
    audit = (await staff.asks("GET", f"/v1/audit?subject={path}/{filled.name(0)}/skip")).body

    assert given_up == [(200, "skipped"), (200, "skipped"), (409, "skipped")]
    assert status == 200
    assert {state, again} <= {"pending", "done"}
    for one in (unknown, stranger):
        assert (one.status, one.problem) == (404, "dead_letters:unknown-dead-letter")
    assert filled.name(0) not in [one["id"] for one in left]
    assert filled.name(2) in [one["id"] for one in left]
    deeds = [(one["deed"], one["outcome"]) for one in audit["items"]]
    assert deeds == [("skip_dead_letter", outcome) for outcome in ("asked", "200")] * 2


async def test_a_process_that_is_not_told_where_a_context_is_says_so(tmp_path: Path) -> None:
    placed = {context: {"url": NOBODY} for context in ("fulfillment", "ordering", "payments")}
    chosen = {"contexts": "identity,inventory", "internal_keys": INTERNAL_KEY, **placed}
    async with staffed(tmp_path, customers={"url": NOBODY}, **chosen) as staff:
        alone = await staff.asks("GET", "/v1/dead-letters?context=inventory")
        unplaced = await staff.asks("GET", "/v1/dead-letters?context=notifications")
        every = await staff.asks("GET", "/v1/dead-letters")
        away = await staff.asks("GET", "/v1/dead-letters?context=payments")

    assert (alone.status, alone.body["items"]) == (200, [])
    for one in (unplaced, every):
        told = (one.status, one.problem, one.body["context"])
        assert told == (409, "dead_letters:out-of-reach", "notifications")
    assert away.status == 503
