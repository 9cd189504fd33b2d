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
payments = Table(
    "payments_payments",
    metadata,
    Column("attempt_id", Id, primary_key=True),
    Column("order_id", Id, index=True),  # empty, as the amount is, where it was never begun
    Column("minor_units", BigInteger),
    Column("currency", exact_text(3)),
    Column("state", exact_text(10), nullable=False),
    Column("reason", LongText),
    Column("warned_at", Instant),
    Column("version", Integer, nullable=False),
    Column("events_recorded", Integer, nullable=False),
    Index("ix_payments_payments_state", "state", "attempt_id"),
)
operations = Table(
    "payments_operations",
    metadata,
    Column("attempt_id", ForeignKey(payments.c.attempt_id), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", exact_text(10), nullable=False),
    Column("key", exact_text(255), nullable=False),
    Column("units", BigInteger, nullable=False),
    Column("forgone", BigInteger, nullable=False),
    Column("state", exact_text(10), nullable=False),
    Column("reason", LongText),
    Column("tries", Integer, nullable=False),
    Column("due_at", Instant, nullable=False),
    UniqueConstraint("attempt_id", "kind", "key", name="payments_operations_key"),
    Index("ix_payments_operations_due", "state", "due_at"),
)
questions = Table(
    "payments_questions",
    metadata,
    Column("attempt_id", Id, primary_key=True),
    Column("ask_at", Instant, nullable=False, index=True),
)
stripe_intents = Table(
    "payments_stripe_intents",
    metadata,
    Column("attempt_id", Id, primary_key=True),
    Column(
        "intent_id", exact_text(255)
    ),  # empty until one has been created, and where none will be
    Column("capture_key", exact_text(255)),
    Column("declined_because", LongText),
    Column("is_given_up", Boolean, nullable=False),
)
outbox = outbox_table(metadata, "payments")
inbox = inbox_table(metadata, "payments")
leases = lease_table(metadata, "payments")
writers = writers_table(metadata, "payments")
