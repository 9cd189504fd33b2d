"""expand: orders by country, and those of which it is not said yet"""

from alembic import op

from infrastructure.shared.migrations.online import index_online

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    index_online("ix_ordering_orders_country", "ordering_orders", ["country", "order_id"])


def downgrade() -> None:
    op.drop_index("ix_ordering_orders_country", "ordering_orders")
