"""The events of a conversation's running session, and their rows."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rasa.shared.core.events import Event, SessionStarted, SlotSet


@dataclass(frozen=True)
class Session:
    """Events of a conversation from its last session start on, and the id of the last one's row."""

    events: list[Event]
    last_id: int


def row(sender_id: str, event: Event) -> dict[str, Any]:
    """An event as a row of Rasa's own `events` table."""
    data = event.as_dict()
    return {
        "sender_id": sender_id,
        "type_name": event.type_name,
        "timestamp": data.get("timestamp"),
        "intent_name": ((data.get("parse_data") or {}).get("intent") or {}).get("name"),
        "action_name": data.get("name"),
        "data": json.dumps(data),
    }


def known_of(stored: list[Event], given: list[Event]) -> int:
    """How many of the given events come before the first that is new.

    None does in a tracker that was made new after a failed read: it is new as a whole.
    """
    seen = {(event.type_name, event.timestamp) for event in stored}
    at = (i for i in range(len(given), 0, -1) if (given[i - 1].type_name, given[i - 1].timestamp) in seen)
    return next(at, 0)


def since_start(events: list[Event]) -> list[Event]:
    """The last session's events, without slots that were carried in only to be set again."""
    starts = [i for i, event in enumerate(events) if isinstance(event, SessionStarted)]
    return list(_without_overwritten(events[starts[-1] :] if starts else events))


def _without_overwritten(events: list[Event]) -> Iterator[Event]:
    """Leave out slots carried into a session that are set again at once.

    Rasa carries every slot event of the former session, not only the last of each slot: over many
    short sessions that heap would grow for ever.
    """
    carried = list(itertools.takewhile(lambda event: isinstance(event, SlotSet), events[1:]))
    last = {event.key: event for event in carried}
    yield from events[:1]
    yield from (event for event in carried if last[event.key] is event)
    yield from events[1 + len(carried) :]
