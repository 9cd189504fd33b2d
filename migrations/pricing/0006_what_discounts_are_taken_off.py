"""what a discount is taken off, and whether off each unit"""

import sqlalchemy as sa
from alembic import op

from infrastructure.shared.database.columns import exact_text

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLE = "pricing_discounts"
BEFORE = {"target": "lines", "method": "across"}


def upgrade() -> None:
    for name, value in BEFORE.items():
        op.add_column(TABLE, sa.Column(name, exact_text(20), nullable=False, server_default=value))


def downgrade() -> None:
    for name in reversed(BEFORE):
        op.drop_column(TABLE, name)
