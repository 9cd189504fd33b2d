"""discounts that nobody says a code for, and whom they are for"""

import sqlalchemy as sa
from alembic import op

from infrastructure.shared.database.columns import exact_text

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLE = "pricing_discounts"


def upgrade() -> None:
    op.add_column(TABLE, sa.Column("claim", exact_text(200)))
    op.add_column(TABLE, sa.Column("proof", exact_text(64), nullable=False, server_default=""))
    for name in ("is_exclusive", "needs_account"):
        column = sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
        op.add_column(TABLE, column)


def downgrade() -> None:
    for name in ("needs_account", "is_exclusive", "proof", "claim"):
        op.drop_column(TABLE, name)
