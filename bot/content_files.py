"""Reads the files of content/. What a file may hold is said in docs/translating.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from bot.languages import LANGUAGES

# Part of every topic's wording; the two registers are also values of the slot `register`.
REGISTERS = ("normal", "plain")
OTHER_LANGUAGES = "other_languages.yml"
# For who reads none of the languages of InfoFinland.
INFOFINLAND = "https://www.infofinland.fi/en"


class ContentError(ValueError):
    """A file of content/ cannot be used. Says which file, which key and what is wrong."""

    def __init__(self, file: Path, key: str, what: str) -> None:
        super().__init__(f"{file}: {key}: {what}" if key else f"{file}: {what}")
        self.file, self.key, self.what = file, key, what


@dataclass(frozen=True)
class Source:
    title: str
    url: str
    language: str


@dataclass(frozen=True)
class Topic:
    """What is true of a topic in every language. `sources` is keyed by the reader's language."""

    id: str
    theme: str
    facts: tuple[str, ...]
    sources: Mapping[str, tuple[Source, ...]]
    checked_on: date
    review_by: date
    related: tuple[str, ...]


@dataclass(frozen=True)
class OtherLanguage:
    """What is said once to who writes a language that is not ours. `answered_in` is set if it is true in one of our
    languages only."""

    text: str
    ask: str
    page: Source
    answered_in: str | None


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML in which a key said twice is an error: the second would silently win."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key_node, _ in node.value:
            if str(key_node.value) in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key_node.value!r} is there twice", key_node.start_mark
                )
            seen.add(str(key_node.value))
        made: dict[Any, Any] = super().construct_mapping(node, deep)
        return made


def read_mapping(file: Path) -> dict[str, Any]:
    """The file's top mapping; an empty file is an empty mapping.

    Raises:
        ContentError: not YAML, not UTF-8, not a mapping, or a key is there twice.
    """
    try:
        # The loader is a SafeLoader: it makes plain values only.
        found = yaml.load(file.read_text(encoding="utf-8"), Loader=_Loader)
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        raise ContentError(file, "", " ".join(str(error).split())) from error
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise ContentError(file, "", "must be a mapping of keys")
    return {str(key): value for key, value in found.items()}


def topic_files(root: Path) -> list[Path]:
    return sorted((root / "topics").glob("*.yml"))


def wording_files(root: Path, language: str) -> Iterator[tuple[Path, bool]]:
    """Each file of a language that holds wording, with whether it is that of a theme's topics.

    Names that a catalogue (content/<name>.yml) has are the catalogue's and are left to its reader.
    """
    themes = {file.stem for file in topic_files(root)}
    catalogues = {file.stem for file in root.glob("*.yml")}
    for file in sorted((root / language).glob("*.yml")):
        if file.stem in themes or file.stem not in catalogues:
            yield file, file.stem in themes


def topic_of(file: Path, key: str, entry: Any) -> Topic:
    """Raises ContentError when a field is missing or of the wrong kind."""
    if not isinstance(entry, dict):
        raise ContentError(file, key, "a topic must be a mapping")

    def day(name: str) -> date:
        if type(entry.get(name)) is not date:
            raise ContentError(file, key, f"{name} must be a date such as 2026-11-22")
        found: date = entry[name]
        return found

    def names(name: str) -> tuple[str, ...]:
        value = entry.get(name) or []
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise ContentError(file, key, f"{name} must be a list of names")
        return tuple(value)

    sources = entry.get("sources")
    if not isinstance(sources, dict):
        raise ContentError(file, key, "sources must be a mapping with an entry for each language")
    return Topic(
        id=key,
        theme=file.stem,
        facts=names("facts"),
        sources={str(language): sources_of(file, key, str(language), given) for language, given in sources.items()},
        checked_on=day("checked_on"),
        review_by=day("review_by"),
        related=names("related"),
    )


def sources_of(file: Path, key: str, language: str, given: Any) -> tuple[Source, ...]:
    """One source or a list of them. Raises ContentError when a title or an address is missing."""
    found = given if isinstance(given, list) else [given]
    for one in found:
        if not isinstance(one, dict) or not one.get("title") or not one.get("url"):
            raise ContentError(file, key, f"each source of {language} needs a title and a url")
    if not found:
        raise ContentError(file, key, f"no source for {language}")
    return tuple(Source(str(one["title"]), str(one["url"]), str(one.get("language", language))) for one in found)


def sentence_of(file: Path, key: str, entry: Any) -> dict[str, Any]:
    """A string, or a mapping with `text` and perhaps `plain` and `buttons`, brought to the second shape.

    Raises:
        ContentError: the entry is neither, or a button lacks its title or payload.
    """
    if isinstance(entry, str):
        entry = {"text": entry}
    if not isinstance(entry, dict) or not isinstance(entry.get("text"), str) or not entry["text"].strip():
        raise ContentError(file, key, "must be a text, or a mapping with a text")
    if not isinstance(entry.get("plain", ""), str):
        raise ContentError(file, key, "plain must be a text")
    buttons = entry.get("buttons") or []
    for button in buttons if isinstance(buttons, list) else [None]:
        if not isinstance(button, dict) or not all(isinstance(button.get(part), str) for part in ("title", "payload")):
            raise ContentError(file, key, "each button needs a title and a payload")
    return {"text": entry["text"].strip(), "plain": entry.get("plain", "").strip(), "buttons": buttons}


def other_language_of(file: Path, key: str, entry: Any) -> OtherLanguage:
    """Raises ContentError when a text is missing or a part is not known."""
    parts = {"text", "ask", "infofinland", "answered_in"}
    texts = isinstance(entry, dict) and all(isinstance(one, str) for one in entry.values())
    if not texts or not set(entry) <= parts:
        raise ContentError(file, key, f"must be a mapping of texts named {', '.join(sorted(parts))}")
    for part in ("text", "ask"):
        if not entry.get(part, "").strip():
            raise ContentError(file, key, f"{part} is missing")
    url = entry.get("infofinland", INFOFINLAND)
    page = Source("InfoFinland", url, key if "infofinland" in entry else "en")
    return OtherLanguage(entry["text"].strip(), entry["ask"].strip(), page, entry.get("answered_in"))


def article_of(file: Path, key: str, entry: Any) -> dict[str, str]:
    """A topic's wording in one language. A missing register is left out: using it is what fails.

    Raises:
        ContentError: not a mapping of texts.
    """
    if not isinstance(entry, dict) or not all(isinstance(text, str) for text in entry.values()):
        raise ContentError(file, key, "must be a mapping with title, normal and plain, each a text")
    return {part: entry[part].strip() for part in ("title", *REGISTERS) if entry.get(part, "").strip()}


def fingerprint(root: Path) -> tuple[tuple[str, int, int], ...]:
    """Changes when a file that Texts reads is edited, added or removed."""
    files = (file for folder in ("topics", *LANGUAGES, ".") for file in (root / folder).glob("*.yml"))
    stats = ((str(file), file.stat()) for file in sorted(files))
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)
