"""Runs the steps on the connection that the caller has opened, inside the caller's transaction."""

from __future__ import annotations

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    transactional_ddl=True,  # SQLite too can take back a CREATE TABLE, when we begin the transaction ourselves
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
