"""Finds the words of words.yml and CLDR in a text, in any inflected form. Pure: no Rasa."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Span

from bot.engine.word_forms import base_form, in_dictionary, pipeline
from bot.engine.word_lists import names_of
from bot.engine.word_stems import Stems

# Named in a language other than the message's, these are still meant: "ruotsiksi" amid English.
NAMED_ANYWHERE = {"language", "country", "municipality"}
# In these languages such names are the same in every sentence, and their base forms are other words
# ("svenska" → "svensk").
UNBENT = {"sv": {"language", "country", "municipality"}, "en": {"language", "country", "municipality"}}
LOCAL_CASE = re.compile(r"(ss[a\u00e4]|st[a\u00e4]|ll[a\u00e4]|lt[a\u00e4]|lle|(.)\2n|n)$")
TRANSLATIVE = re.compile(r"ksi$")
PARTITIVE = re.compile(r"[a\u00e4]$")
COMPOUND = re.compile(r"^(\w{3,}n)(?=kiel)", re.IGNORECASE)
# What is also looked for in spellings that the dictionaries don't know.
SPELT_FREELY = ("profession", "municipality", "education_level", "country", "language")
SURE_LENGTH = 12  # letters of two words together, above which one slip does not make another word of them
SEPARATOR = "\t"


@dataclass(frozen=True)
class Found:
    entity: str
    value: str
    start: int
    end: int

    def overlaps(self, other: Found) -> bool:
        return self.start < other.end and other.start < self.end


class Finder:
    """What can be named in one language."""

    def __init__(self, language: str, words: Mapping[str, Any], everyday: Iterable[str] = ()) -> None:
        """`everyday` are names of places that are also common words, in any language."""
        self.language = language
        self._nlp = pipeline(language)
        self._bent = PhraseMatcher(self._nlp.vocab, attr="LEMMA")
        self._unbent = PhraseMatcher(self._nlp.vocab, attr="LOWER")
        # With their base forms: in Finnish "omaa" (own) is read as a form of Oman.
        self._everyday = {name.lower() for name in everyday} | {base_form(name, language).lower() for name in everyday}
        self._language_word = {base_form(word, language) for word in words.get("language_word") or []}
        self._stems = Stems(language)
        self._languages: dict[str, str] = {}
        self._both: set[str] = set()
        self._country_of: dict[str, str] = {}
        self._learn(names_of(language, words))

    def find(self, text: str) -> list[Found]:
        """Longest names first; no two overlap."""
        doc = self._nlp(text)
        spans = [
            (doc[start:end], *self._nlp.vocab.strings[key].split(SEPARATOR))
            for matcher in (self._bent, self._unbent)
            for key, start, end in matcher(doc)
        ]
        found = [one for span in spans if (one := self._judged(*span, doc))]
        found = [*found, *self._compounds(doc)]
        return without_overlaps([*found, *self._misspelt(doc, found)])

    def _learn(self, names: Mapping[str, Mapping[str, list[str]]]) -> None:
        unbent = UNBENT.get(self.language, set())
        for entity, values in names.items():
            matcher = self._unbent if entity in unbent else self._bent
            for value, forms in values.items():
                read = self._nlp if matcher is self._bent else self._nlp.make_doc
                matcher.add(f"{entity}{SEPARATOR}{value}", [read(form) for form in forms])
                if entity == "language":
                    self._languages.update({base_form(form, self.language): value for form in forms})
                if entity in SPELT_FREELY and not self._everyday.intersection(form.lower() for form in forms):
                    for form in forms:
                        self._stems.learn(form, entity, value)
        countries = {base_form(form, self.language) for forms in names["country"].values() for form in forms}
        self._both = countries & set(self._languages)
        self._country_of = {
            self._languages[base]: value
            for value, forms in names["country"].items()
            for base in (base_form(form, self.language) for form in forms)
            if base in self._both
        }

    def _judged(self, span: Span, entity: str, value: str, doc: Doc) -> Found | None:
        found = Found(entity, value, span.start_char, span.end_char)
        if entity in ("country", "municipality") and self._everyday & {span.text.lower(), span.lemma_}:
            inside = len(doc) <= 2 or (span.start > 0 and not doc[span.start - 1].is_punct)
            if not (inside and span.text[0].isupper()):
                return None
        if entity in ("country", "language") and len(span) == 1 and span.lemma_ in self._both:
            return found if (entity == "language") == self._means_language(span, doc) else None
        return found

    def _means_language(self, span: Span, doc: Doc) -> bool:
        """Where a country and its language share a name, the form tells which is meant."""
        after = doc[span.end].lemma_ if span.end < len(doc) else ""
        text, lemma = span.text.lower(), span.lemma_
        if after in self._language_word or TRANSLATIVE.search(text):
            return True
        if text != lemma:
            return bool(PARTITIVE.search(text)) and not LOCAL_CASE.search(text)
        return span.text[0].islower() or len(doc) <= 2

    def _compounds(self, doc: Doc) -> Iterable[Found]:
        """ "ruotsinkielinen" names Swedish."""
        for token in doc:
            match = COMPOUND.match(token.text)
            value = self._languages.get(base_form(match[1], self.language)) if match else None
            if value:
                yield Found("language", value, token.idx, token.idx + len(token))


    def _misspelt(self, doc: Doc, found: Iterable[Found]) -> Iterable[Found]:
        """Names without their dots and rings, in two words or with a slip, where no name was found."""
        taken = {place for one in found for place in range(one.start, one.end)}
        words = [token for token in doc if token.is_alpha]
        for first, second in zip(words, [*words[1:], None]):  # noqa: B905 - the last word has none after it
            if second is not None and second.i == first.i + 1:
                # "lahi hoitaja": both halves may be words, and the second a profession of its own.
                spelt = self._stems.find(first.text + second.text, slips=len(first) + len(second) > SURE_LENGTH)
                if spelt and spelt[0] == "profession" and len(first) > 2 and len(second) > 3:
                    yield Found(*spelt[:2], first.idx, second.idx + len(second))
            if first.idx in taken:
                continue
            known = in_dictionary(first.text, self.language)
            if spelt := self._stems.find(first.text, slips=not known):
                entity, _, ending = spelt
                # Some forms of a place are forms of another word as well: "vantaalle".
                if not known or (entity == "municipality" and len(ending) > 2 and LOCAL_CASE.search(ending)):
                    yield Found(*self._place_or_language(*spelt), first.idx, first.idx + len(first))

    def _place_or_language(self, entity: str, value: str, ending: str) -> tuple[str, str]:
        """ "venajaksi" is the language, "venajalta" the country: many share their name."""
        if entity == "language" and value in self._country_of and LOCAL_CASE.search(ending):
            return "country", self._country_of[value]
        return entity, value


def finders_of(words: Mapping[str, Mapping[str, Any]]) -> dict[str, Finder]:
    """A finder a language, from language → words.yml."""
    kinds = ("everyday_country", "everyday_municipality")
    everyday = [name for one in words.values() for kind in kinds for name in one.get(kind) or []]
    return {language: Finder(language, one, everyday) for language, one in words.items()}


def find_in_all(finders: Mapping[str, Finder], text: str, first: Iterable[str]) -> list[Found]:
    """Everything named in `text`: in the languages of `first`, then names of places and languages in the rest."""
    order = [*dict.fromkeys(language for language in first if language in finders)]
    found = [one for language in order for one in finders[language].find(text)]
    for language in finders:
        if language not in order:
            found += [one for one in finders[language].find(text) if one.entity in NAMED_ANYWHERE]
    return without_overlaps(found)


def without_overlaps(found: Iterable[Found]) -> list[Found]:
    """The longest of overlapping finds, the earlier one of equals; in the order of the text."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda each: each.start - each.end):
        if not any(one.overlaps(other) for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda each: each.start)

