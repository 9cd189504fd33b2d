"""Our books are held against the provider's, whoever it is."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import stamina
from aiohttp import ClientSession
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncEngine

from app.commands.comparing import Comparison
from domain.contracts.payments import (
    MOST_LOOK_UPS,
    MOST_OF_A_PAGE,
    Capture,
    Difference,
    ListPayments,
    PaymentDeclined,
    Reconcile,
    Refund,
    TooManyLookUps,
    UnfitCursor,
)
from domain.payments.payment import Payment
from domain.payments.ports import Begin
from domain.shared.ids import uuid7
from domain.shared.model import OutcomeUnknown
from domain.shared.values import AttemptId
from infrastructure.payments.http_provider import HttpProvider
from infrastructure.payments.ledger import Ledger
from infrastructure.payments.no_provider import NoProvider
from infrastructure.payments.payment_book import SqlPaymentBook
from infrastructure.payments.tables import operations, payments
from infrastructure.payments.test_provider import TestProvider, ledger_app
from infrastructure.shared.database.engines import transaction
from tests.payments.builders import HANDLER, NOW, Desk, a_payment, an_attempt, to_authorise, usd
from tests.payments.fake_stripe import DECLINED, VISA, FakeStripe
from tests.payments.stripes import a_stripe
from tests.payments.test_authorising import Interrupted
from tests.servers import served


@dataclass
class Books:
    """A desk, and a partner whose books can be tampered with."""

    desk: Desk
    stripe: FakeStripe | None = None

    async def authorised(self, *, captured: int = 0, refunded: int = 0, good: bool = True) -> Any:
        token, handler = ("success_token" if good else "fail_token"), HANDLER
        if self.stripe:
            token, handler = (VISA if good else DECLINED), "stripe"
        message = to_authorise(1000, token, handler_id=handler)
        service = self.desk.service()
        await service.authorise(message)
        name: dict[str, Any] = {"attempt_id": message.attempt_id, "key": "k"}
        if captured:
            await service.capture(Capture(**name, amount=usd(captured)))
        if refunded:
            await service.refund(Refund(**name, amount=usd(refunded)))
        return message

    async def differences(self, most: int = 2, since: datetime | None = None) -> list[Difference]:
        found = Comparison()
        await found.go_through(self.desk.service(), since, most)
        return found.differences

    async def kinds(self) -> list[tuple[str, AttemptId]]:
        return [(one.kind, one.attempt_id) for one in await self.differences()]

    def forgotten_there(self, attempt_id: AttemptId) -> None:
        if self.stripe:
            name = self.stripe.intent(attempt_id)["id"]
            self.stripe.intents.pop(name)
            return
        with self.desk.ledger._writing() as connection:  # as a partner might
            connection.execute("DELETE FROM entries WHERE key = ?", (str(attempt_id),))

    def tampered_there(self, attempt_id: AttemptId, column: str, value: object) -> None:
        if self.stripe:
            names = {"minor_units": "amount", "state": "status"}
            value = {"voided": "canceled"}.get(str(value), value)
            self.stripe.intent(attempt_id)[names[column]] = value
            return
        with self.desk.ledger._writing() as connection:  # as a partner might
            connection.execute(
                f"UPDATE entries SET {column} = ? WHERE key = ?",  # noqa: S608  # our own names
                (value, str(attempt_id)),
            )

    async def moved_there(self, kind: str, attempt_id: AttemptId) -> None:
        """By hand, on the partner's own pages."""
        await getattr(self.desk.provider, kind)(attempt_id, "by hand", usd(100))


