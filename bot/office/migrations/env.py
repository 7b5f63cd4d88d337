"""Alembic runs this file; the transaction is the caller's (`bot.office.schema.upgrade`)."""

from alembic import context

from bot.office.tables import Table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    # SQLite can roll back its tables too; Alembic assumes that it cannot.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
