"""The words of danger, on the sentences of tests/nlu/crisis: a new sentence there is tested without touching Python."""

import pytest
import yaml

from bot.crisis import KINDS, CrisisWords, Phrases, crisis_words, flattened
from bot.languages import LANGUAGES
from bot.settings import ROOT

SENTENCES = [
    (language, kind, text)
    for language in LANGUAGES
    for kind, texts in yaml.safe_load((ROOT / f"tests/nlu/crisis/{language}.yml").read_text("utf-8")).items()
    for text in texts
]
ENOUGH = 40


def kinds(text: str) -> list[str]:
    return crisis_words().kinds(text)


def words(**given) -> CrisisWords:
    return CrisisWords([Phrases.of({"sure": {}, **given})])


@pytest.mark.parametrize(("kind", "text"), [one[1:] for one in SENTENCES if one[1] != "none"])
def test_who_is_in_danger_is_heard(kind, text):
    assert kind in kinds(text)


@pytest.mark.parametrize("text", [text for _, kind, text in SENTENCES if kind == "none"])
def test_what_only_sounds_like_danger_is_no_alarm(text):
    assert kinds(text) == []


def test_the_folder_holds_enough_of_both_in_every_language():
    for language in LANGUAGES:
        alarms = [kind != "none" for one, kind, _ in SENTENCES if one == language]
        assert sum(alarms) >= ENOUGH <= len(alarms) - sum(alarms), language
        assert {kind for one, kind, _ in SENTENCES if one == language} == {*KINDS, "none"}


@pytest.mark.slow
def test_ordinary_questions_are_no_alarm():
    """Of all the examples of nlu/ that are of other matters. One is let through: it is as serious as it sounds."""
    alarms = []
    for file in sorted((ROOT / "nlu").glob("*/*.yml")):
        for block in yaml.safe_load(file.read_text("utf-8")).get("nlu") or []:
            if not block["intent"].startswith("discrimination_abuse_help"):
                lines = [line.strip(" -") for line in block["examples"].splitlines()]
                alarms += [line for line in lines if kinds(line)]
    assert len(alarms) <= 1, alarms


def test_it_is_heard_in_whatever_language_the_conversation_is_held_and_however_it_is_written():
    assert kinds("MIEHENI HAKKAA MINUA!!!") == ["violence"]
    assert kinds("I don\u2019t want to live anymore") == ["self_harm"]
    assert kinds("jag\u200b vill   d\u00f6") == ["self_harm"]


def test_it_is_heard_in_the_middle_and_at_the_end_of_a_long_story():
    story = "Muutin Suomeen vuonna 2019 ja etsin kurssia, jolla voin oppia suomea iltaisin. " * 120
    assert kinds(story) == []
    assert kinds(f"{story} Mieheni hakkaa minua. {story}") == ["violence"]
    assert kinds(f"{story} Mieheni hakkaa minua") == ["violence"]


def test_the_most_urgent_kind_comes_first():
    assert kinds("my husband beats me and I want to die") == ["self_harm", "violence"]


def test_words_of_two_sentences_make_no_alarm_together():
    assert kinds("I found a job at last. My husband. Beats are my hobby.") == []


@pytest.mark.parametrize("text", ["", "?", "👍", "\u0645\u0631\u062d\u0628\u0627", "/handoff_request", "x" * 10_000])
def test_texts_without_our_words_are_survived(text):
    assert kinds(text) == []


def test_two_weak_signs_count_and_one_counts_only_beside_what_the_model_thinks():
    found = words(weak={"danger": ["smoke", "scream*"]})
    assert found.kinds("smoke and screaming") == ["danger"]
    assert found.kinds("smoke") == []
    assert found.kinds("smoke", nearness=0.5) == ["danger"]


def test_the_notation_of_phrases():
    found = words(
        words={"who": ["my boss", "he"]},
        sure={"danger": ["{who} .. hit|kick* me", "call? 112"]},
        harmless=["hit me up"],
        spellings={"mi": "me"},
    )
    assert found.kinds("My boss often kicked me") == ["danger"]
    assert found.kinds("he hit mi") == ["danger"]
    assert found.kinds("112") == ["danger"]
    assert found.kinds("he said: hit me up") == []
    assert found.kinds("my boss went home and then much later he was hit") == []


def test_a_list_of_words_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="nobody"):
        words(sure={"danger": ["{nobody} hits"]})


def test_a_text_is_flattened_to_small_bare_letters():
    assert flattened("\u00c4iti, l\u00f6i!  Isn't it?") == " aiti loi . isnt it "


def test_a_sentence_is_not_read_in_a_language_that_it_only_looks_like():
    # Without its dots Swedish "to die" is English "do".
    assert crisis_words().kinds("my husband beats me and I don't know what to do", nearness=1.0) == ["violence"]
    assert crisis_words().kinds("jag vill bara do", nearness=1.0) == ["self_harm"]
