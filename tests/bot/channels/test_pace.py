import pytest

from bot.channels.pace import Pace, TooFast


def test_a_burst_is_welcome_and_what_follows_must_wait():
    now = [0.0]
    pace = Pace(lambda: now[0], burst=3, every=1.0)
    for _ in range(3):
        pace.step("a")
    with pytest.raises(TooFast) as refusal:
        pace.step("a")
    assert refusal.value.wait == 1
    pace.step("b")
    now[0] = 1.0
    pace.step("a")
