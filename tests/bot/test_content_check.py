"""Each rule of the content check, over a small sound project that one edit breaks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bot.content_check import check

TODAY = date(2026, 11, 23)
LANGUAGES = ("fi", "sv", "en")
TOPIC = """
job_start:
  facts: [F-1, F-2]
  sources:
    fi: {title: S, url: "https://s"}
    sv: {title: S, url: "https://s", language: fi}
    en: {title: S, url: "https://s"}
  checked_on: 2026-11-22
  review_by: 2027-02-28
  related: []
"""


FACTS = """
F-1: {says: Pay within 14 days., confidence: high}
F-2: {says: Some say 99 euros., confidence: low}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write(tmp_path, "content/topics/job.yml", TOPIC)
    write(tmp_path, "content/facts.yml", FACTS)
    write(tmp_path, "domain.yml", "intents: [affirm]\nactions: [action_x]\n")
    write(tmp_path, "stories/hi.yml", "rules:\n- steps: [{action: utter_hi}]  # utter_ask_*\n")
    write(tmp_path, "actions/x.py", 'dispatcher.utter_message(response="utter_bye", name=f"utter_x_{y}")\n')
    forbidden = "forbidden:\n  - {term: Oldoffice, instead: Newoffice}\nover: {fi: [ended], sv: [ended], en: [ended]}\n"
    forbidden += "numbers: {en: {six: 6}}\nunits: {en: [month]}\n"
    write(tmp_path, "content/glossary.yml", forbidden)
    for lang in LANGUAGES:
        write(tmp_path, f"content/{lang}/job.yml", "job_start: {title: Start, normal: Long., plain: Short.}\n")
        write(
            tmp_path,
            f"content/{lang}/dialogue.yml",
            "utter_hi: {text: 'Hello {name}', plain: 'Hi {name}', "
            "buttons: [{title: Go, payload: '/go{\"a\":\"b\"}'}]}\n"
            "utter_bye: Bye\nutter_missing: M\nutter_nothing_to_repeat: N\nutter_did_you_mean_again: D\n",
        )
        intents = "nlu:\n- intent: {}\n  examples: |\n    - {} one\n    - {} two\n"
        write(tmp_path, f"nlu/{lang}/job.yml", intents.format("job_start", lang, lang))
        write(tmp_path, f"nlu/{lang}/dialogue.yml", intents.format("affirm", "yes", "yes"))
        write(tmp_path, f"nlu/{lang}/words.yml", "professions: {}\n")
    return tmp_path


def write(root: Path, name: str, text: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text, encoding="utf-8")


def edit(name: str, old: str, new: str) -> Callable[[Path], None]:
    def apply(root: Path) -> None:
        text = (root / name).read_text(encoding="utf-8")
        assert old in text
        write(root, name, text.replace(old, new, 1))

    return apply


def test_a_sound_project_has_no_problems(project: Path):
    assert check(project, TODAY) == []


def other(entry: str) -> Callable[[Path], None]:
    return lambda root: write(root, "content/other_languages.yml", entry)


