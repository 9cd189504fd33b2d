"""Run one context's migrations on the connection that is given: see infrastructure.shared.migrations."""

from alembic import context

from infrastructure.shared.migrations import tables_of, version_table

name = context.config.config_ini_section

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables_of(name),
    version_table=version_table(name),
    include_name=lambda table, kind, _: kind != "table" or table.startswith(f"{name}_"),
)
with context.begin_transaction():
    context.run_migrations()
