from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    UniqueConstraint,
)

from infrastructure.shared.database.columns import Id, Instant, LongText, exact_text
from infrastructure.shared.database.writers import writers_table
from infrastructure.shared.events.inbox import inbox_table
from infrastructure.shared.events.outbox import outbox_table
from infrastructure.shared.routines.lease import lease_table

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
    Column("content", LongText, nullable=False),
    Column("version", Integer, nullable=False),
    Index("ix_ordering_checkouts_order_id", "order_id", "checkout_id"),  # those without an order
)
carts = Table(
    "ordering_carts",
    metadata,
    Column("cart_id", Id, primary_key=True),
    Column("client", exact_text(200), nullable=False),
    Column("state", exact_text(10), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
    Column("checkout_id", Id),
    Column("content", LongText, nullable=False),
    Column("version", Integer, nullable=False),
)
claims = Table(
    "ordering_claims",
    metadata,
    Column("client", exact_text(200), primary_key=True),
    Column("operation", exact_text(40), primary_key=True),
    Column("key", exact_text(200), primary_key=True),
    Column("fingerprint", exact_text(64), nullable=False),
    Column("presentation", LongText, nullable=False),
    Column("claimed_at", Instant, nullable=False, index=True),
    Column("attempt_id", Id),
    Column("code", Integer),
    Column("body", LongText),
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
    Column("presentation", LongText, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("leased_until", Instant, nullable=False),
    Column("state", exact_text(10), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("notices", LongText, nullable=False),
    Column("code", Integer),
    Column("body", LongText),
    Index("ix_ordering_attempts_overdue", "state", "leased_until"),
    Index("ix_ordering_attempts_state", "state", "attempt_id"),
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
    Column("status", exact_text(24), nullable=False, server_default="open"),
    Column("country", exact_text(200), nullable=False),  # that it goes to, if any
    Column("history", LongText, nullable=False),
    Column("presentation", LongText),  # of whoever placed it; nothing for those from before
    Column("version", Integer, nullable=False),
    Column("events_recorded", Integer, nullable=False),
    Index("ix_ordering_orders_status", "status", "order_id"),
    Index("ix_ordering_orders_email", "email", "order_id"),
    Index("ix_ordering_orders_client", "client", "order_id"),
    Index("ix_ordering_orders_country", "country", "order_id"),
)
order_lines = Table(
    "ordering_order_lines",
    metadata,
    Column("order_id", ForeignKey(orders.c.order_id), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("line_id", exact_text(64), nullable=False),
    Column("sku", exact_text(64), nullable=False),
    Column("title", exact_text(400), nullable=False),
    Column("image_url", LongText),
    Column("parent_id", exact_text(64)),
    Column("unit_price", BigInteger, nullable=False),
    Column("units_ordered", Integer, nullable=False),
    Column("units", Integer, nullable=False),
    Column("units_fulfilled", Integer, nullable=False),
    Column("subtotal", BigInteger, nullable=False),
    Column("discount", BigInteger, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("tax", BigInteger, nullable=False, server_default="0"),
    Column("units_returning", Integer, nullable=False, server_default="0"),
    Index("ix_ordering_order_lines_sku", "sku", "order_id"),
)
returns = Table(
    "ordering_returns",
    metadata,
    Column("return_id", Id, primary_key=True),
    Column("order_id", ForeignKey(orders.c.order_id), nullable=False),
    Column("key", exact_text(200), nullable=False),
    Column("requested_at", Instant, nullable=False),
    Column("currency", exact_text(3), nullable=False),
    Column("state", exact_text(16), nullable=False),
    Column("reason", LongText, nullable=False),
    Column("decision", LongText, nullable=False),
    Column("receive_key", exact_text(200)),
    Column("cancel_key", exact_text(200)),
    Column("reminded_at", Instant),
    Column("lines", LongText, nullable=False),
    Column("refunds", LongText, nullable=False),
    Column("version", Integer, nullable=False),
    UniqueConstraint("order_id", "key", name="ordering_returns_key"),
    Index("ix_ordering_returns_order_id", "order_id", "return_id"),
    Index("ix_ordering_returns_state", "state", "return_id"),
)
platforms = Table(
    "ordering_platforms",
    metadata,
    Column("name", exact_text(100), primary_key=True),
    Column("key_digest", exact_text(64), nullable=False, unique=True),
    Column("profile_url", LongText),
    Column("registered_at", Instant, nullable=False),
)
outbox = outbox_table(metadata, "ordering")
inbox = inbox_table(metadata, "ordering")
leases = lease_table(metadata, "ordering")
writers = writers_table(metadata, "ordering")
