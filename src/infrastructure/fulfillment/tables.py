from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    UniqueConstraint,
)

from infrastructure.shared.database.columns import Id, Instant, LongText, exact_text
from infrastructure.shared.database.writers import writers_table
from infrastructure.shared.events.inbox import inbox_table
from infrastructure.shared.events.outbox import outbox_table
from infrastructure.shared.routines.lease import lease_table

metadata = MetaData()
rates = Table(
    "fulfillment_rates",
    metadata,
    Column("rate_id", exact_text(64), primary_key=True),
    Column("country", exact_text(7), nullable=False),
    Column("service_level", exact_text(64), nullable=False),
    Column("title", exact_text(200), nullable=False),
    Column("minor_units", BigInteger, nullable=False),
    Column("currency", exact_text(3), nullable=False),
    Column("carrier", exact_text(64)),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("description", exact_text(500)),
    Column("earliest_days", Integer),
    Column("latest_days", Integer),
    Index("ix_fulfillment_rates_country", "country", "currency"),
)
places = Table(
    "fulfillment_pickup_places",
    metadata,
    Column("place_id", exact_text(64), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("name", exact_text(200), nullable=False),
    Column("address", LongText, nullable=False),
    # of two who put all of them at once, one has to try again
    UniqueConstraint("number", name="fulfillment_pickup_places_number"),
)
shipments = Table(
    "fulfillment_shipments",
    metadata,
    Column("order_id", Id, primary_key=True),
    Column("is_cancelled", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("events_recorded", Integer, nullable=False),
)
lines = Table(
    "fulfillment_shipment_lines",
    metadata,
    Column("order_id", ForeignKey(shipments.c.order_id), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("line_id", exact_text(64), nullable=False),
    Column("sku", exact_text(64), nullable=False),
    Column("units_ordered", Integer, nullable=False),
    Column("units_shipped", Integer, nullable=False),
)
parcels = Table(
    "fulfillment_parcels",
    metadata,
    Column("order_id", ForeignKey(shipments.c.order_id), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("key", exact_text(255), nullable=False),
    Column("parcel_id", exact_text(64), nullable=False),
    Column("shipped_at", Instant, nullable=False),
    Column("tracking_number", exact_text(200)),
    Column("tracking_url", LongText),
    Column("carrier", exact_text(100)),
    Column("lines", LongText, nullable=False),
)
outbox = outbox_table(metadata, "fulfillment")
inbox = inbox_table(metadata, "fulfillment")
leases = lease_table(metadata, "fulfillment")
writers = writers_table(metadata, "fulfillment")
