"""Days and times as people of each language write them, always in Finnish time."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton, format_time

HELSINKI = ZoneInfo("Europe/Helsinki")

# CLDR's `EEEE` is an inflected "on Tuesday" in Finnish; `cccc` is the bare name of the day.
_DAY = {"fi": "cccc d.M.", "sv": "cccc d.M", "en": "cccc d MMMM"}
_FULL_DAY = {"fi": "d.M.y", "sv": "d.M.y", "en": "d MMMM y"}
_TIME = {"fi": "H.mm", "sv": "H.mm", "en": "H:mm"}


def spell_date(day: date, language: str) -> str:
    """Weekday and day without the year: `Tuesday 24 November`. A datetime is moved to Helsinki first."""
    day = _helsinki_day(day)
    if language in _DAY:
        return format_date(day, _DAY[language], locale=language)
    return format_skeleton("MMMMEEEEd", day, locale=language)


def spell_full_date(day: date, language: str) -> str:
    """Day with the year, without the weekday: `24 November 2026`."""
    return format_date(_helsinki_day(day), _FULL_DAY.get(language, "long"), locale=language)


def spell_time(moment: datetime, language: str) -> str:
    """Time of day in Helsinki on the 24-hour clock.

    Raises:
        ValueError: the moment has no time zone.
    """
    return format_time(in_helsinki(moment).time(), _TIME.get(language, "HH:mm"), locale=language)


def in_helsinki(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone cannot be shown")
    return moment.astimezone(HELSINKI)


def _helsinki_day(day: date) -> date:
    return in_helsinki(day).date() if isinstance(day, datetime) else day
