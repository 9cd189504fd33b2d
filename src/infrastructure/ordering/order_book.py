from copy import copy
from datetime import datetime
from typing import Any

from sqlalchemy import Table, Update, bindparam, func, insert, literal, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.contracts.ordering import (
    Request,
    UnknownCheckout,
    UnknownOrder,
)
from domain.ordering.attempt import Attempt, AttemptState
from domain.ordering.checkout import Checkout
from domain.ordering.claim import Claim
from domain.ordering.order import Order
from domain.ordering.platform import RegisteredPlatform
from domain.ordering.ports import Standing
from domain.shared.model import Conflict
from domain.shared.values import AttemptId, CheckoutId, OrderId
from infrastructure.ordering.attempt_rows import attempt_of, outcome
from infrastructure.ordering.cart_rows import CartRows
from infrastructure.ordering.checkout_rows import changing, checkout_of, checkout_row
from infrastructure.ordering.claim_rows import OWN_CLAIM, claim_of, naming
from infrastructure.ordering.order_lists import OrderLists
from infrastructure.ordering.order_rows import line_rows, order_of, order_row
from infrastructure.ordering.return_rows import ReturnRows
from infrastructure.ordering.tables import (
    attempts,
    checkouts,
    claims,
    order_lines,
    orders,
    outbox,
    platforms,
)
from infrastructure.shared.clock import utc_now
from infrastructure.shared.database.columns import Id, is_among
from infrastructure.shared.events.outbox import append_events

COUNTERS = ("units", "units_fulfilled", "units_returning")
# Statements of the hot path are built once: building one costs as much as executing it.
TABLES = (claims, checkouts, attempts)
PARTS = tuple(
    ([c.name for c in table.c], slice(start, start + len(table.c)))
    for table, start in zip(
        TABLES, (0, len(claims.c), len(claims.c) + len(checkouts.c)), strict=True
    )
)
ITS_ATTEMPT = attempts.c.attempt_id == func.coalesce(claims.c.attempt_id, checkouts.c.attempt_id)
STANDING = select(*(c.label(f"{t.name}.{c.name}") for t in TABLES for c in t.c)).select_from(
    select(literal(1).label("one"))
    .subquery("request")
    .outerjoin(claims, OWN_CLAIM)
    .outerjoin(checkouts, checkouts.c.checkout_id == bindparam("of_checkout", type_=Id))
    .outerjoin(attempts, ITS_ATTEMPT)
)
SAVE_CHECKOUT = update(checkouts).where(
    checkouts.c.checkout_id == bindparam("of_checkout"),
    checkouts.c.version == bindparam("of_version"),
)
MOVE_ATTEMPT = update(attempts).where(
    attempts.c.attempt_id == bindparam("of_attempt"),
    attempts.c.state == bindparam("of_state"),
    attempts.c.epoch == bindparam("of_epoch"),
)


