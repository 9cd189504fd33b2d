"""Yardstick B: `complete` in the five transactions of the order path, eight statements in all.

Intent, hold, payment pending, payment authorised, order. Nothing recovers what is left halfway.
"""

from datetime import UTC, datetime, timedelta

from psycopg.errors import UniqueViolation

from bench.yardsticks.one_transaction import HOLD, RESERVE
from bench.yardsticks.shop import (
    OPERATION,
    READ,
    Asked,
    Connection,
    Refused,
    answer,
    authorised,
    event,
    priced,
    repeated,
    uuid7,
)

LEASE = timedelta(seconds=15)
INTEND = """
WITH attempted AS (INSERT INTO attempts VALUES (%(attempt_id)s, %(checkout_id)s, %(order_id)s,
    'running', 1, %(now)s, %(leased_until)s, NULL)),
begun AS (UPDATE checkouts SET status = 'complete_in_progress', attempt_id = %(attempt_id)s,
    version = version + 1 WHERE checkout_id = %(checkout_id)s)
INSERT INTO claims VALUES
    (%(client)s, %(operation)s, %(key)s, %(fingerprint)s, %(now)s, %(attempt_id)s, NULL)
"""
PENDING = """
INSERT INTO payments VALUES (%(attempt_id)s, %(order_id)s, 'pending', %(total)s, %(currency)s)
"""
AUTHORISED = """
UPDATE payments SET state = 'authorised' WHERE attempt_id = %(attempt_id)s AND state = 'pending'
"""
DECLINED = """
WITH declined AS (UPDATE payments SET state = 'declined' WHERE attempt_id = %(attempt_id)s),
released AS (UPDATE reservations SET state = 'released' WHERE attempt_id = %(attempt_id)s)
UPDATE items SET held = held - l.units FROM reservation_lines l
WHERE l.attempt_id = %(attempt_id)s AND l.sku = items.sku
"""
REOPEN = """
WITH failed AS (UPDATE attempts SET state = 'failed' WHERE attempt_id = %(attempt_id)s),
unclaimed AS (DELETE FROM claims WHERE client = %(client)s AND operation = %(operation)s
    AND key = %(key)s)
UPDATE checkouts SET status = 'ready_for_complete', version = version + 1
WHERE checkout_id = %(checkout_id)s
"""
ORDER = """
WITH made AS (INSERT INTO orders SELECT %(order_id)s, checkout_id, %(attempt_id)s, client, currency,
    total, email, address, %(now)s FROM checkouts WHERE checkout_id = %(checkout_id)s),
told AS (INSERT INTO outbox VALUES
    (%(event_id)s, 'ordering.order_placed.v1', %(order_name)s, 1, %(now)s, NULL, %(event)s))
INSERT INTO order_lines SELECT %(order_id)s, number, sku, title, price, units, total
FROM unnest(%(skus)s::text[], %(titles)s::text[], %(prices)s::bigint[], %(units)s::bigint[],
    %(totals)s::bigint[]) WITH ORDINALITY AS l (sku, title, price, units, total, number)
"""
CLOSE = """
WITH done AS (UPDATE attempts SET state = 'completed', body = %(body)s
    WHERE attempt_id = %(attempt_id)s AND state = 'running' AND epoch = 1 RETURNING 1),
said AS (UPDATE claims SET body = %(body)s
    WHERE client = %(client)s AND operation = %(operation)s AND key = %(key)s)
UPDATE checkouts SET status = 'completed', order_id = %(order_id)s, version = version + 1
WHERE checkout_id = %(checkout_id)s AND EXISTS (SELECT 1 FROM done)
"""


async def complete(connection: Connection, asked: Asked) -> bytes:
    now = datetime.now(UTC)
    attempt_id, order_id = uuid7(now), uuid7(now)
    told = {
        "attempt_id": attempt_id,
        "order_id": order_id,
        "order_name": str(order_id),
        "event_id": uuid7(now),
        "operation": OPERATION,
        "now": now,
        "leased_until": now + LEASE,
        "checkout_id": asked.checkout_id,
        "client": asked.client,
        "key": asked.key,
        "fingerprint": asked.fingerprint,
    }
    try:
        async with connection.transaction():  # 1: intent
            found = await connection.execute(READ, told)
            row = await found.fetchone()
            if (said := repeated(row, asked)) is not None:
                return said
            assert row  # noqa: S101
            bill = priced(row)
            await connection.execute(INTEND, told)
    except UniqueViolation as twin:
        raise Refused(409, "idempotency_conflict") from twin
    told |= {
        "currency": row["currency"],
        "total": bill.total,
        "skus": [line.sku for line in bill.lines],
        "titles": [line.title for line in bill.lines],
        "prices": [line.price for line in bill.lines],
        "units": [line.units for line in bill.lines],
        "totals": [line.total for line in bill.lines],
        "event": event(row, bill, attempt_id, order_id),
    }
    try:
        async with connection.transaction():  # 2: hold
            await connection.execute(RESERVE, told)
            for line in sorted(bill.lines, key=lambda line: line.sku):
                wanted = {"sku": line.sku, "units": line.units}
                if (await connection.execute(HOLD, wanted)).rowcount == 0:
                    raise Refused(409, "out_of_stock")  # noqa: TRY301  # rolls back
    except Refused:
        await connection.execute(REOPEN, told)
        raise
    await connection.execute(PENDING, told)  # 3: attempt
    if not await authorised(asked, bill.total):
        await connection.execute(DECLINED, told)
        await connection.execute(REOPEN, told)
        raise Refused(402, "payment_failed")
    await connection.execute(AUTHORISED, told)  # 4: result
    body = answer(row, bill, order_id)
    async with connection.transaction():  # 5: order
        await connection.execute(ORDER, told)
        closed = await connection.execute(CLOSE, {**told, "body": body.decode()})
        if closed.rowcount == 0:
            raise Refused(409, "attempt_lost")
    return body
