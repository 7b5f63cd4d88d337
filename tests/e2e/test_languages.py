"""Which language is spoken, through the real app and the real engine; and what comes in that is no sentence."""

from __future__ import annotations

import sqlite3

import pytest

from bot.channels.cleaning import LONGEST_TEXT
from bot.texts import Texts
from tests.e2e.person import Person

pytestmark = pytest.mark.engine

OTHERS = Texts.load().others
LOST = {"utter_missing", "notice_no_answer"}
STRANGERS = {
    "ar": ["مرحبا كيف أسجل كباحث عن عمل", "كيف أكتب سيرتي الذاتية"],
    "ru": ["здравствуйте, как зарегистрироваться безработным?", "как написать резюме"],
    "uk": ["добрий день, як мені зареєструватися як безробітному?", "як написати резюме"],
    "fa": ["سلام، چطور می‌توانم به عنوان جویای کار ثبت نام کنم؟", "چطور رزومه بنویسم"],
    "so": ["sidee ayaan isku diiwaan geliyaa shaqo raadiye ahaan", "sidee loo qoraa CV-ga"],
    "tr": ["merhaba, iş arayan olarak nasıl kayıt olurum", "özgeçmiş nasıl yazılır"],
    "es": ["hola, cómo me registro como demandante de empleo", "cómo escribo mi currículum"],
    "et": ["tere, kuidas ma end tööotsijaks registreerin", "kuidas kirjutada elulugu"],
    "zh": ["你好，我怎么登记成为求职者？", "简历怎么写？"],
}
BOOKING = {
    "fi": ["haluaisin varata ajan ohjaajalle", "cv", "I want to go on in English please"],
    "sv": ["jag skulle vilja boka en tid hos en vägledare", "cv", "haluaisin jatkaa mieluummin suomen kielellä"],
    "en": ["I would like to book a session with a counsellor", "my cv", "jag vill hellre fortsätta på svenska tack"],
}
QUESTION = {"fi": "miten ilmoittaudun työnhakijaksi?", "sv": "hur anmäler jag mig som arbetssökande?",
            "en": "how do I register as a job seeker?"}


@pytest.mark.parametrize("code", STRANGERS)
def test_who_writes_another_language_is_told_once_and_answered_in_plain_words(polku, code):
    person = Person(polku.url)
    told, *answers = person.say(STRANGERS[code][0])
    assert told["language"] == code, person.transcript()
    assert told["text"] == f"{OTHERS[code].text} {OTHERS[code].ask}"
    assert len(told["buttons"]) == 3
    assert {(one["language"], one["metadata"]["register"]) for one in answers} == {("fi", "plain")}, person.transcript()
    again = person.say(STRANGERS[code][1])
    assert {one["language"] for one in again} == {"fi"}, person.transcript()
    person.leave()


def test_the_language_that_a_stranger_chooses_is_remembered(polku):
    person = Person(polku.url)
    person.say(STRANGERS["ar"][0])
    chosen = person.say("Svenska", '/language_switch{"language":"sv"}')
    assert {one["language"] for one in chosen} == {"sv"}, person.transcript()
    answers = person.say(STRANGERS["ar"][1])
    assert {(one["language"], one["metadata"]["register"]) for one in answers} == {("sv", "plain")}, person.transcript()
    person.leave()


@pytest.mark.parametrize(("code", "text"), [("nb", "hei, hvordan kan jeg registrere meg som arbeidssøker?"),
                                            ("da", "hej, hvordan kan jeg blive registreret som arbejdssøgende?")])
def test_a_neighbour_is_answered_in_swedish_and_told_so(polku, code, text):
    person = Person(polku.url)
    told, *answers = person.say(text)
    assert told["text"].startswith(OTHERS[code].text), person.transcript()
    assert {(one["language"], one["metadata"]["register"]) for one in answers} == {("sv", "normal")}
    person.leave()


@pytest.mark.parametrize("language", BOOKING)
def test_a_booking_goes_on_when_its_language_is_changed(polku, language):
    person = Person(polku.url)
    *before, change = BOOKING[language]
    for text in before:
        answers = person.say(text)
        assert {one["language"] for one in answers} == {language}, person.transcript()
    other = {"fi": "en", "sv": "fi", "en": "sv"}[language]
    assert {one["language"] for one in person.say(change)} == {other}, person.transcript()
    person.leave()


