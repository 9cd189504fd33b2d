from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
)

from infrastructure.shared.columns import Id, Instant, exact_text
from infrastructure.shared.inbox import inbox_table
from infrastructure.shared.outbox import outbox_table

metadata = MetaData()
checkouts = Table(
    "ordering_checkouts",
    metadata,
    Column("checkout_id", Id, primary_key=True),
    Column("client", exact_text(200), nullable=False),
    Column("status", exact_text(24), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("attempt_id", Id),
    Column("order_id", Id),
    Column("content", Text, nullable=False),
    Column("version", Integer, nullable=False),
)
claims = Table(
    "ordering_claims",
    metadata,
    Column("client", exact_text(200), primary_key=True),
    Column("operation", exact_text(40), primary_key=True),
    Column("key", exact_text(200), primary_key=True),
    Column("fingerprint", exact_text(64), nullable=False),
    Column("presentation", Text, nullable=False),
    Column("claimed_at", Instant, nullable=False, index=True),
    Column("attempt_id", Id),
    Column("code", Integer),
    Column("body", Text),
)
attempts = Table(
    "ordering_attempts",
    metadata,
    Column("attempt_id", Id, primary_key=True),
    Column("checkout_id", Id, nullable=False, index=True),
    Column("order_id", Id, nullable=False),
    Column("client", exact_text(200), nullable=False),
    Column("operation", exact_text(40), nullable=False),
    Column("key", exact_text(200), nullable=False),
    Column("fingerprint", exact_text(64), nullable=False),
    Column("presentation", Text, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("leased_until", Instant, nullable=False),
    Column("state", exact_text(10), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("notices", Text, nullable=False),
    Column("code", Integer),
    Column("body", Text),
    Index("ix_ordering_attempts_overdue", "state", "leased_until"),
)
orders = Table(
    "ordering_orders",
    metadata,
    Column("order_id", Id, primary_key=True),
    Column("checkout_id", Id, nullable=False, unique=True),  # one checkout, one order
    Column("attempt_id", Id, nullable=False, unique=True),
    Column("client", exact_text(200), nullable=False),
    Column("currency", exact_text(3), nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("email", exact_text(320)),
    Column("placed_at", Instant, nullable=False),
    Column("is_cancelled", Boolean, nullable=False),
    Column("history", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("events_recorded", Integer, nullable=False),
)
order_lines = Table(
    "ordering_order_lines",
    metadata,
    Column("order_id", ForeignKey(orders.c.order_id), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("line_id", exact_text(64), nullable=False),
    Column("sku", exact_text(64), nullable=False, index=True),
    Column("title", exact_text(400), nullable=False),
    Column("image_url", Text),
    Column("parent_id", exact_text(64)),
    Column("unit_price", BigInteger, nullable=False),
    Column("units_ordered", Integer, nullable=False),
    Column("units", Integer, nullable=False),
    Column("units_fulfilled", Integer, nullable=False),
    Column("subtotal", BigInteger, nullable=False),
    Column("discount", BigInteger, nullable=False),
    Column("total", BigInteger, nullable=False),
)
platforms = Table(
    "ordering_platforms",
    metadata,
    Column("name", exact_text(100), primary_key=True),
    Column("key_digest", exact_text(64), nullable=False, unique=True),
    Column("profile_url", Text),
    Column("registered_at", Instant, nullable=False),
)
outbox = outbox_table(metadata, "ordering")
inbox = inbox_table(metadata, "ordering")
