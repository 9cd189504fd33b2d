from sqlalchemy import Column, Index, Integer, MetaData, Table

from infrastructure.shared.database.columns import Id, Instant, LongText, exact_text
from infrastructure.shared.events.inbox import inbox_table
from infrastructure.shared.events.outbox import outbox_table
from infrastructure.shared.routines.lease import lease_table

metadata = MetaData()
subscriptions = Table(
    "notifications_subscriptions",
    metadata,
    Column("subscription_id", Id, primary_key=True),
    Column("client", exact_text(200), nullable=False),
    Column("target", LongText, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("stopped_at", Instant),
)
merchants = Table(
    "notifications_merchants",
    metadata,
    Column("subscription_id", Id, primary_key=True),
    Column("key", exact_text(200), nullable=False, unique=True),
    Column("name", exact_text(100), nullable=False),
    Column("target", LongText, nullable=False),
    Column("events", LongText, nullable=False),  # by spaces apart
    Column("sealed", LongText, nullable=False),
    Column("former", LongText, nullable=False),  # a JSON list of what was sealed, and until when
    Column("created_at", Instant, nullable=False),
    Column("failing_since", Instant),
    Column("disabled_at", Instant),
    Column("reason", LongText, nullable=False),
    Column("version", Integer, nullable=False),
    Column("events_recorded", Integer, nullable=False),
)
deliveries = Table(
    "notifications_deliveries",
    metadata,
    Column("delivery_id", Id, primary_key=True),
    Column("kind", exact_text(10), nullable=False),
    Column("order_id", Id, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("occasion", exact_text(100), nullable=False),
    Column("client", exact_text(200), nullable=False),
    Column("target", LongText, nullable=False),
    Column("title", LongText, nullable=False),
    Column("body", LongText, nullable=False),
    Column("happened_at", Instant, nullable=False),
    Column("give_up_at", Instant, nullable=False),
    Column("subscription_id", Id),  # a platform's or a merchant's; nothing where it is a mail
    Column("state", exact_text(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_try_at", Instant),  # empty unless pending
    Column("claim", Id, index=True),  # of who sends it now
    Column("ended_at", Instant),
    Column("error", LongText, nullable=False),
    Index("ix_notifications_deliveries_due", "state", "next_try_at"),
    Index("ix_notifications_deliveries_order", "order_id", "sequence"),
    Index("ix_notifications_deliveries_state", "state", "delivery_id"),
    Index("ix_notifications_deliveries_ended_at", "state", "ended_at"),
    Index("ix_notifications_deliveries_of", "subscription_id", "state"),
    Index("ix_notifications_deliveries_log", "subscription_id", "delivery_id"),
)
outbox = outbox_table(metadata, "notifications")
inbox = inbox_table(metadata, "notifications")
leases = lease_table(metadata, "notifications")
