"""stock, reservations, outbox, inbox"""

import sqlalchemy as sa
from alembic import op

from infrastructure.shared.database.columns import Id, Instant, LongText, exact_text

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "inventory_items",
        sa.Column("sku", exact_text(64), nullable=False),
        sa.Column("units_on_hand", sa.Integer(), nullable=False),
        sa.Column("units_held", sa.Integer(), nullable=False),
        sa.Column("units_allocated", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("sku"),
    )
    op.create_table(
        "inventory_reservations",
        sa.Column("attempt_id", Id, nullable=False),
        sa.Column("state", exact_text(10), nullable=False),
        sa.Column("order_id", Id, nullable=True),
        sa.Column("parcels", LongText, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("events_recorded", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("attempt_id"),
    )
    op.create_index("ix_inventory_reservations_order_id", "inventory_reservations", ["order_id"])
    op.create_table(
        "inventory_reservation_lines",
        sa.Column("attempt_id", Id, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sku", exact_text(64), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["inventory_reservations.attempt_id"]),
        sa.PrimaryKeyConstraint("attempt_id", "number"),
    )
    op.create_table(
        "inventory_outbox",
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
        sa.UniqueConstraint("aggregate_id", "sequence", name="inventory_outbox_sequence"),
    )
    op.create_index("ix_inventory_outbox_sent_at", "inventory_outbox", ["sent_at"])
    op.create_table(
        "inventory_inbox",
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
    op.create_index("ix_inventory_inbox_aggregate_id", "inventory_inbox", ["aggregate_id"])
    op.create_index("ix_inventory_inbox_next_try_at", "inventory_inbox", ["next_try_at"])


def downgrade() -> None:
    op.drop_table("inventory_inbox")
    op.drop_table("inventory_outbox")
    op.drop_table("inventory_reservation_lines")
    op.drop_table("inventory_reservations")
    op.drop_table("inventory_items")
