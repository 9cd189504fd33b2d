"""when somebody was told that money is held which nobody takes"""

import sqlalchemy as sa
from alembic import op

from infrastructure.shared.database.columns import Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("payments_payments", sa.Column("warned_at", Instant))


def downgrade() -> None:
    op.drop_column("payments_payments", "warned_at")
