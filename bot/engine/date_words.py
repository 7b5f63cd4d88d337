"""The words of time of one language (`dates:` in words.yml), made into patterns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.engine.word_stems import folded

NOTHING = re.compile(r"(?!)")
PARTS = {"morning": ("08:00", "12:00"), "noon": ("11:00", "13:00"), "afternoon": ("12:00", "16:00"),
         "evening": ("16:00", "20:00")}  # fmt: skip


def phrase(text: str) -> str:
    """One phrase as a pattern: any white space between words, `*` for any letters, `{n}` for a number.

    Without dots and rings, as the text is read: many learners write none.
    """
    pattern = re.escape(folded(text)).replace(r"\ ", r"\s+").replace(r"\*", r"\w*")
    return re.sub(r"\\\{([abn])\\\}", r"(?P<\1>\\d{1,2}|[^\\W\\d]+)", pattern)


def either(phrases: Iterable[str]) -> str:
    """Longest first, so that "day after tomorrow" is not read as "tomorrow"."""
    return "|".join(phrase(one) for one in sorted(phrases, key=len, reverse=True)) or r"(?!)"


def word(phrases: Iterable[str]) -> re.Pattern[str]:
    """Any of the phrases, as whole words."""
    return re.compile(rf"(?<![\w]){_group(phrases)}(?![\w])")


def _group(phrases: Iterable[str]) -> str:
    return f"(?:{either(phrases)})"


@dataclass
class DateWords:
    """Patterns of one language. A language that lacks a kind of word simply never matches it."""

    weekdays: dict[int, re.Pattern[str]]
    weekdays_short: dict[int, re.Pattern[str]]
    months: dict[int, str]
    days: dict[int, re.Pattern[str]]
    weeks: dict[int, re.Pattern[str]]
    months_ahead: dict[int, re.Pattern[str]]
    parts: dict[str, re.Pattern[str]]
    next: re.Pattern[str]
    weekend: re.Pattern[str]
    day_of_month: list[re.Pattern[str]]
    in_days: list[re.Pattern[str]]
    in_weeks: list[re.Pattern[str]]
    between: list[re.Pattern[str]]
    clock: str
    am: re.Pattern[str]
    pm: re.Pattern[str]
    before: re.Pattern[str]
    after: re.Pattern[str]
    week_number: re.Pattern[str]
    half_to: str
    half_past: str
    quarter_to: str
    quarter_past: str
    after_hour: str
    around_hour: str
    in_month: str
    past: re.Pattern[str]
    next_weekend: re.Pattern[str]
    coming_weekend: re.Pattern[str]
    hours: dict[str, int]
    hours_alone: set[str]
    numbers: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, words: Mapping[str, Any]) -> DateWords:
        """From the `dates` part of a words.yml."""
        dates = words.get("dates") or {}

        def table(name: str) -> dict[Any, list[str]]:
            return dates.get(name) or {}

        def some(name: str) -> list[str]:
            return dates.get(name) or []

        def numbered(name: str) -> dict[int, re.Pattern[str]]:
            # The numbers come back as text from a model's JSON.
            return {int(number): word(phrases) for number, phrases in table(name).items()}

        def number_of(name: str) -> dict[str, int]:
            return {folded(form): int(number) for number, forms in table(name).items() for form in forms}

        return cls(
            weekdays=numbered("weekdays"),
            weekdays_short=numbered("weekdays_short"),
            months={int(number): _group(phrases) for number, phrases in table("months").items()},
            days=numbered("days"),
            weeks=numbered("weeks"),
            months_ahead=numbered("months_ahead"),
            parts={name: word(phrases) for name, phrases in table("parts").items()},
            next=word(some("next")),
            weekend=word(some("weekend")),
            day_of_month=[word([one]) for one in some("day_of_month")],
            in_days=[word([one]) for one in some("in_days")],
            in_weeks=[word([one]) for one in some("in_weeks")],
            between=[word([one]) for one in some("between")],
            clock=_group(some("clock")),
            am=word(some("am")),
            pm=word(some("pm")),
            before=word(some("before")),
            after=word(some("after")),
            week_number=re.compile(rf"(?<!\w){_group(some('week_number'))}\s*(?P<n>\d{{1,2}})(?![\w:])"),
            half_to=either(some("half_to")),
            half_past=either(some("half_past")),
            quarter_to=either(some("quarter_to")),
            quarter_past=either(some("quarter_past")),
            after_hour=_group(some("after_hour")),
            around_hour=_group(some("around_hour")),
            in_month=_group(some("in_month")),
            past=word(some("past")),
            next_weekend=word(some("next_weekend")),
            coming_weekend=word(some("coming_weekend")),
            hours=number_of("hours"),
            hours_alone={folded(hour) for hour in some("hours_alone")},
            numbers=number_of("numbers"),
        )

    def number(self, text: str) -> int | None:
        """ "3" and "three" → 3; None for any other word."""
        return int(text) if text.isdecimal() else self.numbers.get(text, self.hours.get(text))
