"""The `OrderBook` port on a real database."""

from copy import copy
from dataclasses import asdict, replace
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.contracts.ordering import (
    Adjustment,
    Answer,
    BuyerContext,
    FulfilmentEvent,
    LineUnits,
    Notice,
    UnknownCheckout,
    UnknownOrder,
)
from domain.ordering.attempt import Attempt, AttemptState
from domain.ordering.checkout import Checkout
from domain.ordering.claim import Claim
from domain.ordering.order import Order
from domain.ordering.platform import RegisteredPlatform
from domain.ordering.ports import Begin, OrderBook
from domain.shared.model import Conflict
from domain.shared.values import AttemptId, CheckoutId, OrderId
from infrastructure.ordering.order_book import SqlOrderBook
from infrastructure.ordering.tables import platforms
from infrastructure.shared.database.engines import transaction
from tests.ordering.builders import (
    NOW,
    a_checkout,
    a_content,
    a_line,
    a_request,
    an_attempt,
)

YES = Answer(code=200, body='{"text":"grüße"}')
GONE = Notice(kind="error", code="out_of_stock", text="Gone.", severity="recoverable", path="a[0]")
LATER = NOW + timedelta(seconds=15)


@pytest.fixture
def begin(engine: AsyncEngine) -> Begin:
    return partial(transaction, engine, SqlOrderBook)


async def given(begin: Begin, *things: Checkout | Attempt | Claim | Order) -> None:
    async with begin() as book:
        for thing in things:
            await kept(book, thing)


async def kept(book: OrderBook, thing: Checkout | Attempt | Claim | Order) -> None:
    match thing:
        case Checkout():
            await book.save_checkout(thing)
        case Attempt():
            await book.add_attempt(thing)
        case Claim():
            await book.claim(thing, instead_of=None)
        case Order():
            await book.save_order(thing)


def an_order() -> Order:
    lines = (a_line(), a_line(line_id="line_2", parent_id="line_1"))
    checkout = a_checkout(lines=lines, account="jane")
    return Order.placed(checkout, an_attempt(checkout), NOW)


async def test_a_checkout_comes_back_whole(begin: Begin) -> None:
    checkout = a_checkout(
        context=BuyerContext(address_country="US", eligibility=("com.example.gold",)),
        codes=("10OFF",),
        notices=(GONE,),
        undelivered=("line_1",),
        account="jane",
    )
    checkout.attempt_id, checkout.order_id = AttemptId(uuid4()), OrderId(uuid4())

    await given(begin, checkout)

    async with begin() as book:
        assert await book.checkout(checkout.checkout_id) == checkout


async def test_an_order_comes_back_whole(begin: Begin) -> None:
    order = an_order()
    order.lose_capture("The authorisation has lapsed.")
    parcel = (LineUnits(line_id="line_1", units=1),)
    order.note(
        FulfilmentEvent(
            event_id="p1",
            kind="shipped",
            occurred_at=NOW,
            lines=parcel,
            tracking_number="T1",
            tracking_url="https://carrier.example/T1",
            carrier="Carrier",
            description="On its way",
        )
    )
    refund = Adjustment(
        adjustment_id="a1",
        kind="refund",
        status="pending",
        occurred_at=NOW,
        amount=-500,
        lines=parcel,
        description="late",
    )
    order.report(None, (refund,))

    await given(begin, order)

    async with begin() as book:
        assert await book.order(order.order_id) == order


async def test_an_attempt_comes_back_whole(begin: Begin) -> None:
    attempt = an_attempt(a_checkout(), notices=(GONE,), answer=YES, state=AttemptState.FAILED)

    await given(begin, attempt)

    async with begin() as book:
        assert await book.attempt(attempt.attempt_id) == attempt


async def test_what_is_not_there_is_refused(begin: Begin) -> None:
    async with begin() as book:
        with pytest.raises(UnknownCheckout):
            await book.checkout(CheckoutId(uuid4()))
        with pytest.raises(UnknownOrder):
            await book.order(OrderId(uuid4()))


