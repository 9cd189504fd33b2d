"""expand: how whoever placed an order wants to be told of it; nothing for orders from before"""

import sqlalchemy as sa
from alembic import op

from infrastructure.shared.database.columns import LongText

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ordering_orders", sa.Column("presentation", LongText, nullable=True))


def downgrade() -> None:
    op.drop_column("ordering_orders", "presentation")
