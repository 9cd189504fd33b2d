"""discounts, promotions, tax rates"""

import sqlalchemy as sa
from alembic import op

from infrastructure.shared.database.columns import Instant, exact_text

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pricing_discounts",
        sa.Column("code", exact_text(64), nullable=False),
        sa.Column("kind", exact_text(20), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("title", exact_text(200), nullable=False),
        sa.Column("currency", exact_text(3), nullable=False),
        sa.Column("ends_at", Instant, nullable=True),
        sa.PrimaryKeyConstraint("code"),
    )
    op.create_table(
        "pricing_promotions",
        sa.Column("promotion_id", exact_text(64), nullable=False),
        sa.Column("title", exact_text(200), nullable=False),
        sa.Column("currency", exact_text(3), nullable=False),
        sa.Column("minimum_subtotal", sa.BigInteger(), nullable=True),
        sa.Column("service_level", exact_text(64), nullable=False),
        sa.PrimaryKeyConstraint("promotion_id"),
    )
    op.create_table(
        "pricing_promotion_skus",
        sa.Column("promotion_id", exact_text(64), nullable=False),
        sa.Column("sku", exact_text(64), nullable=False),
        sa.ForeignKeyConstraint(["promotion_id"], ["pricing_promotions.promotion_id"]),
        sa.PrimaryKeyConstraint("promotion_id", "sku"),
    )
    op.create_table(
        "pricing_tax_rates",
        sa.Column("country", exact_text(2), nullable=False),
        sa.Column("region", exact_text(64), nullable=False),
        sa.Column("category", exact_text(64), nullable=False),
        sa.Column("basis_points", sa.Integer(), nullable=False),
        sa.Column("title", exact_text(200), nullable=False),
        sa.Column("is_included", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("country", "region", "category"),
    )


def downgrade() -> None:
    op.drop_table("pricing_tax_rates")
    op.drop_table("pricing_promotion_skus")
    op.drop_table("pricing_promotions")
    op.drop_table("pricing_discounts")
