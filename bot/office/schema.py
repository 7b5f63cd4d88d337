"""From whatever tables there are to the ones this code expects, through Alembic."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

MIGRATIONS = Path(__file__).parent / "migrations"
# Any number will do, as long as every version of Polku takes the same one.
MIGRATION_LOCK = 7_065_107_850


class NewerDatabase(Exception):
    """A later version of Polku has changed the tables; this one would not understand what is in them."""


def upgrade(connection: Connection) -> None:
    """Run the missing migrations, all or none, inside the transaction of `connection`.

    Others that upgrade the same database wait: on SQLite the transaction holds the write lock from its
    beginning, on PostgreSQL an advisory lock is held until it ends.

    Raises:
        NewerDatabase: the database's revision is none of ours.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
    config = Config()
    # Percent signs are Alembic's own syntax in option values.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    unknown = set(MigrationContext.configure(connection).get_current_heads()) - known
    if unknown:
        raise NewerDatabase(
            f"The database is at revision {', '.join(sorted(unknown))}, which this version of Polku does not "
            "know: start the newer version, or restore the backup made before it."
        )
    command.upgrade(config, "head")
