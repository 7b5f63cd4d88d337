import math

import pytest

from bot.engine.detectors import BY_SCRIPT, Detector
from bot.engine.language_rule import EXPECTED, decide, ours
from bot.engine.telling import telling
from bot.engine.witnesses import Vocabulary, Witnesses
from bot.texts import Texts

VOCABULARY = Vocabulary.learn(
    [
        ("fi", "hei miten haen töitä suomesta"),
        ("sv", "hej hur söker jag jobb i finland tack"),
        ("en", "hello how do i find a job thank you"),
    ]
)
KNOWN = frozenset(code for codes in BY_SCRIPT.values() for code in codes) - {"pl"}
SWEDISH = {"sv": 0.95, "en": 0.03, "fi": 0.02}
ENGLISH = {"en": 0.9, "sv": 0.05, "fi": 0.05}
UNSURE = {"en": 0.5, "sv": 0.5}


def heard(text, seen, **said):
    """The verdict when the one detector sees `seen`."""
    return decide(Witnesses([Detector("seer", KNOWN, lambda _: seen)], VOCABULARY).hear(text), **said)


def test_the_first_words_set_the_language():
    assert heard("hur söker jag jobb", SWEDISH).language == "sv"


@pytest.mark.parametrize("text", ["ok", "OK", "Ahmed Hassan", "cv", "050 1234567", "👍", "?", ""])
@pytest.mark.parametrize("current", ["fi", "sv", "en"])
def test_a_short_word_a_name_or_a_number_never_switches(text, current):
    verdict = heard(text, {"en": 0.6, "sv": 0.4}, current=current)
    assert (verdict.language, verdict.other) == (None, None)


@pytest.mark.parametrize("text", ["ok", "Ahmed Hassan", "050 1234567", ""])
def test_too_little_at_the_start_leaves_it_to_the_locale(text):
    assert heard(text, UNSURE, locale="sv-FI").language == "sv"


@pytest.mark.parametrize("text", ["ok", "cv", "050 1234567", ""])
def test_what_says_nothing_sets_nothing(text):
    verdict = heard(text, UNSURE)
    assert (verdict.language, verdict.read_as, verdict.text_language) == (None, None, "fi")


def test_a_word_without_any_locale_is_all_that_we_have():
    assert heard("sjukhus", {"sv": 0.7, "da": 0.3}).language == "sv"


def test_a_whole_sentence_switches_an_unchosen_language():
    assert heard("how do i find a job", ENGLISH, current="fi").language == "en"


def test_a_choice_stays_whatever_is_written():
    verdict = heard("how do i find a job", ENGLISH, current="sv", chosen=True)
    assert verdict.language is None
    assert verdict.text_language == "en"


def test_the_same_language_is_not_set_again():
    assert heard("hur söker jag jobb", SWEDISH, current="sv").language is None


@pytest.mark.parametrize(("seen", "code"), [({"da": 0.8, "nb": 0.15}, "da"), ({"nb": 0.8, "da": 0.15}, "nb")])
def test_danish_and_norwegian_are_answered_in_swedish_and_named(seen, code):
    verdict = heard("jeg og du er ikke der", seen)
    assert (verdict.language, verdict.text_language, verdict.other) == ("sv", "sv", code)


def test_a_neighbours_language_switches_nothing_that_was_chosen_but_is_named():
    verdict = heard("jeg og du er ikke der", {"nb": 0.9, "da": 0.1}, current="fi", chosen=True)
    assert (verdict.language, verdict.other) == (None, "nb")


def test_a_language_that_is_not_ours_sets_nothing_and_is_named():
    arabic = heard("كيف أجد عملا في هلسنكي", {"ar": 1.0}, current="en")
    assert (arabic.language, arabic.text_language, arabic.other) == (None, "en", "ar")


def test_the_locale_counts_for_who_writes_another_language_first():
    assert heard("كيف أجد عملا", {"ar": 1.0}, locale="sv-SE").language == "sv"


def test_two_words_in_latin_letters_are_no_other_language_unless_a_little_word_is_among_them():
    spanish = {"es": 0.98, "en": 0.01}
    assert heard("Juana Moreno", spanish).other is None
    assert heard("hola Moreno", spanish).other == "es"


def test_what_the_person_wrote_before_is_likelier():
    doubtful = {"tr": 0.5, "en": 0.5}
    assert heard("abcd efgh ijkl", doubtful).read_as == "en"
    assert heard("abcd efgh ijkl", doubtful, other="tr").read_as == "tr"


def test_our_own_words_outweigh_an_unsure_detector():
    assert heard("hej", {"da": 0.2, "et": 0.5, "sv": 0.2, "fi": 0.1}).language == "sv"


def test_the_reason_names_each_witness_and_holds_no_word_of_the_text():
    reason = heard("salainen söker jobb", SWEDISH, locale="fi\nforged line", current="en").reason
    for witness in ("seer", "letters", "little words", "dictionary", "vocabulary", "home", "foreign"):
        assert witness in reason
    assert "salainen" not in reason
    assert "\n" not in reason


@pytest.mark.parametrize(
    ("code", "language"), [("sv-FI", "sv"), ("en_US", "en"), ("nb", "sv"), ("de", None), (None, None), ("", None)]
)
def test_codes_and_locales_are_read(code, language):
    assert ours(code) == language


def test_the_vocabulary_is_not_lost_in_a_long_text():
    words = Vocabulary({"fi": {"kanta": 2, "malli": 1}, "sv": {"kanta": 1, "malli": 2}, "en": {}})
    view, _ = words.view(["kanta"] * 200)
    assert view["fi"] > 0.99


def test_a_finnish_term_in_an_english_question_says_nothing():
    vocabulary = Vocabulary.learn([("fi", "työttömyyskassa"), ("en", "what is työttömyyskassa")])
    seen = []

    def see(text):
        seen.append(text.split())
        return {"en": 1.0}

    Witnesses([Detector("seer", KNOWN, see)], vocabulary).hear("what is työttömyyskassa")
    Witnesses([Detector("seer", KNOWN, see)], vocabulary).hear("mikä työttömyyskassa")
    assert seen == [["what", "is"], ["mikä", "työttömyyskassa"]]


def test_letters_speak_against_languages_without_them():
    marks = telling()
    assert marks.strange_letters("på ø", ["sv", "nb", "fi"]) == {"sv": 1, "nb": 0, "fi": 2}
    assert marks.strange_letters("ñ", ["es", "fi"]) == {"es": 0, "fi": 2}
    assert marks.little_words("Jeg vil ikke med", ["sv", "nb"]) == {"sv": 1, "nb": 4}


def test_each_language_that_is_expected_has_its_line_and_no_other_has():
    assert set(Texts.load().others) == set(EXPECTED)


def test_each_language_that_is_expected_can_be_told_apart():
    for code in EXPECTED:
        if code != "zh":  # has a script of its own
            assert any(code in users for users in [*telling().letters.values(), *telling().words.values()]), code


def test_nats_are_probabilities_of_detectors():
    witnesses = Witnesses([Detector("seer", KNOWN, lambda _: {"sv": 1.0})], VOCABULARY)
    nats = witnesses.hear("xyz")
    assert nats.nats["seer"]["sv"] == pytest.approx(math.log(1.001))
    assert nats.nats["seer"]["pl"] > nats.nats["seer"]["fi"]  # it has never heard of Polish: no view is no refusal
