"""The tables of a journal as they are now: older ones are brought up step by step, and keep all that they hold."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from geodata.journal.trouble import no_store

_HERE = Path(__file__).parent / "migrations"


def config(engine: Engine) -> Config:
    """What alembic is told of a journal."""
    found = Config()
    found.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    found.attributes["engine"] = engine
    return found


def bring_up(engine: Engine, place: str) -> None:
    """Make the tables, or bring them up; one process at a time. SQLAlchemyError for what goes wrong: then nothing is
    half-done. NoStore for the journal of a newer program."""
    steps = ScriptDirectory.from_config(config(engine))
    if inspect(engine).has_table("alembic_version"):
        with engine.connect() as connection:
            version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        if version == steps.get_current_head():
            return
        if version is not None and version not in {step.revision for step in steps.walk_revisions()}:
            raise no_store("newer", place, version)
    command.upgrade(config(engine), "head")
