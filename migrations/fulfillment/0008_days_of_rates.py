"""within how many days goods arrive"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("fulfillment_rates", sa.Column("earliest_days", sa.Integer))
    op.add_column("fulfillment_rates", sa.Column("latest_days", sa.Integer))


def downgrade() -> None:
    op.drop_column("fulfillment_rates", "latest_days")
    op.drop_column("fulfillment_rates", "earliest_days")
