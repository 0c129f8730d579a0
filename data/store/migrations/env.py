"""Runs the steps on the connection that the caller has opened, inside the caller's transaction."""

from __future__ import annotations

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    transactional_ddl=True,  # SQLite takes back a CREATE TABLE too, in a transaction that we began
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
