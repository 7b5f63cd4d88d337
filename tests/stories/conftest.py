"""A real Rasa agent with the project's domain and rules, and the app's real actions behind it."""

from __future__ import annotations

import importlib.util
import os
import secrets
import subprocess
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.settings import ROOT

if TYPE_CHECKING:
    from tests.stories.talk import Actions

# These tests are the engine's: the app's environment has no Rasa.
collect_ignore_glob = [] if importlib.util.find_spec("rasa") else ["test_*.py"]
if not collect_ignore_glob:
    with warnings.catch_warnings():
        # Rasa's old libraries use what newer ones have deprecated; nothing of ours is in it.
        warnings.simplefilter("ignore")
        import rasa.core.agent
        import rasa.model_training  # noqa: F401 - imported here, once, so that it doesn't warn later

APP_PYTHON = ROOT / ".venvs" / "app" / "bin" / "python"


@pytest.fixture(scope="session")
def actions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Actions]:
    """The action server, as a process of the app's environment."""
    from tests.stories.talk import Actions

    secret = secrets.token_hex(8)
    command = [str(APP_PYTHON), "-m", "tests.stories.actions_server", str(tmp_path_factory.mktemp("office")), secret]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        try:
            port = server.stdout.readline().strip()
            assert port, "the action server did not start"
            yield Actions(f"http://127.0.0.1:{port}", secret)
        finally:
            server.terminate()


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's rules as a model, without anything that understands words: that has its own tests."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    from rasa.model_training import train

    folder = tmp_path_factory.mktemp("model")
    config = folder / "config.yml"
    config.write_text(
        "recipe: default.v1\nassistant_id: stories\nlanguage: en\npipeline: []\n"
        f"importers: [{{name: bot.engine.importer.PolkuImporter, topics: {ROOT / 'content' / 'topics'}}}]\n"
        "policies: [{name: bot.engine.rules.RulePolicy}]\n"
    )
    result = train(str(ROOT / "domain.yml"), str(config), [str(ROOT / "stories")], str(folder))
    return Path(result.model)
