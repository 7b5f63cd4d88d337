"""Texts over a small content folder of the test's own."""

from __future__ import annotations

import logging
from datetime import date, datetime, timezone
from pathlib import Path

import pytest

from bot.texts import ContentError, MissingText, Texts, spell_date, spell_full_date, spell_time

TOPIC = """
job_start:
  facts: [REG-01]
  sources:
    fi: {title: Sivu, url: "https://example.org/fi"}
    sv: {title: Sida, url: "https://example.org/fi", language: fi}
    en: {title: Page, url: "https://example.org/en"}
  checked_on: 2026-11-22
  review_by: 2027-02-28
  related: [job_next]
job_next:
  facts: []
  sources: {fi: {title: S, url: "https://example.org"}}
  checked_on: 2026-11-22
  review_by: 2027-02-28
"""
FRAME = """
answer_source: "From: {title}, {day}"
answer_page_in_fi: written in Finnish
answer_overdue: Getting old.
answer_simpler_button: Simpler
answer_fuller_button: Fuller
answer_moment: "{day} / {time}"
"""
TODAY = date(2026, 11, 23)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write(tmp_path, "topics/job.yml", TOPIC)
    for language in ("fi", "sv", "en"):
        write(
            tmp_path,
            f"{language}/job.yml",
            f"job_start: {{title: Start {language}, normal: Long {language}, plain: Short {language}}}\n"
            f"job_next: {{title: Next {language}, normal: N, plain: P}}\n",
        )
        write(tmp_path, f"{language}/answers.yml", FRAME)
    write(
        tmp_path,
        "en/dialogue.yml",
        "utter_hi: Hello {name}\n"
        "utter_pick:\n  text: Which one of them, {name}?\n  plain: Which, {name}?\n"
        '  buttons:\n    - {title: "{name}", payload: \'/pick{"code":"{code}"}\'}\n',
    )
    return tmp_path


def write(root: Path, name: str, text: str) -> Path:
    file = root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_an_answer_carries_its_register_its_source_and_the_ways_on(root: Path):
    answer = Texts.load(root).answer("job_start", "en", "normal", TODAY)

    assert answer["text"] == "Long en"
    assert answer["buttons"] == [
        {"title": "Simpler", "payload": "/simpler"},
        {"title": "Next en", "payload": "/job_next"},
    ]
    assert answer["metadata"] == {
        "language": "en",
        "register": "normal",
        "topic": "job_start",
        "title": "Start en",
        "sources": [{"title": "Page", "url": "https://example.org/en", "language": "en"}],
        "checked_on": "2026-11-22",
        "overdue": False,
        "source_line": "From: Page, 22 November 2026",
    }


def test_an_answer_in_plain_language_offers_the_fuller_one(root: Path):
    answer = Texts.load(root).answer("job_start", "sv", "plain", TODAY)

    assert answer["text"] == "Short sv"
    assert answer["buttons"][0] == {"title": "Fuller", "payload": "/fuller"}


def test_a_source_in_another_language_says_so(root: Path):
    line = Texts.load(root).answer("job_start", "sv", "normal", TODAY)["metadata"]["source_line"]
    assert line == "From: Sida (written in Finnish), 22.11.2026"


def test_an_answer_says_that_it_is_overdue_only_after_the_day_of_review(root: Path):
    texts = Texts.load(root)
    on_the_day = texts.answer("job_start", "en", "normal", date(2027, 2, 28))
    after = texts.answer("job_start", "en", "normal", date(2027, 3, 1))

    assert (on_the_day["metadata"]["overdue"], after["metadata"]["overdue"]) == (False, True)
    assert after["text"] == "Long en\n\nGetting old."


def test_fields_fill_texts_titles_and_payloads_beside_json(root: Path):
    said = Texts.load(root).utterance("utter_pick", "en", name="A{b}", code="x1")

    assert said["text"] == "Which one of them, A{b}?"
    assert said["buttons"] == [{"title": "A{b}", "payload": '/pick{"code":"x1"}'}]
    assert said["metadata"] == {"language": "en", "register": "normal"}


def test_the_plain_variant_is_used_where_there_is_one(root: Path):
    texts = Texts.load(root)
    assert texts.utterance("utter_pick", "en", "plain", name="A", code="1")["text"] == "Which, A?"
    assert texts.utterance("utter_hi", "en", "plain", name="A")["text"] == "Hello A"


