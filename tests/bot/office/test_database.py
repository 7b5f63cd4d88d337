import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from bot.office.database import Database, UnusableDatabase
from bot.office.schema import NewerDatabase
from bot.office.tables import Table


def test_migrations_lead_to_exactly_the_tables(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Table.metadata) == []


def test_migrations_make_the_same_checks_as_the_tables(database: Database) -> None:
    found = inspect(database.engine)
    for table in Table.metadata.sorted_tables:
        wanted = {c.name for c in table.constraints if str(c.name).startswith("ck_")}
        assert {check["name"] for check in found.get_check_constraints(table.name)} == wanted


def test_migrating_twice_changes_nothing(database: Database) -> None:
    database.migrate()


def test_processes_that_start_at_once_migrate_once(database_url: str) -> None:
    program = "import sys; from bot.office.database import Database; Database(sys.argv[1]).migrate()"
    started = [
        subprocess.Popen([sys.executable, "-c", program, database_url], stderr=subprocess.PIPE) for _ in range(4)
    ]
    errors = [process.communicate(timeout=60)[1] for process in started]
    assert [process.returncode for process in started] == [0, 0, 0, 0], errors


def test_a_newer_database_is_refused(database: Database) -> None:
    with database.session() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerDatabase, match="9999"):
        database.migrate()


def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    insert = text(
        "INSERT INTO conversations (id, channel, language_chosen, register, created_at, last_seen_at)"
        " VALUES ('x', 'widget', false, 'normal', '2026-11-22', '2026-11-22')"
    )

    def write_and_break() -> None:
        with database.session() as session:
            session.execute(insert)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_break()
    with database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM conversations")) == 0


def test_a_reading_session_waits_for_nobody_and_on_postgresql_cannot_write(database: Database) -> None:
    with database.session() as writing, database.reading() as reading:
        writing.execute(text("UPDATE alembic_version SET version_num = version_num"))
        assert reading.scalar(text("SELECT count(*) FROM alembic_version")) == 1
    if not database.is_sqlite:
        with pytest.raises(DBAPIError), database.reading() as reading:
            reading.execute(text("UPDATE alembic_version SET version_num = version_num"))


def test_foreign_keys_are_enforced(database: Database) -> None:
    insert = text("INSERT INTO working_hours (counsellor_id, weekday, opens, closes) VALUES (99, 0, '09:00', '16:00')")
    with pytest.raises(IntegrityError), database.session() as session:
        session.execute(insert)


def test_a_folder_that_is_missing_is_made(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'deep' / 'down' / 'office.db'}")
    database.migrate()
    assert database.is_up()
    database.close()


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////proc/nowhere/office.db",
        "sqlite:////proc/version",
        "postgresql://postgres@127.0.0.1:1/none",
        "postgresql://nobody:geheim@127.0.0.1:1/none",
    ],
)
def test_an_unusable_database_is_explained_in_one_line_without_the_password(url: str) -> None:
    database = Database(url)
    with pytest.raises(UnusableDatabase) as refusal:
        database.migrate()
    assert "\n" not in str(refusal.value)
    assert "geheim" not in str(refusal.value)
    assert not database.is_up()
    database.close()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://x@y/z", "no url at all"])
def test_only_a_file_or_postgresql_will_do(url: str) -> None:
    with pytest.raises(UnusableDatabase, match="POLKU_DATABASE_URL"):
        Database(url)