@pytest.fixture(params=["here", "elsewhere", "stripe"])
async def books(
    request: pytest.FixtureRequest, engine: AsyncEngine, tmp_path: Path
) -> AsyncIterator[Books]:
    ledger = Ledger(tmp_path / "provider.db")
    begin: Begin = partial(transaction, engine, SqlPaymentBook)
    async with AsyncExitStack() as stack:
        stack.callback(ledger.close)
        if request.param == "here":
            provider: Any = TestProvider(ledger, (HANDLER,), 1)
        elif request.param == "elsewhere":
            (url,) = stack.enter_context(served(ledger_app(ledger)))
            client = await stack.enter_async_context(ClientSession(url))
            provider = HttpProvider(client, (HANDLER,), 1)
        else:
            stripe = FakeStripe()
            (url,) = stack.enter_context(served(stripe.app()))
            provider = await stack.enter_async_context(a_stripe(url, engine))
            yield Books(Desk(engine, ledger, provider, begin), stripe)
            return
        yield Books(Desk(engine, ledger, provider, begin))


async def some_that_agree(books: Books) -> None:
    """Of every kind that there is, over several pages."""
    await books.authorised()
    await books.authorised(captured=1000)
    await books.authorised(captured=600, refunded=200)
    with pytest.raises(PaymentDeclined):
        await books.authorised(good=False)
    voided = await books.authorised()
    await books.desk.provider.void(voided.attempt_id)
    async with books.desk.begin() as book:
        payment = await book.get(voided.attempt_id)
        payment.void()
        await book.save(payment)
        await book.add(Payment.never(an_attempt()))
    await books.desk.service().authorise(replace(to_authorise(0), instrument=None))


async def test_books_that_agree_do_not_differ(books: Books) -> None:
    await some_that_agree(books)

    assert await books.differences() == []
    assert await books.differences(since=datetime(1960, 1, 1, tzinfo=UTC)) == []


async def test_what_is_not_known_here_is_told(books: Books) -> None:
    await some_that_agree(books)
    lost = await books.authorised()
    async with books.desk.engine.begin() as connection:
        for table in (operations, payments):
            await connection.execute(delete(table).where(table.c.attempt_id == lost.attempt_id))

    assert await books.kinds() == [("missing_here", lost.attempt_id)]


async def test_what_is_not_known_there_is_told(books: Books) -> None:
    await some_that_agree(books)
    lost = await books.authorised()
    books.forgotten_there(lost.attempt_id)

    assert await books.kinds() == [("missing_there", lost.attempt_id)]


async def test_what_the_provider_has_told_of_is_not_asked_for_again(books: Books) -> None:
    await some_that_agree(books)
    lost = [(await books.authorised()).attempt_id for _ in range(11)]
    for attempt in lost:
        books.forgotten_there(attempt)
    asked = 0

    async def count() -> None:
        nonlocal asked
        asked += 1

    provider: Any = Interrupted(books.desk.provider, "look_up", before=count)
    found = Comparison()
    await found.go_through(books.desk.service(provider), most=5)

    assert {one.attempt_id for one in found.differences} == set(lost)
    assert asked == len(lost)


async def test_a_page_that_was_not_had_is_asked_for_again(desk: Desk) -> None:
    books = Books(desk)
    lost = await books.authorised()
    books.forgotten_there(lost.attempt_id)
    away = iter([True, True, False, False, True, False])

    async def stumble() -> None:
        if next(away):
            raise OutcomeUnknown("away")

    provider: Any = Interrupted(desk.provider, "records", before=stumble)
    provider = Interrupted(provider, "look_up", before=stumble)
    found = Comparison()
    with stamina.set_testing(True, attempts=3):
        await found.go_through(desk.service(provider))

    assert ([one.kind for one in found.differences], found.is_whole) == (["missing_there"], True)


async def test_what_was_found_stands_where_the_rest_cannot_be_asked_for(desk: Desk) -> None:
    books = Books(desk)
    other = await books.authorised()
    books.tampered_there(other.attempt_id, "state", "voided")
    lost = await books.authorised()
    books.forgotten_there(lost.attempt_id)

    async def away() -> None:
        raise OutcomeUnknown("away")

    provider: Any = Interrupted(desk.provider, "look_up", before=away)
    found = Comparison()
    with stamina.set_testing(True, attempts=2), pytest.raises(OutcomeUnknown):
        await found.go_through(desk.service(provider))

    assert ([one.kind for one in found.differences], found.is_whole) == (["state"], False)


