"""products, variants, prices"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def exact_text(length: int) -> sa.types.TypeEngine[str]:
    exact = sa.String(length, collation="utf8mb4_bin")
    return sa.String(length).with_variant(exact, "mysql", "mariadb")


def upgrade() -> None:
    op.create_table(
        "catalog_products",
        sa.Column("product_id", exact_text(64), nullable=False),
        sa.Column("title", exact_text(200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("categories", sa.Text(), nullable=False),
        sa.Column("media", sa.Text(), nullable=False),
        sa.Column("image_url", sa.Text(), nullable=True),
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
        sa.Column("options", sa.Text(), nullable=False),
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
