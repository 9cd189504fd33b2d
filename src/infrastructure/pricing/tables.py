from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Integer, MetaData, Table, false

from infrastructure.shared.database.columns import Instant, exact_text
from infrastructure.shared.database.writers import writers_table

metadata = MetaData()
discounts = Table(
    "pricing_discounts",
    metadata,
    Column("code", exact_text(64), primary_key=True),  # in capitals
    Column("kind", exact_text(20), nullable=False),
    Column("value", BigInteger, nullable=False),
    Column("title", exact_text(200), nullable=False),
    Column("currency", exact_text(3), nullable=False),
    Column("ends_at", Instant),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("claim", exact_text(200), index=True),
    Column("proof", exact_text(64), nullable=False, server_default=""),
    Column("is_exclusive", Boolean, nullable=False, server_default=false()),
    Column("needs_account", Boolean, nullable=False, server_default=false()),
    Column("target", exact_text(20), nullable=False, server_default="lines"),
    Column("method", exact_text(20), nullable=False, server_default="across"),
)
promotions = Table(
    "pricing_promotions",
    metadata,
    Column("promotion_id", exact_text(64), primary_key=True),
    Column("title", exact_text(200), nullable=False),
    Column("currency", exact_text(3), nullable=False),
    Column("minimum_subtotal", BigInteger),
    Column("service_level", exact_text(64), nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
)
promotion_skus = Table(
    "pricing_promotion_skus",
    metadata,
    Column("promotion_id", ForeignKey(promotions.c.promotion_id), primary_key=True),
    Column("sku", exact_text(64), primary_key=True),
)
tax_rates = Table(
    "pricing_tax_rates",
    metadata,
    Column("country", exact_text(2), primary_key=True),
    Column("region", exact_text(64), primary_key=True),  # empty: the whole country
    Column("category", exact_text(64), primary_key=True),
    Column("basis_points", Integer, nullable=False),
    Column("title", exact_text(200), nullable=False),
    Column("is_included", Boolean, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
)
writers = writers_table(metadata, "pricing")
