"""How much a text sounds like a crisis, and of which kind: logistic regression over sentence vectors. No Rasa."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from bot.engine.intent_model import per_class

FILE = "crisis.npz"
NEAR = "near"  # the kind of the examples that only sound like a crisis
# Beside some eleven thousand ordinary examples; the best of those tried on sentences that no one had looked at.
STRENGTH = 20.0
WEIGHT = 3.0


@dataclass
class CrisisModel:
    """`kinds` and the rows of `kind_weights` are in the same order. All weights are for centred unit vectors."""

    centre: np.ndarray
    weights: np.ndarray
    offset: float
    kinds: list[str]
    kind_weights: np.ndarray
    kind_offsets: np.ndarray

    @classmethod
    def train(cls, vectors: np.ndarray, kinds: Sequence[str | None]) -> CrisisModel:
        """From vectors of at least two kinds of crisis, of what is near to them, and of ordinary texts (None)."""
        centre = vectors.mean(axis=0)
        points = _centred(vectors, centre)
        alarming = np.array([kind not in (None, NEAR) for kind in kinds])
        weights = np.where(np.array([kind is None for kind in kinds]), 1.0, WEIGHT)
        alarm = LogisticRegression(C=STRENGTH, max_iter=500).fit(points, alarming, sample_weight=weights)
        which = LogisticRegression(C=STRENGTH, max_iter=500).fit(
            points[alarming], [kind for kind, is_one in zip(kinds, alarming) if is_one]  # noqa: B905 - same length
        )
        weights_of, offsets = per_class(which)
        return cls(centre, alarm.coef_[0], float(alarm.intercept_[0]), list(which.classes_), weights_of, offsets)

    def judged(self, vector: np.ndarray) -> tuple[float, str]:
        """The chance that a text is about a crisis, 0 to 1, and the kind that it would be."""
        point = _centred(vector[np.newaxis], self.centre)[0]
        chance = 1 / (1 + np.exp(-(point @ self.weights + self.offset)))
        return float(chance), self.kinds[int(np.argmax(self.kind_weights @ point + self.kind_offsets))]

    def save(self, folder: Path) -> None:
        np.savez(folder / FILE, **{name: np.asarray(value) for name, value in vars(self).items()})

    @classmethod
    def read(cls, folder: Path) -> CrisisModel:
        with np.load(folder / FILE, allow_pickle=False) as arrays:
            found = {name: arrays[name] for name in arrays.files}
        found["offset"], found["kinds"] = float(found["offset"]), [str(kind) for kind in found["kinds"]]
        return cls(**found)


def _centred(vectors: np.ndarray, centre: np.ndarray) -> np.ndarray:
    moved = vectors - centre
    return moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9)
