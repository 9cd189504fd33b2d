"""expand: what products are found by, their categories, and what buyers must be shown of them"""

import sqlalchemy as sa
from alembic import op

from infrastructure.shared.database.columns import LongText, exact_text

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

INDEX = "catalog_search_fulltext"
ADD = (
    "INSERT INTO catalog_search_fulltext (product_id, key, words)"
    " VALUES (new.product_id, 'k' || hex(new.product_id), new.words);"
)
DROP = (
    "DELETE FROM catalog_search_fulltext WHERE rowid IN"
    " (SELECT rowid FROM catalog_search_fulltext"
    " WHERE catalog_search_fulltext MATCH 'key : k' || hex(old.product_id));"
)
MADE = {
    "postgresql": (
        f"CREATE INDEX {INDEX} ON catalog_search USING gin (to_tsvector('simple', words))",
    ),
    "mysql": (f"CREATE FULLTEXT INDEX {INDEX} ON catalog_search (words)",),
    "sqlite": (
        f"CREATE VIRTUAL TABLE {INDEX} USING fts5(product_id UNINDEXED, key, words)",
        f"CREATE TRIGGER {INDEX}_i AFTER INSERT ON catalog_search BEGIN {ADD} END",
        f"CREATE TRIGGER {INDEX}_d AFTER DELETE ON catalog_search BEGIN {DROP} END",
        f"CREATE TRIGGER {INDEX}_u AFTER UPDATE ON catalog_search BEGIN {DROP} {ADD} END",
    ),
}


def upgrade() -> None:
    op.add_column("catalog_products", sa.Column("disclosures", LongText, nullable=True))
    op.create_table(
        "catalog_categories",
        sa.Column("category", exact_text(200), nullable=False),
        sa.Column("product_id", exact_text(64), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["catalog_products.product_id"]),
        sa.PrimaryKeyConstraint("category", "product_id"),
    )
    op.create_index("ix_catalog_categories_product_id", "catalog_categories", ["product_id"])
    op.create_table(
        "catalog_search",
        sa.Column("product_id", exact_text(64), nullable=False),
        sa.Column("title", LongText, nullable=False),
        sa.Column("categories", LongText, nullable=False),
        sa.Column("words", LongText, nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["catalog_products.product_id"]),
        sa.PrimaryKeyConstraint("product_id"),
    )
    for statement in MADE[_engine()]:
        op.execute(statement)


def downgrade() -> None:
    if _engine() == "sqlite":
        op.execute(f"DROP TABLE IF EXISTS {INDEX}")
    op.drop_table("catalog_search")
    op.drop_table("catalog_categories")
    op.drop_column("catalog_products", "disclosures")


def _engine() -> str:
    name = op.get_bind().dialect.name
    return "mysql" if name == "mariadb" else name
