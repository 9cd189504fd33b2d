"""versions of shipping rates"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    version = sa.Column("version", sa.Integer(), nullable=False, server_default="1")
    op.add_column("fulfillment_rates", version)


def downgrade() -> None:
    op.drop_column("fulfillment_rates", "version")
