"""Money that is held and that nobody takes, on a real database."""

from asyncio import gather
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from itertools import count

from sqlalchemy import select, update

from app.payments.watch_authorisations import AT_ONCE, WatchAuthorisations
from domain.contracts.payments import AuthorisationLapsing, Capture, Void
from domain.payments.operation import OperationKind, Verdict
from domain.payments.payment import Authorisation, Payment, PaymentState
from domain.payments.ports import Begin, PaymentBook
from domain.shared.ids import public, uuid7
from domain.shared.values import AttemptId
from infrastructure.payments.tables import outbox, payments
from infrastructure.shared.calls.wire import adapter
from infrastructure.shared.database.collisions import again
from tests.logged import logged
from tests.payments.builders import NOW, Desk, an_order, to_authorise, usd

WEEK, TWO_DAYS = timedelta(days=7), timedelta(days=2)
HOUR = timedelta(hours=1)
LATE = NOW + WEEK - TWO_DAYS + HOUR


def an_attempt(at: datetime = NOW) -> AttemptId:
    return AttemptId(uuid7(at))


async def authorised(desk: Desk, units: int = 1000) -> AttemptId:
    attempt = an_attempt()
    await desk.service().authorise(to_authorise(units, attempt_id=attempt))
    return attempt


async def watched(desk: Desk, at: datetime, begin: Begin | None = None) -> None:
    await WatchAuthorisations(begin or desk.begin, lambda: at, WEEK, TWO_DAYS)()


async def told(desk: Desk) -> list[AuthorisationLapsing]:
    name = AuthorisationLapsing.name
    of_it = select(outbox.c.body).where(outbox.c.name == name).order_by(outbox.c.id)
    async with desk.engine.connect() as connection:
        bodies = (await connection.execute(of_it)).scalars()
        return [adapter(AuthorisationLapsing).validate_json(body) for body in bodies]


async def test_it_is_told_of_in_time_and_once(desk: Desk) -> None:
    attempt = await authorised(desk)
    payment = await desk.payment(attempt)

    await watched(desk, LATE - HOUR - HOUR)
    assert await told(desk) == []
    with logged() as lines:
        await watched(desk, LATE)
        await watched(desk, LATE + HOUR)

    (lapsing,) = await told(desk)
    assert (lapsing.attempt_id, lapsing.order_id) == (attempt, payment.order_id)
    assert (lapsing.amount, lapsing.lapses_at) == (usd(1000), NOW + WEEK)
    assert lines.getvalue().count("money is held that nobody takes") == 1
    assert (await desk.payment(attempt)).warned_at == LATE


async def test_what_was_taken_is_not_told_of(desk: Desk) -> None:
    attempt = await authorised(desk)
    await desk.service().capture(Capture(attempt_id=attempt, key="c", amount=usd(1000)))

    await watched(desk, LATE)

    assert await told(desk) == []


async def test_nor_is_what_was_let_go_of_or_never_paid(desk: Desk) -> None:
    await desk.service().void(Void(attempt_id=await authorised(desk)))
    await authorised(desk, units=0)
    async with desk.begin() as book:
        await book.add(Payment.begun(an_attempt(), an_order(), usd(5)))

    await watched(desk, LATE)

    assert await told(desk) == []


async def test_what_has_lapsed_already_is_too_late_to_be_told_of(desk: Desk) -> None:
    await authorised(desk)

    await watched(desk, NOW + WEEK + HOUR)

    assert await told(desk) == []


async def test_what_could_not_be_taken_is_still_held_for_so_long(desk: Desk) -> None:
    attempt = await authorised(desk)
    async with desk.begin() as book:
        payment = await book.get(attempt)
        payment.capture("c", usd(1000), NOW)
        payment.conclude(OperationKind.CAPTURE, "c", Verdict("not now"))
        await book.save(payment)

    await watched(desk, LATE)

    assert [one.attempt_id for one in await told(desk)] == [attempt]


async def test_who_takes_it_between_looking_and_telling_takes_it_and_nothing_is_told(
    desk: Desk,
) -> None:
    attempt = await authorised(desk)
    opened = count()

    @asynccontextmanager
    async def begin() -> AsyncIterator[PaymentBook]:
        if next(opened):
            await taken(desk, attempt)
        async with desk.begin() as book:
            yield book

    await watched(desk, LATE, begin)

    assert await told(desk) == []
    assert (await desk.payment(attempt)).captured == 1000


async def test_all_is_taken_once_while_it_is_told_of(desk: Desk) -> None:
    attempts = [await authorised(desk) for _ in range(8)]

    await gather(watched(desk, LATE), *(taken(desk, one) for one in attempts), watched(desk, LATE))

    payments = [await desk.payment(one) for one in attempts]
    assert [payment.captured for payment in payments] == [1000] * 8
    warned = {payment.attempt_id for payment in payments if payment.warned_at}
    assert sorted(one.attempt_id for one in await told(desk)) == sorted(warned)


async def test_more_than_are_looked_for_at_once_are_told_of(desk: Desk) -> None:
    async with desk.begin() as book:
        for _ in range(AT_ONCE + 1):
            payment = Payment.begun(an_attempt(), an_order(), usd(5))
            payment.settle(Authorisation(PaymentState.AUTHORISED))
            await book.add(payment)

    await watched(desk, LATE)

    assert len(await told(desk)) == AT_ONCE + 1


async def test_one_that_cannot_be_told_of_keeps_no_other_from_it(desk: Desk) -> None:
    bad, good = await authorised(desk), await authorised(desk)
    async with desk.engine.begin() as connection:
        unreadable = update(payments).where(payments.c.attempt_id == bad)
        await connection.execute(unreadable.values(currency="xyz"))

    with logged() as said:
        await watched(desk, LATE)

    assert [one.attempt_id for one in await told(desk)] == [good]
    assert public("pay", bad) in said.getvalue()


async def taken(desk: Desk, attempt: AttemptId) -> None:
    capture = Capture(attempt_id=attempt, key="c", amount=usd(1000))
    await again(desk.service().capture, capture)
