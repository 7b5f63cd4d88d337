"""content/ → sentences. The one renderer: the engine's response generator and the app both use it."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from bot.content_files import (
    OTHER_LANGUAGES,
    ContentError,
    OtherLanguage,
    Source,
    Topic,
    article_of,
    fingerprint,
    other_language_of,
    read_mapping,
    sentence_of,
    topic_files,
    topic_of,
    wording_files,
)
from bot.dates_spoken import spell_date, spell_full_date, spell_time
from bot.follow_ups import FollowUps, read_follow_ups
from bot.helplines import Helpline, read_helplines
from bot.languages import LANGUAGES
from bot.settings import ROOT

__all__ = ["ContentError", "MissingText", "Texts", "Topic", "spell_date", "spell_full_date", "spell_time"]

logger = logging.getLogger(__name__)

# Only a bare name in braces is a field, so a payload's JSON can stand beside fields unescaped.
FIELD = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
RELATED_SHOWN = 3
# How a theme begins → the intent that begins a form; its button is offered below the theme's answers.
FORMS_OF_THEMES = {
    "recognition": "recognition_route",
    "programmes_mentoring": "finder_start",
    "competence_centre": "finder_start",
    "integration_training": "finder_start",
    "partial_work_ability": "finder_start",
    "wage_subsidy": "finder_start",
    "services_general": "finder_start",
}


class MissingText(LookupError):
    """A sentence was asked for that content/ does not hold, or a field that the caller did not give."""


class Texts:
    """All wording of one moment. Never changes; `refreshed` gives the next one."""

    def __init__(
        self,
        root: Path,
        topics: dict[str, Topic],
        articles: Mapping[tuple[str, str], Mapping[str, str]],
        sentences: Mapping[tuple[str, str], Mapping[str, Any]],
        others: Mapping[str, OtherLanguage],
        helplines: Mapping[str, Helpline],
        follow_ups: FollowUps,
        read_from: tuple[Any, ...],
    ) -> None:
        self.root, self.topics, self.others = root, topics, others
        self._helplines, self.follow_ups = helplines, follow_ups
        self._articles, self._sentences = articles, sentences  # keyed by (language, key)
        self._fingerprint, self._looked_at = read_from, time.monotonic()

    @classmethod
    def load(cls, root: Path = ROOT / "content") -> Texts:
        """Read everything.

        Raises:
            ContentError: a file is broken, or a key is in two files.
        """
        read_from = fingerprint(root)
        topics: dict[str, Topic] = {}
        articles: dict[tuple[str, str], Mapping[str, str]] = {}
        sentences: dict[tuple[str, str], Mapping[str, Any]] = {}
        for file in topic_files(root):
            for key, entry in read_mapping(file).items():
                _add(topics, key, topic_of(file, key, entry), file, key)
        for language in LANGUAGES:
            for file, of_topics in wording_files(root, language):
                for key, entry in read_mapping(file).items():
                    if of_topics:
                        _add(articles, (language, key), article_of(file, key, entry), file, key)
                    else:
                        _add(sentences, (language, key), sentence_of(file, key, entry), file, key)
        others: dict[str, OtherLanguage] = {}
        file = root / OTHER_LANGUAGES
        for key, entry in (read_mapping(file) if file.exists() else {}).items():
            _add(others, key, other_language_of(file, key, entry), file, key)
        return cls(root, topics, articles, sentences, others, read_helplines(root), read_follow_ups(root), read_from)

    def refreshed(self, *, at_most_every: float = 1.0) -> Texts:
        """Self while no file changed; else the texts read anew.

        Looks at the disk at most once in `at_most_every` seconds. A broken edit keeps the texts
        that we have and is logged once.
        """
        now = time.monotonic()
        if now - self._looked_at < at_most_every:
            return self
        self._looked_at = now
        try:
            found = fingerprint(self.root)
            if found == self._fingerprint:
                return self
            self._fingerprint = found
            return Texts.load(self.root)
        except (ContentError, OSError) as error:
            logger.error("content was edited and cannot be used, the former texts stay: %s", error)
            return self

    def names(self) -> set[str]:
        """Keys of all sentences that are no topics, in any language."""
        return {key for _, key in self._sentences}

    def label(self, name: str, /, language: str, **fields: Any) -> str:
        """A sentence's text alone. Raises MissingText."""
        return _filled(self._sentence(name, language)["text"], name, fields)

    def utterance(self, name: str, /, language: str, register: str = "normal", **fields: Any) -> dict[str, Any]:
        """A sentence with its buttons. Without a plain variant the one text serves both registers.

        The numbers of content/helplines.yml are fields of every sentence; one that has some names their sources.

        Raises:
            MissingText: no such sentence in this language, or a field is not given.
        """
        sentence = self._sentence(name, language)
        text = (register == "plain" and sentence["plain"]) or sentence["text"]
        numbers = {field: line.numbers[language] for field, line in self._helplines.items()}
        lines = [self._helplines[field] for field in FIELD.findall(text) if field in self._helplines]
        return {
            "text": _filled(text, name, {**numbers, **fields}),
            "buttons": [
                {part: _filled(button[part], name, fields) for part in ("title", "payload")}
                for button in sentence["buttons"]
            ],
            "metadata": {"language": language, "register": register, **self._sources_of(lines, language)},
        }

    def title(self, topic_id: str, language: str) -> str:
        """Raises MissingText."""
        return self._article_part(topic_id, language, "title")

    def answer(self, topic_id: str, language: str, register: str, today: date) -> dict[str, Any]:
        """A topic's answer with its sources, and buttons to the other register and to related topics.

        Raises:
            MissingText: the topic, its wording or its source is missing.
        """
        topic = self.topics.get(topic_id)
        if topic is None:
            raise MissingText(f"no topic {topic_id!r} in content/topics")
        if language not in topic.sources:
            raise MissingText(f"topic {topic_id!r} names no source for {language!r}")
        text = self._article_part(topic_id, language, register)
        overdue = today > topic.review_by
        if overdue:
            text += "\n\n" + self.label("answer_overdue", language)
        sources = [vars(source) for source in topic.sources[language]]
        other = "fuller" if register == "plain" else "simpler"
        related = [one for one in topic.related if one in self.topics][:RELATED_SHOWN]
        return {
            "text": text,
            "buttons": [
                {"title": self.label(f"answer_{other}_button", language), "payload": f"/{other}"},
                *self._offered(topic, language),
                *({"title": self.title(one, language), "payload": f"/{one}"} for one in related),
            ],
            "metadata": {
                "language": language,
                "register": register,
                "topic": topic_id,
                "title": self.title(topic_id, language),
                "sources": [dict(source) for source in sources],
                "checked_on": topic.checked_on.isoformat(),
                "overdue": overdue,
                "source_line": self._source_line(topic.sources[language], topic.checked_on, language),
            },
        }

    def other_language(self, code: str, language: str, *, ask: bool) -> dict[str, Any] | None:
        """What is said to who writes the language `code`, in that language, and where they can read in it.

        Args:
            language: the language of ours in which the conversation goes on.
            ask: whether to ask for one of ours.

        Returns:
            None if there is nothing to say. A language without a line of its own is told of in `language`.
        """
        other = self.others.get(code)
        if other is None:
            return self.utterance("utter_language_unsupported", language, "plain") if ask else None
        if other.answered_in not in (None, language):
            return None
        return {
            "text": f"{other.text} {other.ask}" if ask else other.text,
            "buttons": self.utterance("utter_language_ask", language)["buttons"] if ask else [],
            "metadata": {"language": code, "sources": [vars(other.page)]},
        }

    def moment(self, moment: datetime, language: str) -> str:
        """A day with its time, in Helsinki: `Tuesday 24 November at 14:30`."""
        return self.label(
            "answer_moment", language, day=spell_date(moment, language), time=spell_time(moment, language)
        )

    def _offered(self, topic: Topic, language: str) -> list[dict[str, str]]:
        """The form that goes further than the answers of the topic's theme, if there is one."""
        intent = next((form for start, form in FORMS_OF_THEMES.items() if topic.theme.startswith(start)), None)
        return [{"title": self.label(f"{intent}_button", language), "payload": f"/{intent}"}] if intent else []

    def _sources_of(self, helplines: list[Helpline], language: str) -> dict[str, Any]:
        """What an answer says of its sources, for a sentence with numbers; empty without any."""
        if not helplines:
            return {}
        sources = list(dict.fromkeys(source for line in helplines for source in line.sources[language]))
        checked_on = min(line.checked_on for line in helplines)
        return {
            "sources": [dict(vars(source)) for source in sources],
            "checked_on": checked_on.isoformat(),
            "source_line": self._source_line(sources, checked_on, language),
        }

    def _source_line(self, sources: Iterable[Source], checked_on: date, language: str) -> str:
        titles = [
            source.title
            if source.language == language
            else f"{source.title} ({self.label(f'answer_page_in_{source.language}', language)})"
            for source in sources
        ]
        checked = spell_full_date(checked_on, language)
        return self.label("answer_source", language, title="; ".join(titles), day=checked)

    def _sentence(self, name: str, language: str) -> Mapping[str, Any]:
        try:
            return self._sentences[language, name]
        except KeyError:
            raise MissingText(f"no sentence {name!r} in content/{language}") from None

    def _article_part(self, topic_id: str, language: str, part: str) -> str:
        try:
            return self._articles[language, topic_id][part]
        except KeyError:
            raise MissingText(f"topic {topic_id!r} has no {part!r} in content/{language}") from None


def _add(into: dict[Any, Any], at: Any, value: Any, file: Path, key: str) -> None:
    if at in into:
        raise ContentError(file, key, "another file has this key as well")
    into[at] = value


def _filled(text: str, name: str, fields: Mapping[str, Any]) -> str:
    def value(match: re.Match[str]) -> str:
        if match[1] not in fields:
            raise MissingText(f"sentence {name!r} needs the field {match[1]!r}")
        return str(fields[match[1]])

    return FIELD.sub(value, text)
