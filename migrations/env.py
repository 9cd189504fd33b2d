"""Run one context's migrations on the connection that is given: see infrastructure.shared.migrations.tables."""

from alembic import context

from infrastructure.shared.migrations import half_done  # noqa: F401  # how alembic speaks to MySQL here
from infrastructure.shared.migrations.line import is_of, tables_of, version_table

name = context.config.config_ini_section
given = context.config.attributes

context.configure(
    connection=given["connection"],
    note=given.get("note"),
    target_metadata=tables_of(name),
    version_table=version_table(name),
    transaction_per_migration=True,
    include_name=lambda its, kind, _: is_of(name, its, kind),
)
with context.begin_transaction():
    context.run_migrations()
