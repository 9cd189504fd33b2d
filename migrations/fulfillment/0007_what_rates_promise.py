"""what buyers may expect of a way to deliver"""

import sqlalchemy as sa
from alembic import op

from infrastructure.shared.database.columns import exact_text

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("fulfillment_rates", sa.Column("description", exact_text(500)))


def downgrade() -> None:
    op.drop_column("fulfillment_rates", "description")
