"""From words to dates: a pure function of the text, the words of time and the moment it was written."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.engine.clock_words import take_hours
from bot.engine.date_words import DateWords
from bot.engine.word_stems import folded

HELSINKI = ZoneInfo("Europe/Helsinki")
WEEK = timedelta(days=7)
ISO = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
DAY_MONTH = re.compile(r"(?<![\d.:])(\d{1,2})\s*([./])\s*(\d{1,2})(\.(?!\d)|(?:[./]\s*(\d{4}|\d{2})))?(?![\d:])")
Days = tuple[date, date]


def parse(text: str, languages: Iterable[str], words: Mapping[str, DateWords], now: datetime) -> dict | None:
    """What days and hours are named.

    Args:
        languages: to read it in, the likeliest first; the first that finds something is believed.
        now: aware; what "today" is follows from it in Helsinki.

    Returns:
        {"from", "to"} ISO dates (Helsinki, both included), {"time_from", "time_to"} "HH:MM"; any may be None,
        but not all. None if no time is named, or one that does not exist (31.2.).
    """
    today = now.astimezone(HELSINKI).date()
    for place, language in enumerate(languages):
        if language in words:
            found = _read(folded(text), words[language], today, first_choice=place == 0)
            if found:
                return found
    return None


def _read(text: str, words: DateWords, today: date, *, first_choice: bool) -> dict | None:
    try:
        days, rest = _numeric(text, words, today)
    except ValueError:  # a day that the calendar doesn't have
        return None
    hours, rest = take_hours(rest, words)
    days = days or _worded(text, rest, words, today, short=first_choice)
    if not days and not hours:
        return None
    first, last = days or (None, None)
    time_from, time_to = hours or (None, None)
    return {
        "from": first.isoformat() if first else None,
        "to": last.isoformat() if last else None,
        "time_from": time_from,
        "time_to": time_to,
    }


def _numeric(text: str, words: DateWords, today: date) -> tuple[Days | None, str]:
    """24.11. and 24.11.2026, 24/11, 2026-11-24, 24 november, november 24th; raises ValueError for 31.2."""
    match = ISO.search(text)
    if match:
        return _one(date(int(match[1]), int(match[2]), int(match[3]))), _without(text, match)
    for number, month in words.months.items():
        named = rf"(?<!\w){month}\.?(?!\w)"
        year = r"(?:,?\s+(?P<year>\d{4}))?"
        day_first = rf"(?<![\d.:])(?P<day>\d{{1,2}})(?:\.|:?(?:st|nd|rd|th|e|de))?\s*(?:of\s+)?{named}{year}"
        month_first = rf"{named}\s+(?:the\s+)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\w:.]\d|\w){year}"
        match = re.search(day_first, text) or re.search(month_first, text)
        if match:
            return _one(_coming(int(match["day"]), number, match["year"], today)), _without(text, match)
    for match in DAY_MONTH.finditer(text):
        clocked = re.search(rf"(?:^|\W){words.clock}\s*$", text[: match.start()])
        looks_like_time = not match[4] and (int(match[3]) > 12 or match[3] == "00")
        if clocked or looks_like_time:
            continue
        return _one(_coming(int(match[1]), int(match[3]), match[5], today)), _without(text, match)
    return None, text


def _worded(text: str, rest: str, words: DateWords, today: date, *, short: bool) -> Days | None:
    monday = today - timedelta(days=today.weekday())
    weekday = _weekday(text, words, short=short)
    week = _week(text, words, monday)
    if weekday:
        if week:
            return _one(week + timedelta(days=weekday - 1))
        return _one(_coming_weekday(weekday, text, words, today))
    for offset, pattern in sorted(words.days.items(), reverse=True):
        if pattern.search(text):
            return _one(today + timedelta(days=offset))
    for pattern in words.in_days:
        number = _number(pattern, text, words)
        if number is not None:
            return _one(today + timedelta(days=number))
    if words.weekend.search(text):
        later = words.next_weekend.search(text) or (today.isoweekday() > 5 and words.coming_weekend.search(text))
        saturday = (week or monday + (WEEK if later else timedelta(0))) + timedelta(days=5)
        return max(saturday, today) if saturday + timedelta(days=1) >= today else saturday, saturday + timedelta(days=1)
    if week:
        return max(week, today), week + WEEK - timedelta(days=1)
    for pattern in words.day_of_month:
        match = pattern.search(rest)
        if match and match["n"].isdecimal():
            return _day_of_month(int(match["n"]), today)
    for offset, pattern in words.months_ahead.items():
        if pattern.search(text):
            year, month = divmod(today.year * 12 + today.month - 1 + offset, 12)
            first = date(year, month + 1, 1)
            return max(first, today), date(year, month + 1, monthrange(year, month + 1)[1])
    return None if words.past.search(text) else _month(text, words, today)


def _month(text: str, words: DateWords, today: date) -> Days | None:
    """The days of the next such month: "in December", "toukokuussa"."""
    for number, month in words.months.items():
        named = re.search(rf"(?<!\w){words.in_month}\s+{month}(?!\w)", text)
        if named or re.search(rf"(?<!\w){month}(?<=kuussa)", text):
            year = today.year + (number < today.month)
            return max(date(year, number, 1), today), date(year, number, monthrange(year, number)[1])
    return None


def _weekday(text: str, words: DateWords, *, short: bool) -> int | None:
    found = [(match.start(), number) for number, one in words.weekdays.items() if (match := one.search(text))]
    if found:
        return min(found)[1]
    if not short:
        return None
    # "to" is Thursday in Finnish and a little word elsewhere: alone, or before a figure or a clock word.
    for number, pattern in words.weekdays_short.items():
        for match in pattern.finditer(text):
            after = text[match.end() :].lstrip(" .")
            alone = not text[: match.start()].strip() and not after
            part = any(pattern.match(after) for pattern in words.parts.values())
            if alone or part or re.match(rf"\d|{words.clock}(?!\w)", after):
                return number
    return None


def _week(text: str, words: DateWords, monday: date) -> date | None:
    """The Monday of the week that is named."""
    match = words.week_number.search(text)
    if match and 1 <= int(match["n"]) <= 53:
        return _week_of_number(int(match["n"]), monday)
    for pattern in words.in_weeks:
        number = _number(pattern, text, words)
        if number is not None:
            return monday + number * WEEK
    for offset, pattern in sorted(words.weeks.items(), reverse=True):
        if pattern.search(text):
            return monday + offset * WEEK
    return None


def _week_of_number(number: int, monday: date) -> date | None:
    for year in (monday.year, monday.year + 1):
        try:
            found = date.fromisocalendar(year, number, 1)
        except ValueError:  # this year has no week 53
            continue
        if found >= monday:
            return found
    return None


def _coming_weekday(weekday: int, text: str, words: DateWords, today: date) -> date:
    """The nearest such day after today; after a word for "next", one of the next calendar week."""
    ahead = (weekday - today.isoweekday()) % 7 or 7
    coming = today + timedelta(days=ahead)
    this_week = coming.isocalendar()[:2] == today.isocalendar()[:2]
    return coming + WEEK if this_week and words.next.search(text) else coming


def _coming(day: int, month: int, year: str | None, today: date) -> date:
    if year:
        return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    if (month, day) == (2, 29):
        return date(next(y for y in range(today.year, today.year + 9) if monthrange(y, 2)[1] == 29), 2, 29)
    found = date(today.year, month, day)
    return found if found >= today else date(today.year + 1, month, day)


def _day_of_month(day: int, today: date) -> Days | None:
    for ahead in range(12):
        year, month = divmod(today.year * 12 + today.month - 1 + ahead, 12)
        if 1 <= day <= monthrange(year, month + 1)[1] and date(year, month + 1, day) >= today:
            return _one(date(year, month + 1, day))
    return None


def _number(pattern: re.Pattern[str], text: str, words: DateWords) -> int | None:
    match = pattern.search(text)
    return words.number(match["n"]) if match else None


def _one(day: date) -> Days:
    return day, day


def _without(text: str, match: re.Match[str]) -> str:
    return f"{text[: match.start()]} {text[match.end() :]}"