async def test_another_amount_is_told(books: Books) -> None:
    await some_that_agree(books)
    other = await books.authorised()
    books.tampered_there(other.attempt_id, "minor_units", 999)

    (found,) = await books.differences()

    assert (found.kind, found.here, found.there) == ("amount", "1000 USD", "999 USD")


async def test_another_state_is_told(books: Books) -> None:
    await some_that_agree(books)
    other = await books.authorised()
    books.tampered_there(other.attempt_id, "state", "voided")

    (found,) = await books.differences()

    assert (found.kind, found.here, found.there) == ("state", "authorised", "voided")
    assert found.reference


async def test_money_that_was_taken_or_given_back_by_hand_is_told(books: Books) -> None:
    await some_that_agree(books)
    taken = await books.authorised()
    await books.moved_there("capture", taken.attempt_id)
    given = await books.authorised(captured=1000)
    await books.moved_there("refund", given.attempt_id)

    kinds = await books.kinds()

    assert sorted(kinds) == sorted([("captured", taken.attempt_id), ("refunded", given.attempt_id)])


async def test_what_is_moving_is_not_compared(books: Books) -> None:
    moving = await books.authorised()
    async with books.desk.begin() as book:
        payment = await book.get(moving.attempt_id)
        payment.capture_rest("parcel", NOW)
        await book.save(payment)
    await books.desk.provider.capture(moving.attempt_id, "parcel", usd(1000))

    assert await books.differences() == []


async def test_what_has_just_begun_is_not_compared(books: Books) -> None:
    books.desk.clock.now = datetime.now(UTC)
    new, old = (AttemptId(uuid7(books.desk.clock() - timedelta(seconds=age))) for age in (1, 3600))
    handler = "stripe" if books.stripe else HANDLER
    for attempt in (new, old):
        card = to_authorise(1000, VISA, handler_id=handler).instrument
        assert card
        await books.desk.provider.authorise(attempt, usd(1000), card)

    assert await books.kinds() == [("missing_here", old)]


async def test_a_cursor_that_no_page_ended_with_is_refused(books: Books) -> None:
    for after in ("elsewhere", "here:not an id"):
        with pytest.raises(UnfitCursor):
            await books.desk.service().reconcile(Reconcile(after=after))


async def test_no_more_is_looked_up_than_the_provider_answers_within_a_call(desk: Desk) -> None:
    some = tuple(an_attempt() for _ in range(MOST_LOOK_UPS + 1))
    await desk.service().reconcile(Reconcile(only=some[:MOST_LOOK_UPS]))

    with pytest.raises(TooManyLookUps) as refused:
        await desk.service().reconcile(Reconcile(only=some))

    assert refused.value.most == MOST_LOOK_UPS


@pytest.mark.parametrize(("most", "had"), [(10**9, MOST_OF_A_PAGE), (-1, 1)])
async def test_a_page_has_a_bound_whatever_is_asked_for(desk: Desk, most: int, had: int) -> None:
    async with desk.begin() as book:
        for _ in range(MOST_OF_A_PAGE + 1):
            await book.add(a_payment())

    listed = await desk.service().list_payments(ListPayments(most=most))
    there = await desk.service().reconcile(Reconcile(most=most))
    here = await desk.service().reconcile(Reconcile(after=there.next, most=most))

    assert len(listed.items) == had
    assert here.next
    assert here.next.endswith(str(listed.items[-1].attempt_id))


async def test_without_a_provider_there_is_nothing_to_compare(desk: Desk) -> None:
    page = await desk.service(NoProvider()).reconcile(Reconcile())

    assert (page.compared, page.differences) == (0, ())
