"""outbox, inbox, who does the routines, and how many events a product has recorded"""

import sqlalchemy as sa
from alembic import op

from infrastructure.shared.database.columns import Id, Instant, LongText, exact_text

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    recorded = sa.Column("events_recorded", sa.Integer(), nullable=False, server_default="0")
    op.add_column("catalog_products", recorded)
    op.create_table(
        "catalog_outbox",
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
        sa.UniqueConstraint("aggregate_id", "sequence", name="catalog_outbox_sequence"),
    )
    op.create_index("ix_catalog_outbox_sent_at", "catalog_outbox", ["sent_at"])
    op.create_table(
        "catalog_inbox",
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
    op.create_index("ix_catalog_inbox_aggregate_id", "catalog_inbox", ["aggregate_id"])
    op.create_index("ix_catalog_inbox_next_try_at", "catalog_inbox", ["next_try_at"])
    op.create_index("ix_catalog_inbox_state", "catalog_inbox", ["state", "occurred_at"])
    op.create_table(
        "catalog_leases",
        sa.Column("name", exact_text(64), nullable=False),
        sa.Column("holder", exact_text(200), nullable=False),
        sa.Column("held_until", Instant, nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def downgrade() -> None:
    op.drop_table("catalog_leases")
    op.drop_table("catalog_inbox")
    op.drop_table("catalog_outbox")
    op.drop_column("catalog_products", "events_recorded")