class SqlOrderBook(OrderLists, ReturnRows, CartRows):
    """The order book in a transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        super().__init__()
        self._connection = connection
        self._loaded: dict[OrderId, Order] = {}

    async def standing(self, request: Request, checkout_id: CheckoutId | None) -> Standing:
        named = {**naming(request), "of_checkout": checkout_id}
        row = (await self._connection.execute(STANDING, named)).one()
        claim, checkout, attempt = (
            dict(zip(names, row[part], strict=True)) for names, part in PARTS
        )
        return Standing(
            claim=claim_of(claim) if claim["key"] is not None else None,
            checkout=checkout_of(checkout) if checkout["checkout_id"] else None,
            attempt=attempt_of(attempt) if attempt["attempt_id"] else None,
        )

    async def checkout(self, checkout_id: CheckoutId) -> Checkout:
        one = select(checkouts).where(checkouts.c.checkout_id == checkout_id)
        row = (await self._connection.execute(one)).mappings().first()
        if not row:
            raise UnknownCheckout(checkout_id)
        return checkout_of(row)

    async def save_checkout(self, checkout: Checkout) -> None:
        if checkout.version == 0:
            await self._insert(checkouts, checkout_row(checkout), checkout.checkout_id)
        else:
            unchanged = {"of_checkout": checkout.checkout_id, "of_version": checkout.version}
            changed = {**changing(checkout), **unchanged}
            await self._update(SAVE_CHECKOUT, changed, checkout.checkout_id)
        checkout.version += 1

    async def claim(self, claim: Claim, *, instead_of: Claim | None) -> None:
        request, answer = claim.request, claim.answer
        said = {
            "attempt_id": claim.attempt_id,
            "code": answer.code if answer else None,
            "body": answer.body if answer else None,
        }
        if instead_of:
            found = (
                claims.c.client == request.client,
                claims.c.operation == request.operation,
                claims.c.key == request.key,
                claims.c.attempt_id == instead_of.attempt_id,
            )
            await self._update(update(claims).where(*found), said, request.key)
            return
        row = {**vars(request), "claimed_at": utc_now(), **said}
        await self._insert(claims, row, request.key)

    async def attempt(self, attempt_id: AttemptId) -> Attempt:
        one = select(attempts).where(attempts.c.attempt_id == attempt_id)
        row = (await self._connection.execute(one)).mappings().first()
        if not row:
            raise LookupError(attempt_id)
        return attempt_of(row)

    async def add_attempt(self, attempt: Attempt) -> None:
        row = {
            "attempt_id": attempt.attempt_id,
            "checkout_id": attempt.checkout_id,
            "order_id": attempt.order_id,
            **vars(attempt.request),
            "started_at": attempt.started_at,
            "leased_until": attempt.leased_until,
            "epoch": attempt.epoch,
            **outcome(attempt),
        }
        await self._insert(attempts, row, attempt.attempt_id)

    async def move_attempt(self, attempt: Attempt, *, was: AttemptState) -> None:
        still_ours = {
            "of_attempt": attempt.attempt_id,
            "of_state": was,
            "of_epoch": attempt.epoch,
        }
        moved = {**outcome(attempt), **still_ours}
        await self._update(MOVE_ATTEMPT, moved, attempt.attempt_id)

    async def take_over_attempt(self, attempt: Attempt) -> None:
        as_found = {
            "of_attempt": attempt.attempt_id,
            "of_state": attempt.state,
            "of_epoch": attempt.epoch - 1,
        }
        lease = {"epoch": attempt.epoch, "leased_until": attempt.leased_until}
        await self._update(MOVE_ATTEMPT, {**lease, **as_found}, attempt.attempt_id)

    async def overdue(self, now: datetime, *, most: int) -> list[Attempt]:
        under_way = is_among(attempts.c.state, AttemptState.RUNNING, AttemptState.UNDOING)
        late = select(attempts).where(under_way, attempts.c.leased_until <= now)
        oldest = late.order_by(attempts.c.leased_until).limit(most)
        return [attempt_of(row) for row in (await self._connection.execute(oldest)).mappings()]

    async def order(self, order_id: OrderId) -> Order:
        head = select(orders).where(orders.c.order_id == order_id)
        row = (await self._connection.execute(head)).mappings().first()
        if not row:
            raise UnknownOrder(order_id)
        its = select(order_lines).where(order_lines.c.order_id == order_id)
        lines = (await self._connection.execute(its.order_by(order_lines.c.number))).mappings()
        order = order_of(row, lines.all())
        self._loaded[order_id] = copy(order)
        return order

    async def save_order(self, order: Order) -> None:
        before = self._loaded.get(order.order_id)
        if order == before:
            return
        row = {**order_row(order), "version": order.version + 1}
        if before is None:
            await self._insert(orders, row, order.order_id)
            await self._connection.execute(insert(order_lines), line_rows(order))
        else:
            unchanged = (orders.c.order_id == order.order_id, orders.c.version == order.version)
            await self._update(update(orders).where(*unchanged), row, order.order_id)
            await self._save_lines(order, before)
        await append_events(self._connection, outbox, str(order.order_id), order)
        order.version += 1
        self._loaded[order.order_id] = copy(order)

    async def _save_lines(self, order: Order, before: Order) -> None:
        for number, (now, then) in enumerate(zip(order.lines, before.lines, strict=True)):
            if now != then:
                one = (
                    order_lines.c.order_id == order.order_id,
                    order_lines.c.number == number,
                )
                units = {counter: getattr(now, counter) for counter in COUNTERS}
                await self._connection.execute(update(order_lines).where(*one).values(units))

    async def platforms(self, after: str | None, most: int) -> list[RegisteredPlatform]:
        some = select(platforms).order_by(platforms.c.name).limit(most)
        if after is not None:
            some = some.where(platforms.c.name > after)
        rows = (await self._connection.execute(some)).mappings()
        return [RegisteredPlatform(**row) for row in rows]

    async def _insert(self, table: Table, row: dict[str, Any], key: object) -> None:
        try:
            await self._connection.execute(insert(table), row)
        except IntegrityError as exists:
            raise Conflict(key) from exists

    async def _update(self, these: Update, values: dict[str, Any], key: object) -> None:
        if (await self._connection.execute(these, values)).rowcount == 0:
            raise Conflict(key)