async def test_how_a_request_stands_is_seen_at_one_look(begin: Begin) -> None:
    checkout = a_checkout()
    attempt = an_attempt(checkout)
    checkout.begin(attempt, NOW)
    claim = Claim(request=attempt.request, attempt_id=attempt.attempt_id)
    await given(begin, checkout, attempt, claim)

    async with begin() as book:
        own = await book.standing(attempt.request, checkout.checkout_id)
        other = await book.standing(a_request(), checkout.checkout_id)
        nothing = await book.standing(a_request(), None)

    assert (own.claim, own.checkout, own.attempt) == (claim, checkout, attempt)
    assert (other.claim, other.checkout, other.attempt) == (None, checkout, attempt)
    assert (nothing.claim, nothing.checkout, nothing.attempt) == (None, None, None)


async def test_a_claim_names_its_own_attempt_whatever_the_checkout_does_now(begin: Begin) -> None:
    checkout = a_checkout()
    first, second = an_attempt(checkout), an_attempt(checkout)
    checkout.begin(second, NOW)
    claim = Claim(request=first.request, attempt_id=first.attempt_id)
    await given(begin, checkout, first, second, claim)

    async with begin() as book:
        standing = await book.standing(first.request, checkout.checkout_id)

    assert standing.attempt == first


async def test_a_checkout_is_seen_by_its_client_alone(begin: Begin) -> None:
    checkout = a_checkout()
    await given(begin, checkout)

    async with begin() as book:
        standing = await book.standing(a_request(), checkout.checkout_id)

    assert standing.checkout_of(a_request(), checkout.checkout_id) == checkout
    with pytest.raises(UnknownCheckout):
        standing.checkout_of(a_request(client="platform:b"), checkout.checkout_id)


async def test_an_answer_is_kept_under_its_request(begin: Begin) -> None:
    claim = Claim(request=a_request(), answer=YES)
    await given(begin, claim)

    async with begin() as book:
        standing = await book.standing(claim.request, None)

    assert standing.claim == claim


@pytest.mark.parametrize("change", [{"client": "b"}, {"operation": "cancel"}, {"key": "k"}])
async def test_a_key_is_one_clients_for_one_operation(begin: Begin, change: dict[str, str]) -> None:
    claim = Claim(request=a_request(), answer=YES)
    await given(begin, claim)

    async with begin() as book:
        standing = await book.standing(replace(claim.request, **change), None)

    assert standing.claim is None


async def test_of_two_writers_the_second_is_told(begin: Begin) -> None:
    checkout, attempt, order = a_checkout(), an_attempt(a_checkout()), an_order()
    claim = Claim(request=a_request(), answer=YES)
    for thing in (checkout, attempt, order, claim):
        twin = copy(thing)
        await given(begin, thing)
        with pytest.raises(Conflict):
            await given(begin, twin)

    async with begin() as book:
        mine, theirs = [await book.checkout(checkout.checkout_id) for _ in range(2)]
        theirs.revise(a_content(codes=("A",)), NOW)
        await book.save_checkout(theirs)
        mine.revise(a_content(codes=("B",)), NOW)
        with pytest.raises(Conflict):
            await book.save_checkout(mine)


async def test_a_claim_moves_on_from_the_attempt_that_was_found_there(begin: Begin) -> None:
    attempt = AttemptId(uuid4())
    failed = Claim(request=a_request(), attempt_id=attempt)
    anew = replace(failed, attempt_id=AttemptId(uuid4()))
    await given(begin, failed)

    async with begin() as book:
        await book.claim(anew, instead_of=failed)
    with pytest.raises(Conflict):
        async with begin() as book:
            await book.claim(replace(failed, answer=YES), instead_of=failed)

    async with begin() as book:
        assert (await book.standing(failed.request, None)).claim == anew


