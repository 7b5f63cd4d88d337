"""What a text means: multinomial logistic regression over a sentence vector, word parts and words. No Rasa.

Measured on the public 60-intent sample with 20 examples an intent, one model for three languages: see
`weights` and C below, which were the best of those tried. Stored as plain arrays and JSON, never as pickle.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

ARRAYS_FILE, NAMES_FILE = "intents.npz", "intents.json"
SHAPES = (
    {"analyzer": "char_wb", "ngram_range": (2, 5), "min_df": 3},
    {"analyzer": "word", "ngram_range": (1, 2), "token_pattern": r"\w+", "min_df": 2},
)
WEIGHTS = (0.6, 0.5)  # of the word parts and the words; the sentence vector counts 1
STRENGTH = 5.0
FOLDS = 3


@dataclass
class IntentModel:
    """`classes` and the columns of the probabilities are in the same order."""

    classes: list[str]
    coefficients: np.ndarray  # (features, classes), float32
    intercepts: np.ndarray
    centre: np.ndarray  # the mean sentence vector: what all sentences share says nothing
    temperature: float
    vectorizers: list[TfidfVectorizer]

    @classmethod
    def train(
        cls, texts: Sequence[str], vectors: np.ndarray, intents: Sequence[str], *, calibrate: bool = True
    ) -> IntentModel:
        """Learn from examples of at least two intents; probabilities are calibrated on examples held back."""
        centre = vectors.mean(axis=0)
        vectorizers = [_vectorizer(shape).fit([text.lower() for text in texts]) for shape in SHAPES]
        features = _features(texts, vectors, centre, vectorizers)
        labels = np.asarray(intents)
        temperature = _temperature(features, labels) if calibrate else 1.0
        fitted = _regression().fit(features, labels)
        weights, offsets = per_class(fitted)
        columns = np.ascontiguousarray(weights.T, dtype=np.float32)
        return cls(list(fitted.classes_), columns, offsets, centre, temperature, vectorizers)

    def probabilities(self, texts: Sequence[str], vectors: np.ndarray) -> np.ndarray:
        """(texts, classes), rows sum to 1."""
        features = _features(texts, vectors, self.centre, self.vectorizers)
        return _softmax((features @ self.coefficients + self.intercepts) / self.temperature)

    def save(self, folder: Path) -> None:
        idf = {f"idf_{number}": one.idf_ for number, one in enumerate(self.vectorizers)}
        np.savez(
            folder / ARRAYS_FILE,
            coefficients=self.coefficients,
            intercepts=self.intercepts,
            centre=self.centre,
            temperature=np.float64(self.temperature),
            **idf,
        )
        terms = [sorted(one.vocabulary_, key=one.vocabulary_.get) for one in self.vectorizers]
        names = json.dumps({"classes": self.classes, "terms": terms}, ensure_ascii=False)
        (folder / NAMES_FILE).write_text(names, encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> IntentModel:
        names = json.loads((folder / NAMES_FILE).read_text(encoding="utf-8"))
        with np.load(folder / ARRAYS_FILE, allow_pickle=False) as arrays:
            vectorizers = []
            for number, (shape, terms) in enumerate(zip(SHAPES, names["terms"], strict=True)):
                one = _vectorizer({**shape, "vocabulary": {term: place for place, term in enumerate(terms)}})
                one.idf_ = arrays[f"idf_{number}"]
                vectorizers.append(one)
            return cls(
                names["classes"],
                arrays["coefficients"],
                arrays["intercepts"],
                arrays["centre"],
                float(arrays["temperature"]),
                vectorizers,
            )


def _vectorizer(shape: dict) -> TfidfVectorizer:
    return TfidfVectorizer(sublinear_tf=True, lowercase=False, dtype=np.float32, **shape)


def _features(
    texts: Sequence[str], vectors: np.ndarray, centre: np.ndarray, vectorizers: list[TfidfVectorizer]
) -> csr_matrix:
    lower = [text.lower() for text in texts]
    meant = vectors - centre
    meant = meant / np.maximum(np.linalg.norm(meant, axis=1, keepdims=True), 1e-9)
    parts = [one.transform(lower) * weight for one, weight in zip(vectorizers, WEIGHTS, strict=True)]
    return hstack([csr_matrix(meant.astype(np.float32)), *parts], format="csr", dtype=np.float32)


def _regression() -> LogisticRegression:
    # Loose on purpose: the last decimals of the fit change no answer and cost most of the time.
    return LogisticRegression(C=STRENGTH, tol=1e-3, max_iter=150)


def per_class(fitted: LogisticRegression) -> tuple[np.ndarray, np.ndarray]:
    """scikit-learn keeps one row for two classes; here every class has one."""
    if len(fitted.classes_) > 2:
        return fitted.coef_, fitted.intercept_
    return np.vstack([-fitted.coef_ / 2, fitted.coef_ / 2]), np.array([-1, 1]) * fitted.intercept_[0] / 2


def _temperature(features: csr_matrix, labels: np.ndarray) -> float:
    """What to divide by so that, of answers given with 70 %, seven in ten are right (on examples held back)."""
    names, counts = np.unique(labels, return_counts=True)
    if counts.min() < FOLDS or len(names) < 3:
        return 1.0
    held_in, held_out = next(StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(features, labels))
    fitted = _regression().fit(features[held_in], labels[held_in])
    scores = fitted.decision_function(features[held_out])
    right = np.searchsorted(fitted.classes_, labels[held_out])

    def surprise(temperature: float) -> float:
        chances = _softmax(scores / temperature)[np.arange(len(right)), right]
        return -float(np.log(np.maximum(chances, 1e-12)).mean())

    return float(minimize_scalar(surprise, bounds=(0.2, 3.0), method="bounded").x)


def _softmax(scores: np.ndarray) -> np.ndarray:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
