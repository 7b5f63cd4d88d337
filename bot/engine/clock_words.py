"""Times of day in a text: "klo 14", "kl 14.30", "2 pm", "halv tre", "before noon", "10-12"."""

from __future__ import annotations

import re

from bot.engine.date_words import PARTS, DateWords

NOON = "12:00"
OFFICE_OPENS = 7  # an hour below this, without am or pm, is one of the afternoon: "at 2" is 14:00
HALF, QUARTER = 30, 15
Hours = tuple[str | None, str | None]


def take_hours(text: str, words: DateWords) -> tuple[Hours | None, str]:
    """(time_from, time_to) as "HH:MM" and the text without what was read; None if no time is named.

    An exact time has both ends equal; "after 14" has no end, "before 12" no beginning.
    """
    for reader in (_range, _exact):
        hours, rest = reader(text, words)
        if hours:
            return hours, rest
    for part, pattern in words.parts.items():
        match = pattern.search(text)
        if match and part == "noon" and (side := _side_of_noon(text, match, words)):
            return side, _without(text, match)
        if match:
            return PARTS[part], _without(text, match)
    return None, text


def _side_of_noon(text: str, match: re.Match[str], words: DateWords) -> Hours | None:
    """ "before noon" and "after noon" have one end only."""
    around = text[max(0, match.start() - 14) : match.start()]
    if words.before.search(around):
        return None, NOON
    return (NOON, None) if words.after.search(around) else None


def _range(text: str, words: DateWords) -> tuple[Hours | None, str]:
    for pattern in words.between:
        match = pattern.search(text)
        hours = [words.number(match[name]) for name in "ab"] if match else []
        if match and None not in hours:
            start, end = (_time(str(_of_day(hour, text, words, spoken=True)), None) for hour in hours)
            if start and end and start < end:
                return (start, end), _without(text, match)
    moment = r"(\d{1,2})(?:[.:](\d{2}))?"
    match = re.search(rf"(?<![\w.:]){moment}\s*[-–—]\s*{moment}(?![\w:]|\.\d)", text)
    if not match:
        return None, text
    start, end = _time(match[1], match[2]), _time(match[3], match[4])
    clocked = re.search(rf"{words.clock}\s*$", text[: match.start()]) or match[2] or match[4]
    # "2-4 months" is no time of day; "Tuesday 10-12" is.
    rest = words.am.sub("", words.pm.sub("", text[match.end() :]))
    if not start or not end or start >= end or not (clocked or not re.search(r"\w", rest)):
        return None, text
    return (start, end), _without(text, match)


def _exact(text: str, words: DateWords) -> tuple[Hours | None, str]:
    for match, half in _candidates(text, words):
        hour, minute = match["hour"], match.groupdict().get("minute")
        number = int(hour) if hour.isdecimal() else words.hours[hour]
        moment = _time(str(_of_day(number, text, words, spoken=len(hour) < 2 or not hour.isdecimal())), minute)
        if not moment:
            continue
        if half:
            moment = _shifted(moment, half)
        rest = _without(text, match)
        around = text[max(0, match.start() - 24) : match.end() + 14]
        rest = words.am.sub(" ", words.pm.sub(" ", rest))
        if words.before.search(around):
            return (None, moment), rest
        return ((moment, None), rest) if words.after.search(around) else ((moment, moment), rest)
    return None, text


def _candidates(text: str, words: DateWords):
    """Every reading of a time, the surest first, each with the minutes that a half or a quarter adds."""
    spoken = "|".join(sorted(words.hours, key=len, reverse=True)) or r"(?!)"
    number = rf"(?P<hour>\d{{1,2}}|{spoken})(?!\w)"
    alone = "|".join(sorted(words.hours_alone, key=len, reverse=True)) or r"(?!)"
    for shape, half in (
        (rf"(?<!\w)(?:{words.half_to})\s+{number}", -HALF),
        (rf"(?<!\w)(?:{words.half_past})\s+{number}", HALF),
        (rf"(?<!\w)(?:{words.quarter_to})\s+{number}", -QUARTER),
        (rf"(?<!\w)(?:{words.quarter_past})\s+{number}", QUARTER),
        (rf"(?<!\w){words.clock}\s*(?P<hour>\d{{1,2}})(?:[.:](?P<minute>\d{{2}}))?(?![\w:]|\.\d)", 0),
        (r"(?<![\w.:])(?P<hour>\d{1,2}):(?P<minute>\d{2})(?!\w)", 0),
        (r"(?<![\w.:])(?P<hour>\d{1,2})(?:[.:](?P<minute>\d{2}))?\s*(?=[ap]\.?m\b)", 0),
        (r"(?<![\w.:])(?P<hour>\d{1,2})\.(?P<minute>[0-5][05])(?![\w.:])", 0),
        (rf"(?<!\w){words.clock}\s+{number}", 0),
        (rf"(?<!\w)(?P<hour>{alone})(?!\w)", 0),
        (rf"{_border(words)}\s*(?P<hour>\d{{1,2}}|{spoken})(?![\w:.]|\s*\.?\d)(?!\s*(?:%|€|\w+))", 0),
        (rf"{_border(words)}\s*(?P<hour>{spoken})(?!\w)", 0),
        (rf"(?<![\w.:])(?P<hour>\d{{1,2}}|{spoken})(?::?n)?\s+{words.after_hour}(?!\w)", 0),
        (rf"(?<![\w.:])(?P<hour>\d{{1,2}}|{spoken})(?::?n)?\s+{words.around_hour}(?!\w)", 0),
    ):
        for match in re.finditer(shape, text):
            if match.groupdict().get("minute") and int(match["minute"]) > 59:
                continue
            yield match, half


def _border(words: DateWords) -> str:
    return rf"(?:{words.before.pattern}|{words.after.pattern})"


def _of_day(hour: int, text: str, words: DateWords, *, spoken: bool) -> int:
    if hour < 12 and (words.pm.search(text)):
        return hour + 12
    if hour == 12 and words.am.search(text) and not words.pm.search(text):
        return 12 if spoken else 0
    if words.am.search(text) or hour >= OFFICE_OPENS or not spoken:
        return hour
    return hour + 12


def _time(hour: str, minute: str | None) -> str | None:
    hours, minutes = int(hour), int(minute or 0)
    return f"{hours:02}:{minutes:02}" if hours <= 23 and minutes <= 59 else None


def _shifted(moment: str, minutes: int) -> str:
    hour, minute = map(int, moment.split(":"))
    total = (hour * 60 + minute + minutes) % (24 * 60)
    return f"{total // 60:02}:{total % 60:02}"


def _without(text: str, match: re.Match[str]) -> str:
    return f"{text[: match.start()]} {text[match.end() :]}"
