"""How a text is spelt: its word parts and words as one sparse row, rare ones counting more. No Rasa."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

TERMS_FILE, RARITY_FILE = "word-parts.json", "word-parts.npz"
SHAPES = (
    {"analyzer": "char_wb", "ngram_range": (2, 5), "min_df": 3, "max_features": 20_000},
    {"analyzer": "word", "ngram_range": (1, 2), "token_pattern": r"\w+", "min_df": 2, "max_features": 6_000},
)
WEIGHTS = (0.6, 0.5)  # of word parts and of words


@dataclass
class WordParts:
    """What `fit` saw often enough; anything else in a text is nothing."""

    vectorizers: list[TfidfVectorizer]

    @classmethod
    def fit(cls, texts: Sequence[str]) -> WordParts:
        lower = [text.lower() for text in texts]
        return cls([_vectorizer(shape).fit(lower) for shape in SHAPES])

    def of(self, texts: Sequence[str]) -> csr_matrix:
        """(texts, word parts and words), float32."""
        lower = [text.lower() for text in texts]
        weighed = [one.transform(lower) * weight for one, weight in zip(self.vectorizers, WEIGHTS, strict=True)]
        return hstack(weighed, format="csr", dtype=np.float32)

    def save(self, folder: Path) -> None:
        np.savez(folder / RARITY_FILE, *(one.idf_ for one in self.vectorizers))
        terms = [sorted(one.vocabulary_, key=one.vocabulary_.get) for one in self.vectorizers]
        (folder / TERMS_FILE).write_text(json.dumps(terms, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> WordParts:
        kept = json.loads((folder / TERMS_FILE).read_text(encoding="utf-8"))
        made = []
        with np.load(folder / RARITY_FILE, allow_pickle=False) as rarity:
            for shape, terms, name in zip(SHAPES, kept, rarity.files, strict=True):
                one = _vectorizer({**shape, "vocabulary": {term: place for place, term in enumerate(terms)}})
                one.idf_ = rarity[name]
                made.append(one)
        return cls(made)


def _vectorizer(shape: dict) -> TfidfVectorizer:
    return TfidfVectorizer(sublinear_tf=True, lowercase=False, dtype=np.float32, **shape)
