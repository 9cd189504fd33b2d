"""Rows enough for plans, in every table that grows with orders: what is in them says little."""

from sqlalchemy import BigInteger, Boolean, Column, Connection, Integer, Table, text

from infrastructure.shared.database.columns import Id, Instant
from tests.databases import all_tables

SMALL = {
    "catalog_categories": "as many as are sold",
    "catalog_products": "as many as are sold",
    "catalog_search": "as many as are sold",
    "catalog_variants": "as many as are sold",
    "catalog_prices": "as many as are sold",
    "fulfillment_rates": "as many as staff thinks of",
    "identity_api_keys": "as many as there are machines and platforms",
    "identity_clients": "as many as there are machines and platforms",
    "identity_mail": "only what was not sent yet",
    "inventory_items": "as many as are sold",
    "notifications_merchants": "at most fifty",
    "notifications_subscriptions": "as many as were stopped",
    "ordering_platforms": "as many as there are contracts with",
    "payments_questions": "only what was not answered yet",
    "pricing_discounts": "as many as staff thinks of",
    "fulfillment_pickup_places": "at most a hundred",
    "pricing_promotions": "as many as staff thinks of",
    "pricing_promotion_skus": "as many as staff thinks of",
    "pricing_tax_rates": "as many as there are tax offices",
}
GROWING = [
    table
    for table in all_tables()
    if table.name not in SMALL and not table.name.endswith("_leases")
]
"""All but those that are named: a new table grows until somebody says why it does not."""
SETTLED = {
    "fulfillment_shipments": {},
    "inventory_inbox": {},
    "inventory_reservations": {"state": "allocated"},
    "notifications_deliveries": {"state": "delivered"},
    "ordering_attempts": {"state": "completed"},
    "ordering_checkouts": {"status": "completed"},
    "ordering_orders": {"status": "shipped"},
    "ordering_returns": {"state": "refunded"},
    "payments_operations": {"kind": "capture"},
    "payments_payments": {"state": "authorised"},
}
EVERYWHERE = {
    "currency": "USD",
    "lines": "[]",
    "notices": "[]",
    "parcels": "[]",
    "reason": "received",
    "refunds": "[]",
    "state": "done",
}


def fill(connection: Connection, table: Table, many: int) -> None:
    """A row for each number, which refers to what has the same number elsewhere."""
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    values = ", ".join(_value(table, column) for column in table.columns)
    every = f"INSERT INTO {table.name} ({names}) SELECT {values} FROM generate_series(1, {many}) i"  # noqa: S608  # our names
    connection.execute(text(every))


def _value(table: Table, column: Column[object]) -> str:
    told = {**EVERYWHERE, **SETTLED.get(table.name, {})}.get(column.name)
    if isinstance(column.type, Instant):
        is_waiting = column.name == "next_try_at" and column.nullable
        return "NULL" if is_waiting else "now() - i * interval '1 minute'"
    if isinstance(column.type, Id):
        return "('01900000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid"
    if isinstance(column.type, Boolean):
        return "false"
    if isinstance(column.type, Integer | BigInteger):
        return "1"
    if told is not None:
        return f"'{told}'"
    return "'k' || i"
