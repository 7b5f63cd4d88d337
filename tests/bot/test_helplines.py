"""The numbers for people in danger stand in one file, each with where it was seen."""

from datetime import date

import pytest

from bot.content_check import check
from bot.content_files import ContentError
from bot.helplines import read_helplines
from bot.languages import LANGUAGES
from bot.settings import ROOT
from bot.texts import Texts

CRISES = ["utter_crisis_danger", "utter_crisis_self_harm", "utter_crisis_violence", "utter_crisis_exploitation"]
ENTRY = """
emergency:
  number: "112"
  sources: {fi: &s {title: T, url: "https://e.example"}, sv: *s, en: *s}
  checked_on: 2026-11-22
  review_by: 2027-01-01
"""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("register", ["normal", "plain"])
@pytest.mark.parametrize("name", CRISES)
def test_every_answer_to_a_crisis_gives_a_number_first_and_names_its_sources(name, register, language):
    said = Texts.load().utterance(name, language, register)
    assert "112" in said["text"].split("\n\n")[1 if "self_harm" in name else 0]
    assert "{" not in said["text"]
    assert said["metadata"]["source_line"]
    assert all(source["url"].startswith("https://") for source in said["metadata"]["sources"])
    assert [button["payload"] for button in said["buttons"]] == ["/handoff_request"]


def test_each_language_is_given_the_crisis_line_that_speaks_it():
    texts = Texts.load()
    numbers = {language: texts.utterance(CRISES[1], language)["text"] for language in LANGUAGES}
    assert "09 2525 0111" in numbers["fi"]
    assert "09 2525 0112" in numbers["sv"]
    assert "09 2525 0113" in numbers["en"]


def test_no_telephone_number_is_written_into_a_sentence():
    lines = read_helplines(ROOT / "content").values()
    numbers = {number for line in lines for number in line.numbers.values()} - {"112"}
    for file in (ROOT / "content").glob("*/*.yml"):
        for number in numbers:
            assert number not in file.read_text("utf-8"), f"{number} belongs into content/helplines.yml"


@pytest.mark.parametrize("broken", ['number: 112', 'number: {fi: "1"}', "checked_on: soon", "sources: {fi: 1}"])
def test_an_entry_that_is_not_complete_is_refused(tmp_path, broken):
    key = broken.partition(":")[0]
    lines = [line for line in ENTRY.splitlines() if not line.strip().startswith(f"{key}:")]
    (tmp_path / "helplines.yml").write_text("\n".join([*lines, f"  {broken}"]), "utf-8")
    with pytest.raises(ContentError):
        read_helplines(tmp_path)


def test_the_check_finds_a_number_past_its_review_and_one_that_is_not_there(tmp_path):
    (tmp_path / "content" / "en").mkdir(parents=True)
    (tmp_path / "content" / "helplines.yml").write_text(ENTRY, "utf-8")
    (tmp_path / "content" / "en" / "crisis.yml").write_text("utter_x: 'Call {number_nobody}'", "utf-8")
    found = {(one.key, one.what) for one in check(tmp_path, date(2027, 2, 1))}
    assert ("emergency", "should have been reviewed by 2027-01-01") in found
    assert ("number_nobody", "is in no entry of content/helplines.yml") in found
