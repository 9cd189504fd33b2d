"""What both yardsticks do outside the database: admit, read the body, price, answer."""

from asyncio import LifoQueue
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from secrets import randbits
from typing import Any
from uuid import UUID

from fastapi import FastAPI, Request, Response
from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row
from pydantic import BaseModel
from pydantic_core import to_json

MOST_CONNECTIONS = 16
HANDLER = "mock_payment_handler"
OPERATION = "complete_checkout"

# One statement reads the checkout, what this key was answered before, and all that prices it.
READ = """
SELECT c.*, k.fingerprint, k.body AS said,
    (SELECT json_agg(json_build_object('sku', l.sku, 'units', l.quantity, 'title', p.title,
            'price', p.price) ORDER BY l.number)
        FROM checkout_lines l JOIN products p ON p.sku = l.sku AND p.currency = c.currency
        WHERE l.checkout_id = c.checkout_id) AS lines,
    (SELECT coalesce(sum(percent), 0)::bigint FROM discounts WHERE code = ANY(c.codes)) AS percent,
    (SELECT price FROM shipping_rates WHERE rate_id = c.rate_id) AS shipping,
    (SELECT coalesce(sum(basis_points), 0)::bigint FROM tax_rates
        WHERE country = c.address->>'address_country') AS basis_points
FROM checkouts c LEFT JOIN claims k
    ON k.client = %(client)s AND k.operation = 'complete_checkout' AND k.key = %(key)s
WHERE c.checkout_id = %(checkout_id)s FOR UPDATE OF c
"""

Connection = AsyncConnection[DictRow]


class Instrument(BaseModel):
    id: str
    handler_id: str
    type: str
    credential: dict[str, str]


class Payment(BaseModel):
    instruments: list[Instrument]


class CompleteBody(BaseModel):
    payment: Payment


class Refused(Exception):
    def __init__(self, status: int, code: str) -> None:
        self.status, self.code = status, code


@dataclass(frozen=True)
class Asked:
    checkout_id: UUID
    client: str
    key: str
    fingerprint: str
    instrument: Instrument


@dataclass(frozen=True)
class Line:
    sku: str
    title: str
    units: int
    price: int
    discount: int

    @property
    def total(self) -> int:
        return self.units * self.price - self.discount


@dataclass(frozen=True)
class Bill:
    lines: tuple[Line, ...]
    shipping: int
    tax: int

    @property
    def total(self) -> int:
        return sum(line.total for line in self.lines) + self.shipping + self.tax


Complete = Callable[[Connection, Asked], Awaitable[bytes]]


def app(conninfo: str, complete: Complete) -> FastAPI:
    pool: LifoQueue[Connection] = LifoQueue()
    platforms: dict[str, str] = {}

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        for _ in range(MOST_CONNECTIONS):
            pool.put_nowait(await _connected(conninfo))
        connection = pool.get_nowait()
        rows = await (await connection.execute("SELECT key_digest, name FROM platforms")).fetchall()
        platforms.update({row["key_digest"]: row["name"] for row in rows})
        pool.put_nowait(connection)
        yield
        while not pool.empty():
            await pool.get_nowait().close()

    shop = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)

    @shop.get("/readyz")
    async def readyz() -> dict[str, str]:
        return {"status": "ready"}

    @shop.post("/checkout-sessions/{id}/complete")
    async def complete_checkout(id: UUID, request: Request, body: CompleteBody) -> Response:  # noqa: A002
        try:
            asked = _asked(id, request, await request.body(), body, platforms)
            connection = await pool.get()
            try:
                said = await complete(connection, asked)
            finally:
                pool.put_nowait(connection)
        except Refused as no:
            return Response(to_json({"code": no.code}), no.status, media_type="application/json")
        return Response(said, media_type="application/json")

    return shop


async def _connected(conninfo: str) -> Connection:
    """Each single statement is its own transaction; statements are prepared at their first use."""
    return await AsyncConnection.connect(
        conninfo,
        autocommit=True,
        prepare_threshold=0,
        row_factory=dict_row,
        options="-c plan_cache_mode=force_generic_plan",
    )


