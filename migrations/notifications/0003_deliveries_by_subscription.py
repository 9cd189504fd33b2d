"""an index for the log of what one subscription was told"""

from alembic import op

from infrastructure.shared.migrations.online import index_online

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None
NAME, TABLE = "ix_notifications_deliveries_log", "notifications_deliveries"


def upgrade() -> None:
    index_online(NAME, TABLE, ["subscription_id", "delivery_id"])


def downgrade() -> None:
    op.drop_index(NAME, TABLE)
