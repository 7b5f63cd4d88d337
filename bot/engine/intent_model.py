"""What a text means: first its theme, then the intent within that theme. No Rasa.

The theme is found by kernel ridge regression over likeness of meaning and of spelling to each example; the intent
within it by multinomial logistic regression. What is asked in many ways is so learned from all
topics of a theme together, and a doubt between two topics is no doubt of the theme. Why these and not others:
docs/decisions/0006-intent-model.md. Stored as plain arrays and JSON, never as pickle.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, hstack
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression

from bot.engine.word_parts import WordParts

ARRAYS_FILE, NAMES_FILE = "intents.npz", "intents.json"
WIDTH = 2.0  # how fast likeness of meaning fades with the angle between two vectors
SPELLING = 0.5  # what likeness of spelling counts beside it
RIDGE = 0.15
ROWS = 1000  # so many rows of the kernel are made at a time: it is large enough once
MEASURED = 8000  # examples from which the temperature is measured: the time grows with their third power
STRENGTH = 5.0  # of the logistic regression
TEMPERATURES = (0.02, 2.0)
TEMPERATURE = 0.25  # where there is too little to measure it
GROUPS = 6  # of an intent's examples, alike within; every third is held back to measure the temperature


@dataclass
class IntentModel:
    """`theme_of[place]` is the place in `themes` of the intent at `place` in `intents`."""

    themes: list[str]
    intents: list[str]
    theme_of: np.ndarray
    centre: np.ndarray  # the mean sentence vector: what all sentences share says nothing
    parts: WordParts
    examples: np.ndarray  # (examples, dimensions) the meaning of each
    dual: np.ndarray  # (examples, themes) what likeness of meaning to each says
    spelling: np.ndarray  # (word parts, themes) what each word part says
    offsets: np.ndarray
    temperature: float
    coefficients: np.ndarray  # (dimensions + word parts, intents), of those within one theme
    intercepts: np.ndarray

    @classmethod
    def train(
        cls,
        texts: Sequence[str],
        vectors: np.ndarray,
        intents: Sequence[str],
        themes: Sequence[str] | None = None,
        *,
        calibrate: bool = True,
    ) -> IntentModel:
        """Learn from examples of at least two intents; without themes they are all of one.

        Chances are made honest on examples held back, whole groups that are worded alike: people will word their
        questions in ways that are not among the examples.
        """
        owner = dict(zip(intents, themes or [""] * len(intents), strict=True))
        names, groups = sorted(owner), sorted(set(owner.values()))
        theme_of = np.array([groups.index(owner[name]) for name in names])
        place = np.searchsorted(names, intents)
        parts = WordParts.fit(texts)
        centre = vectors.mean(axis=0)
        meant, spelt = _meant(vectors, centre), parts.of(texts)
        temperature = _temperature(meant, spelt, theme_of[place], place) if calibrate else TEMPERATURE
        dual = _ridge(meant, spelt, theme_of[place], len(groups))
        coefficients, intercepts = _within(meant, spelt, place, theme_of)
        return cls(
            themes=groups,
            intents=names,
            theme_of=theme_of,
            centre=centre,
            parts=parts,
            examples=meant,
            dual=dual,
            spelling=_spelling(spelt, dual),
            offsets=dual.sum(axis=0),
            temperature=temperature,
            coefficients=coefficients,
            intercepts=intercepts,
        )

    def chances(self, texts: Sequence[str], vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(texts, themes) and (texts, intents), rows of each sum to 1; a theme's chance is that of its intents."""
        meant, spelt = _meant(vectors, self.centre), self.parts.of(texts)
        scores = _likeness(meant, self.examples) @ self.dual + spelt @ self.spelling + self.offsets
        of_themes = _softmax(scores / self.temperature)
        own = meant @ self.coefficients[: meant.shape[1]] + spelt @ self.coefficients[meant.shape[1] :]
        own += self.intercepts
        of_intents = np.zeros_like(own)
        for theme in range(len(self.themes)):
            columns = np.flatnonzero(self.theme_of == theme)
            of_intents[:, columns] = _softmax(own[:, columns]) * of_themes[:, [theme]]
        return of_themes, of_intents

    def save(self, folder: Path) -> None:
        arrays = {name: getattr(self, name) for name in ARRAYS}
        np.savez(folder / ARRAYS_FILE, temperature=np.float64(self.temperature), **arrays)
        self.parts.save(folder)
        names = json.dumps({"themes": self.themes, "intents": self.intents}, ensure_ascii=False)
        (folder / NAMES_FILE).write_text(names, encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> IntentModel:
        names = json.loads((folder / NAMES_FILE).read_text(encoding="utf-8"))
        with np.load(folder / ARRAYS_FILE, allow_pickle=False) as kept:
            arrays = {name: kept[name] for name in ARRAYS}
            return cls(**names, **arrays, temperature=float(kept["temperature"]), parts=WordParts.read(folder))


ARRAYS = ("theme_of", "centre", "examples", "dual", "spelling", "offsets", "coefficients", "intercepts")


def _meant(vectors: np.ndarray, centre: np.ndarray) -> np.ndarray:
    centred = vectors - centre
    return (centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-9)).astype(np.float32)


