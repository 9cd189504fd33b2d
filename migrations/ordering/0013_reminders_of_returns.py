"""expand: when somebody was reminded of a return"""

import sqlalchemy as sa
from alembic import op

from infrastructure.shared.database.columns import Instant

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ordering_returns", sa.Column("reminded_at", Instant, nullable=True))


def downgrade() -> None:
    op.drop_column("ordering_returns", "reminded_at")