def _asked(
    checkout_id: UUID, request: Request, raw: bytes, body: CompleteBody, platforms: dict[str, str]
) -> Asked:
    headers = request.headers
    digest = sha256(headers.get("x-api-key", "").encode("latin-1")).hexdigest()
    if not headers.get("ucp-agent", "").startswith('profile="https://'):
        raise Refused(400, "invalid_profile_url")
    if not (platform := platforms.get(digest)):
        raise Refused(401, "unauthorized")
    if not (key := headers.get("idempotency-key", "")):
        raise Refused(400, "key_missing")
    instrument = body.payment.instruments[0]
    if instrument.handler_id != HANDLER:
        raise Refused(400, "unknown_handler")
    said = f"{request.method} {request.url.path}\n".encode() + raw
    fingerprint = sha256(said).hexdigest()
    return Asked(checkout_id, f"platform:{platform}", key, fingerprint, instrument)


def repeated(row: DictRow | None, asked: Asked) -> bytes | None:
    """What this key was answered before; refuses what may not be completed."""
    if row is None or row["client"] != asked.client:
        raise Refused(404, "not_found")
    if row["fingerprint"] not in (None, asked.fingerprint):
        raise Refused(409, "idempotency_conflict")
    if row["said"] is not None:
        return str(row["said"]).encode()
    if row["status"] != "ready_for_complete" or row["expires_at"] < datetime.now(UTC):
        raise Refused(409, "checkout_closed")
    return None


def priced(row: DictRow) -> Bill:
    """The checkout at today's prices. Refuses one whose total is another by now."""
    lines = tuple(
        Line(
            one["sku"],
            one["title"],
            one["units"],
            one["price"],
            (one["units"] * one["price"] * row["percent"] + 50) // 100,
        )
        for one in row["lines"]
    )
    taxed = sum((line.total * row["basis_points"] + 5000) // 10000 for line in lines)
    bill = Bill(lines, row["shipping"], taxed)
    if bill.total != row["total"]:
        raise Refused(409, "total_changed")
    return bill


async def authorised(asked: Asked, amount: int) -> bool:
    """The payment provider: a partner's, who decides by the token and keeps no books here."""
    return amount == 0 or asked.instrument.credential.get("token") == "success_token"


def answer(row: DictRow, bill: Bill, order_id: UUID) -> bytes:
    """The completed checkout, as the shopping API shows it."""
    totals = [
        ("subtotal", sum(line.units * line.price for line in bill.lines)),
        ("items_discount", -sum(line.discount for line in bill.lines)),
        ("fulfillment", bill.shipping),
        ("tax", bill.tax),
        ("total", bill.total),
    ]
    body: dict[str, Any] = {
        "ucp": {"version": "2026-04-08", "payment_handlers": {HANDLER: [{"id": HANDLER}]}},
        "id": f"chk_{row['checkout_id'].hex}",
        "status": "completed",
        "currency": row["currency"],
        "buyer": {"email": row["email"]},
        "line_items": [
            {
                "id": f"li_{number}",
                "item": {"id": line.sku, "title": line.title, "price": line.price},
                "quantity": line.units,
                "totals": [
                    {"type": "subtotal", "amount": line.units * line.price},
                    {"type": "items_discount", "amount": -line.discount},
                    {"type": "total", "amount": line.total},
                ],
            }
            for number, line in enumerate(bill.lines, 1)
        ],
        "totals": [{"type": kind, "amount": amount} for kind, amount in totals],
        "fulfillment": {"methods": [{"type": "shipping", "destinations": [row["address"]]}]},
        "links": [],
        "messages": [],
        "expires_at": row["expires_at"],
        "order": {"id": f"ord_{order_id.hex}"},
    }
    return to_json(body)


def event(row: DictRow, bill: Bill, attempt_id: UUID, order_id: UUID) -> str:
    return to_json(
        {
            "order_id": order_id,
            "attempt_id": attempt_id,
            "email": row["email"],
            "address": row["address"],
            "lines": [{"sku": line.sku, "units": line.units} for line in bill.lines],
        }
    ).decode()


def uuid7(at: datetime) -> UUID:
    milliseconds = int(at.timestamp() * 1000)
    return UUID(int=milliseconds << 80 | 7 << 76 | randbits(12) << 64 | 2 << 62 | randbits(62))
