"""From words.yml and CLDR to what is looked for: entity → canonical value → names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from babel import Locale

# What their values are: an ISO code of a language or country, the Finnish name of a municipality, else an English id.
Names = dict[str, dict[str, list[str]]]
ENTITIES = (
    "language",
    "country",
    "meeting",
    "session_topic",
    "municipality",
    "profession",
    "education_level",
    "recognition_purpose",
    "recognition_documents",
    "finder_situation",
    "finder_field",
    "finder_goal",
)
# Two letters is CLDR's short list: the living languages that people name, and long-dead ones with short names
# (excluded in words.yml). Of the many three-letter codes only those that newcomers to Finland speak.
LONG_CODES = ("ckb", "fil", "fa_AF", "yue", "smn", "sms")
# Code → the one that we use for it.
SAME = {"tl": "fil", "no": "nb"}
NO_COUNTRY = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AC", "CP", "DG", "EA", "IC", "TA"}


def names_of(language: str, words: Mapping[str, Any]) -> Names:
    """Everything that can be named in `language`: {"language": {"ar": ["arabia"]}, "country": …}."""
    found: Names = {entity: {} for entity in ENTITIES}
    locale = Locale(language)
    excluded = {name.lower() for name in words.get("not_language") or []}
    for code, name in locale.languages.items():
        if (len(code) == 2 or code in LONG_CODES) and name.lower() not in excluded:
            found["language"].setdefault(SAME.get(code, code), []).append(name)
    for code, name in locale.territories.items():
        if len(code) == 2 and code.isalpha() and code not in NO_COUNTRY:
            found["country"].setdefault(code, []).append(name)
    for entity in ENTITIES:
        for value, names in (words.get(entity) or {}).items():
            found[entity].setdefault(SAME.get(value, value), []).extend(names)
    return found
