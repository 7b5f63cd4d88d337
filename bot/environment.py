"""How the engine's processes are called: its Python, and the variables that its configuration files read."""

from __future__ import annotations

import os
from dataclasses import fields
from pathlib import Path

from bot.secret import shared_secret
from bot.settings import ROOT, Settings

ENGINE_PYTHON = ROOT / ".venvs" / "engine" / "bin" / "python"


def engine_variables(settings: Settings) -> dict[str, str]:
    """What endpoints.yml and credentials.yml name, and what keeps Rasa quiet and at home."""
    return {
        "POLKU_ENGINE_SECRET": shared_secret(settings),
        "POLKU_ACTIONS_URL": f"{settings.address}/actions/webhook",
        "POLKU_TRACKER_URL": settings.trackers,
        "RASA_TELEMETRY_ENABLED": "false",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        # Else memory keeps what loading the model left behind: 50 MB in each thread's own arena, 40 MB in large gaps.
        "MALLOC_ARENA_MAX": "2",
        "MALLOC_MMAP_THRESHOLD_": "1048576",
        "MALLOC_TRIM_THRESHOLD_": "1048576",
        "LOG_LEVEL": "INFO",  # at DEBUG Rasa prints what people write
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
    }


def app_environment(settings: Settings) -> dict[str, str]:
    """The same settings for a process of ours, whatever our own environment says."""
    chosen = {f"POLKU_{field.name.upper()}": getattr(settings, field.name) for field in fields(settings)}
    return {**os.environ, **chosen, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


def engine_environment(settings: Settings) -> dict[str, str]:
    return {**os.environ, **engine_variables(settings)}


def rasa(*arguments: str | Path) -> list[str]:
    """A command line of the engine's Rasa. `-W ignore`: its frozen libraries warn of their own age."""
    return [str(ENGINE_PYTHON), "-W", "ignore", "-m", "rasa", *map(str, arguments)]
