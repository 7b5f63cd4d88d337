"""Personal codes are found by form and check digits. Every code here is made up for the test."""

import pytest

from bot.channels.masking import codes_in, masked
from bot.languages import LANGUAGES
from bot.texts import Texts

SIGNS = "0123456789ABCDEFHJKLMNPRSTUVWXY"


def finnish(day: str, century: str, number: int) -> str:
    return f"{day}{century}{number:03}{SIGNS[int(f'{day}{number:03}') % 31]}"


def kinds(text: str) -> list[str]:
    return [code.kind for code in codes_in(text)]


@pytest.mark.parametrize("century", [*"+-YXWVU", *"ABCDEF"])
def test_a_finnish_code_is_found_with_every_sign_of_the_century(century):
    assert kinds(f"minun tunnus on {finnish('010203', century, 123)} kiitos") == ["finnish"]


def test_a_code_is_hidden_whole_and_nothing_else():
    code = finnish("131052", "-", 308)
    assert masked(f"Olen Demo, {code}, ja etsin ty\u00f6t\u00e4.", str.upper)[0] == (
        "Olen Demo, FINNISH, ja etsin ty\u00f6t\u00e4."
    )


@pytest.mark.parametrize(
    "text",
    [
        "131052 - 308T",
        "131052-\n308T",
        "1 3 1 0 5 2 - 3 0 8 T",
        "131052\u2013308t",
        "hetu:131052-308T.",
        "(131052-308T)",
        "13.10.52-308T",
        "131052-308U",  # a wrong last sign is a slip of the hand and still says who it is
        "131052-9081",
    ],
)
def test_a_finnish_code_is_found_however_it_is_written(text):
    assert kinds(text) == ["finnish"]


@pytest.mark.parametrize(
    "text",
    ["19811228-9874", "811228-9874", "198112289874", "1981 12 28 - 9874", "811228 -\n9874", "811228+9874"],
)
def test_a_swedish_number_is_found(text):
    assert kinds(f"mitt nummer {text}") == ["swedish"]


@pytest.mark.parametrize(
    "text",
    [
        "FI21 1234 5600 0007 85",
        "FI2112345600000785",
        "fi21 1234 5600 0007 85",
        "FI21\n1234 5600\n0007 85",
        "IBAN FI2112345600000785 BIC",
        "SE45 5000 0000 0583 9825 7466",
        "DE89 3704 0044 0532 0130 00",
    ],
)
def test_an_account_number_is_found(text):
    assert kinds(text) == ["account"]


def test_the_words_after_an_account_number_stay():
    assert masked("FI21 1234 5600 0007 85 is my account", lambda kind: f"[{kind}]")[0] == "[account] is my account"


@pytest.mark.parametrize(
    "text", ["4111 1111 1111 1111", "4111-1111-1111-1111", "5555555555554444", "4111 1111\n1111 1111"]
)
def test_a_card_number_is_found(text):
    assert kinds(f"card {text} ok") == ["card"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0401234567",
        "+358 40 123 4567",
        "040-123 4567",
        "+358 2954 63177",
        "112",
        "24.11.2026 klo 10-12",
        "1.1.2026-31.12.2026",
        "4111 1111 1111 1112",  # the check digit is wrong
        "FI21 1234 5600 0007 86",
        "0000 0000 0000 0000",
        "Y-tunnus 1234567-8",
        "00100 Helsinki",
        "321352-308T",  # no such day
        "tilaus 123456789012",
        "850101-1234 kpl",
        "HE 102/2025",
        "my id is AB1234567",
    ],
)
def test_what_is_no_code_stays(text):
    assert kinds(text) == []


def test_several_codes_in_one_message_are_all_hidden():
    text, found = masked("131052-308T ja FI21 1234 5600 0007 85, 131052-308T", lambda kind: f"[{kind}]")
    assert text == "[finnish] ja [account], [finnish]"
    assert found == ["finnish", "account"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_code_is_neither_kept_nor_sent_and_the_person_is_told_once_a_message(
    app, engine, tmp_path, language
):
    person = app.person(language=language)
    person.write("131052-308T and FI21 1234 5600 0007 85 and 131052-308T")
    heard = person.hear(lambda heard: [one for one in heard if one["author"] == "system"])
    texts = Texts.load()
    told = [one["text"] for one in heard if one["author"] == "system"]
    assert told == [texts.utterance("notice_masked", language)["text"]]
    assert "131052" not in str(heard)
    assert "308T" not in str(engine.asked)
    assert texts.label("masked_finnish", language) in engine.turns[0]["message"]
    for file in tmp_path.rglob("*.db*"):
        assert b"131052-308T" not in file.read_bytes()


def test_a_message_without_a_code_is_kept_as_it_is(app, engine):
    person = app.person(language="en")
    person.write("my number is 0401234567")
    heard = person.hear(lambda heard: [one for one in heard if one["author"] == "bot"])
    assert [one["author"] for one in heard] == ["person", "bot"]
    assert engine.turns[0]["message"] == "my number is 0401234567"
