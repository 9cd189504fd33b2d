from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    false,
)

from infrastructure.catalog import fulltext
from infrastructure.shared.database.columns import LongText, exact_text
from infrastructure.shared.database.writers import writers_table
from infrastructure.shared.events.inbox import inbox_table
from infrastructure.shared.events.outbox import outbox_table
from infrastructure.shared.routines.lease import lease_table

metadata = MetaData()
products = Table(
    "catalog_products",
    metadata,
    Column("product_id", exact_text(64), primary_key=True),
    Column("title", exact_text(200), nullable=False),
    Column("description", LongText, nullable=False),
    Column("categories", LongText, nullable=False),  # JSON
    Column("media", LongText, nullable=False),  # JSON
    Column("disclosures", LongText),  # JSON; nothing where there are none
    Column("image_url", LongText),  # the first of the media that is an image: all that a line shows
    Column("version", Integer, nullable=False),
    Column("is_archived", Boolean, nullable=False, server_default=false()),
    Column("events_recorded", Integer, nullable=False, server_default="0"),
    Index("ix_catalog_products_is_archived", "is_archived", "product_id"),
)
variants = Table(
    "catalog_variants",
    metadata,
    Column("sku", exact_text(64), primary_key=True),
    Column("product_id", ForeignKey(products.c.product_id), nullable=False, index=True),
    Column("number", Integer, nullable=False),
    Column("title", exact_text(200), nullable=False),
    Column("item_title", exact_text(400), nullable=False),  # the title on an order line
    Column("options", LongText, nullable=False),  # JSON
    Column("needs_delivery", Boolean, nullable=False),
    Column("tax_category", exact_text(64), nullable=False),
    Column("ships_apart", Boolean, nullable=False, server_default=false()),
)
prices = Table(
    "catalog_prices",
    metadata,
    Column("sku", ForeignKey(variants.c.sku), primary_key=True),
    Column("currency", exact_text(3), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("minor_units", BigInteger, nullable=False),
)
categories = Table(
    "catalog_categories",
    metadata,
    Column("category", exact_text(200), primary_key=True),
    Column("product_id", ForeignKey(products.c.product_id), primary_key=True, index=True),
)
search = Table(
    "catalog_search",
    metadata,
    Column("product_id", ForeignKey(products.c.product_id), primary_key=True),
    Column("title", LongText, nullable=False),  # the words of it
    Column("categories", LongText, nullable=False),
    Column("words", LongText, nullable=False),  # all of them: the engine's index is on these
)
fulltext.index(search)
writers = writers_table(metadata, "catalog")
outbox = outbox_table(metadata, "catalog")
inbox = inbox_table(metadata, "catalog")
leases = lease_table(metadata, "catalog")
