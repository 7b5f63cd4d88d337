"""The one file that reads the environment. Every other module is handed a Settings.

Each field's `help` is what docs/operating.md must say of it (a test compares them).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def setting(default: str, help_: str) -> Any:
    return field(default=default, metadata={"help": help_})


@dataclass(frozen=True)
class Settings:
    """What a deployment may choose. The variable of field `x` is `POLKU_X`."""

    data_dir: str = setting("data", "Folder for the databases, the secret and the logs.")
    host: str = setting("127.0.0.1", "Address that the app listens on.")
    port: str = setting("8080", "Port that the app listens on.")
    engine_port: str = setting("5005", "Port of the engine, on loopback only.")
    engine_url: str = setting("", "Address of an engine that runs elsewhere; empty: the one started here.")
    database_url: str = setting("", "SQLAlchemy URL of the app's database; empty: SQLite in the data folder.")
    tracker_url: str = setting("", "SQLAlchemy URL of the engine's conversations; empty: SQLite in the data folder.")
    engine_secret: str = setting("", "Secret between app and engine; empty: made once, kept in the data folder.")
    burst: str = setting("20", "How many messages a conversation may send at once before it must slow to one a second.")
    handoff_days: str = setting("14", "Days until a request for a human that nobody took ends; the person is told.")
    model: str = setting("", "Path of the model to serve; empty: the newest in models/.")

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Read POLKU_* once.

        Raises:
            ValueError: a port or a number is none.
        """
        settings = cls(**{f.name: environ.get(f"POLKU_{f.name.upper()}", str(f.default)) for f in fields(cls)})
        for name in ("port", "engine_port"):
            value = getattr(settings, name)
            if not value.isdecimal() or int(value) > 65535:
                raise ValueError(f"POLKU_{name.upper()} must be a port number, not {value!r}")
        for name in ("burst", "handoff_days"):
            value = getattr(settings, name)
            if not value.isdecimal() or int(value) < 1:
                raise ValueError(f"POLKU_{name.upper()} must be a number from 1, not {value!r}")
        return settings

    @property
    def data(self) -> Path:
        return (ROOT / self.data_dir).resolve()

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.data / 'polku.db'}"

    @property
    def trackers(self) -> str:
        return self.tracker_url or f"sqlite:///{self.data / 'engine.db'}"

    @property
    def address(self) -> str:
        """Where this machine reaches the app, also when the app listens on all addresses."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @property
    def engine(self) -> str:
        return (self.engine_url or f"http://127.0.0.1:{self.engine_port}").rstrip("/")
