"""products, variants, prices"""

import sqlalchemy as sa
from alembic import op

from infrastructure.shared.database.columns import LongText, exact_text

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "catalog_products",
        sa.Column("product_id", exact_text(64), nullable=False),
        sa.Column("title", exact_text(200), nullable=False),
        sa.Column("description", LongText, nullable=False),
        sa.Column("categories", LongText, nullable=False),
        sa.Column("media", LongText, nullable=False),
        sa.Column("image_url", LongText, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("product_id"),
    )
    op.create_table(
        "catalog_variants",
        sa.Column("sku", exact_text(64), nullable=False),
        sa.Column("product_id", exact_text(64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", exact_text(200), nullable=False),
        sa.Column("item_title", exact_text(400), nullable=False),
        sa.Column("options", LongText, nullable=False),
        sa.Column("needs_delivery", sa.Boolean(), nullable=False),
        sa.Column("tax_category", exact_text(64), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["catalog_products.product_id"]),
        sa.PrimaryKeyConstraint("sku"),
    )
    op.create_index("ix_catalog_variants_product_id", "catalog_variants", ["product_id"])
    op.create_table(
        "catalog_prices",
        sa.Column("sku", exact_text(64), nullable=False),
        sa.Column("currency", exact_text(3), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("minor_units", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["sku"], ["catalog_variants.sku"]),
        sa.PrimaryKeyConstraint("sku", "currency"),
    )


def downgrade() -> None:
    op.drop_table("catalog_prices")
    op.drop_table("catalog_variants")
    op.drop_table("catalog_products")
