"""spaCy over three languages: words, and their base forms by simplemma's dictionaries."""

from __future__ import annotations

from functools import lru_cache

import spacy
from simplemma import is_known, lemmatize
from spacy.language import Language
from spacy.tokens import Doc


@Language.component("base_forms")
def base_forms(doc: Doc) -> Doc:
    """Sets each token's lemma, in lower case."""
    for token in doc:
        token.lemma_ = base_form(token.text, doc.lang_)
    return doc


@lru_cache(maxsize=20_000)
def base_form(word: str, language: str) -> str:
    """ "Helsingin" → "helsinki"; a word that isn't known stays as it is, in lower case."""
    lemma = _dictionary_form(word, language)
    # A name at the start of a sentence, or written small, is known under its other spelling only.
    if lemma == word.lower() and word:
        other = word.capitalize() if word[0].islower() else word.lower()
        lemma = _dictionary_form(other, language)
    return lemma


@lru_cache(maxsize=20_000)
def in_dictionary(word: str, language: str) -> bool:
    """Whether the word as it is written, or in lower case, is a form that the dictionary has."""
    return any(is_known(one, lang=language, low_memory=True) for one in {word, word.lower()})


def _dictionary_form(word: str, language: str) -> str:
    # The same forms as without low_memory; the three dictionaries take 60 MB instead of 460.
    return lemmatize(word, lang=language, low_memory=True).lower()


@lru_cache(maxsize=8)
def pipeline(language: str) -> Language:
    """A blank spaCy pipeline that splits words and finds base forms. Nothing is downloaded."""
    nlp = spacy.blank(language)
    nlp.add_pipe("base_forms")
    return nlp
