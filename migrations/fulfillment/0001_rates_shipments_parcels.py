"""shipping rates, shipments, parcels, outbox, inbox"""

import sqlalchemy as sa
from alembic import op

from infrastructure.shared.database.columns import Id, Instant, LongText, exact_text

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fulfillment_rates",
        sa.Column("rate_id", exact_text(64), nullable=False),
        sa.Column("country", exact_text(7), nullable=False),
        sa.Column("service_level", exact_text(64), nullable=False),
        sa.Column("title", exact_text(200), nullable=False),
        sa.Column("minor_units", sa.BigInteger(), nullable=False),
        sa.Column("currency", exact_text(3), nullable=False),
        sa.Column("carrier", exact_text(64), nullable=True),
        sa.PrimaryKeyConstraint("rate_id"),
    )
    op.create_index("ix_fulfillment_rates_country", "fulfillment_rates", ["country", "currency"])
    op.create_table(
        "fulfillment_shipments",
        sa.Column("order_id", Id, nullable=False),
        sa.Column("is_cancelled", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("events_recorded", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("order_id"),
    )
    op.create_table(
        "fulfillment_shipment_lines",
        sa.Column("order_id", Id, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("line_id", exact_text(64), nullable=False),
        sa.Column("sku", exact_text(64), nullable=False),
        sa.Column("units_ordered", sa.Integer(), nullable=False),
        sa.Column("units_shipped", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["fulfillment_shipments.order_id"]),
        sa.PrimaryKeyConstraint("order_id", "number"),
    )
    op.create_table(
        "fulfillment_parcels",
        sa.Column("order_id", Id, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", exact_text(255), nullable=False),
        sa.Column("parcel_id", exact_text(64), nullable=False),
        sa.Column("shipped_at", Instant, nullable=False),
        sa.Column("tracking_number", exact_text(200), nullable=True),
        sa.Column("tracking_url", LongText, nullable=True),
        sa.Column("carrier", exact_text(100), nullable=True),
        sa.Column("lines", LongText, nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["fulfillment_shipments.order_id"]),
        sa.PrimaryKeyConstraint("order_id", "number"),
    )
    op.create_table(
        "fulfillment_outbox",
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
        sa.UniqueConstraint("aggregate_id", "sequence", name="fulfillment_outbox_sequence"),
    )
    op.create_index("ix_fulfillment_outbox_sent_at", "fulfillment_outbox", ["sent_at"])
    op.create_table(
        "fulfillment_inbox",
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
    op.create_index("ix_fulfillment_inbox_aggregate_id", "fulfillment_inbox", ["aggregate_id"])
    op.create_index("ix_fulfillment_inbox_next_try_at", "fulfillment_inbox", ["next_try_at"])


def downgrade() -> None:
    op.drop_table("fulfillment_inbox")
    op.drop_table("fulfillment_outbox")
    op.drop_table("fulfillment_parcels")
    op.drop_table("fulfillment_shipment_lines")
    op.drop_table("fulfillment_shipments")
    op.drop_table("fulfillment_rates")
