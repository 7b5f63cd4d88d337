"""spaCy over three languages: words, and their base forms by simplemma's dictionaries."""

from __future__ import annotations

from functools import lru_cache

import simplemma
import spacy
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
    """ "Helsingissä" → "helsinki"; a word that isn't known stays as it is, in lower case."""
    lemma = simplemma.lemmatize(word, lang=language).lower()
    # A name at the start of a sentence, or written small, is known under its other spelling only.
    if lemma == word.lower() and word:
        other = word.capitalize() if word[0].islower() else word.lower()
        lemma = simplemma.lemmatize(other, lang=language).lower()
    return lemma


@lru_cache(maxsize=8)
def pipeline(language: str) -> Language:
    """A blank spaCy pipeline that splits words and finds base forms. Nothing is downloaded."""
    nlp = spacy.blank(language)
    nlp.add_pipe("base_forms")
    return nlp
