"""What a context could not work through, asked for where it is kept: near, by wire or far."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.shared.dead_letters import (
    DeadLetters,
    DeadLetterStandsOtherwise,
    ListDeadLetters,
    RedriveDeadLetter,
    SkipDeadLetter,
    UnfitWish,
    UnknownDeadLetter,
)
from infrastructure.inventory.tables import inbox as table
from infrastructure.shared.events.inbox import Inbox
from infrastructure.shared.events.inbox_letters import InboxLetters
from tests.conftest import Place
from tests.dead import a_letter

ALLOCATE, RETURN = "inventory.allocate_stock", "inventory.return_stock"

pytestmark = pytest.mark.parametrize(
    ("kind", "place"),
    [
        *((kind, "near") for kind in ("sqlite", "postgresql", "mariadb")),
        *(("sqlite", place) for place in ("wire", "far")),
    ],
    indirect=True,
)


@pytest.fixture
async def letters(engine: AsyncEngine, place: Place) -> DeadLetters:
    inbox = Inbox(engine, table, lambda connection: connection, (), ring=lambda: None)
    return await place(DeadLetters, InboxLetters(inbox))


async def listed(letters: DeadLetters, most: int, **more: str) -> list[tuple[UUID, str]]:
    """All, page by page."""
    found, message = [], ListDeadLetters(most=most, **more)
    while True:
        page = await letters.list_dead_letters(message)
        assert len(page.items) <= most
        found += [(one.event_id, one.consumer) for one in page.items]
        if not page.next:
            return found
        message = ListDeadLetters(most=most, after=page.next, **more)


async def test_what_is_dead_is_listed_once_what_happened_first_first(
    engine: AsyncEngine, letters: DeadLetters
) -> None:
    await a_letter(engine, table, ALLOCATE, state="done")
    later = await a_letter(engine, table, ALLOCATE, seconds=9)
    one = await a_letter(engine, table, RETURN, seconds=5)
    await a_letter(engine, table, ALLOCATE, seconds=5, event_id=one)
    other = await a_letter(engine, table, ALLOCATE, seconds=5)
    first, second = sorted((one, other))

    all_of_them = await listed(letters, 100)
    one_by_one = await listed(letters, 1)
    of_one = await listed(letters, 1, consumer=ALLOCATE)

    wanted = [(event, who) for event in (first, second) for who in (ALLOCATE, RETURN)]
    wanted = [pair for pair in wanted if pair != (other, RETURN)] + [(later, ALLOCATE)]
    assert all_of_them == one_by_one == wanted
    assert of_one == [pair for pair in wanted if pair[1] == ALLOCATE]


async def test_one_is_tried_again_and_asking_again_changes_nothing(
    engine: AsyncEngine, letters: DeadLetters
) -> None:
    event_id = await a_letter(engine, table, ALLOCATE)
    redrive = RedriveDeadLetter(event_id=event_id, consumer=ALLOCATE)

    first, again = [await letters.redrive_dead_letter(redrive) for _ in range(2)]

    assert (first.state, first.attempts) == ("pending", 0)
    assert again == first
    with pytest.raises(DeadLetterStandsOtherwise) as no:
        await letters.skip_dead_letter(SkipDeadLetter(event_id=event_id, consumer=ALLOCATE))
    assert no.value.state == "pending"
    assert await listed(letters, 1) == []


async def test_one_is_given_up_for_good_and_asking_again_changes_nothing(
    engine: AsyncEngine, letters: DeadLetters
) -> None:
    event_id = await a_letter(engine, table, ALLOCATE)
    skip = SkipDeadLetter(event_id=event_id, consumer=ALLOCATE)

    first, again = [await letters.skip_dead_letter(skip) for _ in range(2)]

    assert again == first
    assert first.state == "skipped"
    with pytest.raises(DeadLetterStandsOtherwise) as no:
        await letters.redrive_dead_letter(RedriveDeadLetter(event_id=event_id, consumer=ALLOCATE))
    assert no.value.state == "skipped"


async def test_what_is_not_there_or_makes_no_sense_is_refused(letters: DeadLetters) -> None:
    for after in (
        "nothing",
        f"1.2.{ALLOCATE}",
        f"x.0198c1dea3b47c5d8e9f0a1b2c3d4e5f.{ALLOCATE}",
        f"{9**30}.{'0' * 32}.{ALLOCATE}",
        f"1.{'0' * 32}.{ALLOCATE}\0",
        f"1.{'0' * 32}.",
    ):
        with pytest.raises(UnfitWish):
            await letters.list_dead_letters(ListDeadLetters(after=after))
    for message in (RedriveDeadLetter, SkipDeadLetter):
        call = (
            letters.redrive_dead_letter
            if message is RedriveDeadLetter
            else letters.skip_dead_letter
        )
        with pytest.raises(UnknownDeadLetter):
            await call(message(event_id=uuid4(), consumer=ALLOCATE))  # type: ignore[arg-type]
