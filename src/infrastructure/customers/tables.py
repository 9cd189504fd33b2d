from sqlalchemy import Boolean, Column, ForeignKey, Integer, MetaData, Table

from infrastructure.shared.database.columns import exact_text
from infrastructure.shared.database.writers import writers_table
from infrastructure.shared.events.inbox import inbox_table
from infrastructure.shared.events.outbox import outbox_table
from infrastructure.shared.routines.lease import lease_table

metadata = MetaData()
customers = Table(
    "customers_customers",
    metadata,
    Column("customer_id", exact_text(64), primary_key=True),
    Column("email", exact_text(320), nullable=False),
    Column("email_key", exact_text(320), nullable=False, unique=True),  # as it is compared
    Column("first_name", exact_text(200)),
    Column("last_name", exact_text(200)),
    Column("phone_number", exact_text(64)),
    Column("analytics", Boolean),
    Column("preferences", Boolean),
    Column("marketing", Boolean),
    Column("sale_of_data", Boolean),
    Column("version", Integer, nullable=False),
    Column("events_recorded", Integer, nullable=False),
)
addresses = Table(
    "customers_addresses",
    metadata,
    Column("customer_id", ForeignKey(customers.c.customer_id), primary_key=True),
    Column("address_id", exact_text(64), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("first_name", exact_text(200)),
    Column("last_name", exact_text(200)),
    Column("street_address", exact_text(200)),
    Column("extended_address", exact_text(200)),
    Column("address_locality", exact_text(200)),
    Column("address_region", exact_text(200)),
    Column("address_country", exact_text(200)),
    Column("postal_code", exact_text(200)),
    Column("phone_number", exact_text(200)),
)
outbox = outbox_table(metadata, "customers")
inbox = inbox_table(metadata, "customers")
leases = lease_table(metadata, "customers")
writers = writers_table(metadata, "customers")
