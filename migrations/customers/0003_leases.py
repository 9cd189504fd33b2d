"""who does the routines, where many could"""

import sqlalchemy as sa
from alembic import op

from infrastructure.shared.database.columns import Instant, exact_text

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "customers_leases",
        sa.Column("name", exact_text(64), nullable=False),
        sa.Column("holder", exact_text(200), nullable=False),
        sa.Column("held_until", Instant, nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def downgrade() -> None:
    op.drop_table("customers_leases")
