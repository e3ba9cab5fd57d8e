"""Runs the steps in one transaction that no other process takes part in."""

from __future__ import annotations

from alembic import context
from sqlalchemy import text


def run() -> None:
    """Bring the tables up, all steps or none."""
    engine = context.config.attributes["engine"]
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(text("SELECT pg_advisory_xact_lock(7381205)"))
        context.configure(connection=connection, transaction_per_migration=False, transactional_ddl=True)
        context.run_migrations()
        connection.commit()


# There is no configuration but while alembic runs this file.
if getattr(context, "config", None) is not None:
    run()
