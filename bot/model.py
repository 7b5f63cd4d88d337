"""Which trained model belongs to the data as it is now: `models/polku-<fingerprint>.tar.gz`.

The fingerprint covers what training reads and nothing else: a change of a sentence in content/ is
served without training, a new topic is not.
"""

from __future__ import annotations

import hashlib
import tarfile
from pathlib import Path

import yaml

from bot.settings import ROOT, Settings

MODELS = "models"
# Loaded into the engine, but not read by training.
SERVING_ONLY = {"responses.py", "connector.py", "turns.py", "action_answers.py", "trackers.py", "evaluate.py",
                "detectors.py", "telling.py", "language_rule.py", "language_bench.py",
                "__init__.py"}


class NoModel(Exception):
    """There is no usable model; the message says which and what to do."""


def fingerprint(root: Path = ROOT) -> str:
    """Twelve hex digits over everything that training reads."""
    digest = hashlib.sha256()
    for path in training_files(root):
        digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
    for path in sorted((root / "content" / "topics").glob("*.yml")):
        digest.update("\n".join(yaml.safe_load(path.read_text("utf-8")) or {}).encode() + b"\0")
    return digest.hexdigest()[:12]


def training_files(root: Path) -> list[Path]:
    files = [root / "config.yml", root / "domain.yml", root / "requirements" / "engine.lock"]
    files += sorted((root / "nlu").rglob("*.yml")) + sorted((root / "stories").rglob("*.yml"))
    files += [path for path in sorted((root / "bot" / "engine").glob("*.py")) if path.name not in SERVING_ONLY]
    return files


def model_of_the_data(root: Path = ROOT) -> Path:
    """Where the model of today's data is, or will be after training."""
    return root / MODELS / f"polku-{fingerprint(root)}.tar.gz"


def model_to_serve(settings: Settings, root: Path = ROOT) -> Path:
    """The chosen model, or that of today's data.

    Raises:
        NoModel: it is missing or is not a model.
    """
    path = Path(settings.model) if settings.model else model_of_the_data(root)
    if not path.exists():
        raise NoModel(f"There is no model at {path}: train it with `./polku train`.")
    try:
        with tarfile.open(path) as archive:
            usable = any(name.endswith("metadata.json") for name in archive.getnames())
    except (tarfile.TarError, EOFError, OSError) as broken:
        reason = str(broken).splitlines()[0].rstrip(":")
        raise NoModel(f"The model at {path} is broken ({reason}): "
                      f"delete it and train again with `./polku train`.") from broken
    if not usable:
        raise NoModel(f"{path} is an archive, but not a Rasa model: train one with `./polku train`.")
    return path
