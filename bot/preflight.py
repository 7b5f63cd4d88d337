"""What must be right before anything is started. Each refusal is one sentence that says what to do."""

from __future__ import annotations

import socket
import tempfile

from bot.office.database import Database, UnusableDatabase
from bot.office.schema import NewerDatabase
from bot.settings import Settings


class CannotRun(Exception):
    """One sentence for the operator."""


def check_folder(settings: Settings) -> None:
    """The data folder exists and is ours to write. One that is made here is closed to the machine's other users.

    Raises:
        CannotRun: it cannot be made or written.
    """
    try:
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=settings.data):
            pass
    except OSError as refused:
        raise CannotRun(f"The data folder {settings.data} cannot be written ({refused.strerror}): "
                        f"give it to this user, or choose another with POLKU_DATA_DIR.") from refused


def check_port(host: str, port: str, variable: str) -> None:
    """Nothing else listens there.

    Raises:
        CannotRun: the port is taken, or may not be used.
    """
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(port)))
        except OSError as refused:
            raise CannotRun(f"Port {port} on {host} cannot be used ({refused.strerror}): "
                            f"stop what uses it, or choose another with {variable}.") from refused


def check_database(settings: Settings) -> None:
    """The database can be reached and brought up to date.

    Raises:
        CannotRun: it is newer than this program, or unusable.
    """
    try:
        database = Database(settings.database)
        database.migrate()
        database.close()
    except (NewerDatabase, UnusableDatabase) as refused:
        raise CannotRun(str(refused)) from refused


def check_all(settings: Settings) -> None:
    check_folder(settings)
    check_port(settings.host, settings.port, "POLKU_PORT")
    if not settings.engine_url:
        check_port("127.0.0.1", settings.engine_port, "POLKU_ENGINE_PORT")
    check_database(settings)