def _likeness(some: np.ndarray, others: np.ndarray) -> np.ndarray:
    """1 for the same meaning, towards 0 with the angle between them."""
    return np.exp(WIDTH * (some @ others.T - 1))


def _spelling(spelt: csr_matrix, dual: np.ndarray) -> np.ndarray:
    return SPELLING * np.asarray(spelt.T @ dual)


def _ridge(meant: np.ndarray, spelt: csr_matrix, theme: np.ndarray, themes: int) -> np.ndarray:
    """(examples, themes): what likeness to each example says. Takes 4 bytes for each pair of examples meanwhile."""
    size = len(meant)
    kernel = np.zeros((size, size), np.float32)  # only its lower half is filled
    for start in range(0, size, ROWS):
        rows, before = slice(start, start + ROWS), slice(0, min(start + ROWS, size))
        kernel[rows, before] = _likeness(meant[rows], meant[before]) + 1
        kernel[rows, before] += SPELLING * (spelt[rows] @ spelt[before].T).toarray()
    # A theme with many examples must not win by their number alone.
    counts = np.bincount(theme, minlength=themes).astype(np.float32)
    weights = np.sqrt(counts[counts > 0].mean() / counts[theme])
    kernel[np.diag_indices(size)] += RIDGE / weights
    signs = np.where(theme[:, np.newaxis] == np.arange(themes), 1, -1).astype(np.float32)
    # The transpose is the same memory in the order that the solver works in.
    return cho_solve(cho_factor(kernel.T, lower=False, overwrite_a=True, check_finite=False), signs)


def _within(
    meant: np.ndarray, spelt: csr_matrix, place: np.ndarray, theme_of: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(features, intents) and (intents,): in each theme, what tells its intents apart."""
    features = hstack([csr_matrix(meant), spelt], format="csr", dtype=np.float32)
    coefficients = np.zeros((features.shape[1], len(theme_of)), np.float32)
    intercepts = np.zeros(len(theme_of), np.float32)
    for theme in range(theme_of.max() + 1):
        columns = np.flatnonzero(theme_of == theme)
        if len(columns) < 2:
            continue
        rows = np.flatnonzero(np.isin(place, columns))
        # Loose on purpose: the last decimals of the fit change no answer and cost most of the time.
        fitted = LogisticRegression(C=STRENGTH, tol=1e-3, max_iter=150).fit(features[rows], place[rows])
        weights, offsets = per_class(fitted)
        coefficients[:, columns], intercepts[columns] = weights.T, offsets
    return coefficients, intercepts


def per_class(fitted: LogisticRegression) -> tuple[np.ndarray, np.ndarray]:
    """scikit-learn keeps one row for two classes; here every class has one."""
    if len(fitted.classes_) > 2:
        return fitted.coef_, fitted.intercept_
    return np.vstack([-fitted.coef_ / 2, fitted.coef_ / 2]), np.array([-1, 1]) * fitted.intercept_[0] / 2


def _temperature(meant: np.ndarray, spelt: csr_matrix, theme: np.ndarray, place: np.ndarray) -> float:
    """What to divide by so that, of themes given with 70 %, seven in ten are right (on examples held back)."""
    themes = theme.max() + 1
    some = np.random.default_rng(0).permutation(len(place))[:MEASURED]
    meant, spelt, theme, place = meant[some], spelt[some], theme[some], place[some]
    group = groups_alike(meant, place)
    held_in, held_out = np.flatnonzero(group % 3), np.flatnonzero(group % 3 == 0)
    if themes < 2 or len(np.unique(theme[held_in])) < themes:
        return TEMPERATURE
    dual = _ridge(meant[held_in], spelt[held_in], theme[held_in], themes)
    scores = _likeness(meant[held_out], meant[held_in]) @ dual
    scores += spelt[held_out] @ _spelling(spelt[held_in], dual) + dual.sum(axis=0)
    rows, right = np.arange(len(held_out)), theme[held_out]
    return _least(lambda temperature: _surprise(_softmax(scores / temperature)[rows, right]))


def groups_alike(meant: np.ndarray, place: np.ndarray) -> np.ndarray:
    """For each example the number (0 to GROUPS - 1) of the group within its intent that it is worded like."""
    group = np.zeros(len(place), int)
    for one in np.unique(place):
        own = np.flatnonzero(place == one)
        count = min(GROUPS, len(own))
        group[own] = KMeans(count, n_init=1, max_iter=20, random_state=0).fit_predict(meant[own])
    return group


def _least(surprise: Callable[[float], float]) -> float:
    return float(minimize_scalar(surprise, bounds=TEMPERATURES, method="bounded").x)


def _surprise(chances: np.ndarray) -> float:
    return -float(np.log(np.maximum(chances, 1e-12)).mean())


def _softmax(scores: np.ndarray) -> np.ndarray:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
