"""One turn: a message comes in, the whole answer goes out, and the same message again gets the same answer."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.tracker_store import FailSafeTrackerStore
from rasa.shared.core.events import BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.content_files import REGISTERS
from bot.engine.responses import CHANNEL, voice
from bot.engine.trackers import FoldingTrackerStore
from bot.languages import LANGUAGES

MESSAGE_LIMIT = 5000  # characters
# Rasa looks for its turn once in so many seconds; its own default of one would be felt.
LOCK_POLL_S = 0.05
PAYLOAD = re.compile(r"/(\w+)(\{.*\})?", re.DOTALL)


class BadMessage(ValueError):
    """The request's body is not a message; says why, without repeating it."""


@dataclass(frozen=True)
class Incoming:
    """A message as the app posts it. `language` and `register` are None where the app does not know."""

    sender: str
    text: str
    message_id: str
    metadata: dict[str, Any]

    @classmethod
    def from_json(cls, body: Any) -> Incoming:
        """Raises BadMessage."""
        if not isinstance(body, dict):
            raise BadMessage("the body must be a JSON object")
        for name in ("sender", "message", "message_id"):
            if not isinstance(body.get(name), str) or not body[name].strip():
                raise BadMessage(f"{name} must be a text that is not empty")
        if len(body["message"]) > MESSAGE_LIMIT:
            raise BadMessage(f"message may have {MESSAGE_LIMIT} characters")
        if len(body["sender"]) > 255:
            raise BadMessage("sender may have 255 characters")
        metadata = {} if body.get("metadata") is None else body["metadata"]
        if not isinstance(metadata, dict):
            raise BadMessage("metadata must be an object")
        for name, allowed in (("language", LANGUAGES), ("register", REGISTERS)):
            if metadata.get(name) not in (None, *allowed):
                raise BadMessage(f"metadata.{name} must be one of {', '.join(allowed)}, or null")
        return cls(body["sender"], harmless(body["message"]), body["message_id"], metadata)


class CollectedOutput(OutputChannel):
    """Keeps whole responses, in order, where Rasa's own collector splits and drops parts of them."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    @classmethod
    def name(cls) -> str:
        return CHANNEL

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:  # noqa: ARG002
        self.messages.append(shaped(message))


async def answer(agent: Agent, incoming: Incoming) -> dict[str, Any]:
    """Run the turn, or rebuild its answer when this message was handled before.

    Raises what the tracker store raises: the app keeps the message and sends it again.
    """
    fail_openly(agent)
    async with (
        agent.lock_store.lock(incoming.sender, wait_time_in_seconds=LOCK_POLL_S),
        own_store(agent).turn(incoming.sender),
    ):
        tracker = await agent.processor.fetch_tracker_and_update_session(incoming.sender, CollectedOutput())
        turn = turn_of(tracker, incoming.message_id)
        if turn is None:
            return await _run_turn(agent, incoming, tracker)
        return result([shaped(e.message()) for e in turn if isinstance(e, BotUttered)], tracker, turn[0])


async def _run_turn(agent: Agent, incoming: Incoming, tracker: DialogueStateTracker) -> dict[str, Any]:
    collected = CollectedOutput()
    metadata = await _settle_voice(agent, incoming, tracker)
    await agent.processor.handle_message(
        UserMessage(
            incoming.text,
            collected,
            incoming.sender,
            input_channel=CHANNEL,
            message_id=incoming.message_id,
            metadata=metadata,
        )
    )
    tracker = await agent.tracker_store.retrieve(incoming.sender)
    if not collected.messages:
        # An action that failed has left the person without a word.
        apology = await agent.nlg.generate("utter_missing", tracker, CHANNEL)
        collected.messages.append(shaped({**apology, "utter_action": "utter_missing"}))
    return result(collected.messages, tracker, tracker.latest_message)


async def _settle_voice(agent: Agent, incoming: Incoming, tracker: DialogueStateTracker) -> dict[str, Any]:
    """Bring the slots in line with what the app knows, and give the message's metadata.

    At the first message everything that the app knows counts; later only a language that was chosen,
    since the conversation itself may have moved on. The language goes along with every message: the
    components that understand it never see the conversation.
    """
    metadata = dict(incoming.metadata)
    language, register = metadata.get("language"), metadata.get("register")
    chosen = bool(metadata.get("language_chosen"))
    wanted: dict[str, Any] = {}
    first = tracker.latest_message is None or not tracker.latest_message.intent
    if language and (first or chosen):
        wanted = {"language": language, "language_chosen": chosen}
    if register and first:
        wanted["register"] = register
    changes = [
        SlotSet(name, value)
        for name, value in wanted.items()
        if name in tracker.slots and tracker.get_slot(name) != value
    ]
    if changes:
        tracker.update_with_events(changes, agent.domain)
        await agent.processor.save_tracker(tracker)
    metadata["language"] = language if first else (wanted.get("language") or voice(tracker)[0])
    if "topic" in tracker.slots:
        metadata["topic"] = tracker.get_slot("topic")  # a short question may be about what was answered last
    if "other_language" in tracker.slots:
        metadata["other_language"] = tracker.get_slot("other_language")
    return metadata


def turn_of(tracker: DialogueStateTracker, message_id: str) -> list[Event] | None:
    """The events from the user's message of this id to the next one, or None if it was not handled."""
    turn: list[Event] = []
    for event in reversed(tracker.events):
        turn.insert(0, event)
        if isinstance(event, UserUttered):
            if event.message_id == message_id:
                return turn
            turn = []
    return None


