import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.choices import NotOffered, harmless, language_switch, pressed, typed

SHOWN = [
    {"title": "Book a time", "payload": "/booking_make"},
    {"title": "Ei kiitos!", "payload": "/deny"},
]


@pytest.mark.parametrize("text", ["2", " 2 ", "2.", "(2)", "ei kiitos", "EI KIITOS!"])
def test_a_number_or_a_title_is_its_button(text):
    assert typed(text, SHOWN) == "/deny"


@pytest.mark.parametrize("text", ["0", "3", "22", "2 or 3", "no thanks", "!", "/deny", ""])
def test_anything_else_is_free_text(text):
    assert typed(text, SHOWN) is None


def test_a_number_means_nothing_when_nothing_was_offered():
    assert typed("1", []) is None


def test_only_what_was_offered_can_be_pressed():
    assert pressed("/deny", SHOWN) == "/deny"
    with pytest.raises(NotOffered):
        pressed('/booking_choose{"booking_day":"2026-11-24"}', SHOWN)


def test_the_language_can_be_pressed_at_any_time():
    assert pressed(language_switch("sv"), []) == '/language_switch{"language":"sv"}'


@given(st.text(alphabet=st.sampled_from("/ \t\n\u00a0ab"), max_size=12))
def test_free_text_is_never_a_command(text):
    assert not harmless(text).strip().startswith("/")


def test_free_text_with_slashes_inside_stays_as_it_is():
    assert harmless("10 e/h and/or more") == "10 e/h and/or more"
