"""Vectors kept between trainings: most examples are the same as the last time, and each costs some ms."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bot.engine.embeddings import Embeddings


def vectors_with_file(
    embeddings: Embeddings, texts: Sequence[str], file: Path, backend: str, *, keep: bool = True
) -> np.ndarray:
    """As `embeddings.of(texts)`, reckoning only what `file` doesn't hold; afterwards it holds exactly these.

    Without `keep` the file is left as it is.
    The file names texts by a hash only. A broken or missing file is the same as an empty one.
    """
    keys = [hashlib.sha256(f"{backend}\n{text}".encode()).hexdigest()[:32] for text in texts]
    known = _read(file)
    new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
    if new:
        known.update(zip(new, embeddings.of(list(new.values())), strict=True))
    if new and keep:
        kept = list(dict.fromkeys(keys))
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_suffix(f".{os.getpid()}.npz")
        np.savez(unfinished, keys=np.array(kept), vectors=np.stack([known[key] for key in kept]))
        unfinished.replace(file)
    return np.stack([known[key] for key in keys])


def _read(file: Path) -> dict[str, np.ndarray]:
    try:
        with np.load(file, allow_pickle=False) as stored:
            return dict(zip(stored["keys"].tolist(), stored["vectors"], strict=True))
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return {}