@pytest.mark.parametrize(
    "ask",
    [
        lambda texts: texts.utterance("utter_hi", "fi", name="A"),
        lambda texts: texts.utterance("utter_hi", "en"),
        lambda texts: texts.label("nothing", "en"),
        lambda texts: texts.title("nothing", "en"),
        lambda texts: texts.answer("nothing", "en", "normal", TODAY),
        lambda texts: texts.answer("job_next", "en", "normal", TODAY),
        lambda texts: texts.answer("job_start", "en", "loud", TODAY),
    ],
    ids=["language", "field", "label", "title", "topic", "source", "register"],
)
def test_what_is_missing_is_refused_and_never_empty(root: Path, ask):
    with pytest.raises(MissingText):
        ask(Texts.load(root))


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("fi/dialogue.yml", "a: x\na: y\n", "'a' is there twice"),
        ("fi/dialogue.yml", "answer_overdue: again\n", "another file has this key"),
        ("fi/dialogue.yml", "a: [1]\n", "must be a text"),
        ("fi/dialogue.yml", "- a\n", "must be a mapping"),
        ("fi/dialogue.yml", "a: {text: x, buttons: [{title: y}]}\n", "title and a payload"),
        ("fi/job.yml", "job_start: text\n", "must be a mapping"),
        ("topics/job.yml", "job_start: {sources: {}}\n", "checked_on must be a date"),
        ("topics/job.yml", "job_start: {}\n", "sources must be a mapping"),
        ("topics/job.yml", "job_start: {sources: {fi: {title: x}}}\n", "needs a title and a url"),
        ("fi/dialogue.yml", 'a: "open\n', "scanning"),
    ],
)
def test_a_broken_file_is_named_with_what_is_wrong(root: Path, name: str, text: str, told: str):
    write(root, name, text)
    with pytest.raises(ContentError, match=told) as caught:
        Texts.load(root)
    assert Path(name).name in str(caught.value)


def test_a_catalogue_beside_the_wording_is_left_to_its_own_reader(root: Path):
    write(root, "offices.yml", "helsinki: {opens: 8}\n")
    write(root, "en/offices.yml", "helsinki: {name: Helsinki, summary: An office}\n")
    assert "helsinki" not in Texts.load(root).names()


def test_an_edit_is_seen_without_a_restart(root: Path):
    texts = Texts.load(root)
    assert texts.refreshed(at_most_every=0) is texts

    write(root, "en/dialogue.yml", "utter_hi: Good day\n")

    assert texts.refreshed(at_most_every=60) is texts
    assert texts.refreshed(at_most_every=0).label("utter_hi", "en") == "Good day"


def test_a_broken_edit_keeps_the_former_texts_and_is_logged_once(root: Path, caplog):
    texts = Texts.load(root)
    write(root, "en/dialogue.yml", "utter_hi: [not a text]\n")

    with caplog.at_level(logging.ERROR):
        kept = texts.refreshed(at_most_every=0).refreshed(at_most_every=0)

    assert kept.label("utter_hi", "en", name="A") == "Hello A"
    assert len(caplog.records) == 1
    assert "utter_hi" in caplog.text

    write(root, "en/dialogue.yml", "utter_hi: Mended\n")
    assert kept.refreshed(at_most_every=0).label("utter_hi", "en") == "Mended"


def test_days_and_times_are_spelled_as_each_language_does_in_helsinki():
    late = datetime(2026, 11, 23, 22, 30, tzinfo=timezone.utc)  # already Tuesday in Helsinki

    assert [spell_date(late, language) for language in ("fi", "sv", "en")] == [
        "tiistai 24.11.",
        "tisdag 24.11",
        "Tuesday 24 November",
    ]
    assert [spell_time(late, language) for language in ("fi", "sv", "en")] == ["0.30", "0.30", "0:30"]
    assert spell_full_date(late.date(), "fi") == "23.11.2026"
    summer = datetime(2026, 7, 1, 6, 5, tzinfo=timezone.utc)
    assert spell_time(summer, "en") == "9:05"


def test_a_language_without_patterns_of_ours_still_gets_its_days():
    assert spell_date(date(2026, 11, 24), "de") == "Di., 24. November"


def test_a_moment_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        spell_time(datetime(2026, 11, 24, 9, 0), "en")  # noqa: DTZ001 - the very case


def test_a_moment_is_spelled_with_the_words_of_content(root: Path):
    moment = datetime(2026, 11, 24, 12, 30, tzinfo=timezone.utc)
    assert Texts.load(root).moment(moment, "en") == "Tuesday 24 November / 14:30"
