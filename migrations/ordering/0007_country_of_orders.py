"""expand: the country that an order goes to; nothing where that is not said yet"""

import sqlalchemy as sa
from alembic import op

from infrastructure.shared.database.columns import exact_text

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ordering_orders", sa.Column("country", exact_text(200), nullable=True))


def downgrade() -> None:
    op.drop_column("ordering_orders", "country")