@pytest.mark.parametrize("language", QUESTION)
@pytest.mark.parametrize("text", ["ok", "OK!", "cv", "Helsinki", "Ahmed Hassan", "👍", "050 1234567"])
def test_a_word_that_is_the_same_everywhere_never_switches(polku, language, text):
    person = Person(polku.url)
    assert {one["language"] for one in person.say(QUESTION[language])} == {language}
    assert {one["language"] for one in person.say(text)} == {language}, person.transcript()
    person.leave()


@pytest.mark.parametrize("language", QUESTION)
def test_what_was_chosen_stays_whatever_is_written(polku, language):
    person = Person(polku.url, language)
    for question in QUESTION.values():
        assert {one["language"] for one in person.say(question)} == {language}, person.transcript()
    person.leave()


@pytest.mark.parametrize("language", QUESTION)
def test_a_whole_sentence_in_another_language_is_followed(polku, language):
    person = Person(polku.url, locale=language)
    for spoken in (language, *(one for one in QUESTION if one != language)):
        assert {one["language"] for one in person.say(QUESTION[spoken])} == {spoken}, person.transcript()
    person.leave()


LONG = "Olen asunut Suomessa kolme vuotta ja etsin töitä. "
STRANGE = {
    "emoji": "😀🙏",
    "long": (LONG * 300)[:LONGEST_TEXT],
    "one long word": "a" * LONGEST_TEXT,
    "right-to-left marks": "\u200fmiten haen töitä\u200f\u202e",
    "zero-width": "mi\u200bten ha\u200ben tö\u200bitä",
    "control bytes": "miten\x00 haen\x07 töitä\x1b[31m",
    "html": "<script>alert('hei')</script><b>miten haen töitä</b>",
    "file name": "cv_final_v2.pdf",
    "phone": "+358 40 123 4567",
    "three languages": "hej, miten haen töitä, can you help me",
    "quotes": "'; DROP TABLE messages; --",
    "braces": "{text} {{7*7}} /booking_make{\"a\":1}",
    "slash": "/restart",
    "number": "7",
    "combining": "h" + "\u0335" * 500 + "ei",
}


@pytest.mark.parametrize("name", STRANGE)
def test_what_is_no_sentence_gets_a_sensible_answer(polku, name):
    person = Person(polku.url, "fi")
    answers = person.say(STRANGE[name])
    assert all(one["text"] and one["language"] == "fi" for one in answers), person.transcript()
    assert not LOST & {one["metadata"].get("utter_action") for one in answers}, person.transcript()
    if name in ("zero-width", "right-to-left marks", "control bytes"):
        plain = Person(polku.url, "fi").say("miten haen töitä")
        assert answers[0]["metadata"].get("topic") == plain[0]["metadata"].get("topic")
    person.leave()


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\u200b", "\u200f\u202e", "\x00"])
def test_nothing_is_refused_in_words_and_not_kept(polku, text):
    person = Person(polku.url, "sv")
    refused = person.post(text)
    assert 400 <= refused.status_code < 500
    assert person.now() == []
    person.leave()


def test_the_whole_of_a_long_message_is_kept(polku):
    person = Person(polku.url)
    number = person.write(STRANGE["long"])
    person.answers_to(number)
    with sqlite3.connect(f"file:{polku.data}/polku.db?mode=ro", uri=True) as connection:
        [[kept]] = connection.execute("SELECT text FROM messages WHERE id = ?", (number,)).fetchall()
    connection.close()
    assert kept == STRANGE["long"].strip()
    person.leave()


def test_nothing_of_all_this_is_an_error_in_the_logs(polku):
    """After the tests above; alone it says what it just sent."""
    for text in ("😀", STRANGE["three languages"], STRANGERS["ar"][0], "+358 40 123 4567"):
        person = Person(polku.url)
        person.say(text)
        person.leave()
    for name in ("engine.log", "app.log"):
        log = (polku.data / name).read_text(encoding="utf-8")
        assert "Traceback" not in log
        assert " ERROR " not in log
        assert "123 4567" not in log
