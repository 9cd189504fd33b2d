"""checkouts, claims, attempts, orders, platforms, outbox, inbox"""

import sqlalchemy as sa
from alembic import op

from infrastructure.shared.database.columns import Id, Instant, LongText, exact_text

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ordering_checkouts",
        sa.Column("checkout_id", Id, nullable=False),
        sa.Column("client", exact_text(200), nullable=False),
        sa.Column("status", exact_text(24), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.Column("attempt_id", Id, nullable=True),
        sa.Column("order_id", Id, nullable=True),
        sa.Column("content", LongText, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("checkout_id"),
    )
    op.create_table(
        "ordering_claims",
        sa.Column("client", exact_text(200), nullable=False),
        sa.Column("operation", exact_text(40), nullable=False),
        sa.Column("key", exact_text(200), nullable=False),
        sa.Column("fingerprint", exact_text(64), nullable=False),
        sa.Column("presentation", LongText, nullable=False),
        sa.Column("claimed_at", Instant, nullable=False),
        sa.Column("attempt_id", Id, nullable=True),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("body", LongText, nullable=True),
        sa.PrimaryKeyConstraint("client", "operation", "key"),
    )
    op.create_index("ix_ordering_claims_claimed_at", "ordering_claims", ["claimed_at"])
    op.create_table(
        "ordering_attempts",
        sa.Column("attempt_id", Id, nullable=False),
        sa.Column("checkout_id", Id, nullable=False),
        sa.Column("order_id", Id, nullable=False),
        sa.Column("client", exact_text(200), nullable=False),
        sa.Column("operation", exact_text(40), nullable=False),
        sa.Column("key", exact_text(200), nullable=False),
        sa.Column("fingerprint", exact_text(64), nullable=False),
        sa.Column("presentation", LongText, nullable=False),
        sa.Column("started_at", Instant, nullable=False),
        sa.Column("leased_until", Instant, nullable=False),
        sa.Column("state", exact_text(10), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("notices", LongText, nullable=False),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("body", LongText, nullable=True),
        sa.PrimaryKeyConstraint("attempt_id"),
    )
    op.create_index("ix_ordering_attempts_checkout_id", "ordering_attempts", ["checkout_id"])
    op.create_index("ix_ordering_attempts_overdue", "ordering_attempts", ["state", "leased_until"])
    op.create_table(
        "ordering_orders",
        sa.Column("order_id", Id, nullable=False),
        sa.Column("checkout_id", Id, nullable=False),
        sa.Column("attempt_id", Id, nullable=False),
        sa.Column("client", exact_text(200), nullable=False),
        sa.Column("currency", exact_text(3), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("email", exact_text(320), nullable=True),
        sa.Column("placed_at", Instant, nullable=False),
        sa.Column("is_cancelled", sa.Boolean(), nullable=False),
        sa.Column("history", LongText, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("events_recorded", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("order_id"),
        sa.UniqueConstraint("attempt_id"),
        sa.UniqueConstraint("checkout_id"),
    )
    op.create_table(
        "ordering_order_lines",
        sa.Column("order_id", Id, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("line_id", exact_text(64), nullable=False),
        sa.Column("sku", exact_text(64), nullable=False),
        sa.Column("title", exact_text(400), nullable=False),
        sa.Column("image_url", LongText, nullable=True),
        sa.Column("parent_id", exact_text(64), nullable=True),
        sa.Column("unit_price", sa.BigInteger(), nullable=False),
        sa.Column("units_ordered", sa.Integer(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("units_fulfilled", sa.Integer(), nullable=False),
        sa.Column("subtotal", sa.BigInteger(), nullable=False),
        sa.Column("discount", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["ordering_orders.order_id"]),
        sa.PrimaryKeyConstraint("order_id", "number"),
    )
    op.create_index("ix_ordering_order_lines_sku", "ordering_order_lines", ["sku"])
    op.create_table(
        "ordering_platforms",
        sa.Column("name", exact_text(100), nullable=False),
        sa.Column("key_digest", exact_text(64), nullable=False),
        sa.Column("profile_url", LongText, nullable=True),
        sa.Column("registered_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("name"),
        sa.UniqueConstraint("key_digest"),
    )
    op.create_table(
        "ordering_outbox",
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
        sa.UniqueConstraint("aggregate_id", "sequence", name="ordering_outbox_sequence"),
    )
    op.create_index("ix_ordering_outbox_sent_at", "ordering_outbox", ["sent_at"])
    op.create_table(
        "ordering_inbox",
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
    op.create_index("ix_ordering_inbox_aggregate_id", "ordering_inbox", ["aggregate_id"])
    op.create_index("ix_ordering_inbox_next_try_at", "ordering_inbox", ["next_try_at"])


def downgrade() -> None:
    op.drop_table("ordering_inbox")
    op.drop_table("ordering_outbox")
    op.drop_table("ordering_platforms")
    op.drop_table("ordering_order_lines")
    op.drop_table("ordering_orders")
    op.drop_table("ordering_attempts")
    op.drop_table("ordering_claims")
    op.drop_table("ordering_checkouts")
