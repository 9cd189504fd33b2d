"""Yardstick A: `complete` in one transaction of seven statements."""

from datetime import UTC, datetime

from psycopg.errors import UniqueViolation

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

RESERVE = """
WITH made AS (INSERT INTO reservations VALUES (%(attempt_id)s, 'held'))
INSERT INTO reservation_lines
SELECT %(attempt_id)s, number, sku, units
FROM unnest(%(skus)s::text[], %(units)s::bigint[]) WITH ORDINALITY AS l (sku, units, number)
"""
HOLD = """
UPDATE items SET held = held + %(units)s WHERE sku = %(sku)s AND on_hand - held >= %(units)s
"""
PAY = """
INSERT INTO payments VALUES
    (%(attempt_id)s, %(order_id)s, 'authorised', %(total)s, %(currency)s)
"""
ORDER = """
WITH made AS (INSERT INTO orders SELECT %(order_id)s, checkout_id, %(attempt_id)s, client, currency,
    total, email, address, %(now)s FROM checkouts WHERE checkout_id = %(checkout_id)s)
INSERT INTO order_lines SELECT %(order_id)s, number, sku, title, price, units, total
FROM unnest(%(skus)s::text[], %(titles)s::text[], %(prices)s::bigint[], %(units)s::bigint[],
    %(totals)s::bigint[]) WITH ORDINALITY AS l (sku, title, price, units, total, number)
"""
TELL = """
INSERT INTO outbox VALUES
    (%(event_id)s, 'ordering.order_placed.v1', %(order_name)s, 1, %(now)s, NULL, %(event)s)
"""
CLOSE = """
WITH closed AS (UPDATE checkouts SET status = 'completed', attempt_id = %(attempt_id)s,
    order_id = %(order_id)s, version = version + 1 WHERE checkout_id = %(checkout_id)s)
INSERT INTO claims VALUES
    (%(client)s, %(operation)s, %(key)s, %(fingerprint)s, %(now)s, %(attempt_id)s, %(body)s)
"""


async def complete(connection: Connection, asked: Asked) -> bytes:
    now = datetime.now(UTC)
    attempt_id, order_id = uuid7(now), uuid7(now)
    try:
        async with connection.transaction():
            found = await connection.execute(READ, vars(asked))
            row = await found.fetchone()
            if (said := repeated(row, asked)) is not None:
                return said
            assert row  # noqa: S101
            bill = priced(row)
            told = {
                **vars(asked),
                "attempt_id": attempt_id,
                "order_id": order_id,
                "order_name": str(order_id),
                "event_id": uuid7(now),
                "operation": OPERATION,
                "now": now,
                "currency": row["currency"],
                "total": bill.total,
                "skus": [line.sku for line in bill.lines],
                "titles": [line.title for line in bill.lines],
                "prices": [line.price for line in bill.lines],
                "units": [line.units for line in bill.lines],
                "totals": [line.total for line in bill.lines],
                "event": event(row, bill, attempt_id, order_id),
            }
            body = answer(row, bill, order_id)
            await connection.execute(RESERVE, told)
            if not await authorised(asked, bill.total):
                raise Refused(402, "payment_failed")
            await connection.execute(PAY, told)
            await connection.execute(ORDER, told)
            await connection.execute(TELL, told)
            await connection.execute(CLOSE, {**told, "body": body.decode()})
            for line in sorted(bill.lines, key=lambda line: line.sku):  # what many want comes last
                wanted = {"sku": line.sku, "units": line.units}
                if (await connection.execute(HOLD, wanted)).rowcount == 0:
                    raise Refused(409, "out_of_stock")
    except UniqueViolation as twin:
        raise Refused(409, "idempotency_conflict") from twin
    return body
