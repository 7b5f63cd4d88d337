"""The rules that all content must keep. Pure: files in, a list of problems out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from bot.content_facts import check_facts
from bot.content_files import (
    OTHER_LANGUAGES,
    REGISTERS,
    ContentError,
    OtherLanguage,
    Topic,
    article_of,
    other_language_of,
    read_mapping,
    sentence_of,
    topic_files,
    topic_of,
    wording_files,
)
from bot.follow_ups import check_follow_ups
from bot.glossary import check_names, read_glossary
from bot.helplines import FIELD as HELPLINE
from bot.helplines import check_helplines
from bot.languages import LANGUAGES
from bot.nlu_check import read_examples, same_example_twice
from bot.problem import Problem
from bot.programme_check import check_programmes
from bot.recognition_check import check_recognition
from bot.texts import FIELD

__all__ = ["Problem", "check"]

LONGEST_ANSWER = 700  # characters: about a telephone's screen
LONGEST_LINE = 200  # characters, to who reads another language than ours
LONGEST_TITLE = 45  # characters: titles are shown on buttons
LONGEST_PLAIN_SENTENCE = 25  # words
# Made by the engine from what was said before, or a word of Rasa's or the SDK's: no sentence bears the name.
WITHOUT_TEXT = {"utter_answer", "utter_repeat", "utter_message", "utter_action"}
# Said by the engine itself, so that no file of dialogue names them.
SAID_BY_THE_ENGINE = {"utter_missing", "utter_nothing_to_repeat", "utter_did_you_mean_again"}
UTTERANCE = re.compile(r"\butter_[a-z0-9_]*[a-z0-9]\b(?!_)")
SENTENCE_END = re.compile(r"[.!?](?=\s|$)|\n")


@dataclass
class Found:
    """What the files hold, keyed by language and name, as far as they can be read; and what is wrong."""

    problems: list[Problem] = field(default_factory=list)
    topics: dict[str, tuple[str, Topic]] = field(default_factory=dict)
    articles: dict[tuple[str, str], tuple[str, dict[str, str]]] = field(default_factory=dict)
    sentences: dict[tuple[str, str], tuple[str, dict[str, Any]]] = field(default_factory=dict)
    others: dict[str, tuple[str, OtherLanguage]] = field(default_factory=dict)


def check(root: Path, today: date) -> list[Problem]:
    """Every broken rule in content/, nlu/ and the names that domain.yml, stories/ and actions/ use.

    Args:
        root: the folder that holds them.
    """
    found = _read(root)
    glossary = read_glossary(root)
    named = _utterances_named(root)
    examples, nlu_problems = read_examples(root)
    intents = {intent for _, intent in examples}
    return sorted(
        {
            *found.problems,
            *nlu_problems,
            *_check_topics(found, today),
            *_check_articles(found),
            *check_facts(root, found.topics, found.articles, glossary),
            *check_recognition(root, today, found.sentences, found.topics, glossary),
            *check_programmes(root, today, found.sentences, found.topics),
            *check_names(glossary, _texts(found)),
            *_check_sentences(found),
            *_check_others(found),
            *check_helplines(root, today, found.sentences),
            *check_follow_ups(root, found.topics),
            *_check_utterances(found, named),
            *_check_examples_of_topics(found, examples),
            *_check_intents(root, found, intents, examples),
            *same_example_twice(examples),
        },
        key=lambda problem: (problem.file, problem.key, problem.what),
    )


def _read(root: Path) -> Found:
    found, content = Found(), root / "content"

    def take(file: Path, into: dict, at: Callable[[str], Any], made: Callable[[Path, str, Any], Any]) -> None:
        name = file.relative_to(root).as_posix()
        try:
            entries = read_mapping(file)
        except ContentError as error:
            found.problems.append(Problem(name, error.key, error.what))
            return
        for key, entry in entries.items():
            if at(key) in into:
                found.problems.append(Problem(name, key, f"is in {into[at(key)][0]} as well"))
                continue
            try:
                into[at(key)] = (name, made(file, key, entry))
            except ContentError as error:
                found.problems.append(Problem(name, key, error.what))

    for file in topic_files(content):
        take(file, found.topics, str, topic_of)
    for language in LANGUAGES:
        for file, of_topics in wording_files(content, language):
            into = found.articles if of_topics else found.sentences
            take(file, into, lambda key, language=language: (language, key), article_of if of_topics else sentence_of)
    if (others := content / OTHER_LANGUAGES).is_file():
        take(others, found.others, str, other_language_of)
    return found


def _check_topics(found: Found, today: date) -> Iterator[Problem]:
    for key, (file, topic) in found.topics.items():
        if not (key == topic.theme or key.startswith(f"{topic.theme}_")):
            yield Problem(file, key, f"the name must start with its theme, {topic.theme}")
        for language in LANGUAGES:
            if not topic.sources.get(language):
                yield Problem(file, key, f"no source for {language}")
            if (language, key) not in found.articles:
                yield Problem(f"content/{language}/{topic.theme}.yml", key, f"is missing in {language}")
        for source in {source for sources in topic.sources.values() for source in sources}:
            if not source.url.startswith("https://"):
                yield Problem(file, key, f"the address {source.url!r} is not https")
            if source.language not in LANGUAGES:
                yield Problem(file, key, f"a source in {source.language!r}, a language that we cannot name")
        if topic.review_by < today:
            yield Problem(file, key, f"should have been reviewed by {topic.review_by}")
        if topic.checked_on > today:
            yield Problem(file, key, f"checked_on {topic.checked_on} has not come yet")
        for other in topic.related:
            if other not in found.topics:
                yield Problem(file, key, f"the related topic {other} does not exist")


def _check_articles(found: Found) -> Iterator[Problem]:
    for (_, key), (file, article) in found.articles.items():
        if key not in found.topics:
            yield Problem(file, key, "no topic in content/topics has this name")
        if len(article.get("title", "")) > LONGEST_TITLE:
            yield Problem(file, key, f"title has {len(article['title'])} characters, {LONGEST_TITLE} fit")
        for part in ("title", *REGISTERS):
            text = article.get(part, "")
            if not text:
                yield Problem(file, key, f"{part} is missing")
            if len(text) > LONGEST_ANSWER:
                yield Problem(file, key, f"{part} has {len(text)} characters, {LONGEST_ANSWER} fit")
            if "{" in text or "}" in text:
                yield Problem(file, key, f"{part} has a brace, and answers have no fields")
        yield from _long_sentences(file, key, article.get("plain", ""))


def _check_sentences(found: Found) -> Iterator[Problem]:
    for key in sorted({key for _, key in found.sentences}):
        there = {
            language: found.sentences[language, key] for language in LANGUAGES if (language, key) in found.sentences
        }
        first_file, first = next(iter(there.values()))
        for language in LANGUAGES:
            if language not in there:
                yield Problem(f"content/{language}/{Path(first_file).name}", key, f"is missing in {language}")
        for file, sentence in there.values():
            if bool(sentence["plain"]) != bool(first["plain"]):
                yield Problem(file, key, f"plain is in one of this and {first_file} only")
            if _payloads(sentence) != _payloads(first):
                yield Problem(file, key, f"the buttons do other things than those in {first_file}")
            for part, text in _parts(sentence):
                if any(brace in FIELD.sub("", text) for brace in "{}") and part != "payload":
                    yield Problem(file, key, f"{part} has a brace that is no {{field}}")
                if len(text) > LONGEST_ANSWER:
                    yield Problem(file, key, f"{part} has {len(text)} characters, {LONGEST_ANSWER} fit")
            if _fields(sentence) != _fields(first):
                names = ", ".join(sorted(_fields(sentence) ^ _fields(first)))
                yield Problem(file, key, f"fields differ from {first_file}: {names}")
            if sentence["plain"] and not set(FIELD.findall(sentence["plain"])) <= set(FIELD.findall(sentence["text"])):
                yield Problem(file, key, "plain has a field that text has not")
            yield from _long_sentences(file, key, sentence["plain"])


def _check_others(found: Found) -> Iterator[Problem]:
    for key, (file, other) in found.others.items():
        if key in LANGUAGES:
            yield Problem(file, key, "is a language that we answer in")
        if other.answered_in not in (None, *LANGUAGES):
            yield Problem(file, key, f"answered_in {other.answered_in!r} is no language of ours")
        if not other.page.url.startswith("https://www.infofinland.fi/"):
            yield Problem(file, key, f"{other.page.url!r} is no address of InfoFinland")
        if len(f"{other.text} {other.ask}") > LONGEST_LINE:
            yield Problem(file, key, f"is longer than {LONGEST_LINE} characters")


def _parts(sentence: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "text", sentence["text"]
    yield "plain", sentence["plain"]
    for button in sentence["buttons"]:
        yield "a button's title", button["title"]
        yield "payload", button["payload"]


def _fields(sentence: dict[str, Any]) -> set[str]:
    """All but the numbers of help lines: not every line is there in every language."""
    names = {name for _, text in _parts(sentence) for name in FIELD.findall(text)}
    return {name for name in names if not name.startswith(HELPLINE)}


def _payloads(sentence: dict[str, Any]) -> list[str]:
    return [button["payload"] for button in sentence["buttons"]]


def _long_sentences(file: str, key: str, plain: str) -> Iterator[Problem]:
    for sentence in SENTENCE_END.split(plain):
        words = sentence.split()
        if len(words) > LONGEST_PLAIN_SENTENCE:
            yield Problem(file, key, f"a plain sentence has {len(words)} words: {' '.join(words[:5])} …")


def _texts(found: Found) -> Iterator[tuple[str, str, str, str]]:
    """Language, file, key and text of all that is said."""
    for (language, key), (file, article) in found.articles.items():
        yield from ((language, file, key, text) for text in article.values())
    for (language, key), (file, sentence) in found.sentences.items():
        yield from ((language, file, key, text) for _, text in _parts(sentence))


def _utterances_named(root: Path) -> dict[str, str]:
    """utter_ name → a file that uses it."""
    files = [root / "domain.yml", *(root / "stories").rglob("*.yml"), *(root / "actions").rglob("*.py")]
    return {
        name: file.relative_to(root).as_posix()
        for file in files
        if file.is_file()
        for name in UTTERANCE.findall(file.read_text(encoding="utf-8"))
    }


def _check_utterances(found: Found, named: dict[str, str]) -> Iterator[Problem]:
    there = {key for _, key in found.sentences}
    for name in sorted({*named, *SAID_BY_THE_ENGINE} - WITHOUT_TEXT - there):
        yield Problem(named.get(name, "bot/engine/responses.py"), name, "is said, but no file in content/ has its text")


def _check_examples_of_topics(found: Found, examples: dict[tuple[str, str], Any]) -> Iterator[Problem]:
    for key, (_, topic) in found.topics.items():
        for language in LANGUAGES:
            if not examples.get((language, key)):
                yield Problem(f"nlu/{language}/{topic.theme}.yml", key, f"has no examples in {language}")


def _check_intents(
    root: Path, found: Found, intents: Iterable[str], examples: dict[tuple[str, str], list[tuple[str, str]]]
) -> Iterator[Problem]:
    domain = root / "domain.yml"
    known = set(read_mapping(domain).get("intents") or []) if domain.is_file() else set()
    for intent in sorted(set(intents) - known - set(found.topics)):
        file = next(where for (_, name), lines in examples.items() if name == intent for where, _ in lines)
        yield Problem(file, intent, "is neither a topic in content/topics nor an intent in domain.yml")
