"""How a booking's parts are called in the language of the conversation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from babel import Locale

from bot.dates_spoken import spell_date, spell_time
from bot.office.tables import Booking, Counsellor
from bot.texts import Texts


def button(title: str, intent: str, **entities: str) -> dict[str, str]:
    """A button whose payload carries the entities."""
    carried = ",".join(f'"{name}":"{value}"' for name, value in entities.items())
    return {"title": title, "payload": f"/{intent}" + (f"{{{carried}}}" if carried else "")}


def language_name(code: str, language: str) -> str:
    """The name of language `code` in `language`, as CLDR has it; the code itself if it has none."""
    return Locale.parse(language).languages.get(code, code)


def counsellor_name(name: str, demo: bool, texts: Texts, language: str) -> str:
    """A demo counsellor is marked as one wherever the name is shown."""
    return texts.label("booking_demo_counsellor", language, name=name) if demo else name


def place_name(meeting: str, place: str, texts: Texts, language: str) -> str:
    """Where to be: the counsellor's place, or how the phone or video call comes about."""
    return place if meeting == "onsite" else texts.label(f"booking_place_{meeting}", language)


def wish_words(slots: Mapping[str, Any], texts: Texts, language: str) -> dict[str, str]:
    """Fields topic, session_language and meeting."""
    return {
        "topic": texts.label(f"booking_topic_{slots['booking_topic']}", language),
        "session_language": language_name(slots["booking_language"], language),
        "meeting": texts.label(f"booking_meeting_{slots['booking_meeting']}", language),
    }


def time_words(starts_at: datetime, ends_at: datetime, language: str) -> dict[str, str]:
    """Fields day, time and until."""
    return {
        "day": spell_date(starts_at, language),
        "time": spell_time(starts_at, language),
        "until": spell_time(ends_at, language),
    }


def booking_words(booking: Booking, counsellor: Counsellor, texts: Texts, language: str) -> dict[str, str]:
    """Every field that a sentence about a booking may use."""
    slots = {
        "booking_topic": booking.topic,
        "booking_language": booking.language,
        "booking_meeting": booking.meeting,
    }
    return {
        **wish_words(slots, texts, language),
        **time_words(booking.starts_at, booking.ends_at, language),
        "counsellor": counsellor_name(counsellor.name, counsellor.demo, texts, language),
        "place": place_name(booking.meeting, counsellor.place, texts, language),
        "code": booking.code,
    }
