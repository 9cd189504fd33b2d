"""subscriptions of merchants"""

import sqlalchemy as sa
from alembic import op

from infrastructure.shared.database.columns import Id, Instant, LongText, exact_text

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notifications_merchants",
        sa.Column("subscription_id", Id, nullable=False),
        sa.Column("key", exact_text(200), nullable=False),
        sa.Column("name", exact_text(100), nullable=False),
        sa.Column("target", LongText, nullable=False),
        sa.Column("events", LongText, nullable=False),
        sa.Column("sealed", LongText, nullable=False),
        sa.Column("former", LongText, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("failing_since", Instant, nullable=True),
        sa.Column("disabled_at", Instant, nullable=True),
        sa.Column("reason", LongText, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("events_recorded", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("subscription_id"),
        sa.UniqueConstraint("key"),
    )


def downgrade() -> None:
    op.drop_table("notifications_merchants")
