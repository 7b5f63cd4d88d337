import pytest

from bot.channels.cleaning import LONGEST_TEXT, NothingWritten, TooLong, clean


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  hello \n", "hello"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\x00b\x1bc", "abc"),
        ("a\x9b31mb", "a31mb"),
        ("a\ud83d", "a"),
        ("tyo\u0308", "ty\u00f6"),
        ("\u0645\u0631\u062d\u0628\u0627", "\u0645\u0631\u062d\u0628\u0627"),
        ("\U0001f44d", "\U0001f44d"),
        ("h\u200be\ufeffi\u2060", "hei"),
        ("ty\u00adkka", "tykka"),
        ("\u202eabc\u202c", "abc"),
        ("\u2067abc\u2069", "abc"),
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"),
        ("\U0001f468\u200d\U0001f4bb", "\U0001f468\u200d\U0001f4bb"),
        ("<b>hi</b>", "<b>hi</b>"),
    ],
)
def test_what_is_kept_is_what_a_person_would_call_the_same_text(written, kept):
    assert clean(written) == kept


@pytest.mark.parametrize("written", ["", "   ", "\n\t", "\u200b\u200d", "\x00", "\u00a0", "\u200f\u200e", "\u202e"])
def test_blanks_are_nothing(written):
    with pytest.raises(NothingWritten):
        clean(written)


def test_the_longest_text_fits_and_one_more_character_does_not():
    assert len(clean("x" * LONGEST_TEXT)) == LONGEST_TEXT
    with pytest.raises(TooLong):
        clean("x" * (LONGEST_TEXT + 1))
