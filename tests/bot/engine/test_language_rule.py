import pytest

from bot.engine.language_rule import Vocabulary, decide, ours

VOCABULARY = Vocabulary.learn(
    [
        ("fi", "hei miten haen töitä suomesta"),
        ("sv", "hej hur söker jag jobb i finland tack"),
        ("en", "hello how do i find a job thank you ok"),
        ("fi", "ok"),
        ("sv", "ok"),
    ]
)
SWEDISH = {"sv": 0.95, "en": 0.03, "fi": 0.02}
ENGLISH = {"en": 0.9, "sv": 0.05, "fi": 0.05}
FINNISH = {"fi": 0.9, "sv": 0.05, "en": 0.05}


def heard(text, seen, **said):
    return decide(text, seen, VOCABULARY, **said)


def test_the_first_words_set_the_language():
    assert heard("hur söker jag jobb", SWEDISH).language == "sv"


@pytest.mark.parametrize("text", ["ok", "OK", "Ahmed Hassan", "050 1234567", "👍", "?", ""])
@pytest.mark.parametrize("current", ["fi", "sv", "en"])
def test_a_short_word_a_name_or_a_number_never_switches(text, current):
    assert heard(text, {"en": 0.6, "sv": 0.4}, current=current).language is None


@pytest.mark.parametrize("text", ["ok", "Ahmed Hassan", "050 1234567", ""])
def test_too_little_at_the_start_leaves_it_to_the_locale(text):
    assert heard(text, {"en": 0.5, "sv": 0.5}, locale="sv-FI").language == "sv"
    assert heard(text, {"en": 0.5, "sv": 0.5}).language is None


def test_a_whole_sentence_switches_an_unchosen_language():
    assert heard("how do i find a job", ENGLISH, current="fi").language == "en"


def test_a_choice_stays_whatever_is_written():
    verdict = heard("how do i find a job", ENGLISH, current="sv", chosen=True)
    assert verdict.language is None
    assert verdict.text_language == "en"


def test_the_same_language_is_not_set_again():
    assert heard("hur söker jag jobb", SWEDISH, current="sv").language is None


def test_danish_and_norwegian_are_answered_in_swedish():
    assert heard("hvordan finder jeg et arbejde her", {"da": 0.8, "nb": 0.15, "sv": 0.05}).language == "sv"


def test_a_language_that_is_not_ours_sets_nothing():
    arabic = heard("كيف أجد عملا في هلسنكي", {"arabic": 1.0}, current="en")
    assert arabic.language is None
    assert arabic.text_language == "en"


def test_our_own_words_outweigh_an_unsure_detector():
    assert heard("hej", {"da": 0.2, "et": 0.5, "sv": 0.2, "fi": 0.1}).language == "sv"


def test_the_reason_holds_no_word_of_the_text():
    reason = heard("salainen söker jobb", SWEDISH, locale="fi\nforged line").reason
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
