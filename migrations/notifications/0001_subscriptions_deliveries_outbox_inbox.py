"""notifications: subscriptions, deliveries, outbox, inbox, leases"""

import sqlalchemy as sa
from alembic import op

from infrastructure.shared.database.columns import Id, Instant, LongText, exact_text

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notifications_deliveries",
        sa.Column("delivery_id", Id, nullable=False),
        sa.Column("kind", exact_text(10), nullable=False),
        sa.Column("order_id", Id, nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("occasion", exact_text(100), nullable=False),
        sa.Column("client", exact_text(200), nullable=False),
        sa.Column("target", LongText, nullable=False),
        sa.Column("title", LongText, nullable=False),
        sa.Column("body", LongText, nullable=False),
        sa.Column("happened_at", Instant, nullable=False),
        sa.Column("give_up_at", Instant, nullable=False),
        sa.Column("subscription_id", Id, nullable=True),
        sa.Column("state", exact_text(10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", Instant, nullable=True),
        sa.Column("claim", Id, nullable=True),
        sa.Column("ended_at", Instant, nullable=True),
        sa.Column("error", LongText, nullable=False),
        sa.PrimaryKeyConstraint("delivery_id"),
    )
    op.create_index(
        op.f("ix_notifications_deliveries_claim"),
        "notifications_deliveries",
        ["claim"],
        unique=False,
    )
    op.create_index(
        "ix_notifications_deliveries_due",
        "notifications_deliveries",
        ["state", "next_try_at"],
        unique=False,
    )
    op.create_index(
        "ix_notifications_deliveries_ended_at",
        "notifications_deliveries",
        ["state", "ended_at"],
        unique=False,
    )
    op.create_index(
        "ix_notifications_deliveries_of",
        "notifications_deliveries",
        ["subscription_id", "state"],
        unique=False,
    )
    op.create_index(
        "ix_notifications_deliveries_order",
        "notifications_deliveries",
        ["order_id", "sequence"],
        unique=False,
    )
    op.create_index(
        "ix_notifications_deliveries_state",
        "notifications_deliveries",
        ["state", "delivery_id"],
        unique=False,
    )
    op.create_table(
        "notifications_inbox",
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
    op.create_index(
        op.f("ix_notifications_inbox_aggregate_id"),
        "notifications_inbox",
        ["aggregate_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_notifications_inbox_next_try_at"),
        "notifications_inbox",
        ["next_try_at"],
        unique=False,
    )
    op.create_index(
        "ix_notifications_inbox_state",
        "notifications_inbox",
        ["state", "occurred_at"],
        unique=False,
    )
    op.create_table(
        "notifications_leases",
        sa.Column("name", exact_text(64), nullable=False),
        sa.Column("holder", exact_text(200), nullable=False),
        sa.Column("held_until", Instant, nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "notifications_outbox",
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
        sa.UniqueConstraint("aggregate_id", "sequence", name="notifications_outbox_sequence"),
    )
    op.create_index(
        op.f("ix_notifications_outbox_sent_at"), "notifications_outbox", ["sent_at"], unique=False
    )
    op.create_table(
        "notifications_subscriptions",
        sa.Column("subscription_id", Id, nullable=False),
        sa.Column("client", exact_text(200), nullable=False),
        sa.Column("target", LongText, nullable=False),
        sa.Column("opened_at", Instant, nullable=False),
        sa.Column("stopped_at", Instant, nullable=True),
        sa.PrimaryKeyConstraint("subscription_id"),
    )


def downgrade() -> None:
    op.drop_table("notifications_subscriptions")
    op.drop_table("notifications_outbox")
    op.drop_table("notifications_leases")
    op.drop_table("notifications_inbox")
    op.drop_table("notifications_deliveries")
