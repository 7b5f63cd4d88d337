"""The real detectors and dictionaries, over sentences as people write them; none is from a file that we measure on."""

import pytest

from bot.engine.detectors import fasttext, lingua
from bot.engine.language_rule import decide
from bot.engine.witnesses import Vocabulary, Witnesses
from bot.nlu_check import read_examples
from bot.settings import ROOT

SENTENCES = [
    ("fi", "mistä mä saan töitä täältä"),
    ("fi", "tyoton, mita pitaa tehda"),
    ("fi", "Kiitos!"),
    ("sv", "jag e arbetslös vad ska ja göra"),
    ("sv", "hur ansoker man om stod"),
    ("sv", "hejsan"),
    ("en", "pls help me with cv"),
    ("en", "how much is toimeentulotuki"),
    ("en", "thanks a lot"),
    ("nb", "hei, jeg trenger hjelp til å finne jobb"),
    ("da", "hvordan finder jeg et arbejde her, jeg bor i Helsinki"),
    ("et", "tere, ma otsin tööd Soomes"),
    ("so", "waxaan raadinayaa shaqo, sidee ayaan isku diiwaan geliyaa"),
    ("tr", "merhaba, iş arıyorum nasıl kayıt olabilirim"),
    ("kmr", "silav, ez li kar digerim û ez dixwazim fêr bibim"),
    ("es", "hola, busco trabajo y necesito ayuda"),
    ("fr", "bonjour, je cherche un travail"),
    ("vi", "xin chào tôi muốn tìm việc làm"),
    ("de", "ich suche Arbeit und brauche Hilfe"),
    ("ar", "مرحبا، أبحث عن عمل"),
    ("fa", "سلام من دنبال کار هستم"),
    ("ps", "سلام، زه کار غواړم"),
    ("ckb", "سڵاو، من بەدوای کاردا دەگەڕێم"),
    ("ru", "здравствуйте, как найти работу"),
    ("uk", "добрий день, шукаю роботу"),
    ("zh", "你好，我想找工作"),
    ("ja", "こんにちは、仕事を探しています"),
    ("th", "สวัสดี ฉันหางาน"),
]


@pytest.fixture(scope="module")
def witnesses():
    examples, _ = read_examples(ROOT)
    pairs = ((language, line) for (language, _), lines in examples.items() for _, line in lines)
    return Witnesses([lingua(), fasttext()], Vocabulary.learn(pairs))


@pytest.mark.parametrize(("code", "text"), SENTENCES)
def test_the_language_of_a_message_is_read(witnesses, code, text):
    assert decide(witnesses.hear(text)).read_as == code


@pytest.mark.parametrize(("code", "text"), [one for one in SENTENCES if one[0] not in ("fi", "sv", "en")])
def test_who_writes_another_language_is_noticed(witnesses, code, text):
    assert decide(witnesses.hear(text), current="fi").other == code


@pytest.mark.parametrize(("code", "text"), [one for one in SENTENCES if one[0] in ("fi", "sv", "en")])
def test_who_writes_ours_is_not_taken_for_a_stranger(witnesses, code, text):
    verdict = decide(witnesses.hear(text))
    assert (verdict.language, verdict.other) == (code, None)


@pytest.mark.parametrize(
    "text", ["", "   ", "👍👍", "12345", "ok", "\u200f\u200e", "https://example.org/miten", "a@example.org"]
)
def test_what_has_no_language_gets_none(witnesses, text):
    assert decide(witnesses.hear(text)).read_as is None


def test_a_long_text_is_read_by_its_beginning(witnesses):
    long = "jag vill gärna veta hur man söker jobb. " * 250 + "miten haen töitä " * 500
    assert decide(witnesses.hear(long)).read_as == "sv"


def test_several_languages_in_one_line_are_survived(witnesses):
    assert decide(witnesses.hear("hei, can you help me, jag söker jobb, مرحبا")).language in ("fi", "sv", "en")
