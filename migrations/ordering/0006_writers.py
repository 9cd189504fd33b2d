"""writers"""

import sqlalchemy as sa
from alembic import op

from infrastructure.shared.database.columns import Instant, exact_text

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ordering_writers",
        sa.Column("actor", exact_text(200), nullable=False),
        sa.Column("writes", sa.BigInteger(), nullable=False),
        sa.Column("wrote_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("actor"),
    )


def downgrade() -> None:
    op.drop_table("ordering_writers")
