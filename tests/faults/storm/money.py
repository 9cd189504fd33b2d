"""Whether each order was paid for once: what it was promised, what we took, what the provider moved."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from uuid import UUID

from tests.journeys.reconcile import Books, rows, told_by

CAPTURES = """
SELECT sold.order_id, sold.attempt_id, sold.total, sum(taken.units), count(*),
    coalesce(sum(CASE WHEN taken.state = 'done' THEN taken.units END), 0)
FROM ordering_orders sold JOIN payments_operations taken ON taken.attempt_id = sold.attempt_id
WHERE taken.kind = 'capture' GROUP BY sold.order_id, sold.attempt_id, sold.total
"""
"""Orders, payments and operations are in one database here."""
PAID_TWICE = """
SELECT order_id, count(*) FROM payments_payments WHERE state = 'authorised' GROUP BY order_id
HAVING count(*) > 1
"""
MOVED = "SELECT entry, sum(minor_units) FROM movements WHERE kind = 'capture' GROUP BY entry"


def not_taken(books: Books, sent: AbstractSet[UUID]) -> Iterator[str]:
    """Orders that were sent, and whose money is not with us."""
    moved = {UUID(entry): units for entry, units in told_by(books.provider, MOVED)}
    taken = {
        order: (attempt, total, done)
        for order, attempt, total, _, _, done in rows(books.ordering, CAPTURES)
    }
    for order in sent:
        attempt, total, done = taken.get(order, (None, None, 0))
        if attempt is None or done != total or moved.get(attempt) != total:
            yield f"order {order} of {total} was sent: {done} is taken, {moved.get(attempt)} moved"


def taken_twice(books: Books) -> Iterator[str]:
    """Orders for which more was asked than they cost, or that have more than one payment."""
    for order, _, total, asked, times, _ in rows(books.ordering, CAPTURES):
        if asked > total:
            yield f"order {order} of {total}: {asked} is asked for, {times} times"
    for order, times in rows(books.payments, PAID_TWICE):
        yield f"order {order} has {times} payments"
