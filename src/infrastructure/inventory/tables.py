from sqlalchemy import (
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
items = Table(
    "inventory_items",
    metadata,
    Column("sku", exact_text(64), primary_key=True),
    Column("units_on_hand", Integer, nullable=False),
    Column("units_held", Integer, nullable=False),
    Column("units_allocated", Integer, nullable=False),
)
movements = Table(
    "inventory_movements",
    metadata,
    Column("movement_id", Id, primary_key=True),
    Column("sku", exact_text(64), nullable=False),
    Column("reason", exact_text(20), nullable=False),
    Column("units", Integer, nullable=False),  # more, or fewer
    Column("units_on_hand", Integer, nullable=False),  # afterwards
    Column("note", exact_text(500), nullable=False),
    Column("reference", exact_text(200)),  # the adjustment, parcel or return
    Column("key", exact_text(300)),  # of what happens once
    Column("order_id", Id),
    Column("actor", exact_text(200), nullable=False),
    Column("moved_at", Instant, nullable=False),
    UniqueConstraint("key", name="inventory_movements_key"),
    Index("ix_inventory_movements_sku", "sku", "movement_id"),
)
reservations = Table(
    "inventory_reservations",
    metadata,
    Column("attempt_id", Id, primary_key=True),
    Column("state", exact_text(10), nullable=False),
    Column("order_id", Id, index=True),
    Column("parcels", LongText, nullable=False),
    Column("version", Integer, nullable=False),
    Column("events_recorded", Integer, nullable=False),
    Index("ix_inventory_reservations_state", "state", "attempt_id"),
)
lines = Table(
    "inventory_reservation_lines",
    metadata,
    Column("attempt_id", ForeignKey(reservations.c.attempt_id), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("sku", exact_text(64), nullable=False),
    Column("units", Integer, nullable=False),
)
outbox = outbox_table(metadata, "inventory")
inbox = inbox_table(metadata, "inventory")
leases = lease_table(metadata, "inventory")
writers = writers_table(metadata, "inventory")