async def test_only_its_owner_moves_an_attempt(begin: Begin) -> None:
    attempt = an_attempt(a_checkout())
    await given(begin, attempt)
    taken = copy(attempt)
    taken.take_over(LATER, LATER + timedelta(seconds=15))
    async with begin() as book:
        await book.take_over_attempt(taken)

    attempt.complete(YES)
    with pytest.raises(Conflict):
        async with begin() as book:
            await book.move_attempt(attempt, was=AttemptState.RUNNING)

    taken.undo((GONE,))
    async with begin() as book:
        await book.move_attempt(taken, was=AttemptState.RUNNING)
    async with begin() as book:
        assert await book.attempt(attempt.attempt_id) == taken


async def test_an_attempt_moves_from_the_state_it_was_in_and_no_other(begin: Begin) -> None:
    attempt = an_attempt(a_checkout())
    await given(begin, attempt)
    done, undone = copy(attempt), copy(attempt)
    done.complete(YES)
    undone.undo(())
    async with begin() as book:
        await book.move_attempt(undone, was=AttemptState.RUNNING)

    with pytest.raises(Conflict):
        async with begin() as book:
            await book.move_attempt(done, was=AttemptState.RUNNING)


async def test_of_two_that_take_over_one_does(begin: Begin) -> None:
    attempt = an_attempt(a_checkout())
    await given(begin, attempt)
    one, other = copy(attempt), copy(attempt)
    for taken in (one, other):
        taken.take_over(LATER, LATER + timedelta(seconds=15))

    async with begin() as book:
        await book.take_over_attempt(one)
    with pytest.raises(Conflict):
        async with begin() as book:
            await book.take_over_attempt(other)


async def test_what_is_overdue_is_found_oldest_first_and_no_more_than_asked(begin: Begin) -> None:
    def due(seconds: int, **changes: object) -> Attempt:
        return an_attempt(a_checkout(), leased_until=NOW + timedelta(seconds=seconds), **changes)

    late, later, latest = due(1, state=AttemptState.UNDOING), due(2), due(3)
    over = due(1, state=AttemptState.COMPLETED)
    in_time = due(30)
    await given(begin, latest, later, late, over, in_time)

    async with begin() as book:
        assert await book.overdue(LATER, most=2) == [late, later]
        assert await book.overdue(LATER, most=9) == [late, later, latest]


async def test_a_failed_transaction_leaves_no_trace(begin: Begin) -> None:
    checkout = a_checkout()

    async def save_and_fail() -> None:
        async with begin() as book:
            await book.save_checkout(checkout)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await save_and_fail()

    async with begin() as book:
        with pytest.raises(UnknownCheckout):
            await book.checkout(checkout.checkout_id)


async def test_saving_an_order_that_has_not_changed_changes_nothing(begin: Begin) -> None:
    order = an_order()
    await given(begin, order)

    async with begin() as book:
        await book.save_order(await book.order(order.order_id))

    async with begin() as book:
        assert (await book.order(order.order_id)).version == 1


async def test_units_of_a_line_are_kept(begin: Begin) -> None:
    order = an_order()
    await given(begin, order)

    async with begin() as book:
        order = await book.order(order.order_id)
        order.cancel("key", "", NOW)
        await book.save_order(order)

    async with begin() as book:
        found = await book.order(order.order_id)
    assert found == order
    assert [line.units for line in found.lines] == [0, 0]


async def test_platforms_of_before_are_listed(begin: Begin, engine: AsyncEngine) -> None:
    platform = RegisteredPlatform(
        name="agent", key_digest="a" * 64, profile_url="https://a.example/p", registered_at=NOW
    )
    async with engine.begin() as connection:
        await connection.execute(platforms.insert(), asdict(platform))

    async with begin() as book:
        assert await book.platforms(None, 10) == [platform]
        assert await book.platforms(platform.name, 10) == []
