"""archived products"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    archived = sa.Column("is_archived", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("catalog_products", archived)
    op.create_index(
        "ix_catalog_products_is_archived", "catalog_products", ["is_archived", "product_id"]
    )


def downgrade() -> None:
    op.drop_index("ix_catalog_products_is_archived", "catalog_products")
    op.drop_column("catalog_products", "is_archived")