def result(messages: list[dict[str, Any]], tracker: DialogueStateTracker, message: UserUttered) -> dict[str, Any]:
    language, register = voice(tracker)
    chosen = tracker.slots.get("language_chosen")
    intent = message.intent or {}
    return {
        "messages": messages,
        "language": language,
        "language_chosen": bool(chosen and chosen.value),
        "register": register,
        "other_language": next((e["value"] for e in message.entities if e["entity"] == "other_language"), None),
        "intent": {"name": intent.get("name"), "confidence": float(intent.get("confidence") or 0.0)},
    }


def shaped(message: dict[str, Any]) -> dict[str, Any]:
    """A response of Rasa's as the app gets it. A message made of text alone has no buttons."""
    return {
        "text": message.get("text") or "",
        "buttons": [
            {"title": button["title"], "payload": button.get("payload") or button["title"]}
            for button in message.get("buttons") or []
        ],
        "metadata": {**(message.get("metadata") or {}), "utter_action": message.get("utter_action")},
    }


def fail_openly(agent: Agent) -> None:
    """Let a failure of the tracker store be one.

    Rasa's wrapper around it logs the failed statement with the person's words, answers a failed read with an empty
    conversation (a booking would be forgotten in the middle), and puts what it could not save where nothing reads it.
    It takes a callback instead, but no setting leads there.
    """
    if isinstance(agent.tracker_store, FailSafeTrackerStore):
        agent.tracker_store._on_tracker_store_error = _raise


def _raise(error: Exception) -> None:
    raise error


async def forget_conversation(agent: Agent, sender: str) -> int:
    """Delete a conversation's events; gives their number. Rasa has no such call, only its wrapper's inside."""
    async with agent.lock_store.lock(sender, wait_time_in_seconds=LOCK_POLL_S):
        return await own_store(agent).forget(sender)


def own_store(agent: Agent) -> FoldingTrackerStore:
    """Our tracker store, out of the wrapper that Rasa puts around it."""
    return getattr(agent.tracker_store, "_tracker_store", agent.tracker_store)


def harmless(text: str) -> str:
    """The text without leading slashes, unless it is a whole payload.

    Rasa prints what begins like a payload and is none, at a level that is always logged.
    """
    match = PAYLOAD.fullmatch(text.strip())
    if match is None:
        return text.strip().lstrip("/").strip() or "?"
    try:
        entities = json.loads(match[2] or "{}")
    except ValueError:
        entities = None
    return text.strip() if isinstance(entities, dict) else text.strip().lstrip("/").strip()
