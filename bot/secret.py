"""The secret that app and engine share. Tokens of the widget are signed with it too."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

from bot.settings import Settings


class EmptySecret(ValueError):
    """The secret's file is empty: with an empty secret anybody could speak for the app."""


def shared_secret(settings: Settings) -> str:
    """The secret of the settings, else that of `data/secret`, made once and readable by its owner only.

    Safe when app and engine start at the same moment: both get the same secret.

    Raises:
        EmptySecret: the file is there and holds nothing.
    """
    if settings.engine_secret:
        return settings.engine_secret
    file = settings.data / "secret"
    if not file.exists():
        _make(file)
    secret = file.read_text(encoding="utf-8").strip()
    if not secret:
        raise EmptySecret(f"{file} is empty; remove it and a new secret is made at the next start")
    return secret


def _make(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=".secret-")  # mkstemp gives 0600
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            out.write(secrets.token_urlsafe(32) + "\n")
        # A link appears whole or not at all, and never over a secret that somebody else just made.
        file.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
