"""customers, addresses, outbox, inbox"""

import sqlalchemy as sa
from alembic import op

from infrastructure.shared.database.columns import Id, Instant, LongText, exact_text

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "customers_customers",
        sa.Column("customer_id", exact_text(64), nullable=False),
        sa.Column("email", exact_text(320), nullable=False),
        sa.Column("email_key", exact_text(320), nullable=False),
        sa.Column("first_name", exact_text(200), nullable=True),
        sa.Column("last_name", exact_text(200), nullable=True),
        sa.Column("phone_number", exact_text(64), nullable=True),
        sa.Column("analytics", sa.Boolean(), nullable=True),
        sa.Column("preferences", sa.Boolean(), nullable=True),
        sa.Column("marketing", sa.Boolean(), nullable=True),
        sa.Column("sale_of_data", sa.Boolean(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("events_recorded", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("customer_id"),
        sa.UniqueConstraint("email_key"),
    )
    op.create_table(
        "customers_addresses",
        sa.Column("customer_id", exact_text(64), nullable=False),
        sa.Column("address_id", exact_text(64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("first_name", exact_text(200), nullable=True),
        sa.Column("last_name", exact_text(200), nullable=True),
        sa.Column("street_address", exact_text(200), nullable=True),
        sa.Column("extended_address", exact_text(200), nullable=True),
        sa.Column("address_locality", exact_text(200), nullable=True),
        sa.Column("address_region", exact_text(200), nullable=True),
        sa.Column("address_country", exact_text(200), nullable=True),
        sa.Column("postal_code", exact_text(200), nullable=True),
        sa.Column("phone_number", exact_text(200), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customers_customers.customer_id"]),
        sa.PrimaryKeyConstraint("customer_id", "address_id"),
    )
    op.create_table(
        "customers_outbox",
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
        sa.UniqueConstraint("aggregate_id", "sequence", name="customers_outbox_sequence"),
    )
    op.create_index("ix_customers_outbox_sent_at", "customers_outbox", ["sent_at"])
    op.create_table(
        "customers_inbox",
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
    op.create_index("ix_customers_inbox_aggregate_id", "customers_inbox", ["aggregate_id"])
    op.create_index("ix_customers_inbox_next_try_at", "customers_inbox", ["next_try_at"])


def downgrade() -> None:
    op.drop_table("customers_inbox")
    op.drop_table("customers_outbox")
    op.drop_table("customers_addresses")
    op.drop_table("customers_customers")
