"""automatic discounts are looked for with every basket"""

from alembic import op

from infrastructure.shared.migrations.online import index_online

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    index_online("ix_pricing_discounts_claim", "pricing_discounts", ["claim"])


def downgrade() -> None:
    op.drop_index("ix_pricing_discounts_claim", "pricing_discounts")