BREAKS = {
    "a line in a language of ours": (other("sv: {text: Hej, ask: Hur}"), "sv: is a language that we answer in"),
    "a line without its question": (other("ar: {text: T}"), "content/other_languages.yml: ar: ask is missing"),
    "a line with an unknown part": (other("ar: {text: T, ask: A, url: U}"), "ar: must be a mapping of texts named"),
    "a page that is not InfoFinland's": (
        other("ar: {text: T, ask: A, infofinland: 'https://example.org/ar'}"),
        "is no address of InfoFinland",
    ),
    "a line in one of our languages only, which is none": (
        other("nb: {text: T, ask: A, answered_in: de}"),
        "answered_in 'de' is no language of ours",
    ),
    "a line that is too long": (other(f"ar: {{text: {'T' * 199}, ask: A}}"), "ar: is longer than 200 characters"),
    "a topic is missing in a language": (
        edit("content/sv/job.yml", "job_start", "job_other"),
        "content/sv/job.yml: job_start: is missing in sv",
    ),
    "wording without a topic": (
        edit("content/sv/job.yml", "job_start", "job_other"),
        "content/sv/job.yml: job_other: no topic in content/topics has this name",
    ),
    "a register is missing": (
        edit("content/fi/job.yml", ", plain: Short.", ""),
        "content/fi/job.yml: job_start: plain is missing",
    ),
    "a sentence is missing in a language": (
        edit("content/en/dialogue.yml", "utter_bye: Bye\n", ""),
        "content/en/dialogue.yml: utter_bye: is missing in en",
    ),
    "no source for a language": (
        edit("content/topics/job.yml", '    en: {title: S, url: "https://s"}\n', ""),
        "content/topics/job.yml: job_start: no source for en",
    ),
    "an address that is not https": (
        edit("content/topics/job.yml", "https://s", "http://s"),
        "the address 'http://s' is not https",
    ),
    "no day of checking": (
        edit("content/topics/job.yml", "checked_on: 2026-11-22", "checked_on: lately"),
        "content/topics/job.yml: job_start: checked_on must be a date",
    ),
    "a day of checking to come": (
        edit("content/topics/job.yml", "checked_on: 2026-11-22", "checked_on: 2026-12-01"),
        "has not come yet",
    ),
    "a stale review": (
        edit("content/topics/job.yml", "2027-02-28", "2026-11-22"),
        "should have been reviewed by 2026-11-22",
    ),
    "an unknown related topic": (
        edit("content/topics/job.yml", "related: []", "related: [job_end]"),
        "the related topic job_end does not exist",
    ),
    "a topic outside its theme": (
        lambda root: (root / "content/topics/job.yml").rename(root / "content/topics/work.yml"),
        "the name must start with its theme, work",
    ),
    "a key twice in a file": (
        edit("content/fi/dialogue.yml", "utter_bye: Bye\n", "utter_bye: Bye\nutter_bye: Again\n"),
        "the key 'utter_bye' is there twice",
    ),
    "a key in two files": (
        lambda root: write(root, "content/fi/booking.yml", "utter_bye: Again\n"),
        "utter_bye: is in content/fi/booking.yml as well",
    ),
    "an answer that is too long": (
        edit("content/fi/job.yml", "Long.", "Long " * 150),
        "normal has 749 characters, 700 fit",
    ),
    "a title that is too long": (
        edit("content/fi/job.yml", "Start", "S" * 46),
        "title has 46 characters, 45 fit",
    ),
    "a brace in an answer": (
        edit("content/fi/job.yml", "Long.", "'{name}'"),
        "normal has a brace",
    ),
    "a broken brace": (
        edit("content/fi/dialogue.yml", "Hello {name}", "Hello {name} {oh no}"),
        "text has a brace that is no {field}",
    ),
    "fields that differ": (
        edit("content/sv/dialogue.yml", "Hello {name}', plain: 'Hi {name}'", "Hello', plain: 'Hi'"),
        "fields differ from content/fi/dialogue.yml: name",
    ),
    "buttons that differ": (
        edit("content/sv/dialogue.yml", "/go{", "/stay{"),
        "the buttons do other things than those in content/fi/dialogue.yml",
    ),
    "a long sentence in plain language": (
        edit("content/fi/job.yml", "Short.", "word " * 26 + "."),
        "a plain sentence has 26 words",
    ),
    "an answer that rests on no fact": (
        edit("content/topics/job.yml", "[F-1, F-2]", "[]"),
        "content/topics/job.yml: job_start: rests on no fact",
    ),
    "a fact that we do not hold": (
        edit("content/topics/job.yml", "F-1", "F-9"),
        "content/topics/job.yml: job_start: the fact F-9 is not in content/facts.yml",
    ),
    "a figure that stands in no fact": (
        edit("content/sv/job.yml", "Long.", "Betala inom 15 dagar."),
        "content/sv/job.yml: job_start: normal says 15, which stands in none of the topic's facts",
    ),
    "a figure of a fact that the topic does not name": (
        lambda root: [
            edit("content/topics/job.yml", "F-1, ", "")(root),
            edit("content/fi/job.yml", "Short.", "Pay in 14 days.")(root),
        ],
        "content/fi/job.yml: job_start: plain says 14",
    ),
    "a figure in a title": (
        edit("content/fi/job.yml", "Start", "Top 15"),
        "content/fi/job.yml: job_start: title says 15",
    ),
    "a figure of low confidence": (
        edit("content/en/job.yml", "Long.", "It costs 99 euros."),
        "content/en/job.yml: job_start: normal says 99",
    ),
    "a figure in words": (
        edit("content/en/job.yml", "Long.", "It takes six months."),
        "content/en/job.yml: job_start: normal says 6",
    ),
    "no facts at all": (
        lambda root: (root / "content/facts.yml").unlink(),
        "content/facts.yml: is missing",
    ),
    "a fact that says nothing": (
        edit("content/facts.yml", "says: Pay within 14 days., ", ""),
        "content/facts.yml: F-1: a fact must be a mapping that says something",
    ),
    "a fact of unknown confidence": (
        edit("content/facts.yml", "high", "sure"),
        "content/facts.yml: F-1: confidence must be one of high, medium, low",
    ),
    "an office that is gone": (
        edit("content/en/job.yml", "Long.", "Ask the oldoffices."),
        "Oldoffice is no longer there; say Newoffice",
    ),
    "an office that is gone beside a sentence that is over": (
        edit("content/en/job.yml", "Long.", "Summer has ended. Ask the oldoffices."),
        "Oldoffice is no longer there; say Newoffice",
    ),
    "a topic without examples": (
        lambda root: (root / "nlu/sv/job.yml").unlink(),
        "nlu/sv/job.yml: job_start: has no examples in sv",
    ),
    "an intent without a topic": (
        edit("nlu/fi/dialogue.yml", "affirm", "shrug"),
        "nlu/fi/dialogue.yml: shrug: is neither a topic",
    ),
    "an utterance of a story without text": (
        edit("stories/hi.yml", "utter_hi}", "utter_hello}"),
        "stories/hi.yml: utter_hello: is said, but no file in content/ has its text",
    ),
    "an utterance of an action without text": (
        edit("actions/x.py", "utter_bye", "utter_farewell"),
        "actions/x.py: utter_farewell: is said",
    ),
    "an example in two intents": (
        edit("nlu/en/dialogue.yml", "yes one", "En, one!"),
        "the example 'en one' is in affirm as well",
    ),
    "an intent in two files": (
        lambda root: write(root, "nlu/en/more.yml", "nlu:\n- intent: affirm\n  examples: |\n    - ok\n"),
        "affirm: has examples in nlu/en/dialogue.yml as well",
    ),
    "a file that is no YAML": (
        lambda root: write(root, "nlu/en/job.yml", 'a: "open\n'),
        "nlu/en/job.yml: ",
    ),
}


@pytest.mark.parametrize(("breaks", "told"), BREAKS.values(), ids=BREAKS)
def test_it_tells_of(project: Path, breaks: Callable[[Path], None], told: str):
    breaks(project)
    problems = [str(problem) for problem in check(project, TODAY)]
    assert any(told in problem for problem in problems), problems


def test_an_office_that_is_gone_may_be_named_as_gone(project: Path):
    edit("content/en/job.yml", "Long.", "Oldoffice has ended.")(project)
    assert check(project, TODAY) == []


def test_a_figure_that_stands_in_a_fact_may_be_said(project: Path):
    edit("content/en/job.yml", "Long.", "Pay within 14 days.")(project)
    assert check(project, TODAY) == []
