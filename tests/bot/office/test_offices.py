from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.languages import LANGUAGES
from bot.office import offices
from bot.office.counsellors import BOOKING_TOPICS, MEETINGS
from bot.office.offices import CONTENT, BrokenOffice


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "is_open", "opens_at"),
    [
        (utc(2026, 11, 23, 6, 59), False, utc(2026, 11, 23, 7)),
        (utc(2026, 11, 23, 7), True, utc(2026, 11, 24, 7)),
        (utc(2026, 11, 23, 14), False, utc(2026, 11, 24, 7)),
        (utc(2026, 11, 27, 13), False, utc(2026, 11, 30, 7)),  # Friday afternoon
        (utc(2026, 12, 24, 8), False, utc(2026, 12, 28, 7)),  # Christmas and the weekend after
        (utc(2026, 10, 24, 8), False, utc(2026, 10, 26, 7)),  # the clocks change in between
        (utc(2026, 7, 1, 6), True, utc(2026, 7, 2, 6)),  # summer time
    ],
)
def test_the_office_opens_at_nine_on_working_days(now: datetime, is_open: bool, opens_at: datetime) -> None:
    office = offices.load()["demo"]
    assert office.is_open(now) is is_open
    assert office.opens_at(now) == opens_at


def test_an_office_has_closed_days_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "o.yml").write_text('a: {hours: {thursday: ["09:00-16:00"]}, closed: [2026-12-31]}')
    office = offices.load(tmp_path / "o.yml")["a"]
    assert not office.is_open(utc(2026, 12, 31, 8))
    assert office.opens_at(utc(2026, 12, 30)) == utc(2027, 1, 7, 7)


def test_an_office_without_hours_never_opens(tmp_path: Path) -> None:
    (tmp_path / "o.yml").write_text("a: {hours: {}}")
    assert offices.load(tmp_path / "o.yml")["a"].opens_at(utc(2026, 11, 23)) is None


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("", "at least one office"),
        ("a: 1", "a: keys expected"),
        ("a: {hours: {mon: []}}", "a.hours: unknown mon"),
        ('a: {hours: {monday: ["9-16"]}}', "a.hours.monday: '9-16'"),
        ('a: {hours: {monday: ["16:00-09:00"]}}', "a.hours.monday"),
        ('a: {hours: {monday: ["09:00-26:00"]}}', "a.hours.monday"),
        ("a: {hours: {}, closed: [christmas]}", "a.closed"),
        ("a: {hours: {}, counsellors: [{name: X}]}", r"a.counsellors\[0\]: hours, languages"),
        ("a: {hours: {}, opens: 9}", "a: unknown opens"),
        ("a: [", "cannot be read"),
    ],
)
def test_a_mistake_is_named_with_file_and_key(tmp_path: Path, written: str, key: str) -> None:
    (tmp_path / "offices.yml").write_text(written)
    with pytest.raises(BrokenOffice, match=key) as broken:
        offices.load(tmp_path / "offices.yml")
    assert "offices.yml" in str(broken.value)


def test_the_demo_counsellors_are_plainly_invented_and_can_be_booked_in_every_language() -> None:
    shown = [one for office in offices.load(CONTENT / "offices.yml").values() for one in office.counsellors]
    assert shown
    for one in shown:
        assert one.name.startswith("Demo ")
        assert set(one.topics) <= set(BOOKING_TOPICS)
        assert set(one.meetings) <= set(MEETINGS)
    for language in LANGUAGES:
        for topic in BOOKING_TOPICS:
            for meeting in MEETINGS:
                assert any(
                    language in one.languages and topic in one.topics and meeting in one.meetings for one in shown
                ), (language, topic, meeting)
