"""payments, operations, outbox, inbox"""

import sqlalchemy as sa
from alembic import op

from infrastructure.shared.database.columns import Id, Instant, LongText, exact_text

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "payments_payments",
        sa.Column("attempt_id", Id, nullable=False),
        sa.Column("order_id", Id, nullable=True),
        sa.Column("minor_units", sa.BigInteger(), nullable=True),
        sa.Column("currency", exact_text(3), nullable=True),
        sa.Column("state", exact_text(10), nullable=False),
        sa.Column("reason", LongText, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("events_recorded", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("attempt_id"),
    )
    op.create_index("ix_payments_payments_order_id", "payments_payments", ["order_id"])
    op.create_table(
        "payments_operations",
        sa.Column("attempt_id", Id, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", exact_text(10), nullable=False),
        sa.Column("key", exact_text(255), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("forgone", sa.BigInteger(), nullable=False),
        sa.Column("state", exact_text(10), nullable=False),
        sa.Column("reason", LongText, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["payments_payments.attempt_id"]),
        sa.PrimaryKeyConstraint("attempt_id", "number"),
        sa.UniqueConstraint("attempt_id", "kind", "key", name="payments_operations_key"),
    )
    op.create_index("ix_payments_operations_due", "payments_operations", ["state", "due_at"])
    op.create_table(
        "payments_outbox",
        sa.Column("id", Id, nullable=False),
        sa.Column("name", exact_text(100), nullable=False),
        sa.Column("aggregate_id", exact_text(64), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("occurred_at", Instant, nullable=False),
        sa.Column("sent_at", Instant, nullable=True),
        sa.Column("actor", exact_text(200), nullable=False),
        sa.Column("traceparent", exact_text(55), nullable=False),
        sa.Column("body", LongText, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("aggregate_id", "sequence", name="payments_outbox_sequence"),
    )
    op.create_index("ix_payments_outbox_sent_at", "payments_outbox", ["sent_at"])
    op.create_table(
        "payments_inbox",
        sa.Column("event_id", Id, nullable=False),
        sa.Column("consumer", exact_text(64), nullable=False),
        sa.Column("name", exact_text(100), nullable=False),
        sa.Column("aggregate_id", exact_text(64), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("occurred_at", Instant, nullable=False),
        sa.Column("actor", exact_text(200), nullable=False),
        sa.Column("traceparent", exact_text(55), nullable=False),
        sa.Column("state", exact_text(10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", Instant, nullable=True),
        sa.Column("error", LongText, nullable=False),
        sa.Column("body", LongText, nullable=False),
        sa.PrimaryKeyConstraint("event_id", "consumer"),
    )
    op.create_index("ix_payments_inbox_aggregate_id", "payments_inbox", ["aggregate_id"])
    op.create_index("ix_payments_inbox_next_try_at", "payments_inbox", ["next_try_at"])


def downgrade() -> None:
    op.drop_table("payments_inbox")
    op.drop_table("payments_outbox")
    op.drop_table("payments_operations")
    op.drop_table("payments_payments")
