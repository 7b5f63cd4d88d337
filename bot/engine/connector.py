"""The engine's only door: the app posts a message and gets the whole answer back."""

from __future__ import annotations

import hmac
import json
import logging
import re
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from rasa.shared.core.events import BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from bot.content_files import REGISTERS
from bot.engine.responses import CHANNEL, voice
from bot.languages import LANGUAGES

logger = logging.getLogger(__name__)

BODY_LIMIT = 64 * 1024  # bytes
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
        metadata = body.get("metadata") or {}
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


class PolkuInput(InputChannel):
    """For `credentials.yml`: `bot.engine.connector.PolkuInput: {secret: …}`."""

    def __init__(self, secret: str) -> None:
        self._expected = f"Bearer {secret}".encode()

    @classmethod
    def name(cls) -> str:
        return CHANNEL

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> PolkuInput:
        """Raises RasaException when no secret is given: the door is never open to all."""
        secret = (credentials or {}).get("secret")
        if not secret:
            raise RasaException(f"{cls.__name__} needs a secret in credentials.yml")
        return cls(str(secret))

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:  # noqa: ARG002
        """The routes. Rasa's own handler is not used: asking whether the message was handled before
        must happen under the same lock as handling it.
        """
        door = Blueprint("polku", url_prefix=None)

        @door.get("/ready")
        async def ready(request: Request) -> HTTPResponse:
            agent = getattr(request.app.ctx, "agent", None)
            if agent is None or not agent.is_ready():
                return json_response({"error": "no model is loaded"}, status=503)
            return json_response({"model": agent.model_name})

        @door.post("/webhook")
        async def receive(request: Request) -> HTTPResponse:
            agent, body, refusal = self._admitted(request)
            if refusal:
                return refusal
            try:
                incoming = Incoming.from_json(body)
            except BadMessage as bad:
                return json_response({"error": str(bad)}, status=400)
            return json_response(await answer(agent, incoming))

        @door.post("/forget")
        async def forget(request: Request) -> HTTPResponse:
            agent, body, refusal = self._admitted(request)
            if refusal:
                return refusal
            if not isinstance(body, dict) or not isinstance(body.get("sender"), str):
                return json_response({"error": "sender must be a text"}, status=400)
            return json_response({"events": await forget_conversation(agent, body["sender"])})

        @door.exception(Exception)
        async def failed(_request: Request, error: Exception) -> HTTPResponse:
            # The places, not the error's own words: those may hold what the person wrote.
            places = "".join(traceback.format_tb(error.__traceback__))
            logger.error("a request failed with %s\n%s", type(error).__name__, places)
            return json_response({"error": "the engine failed on this request"}, status=500)

        return door

    def _admitted(self, request: Request) -> tuple[Any, Any, HTTPResponse | None]:
        """The agent and the parsed body, or the refusal to send instead."""
        given = request.headers.get("authorization", "").encode()
        if not hmac.compare_digest(given, self._expected):
            return None, None, json_response({"error": "the secret is wrong or missing"}, status=401)
        if len(request.body) > BODY_LIMIT:
            return None, None, json_response({"error": f"the limit is {BODY_LIMIT} bytes"}, status=413)
        agent = getattr(request.app.ctx, "agent", None)
        if agent is None or not agent.is_ready():
            return None, None, json_response({"error": "no model is loaded"}, status=503)
        try:
            return agent, json.loads(request.body), None
        except ValueError:
            return None, None, json_response({"error": "the body is not JSON"}, status=400)


async def answer(agent: Agent, incoming: Incoming) -> dict[str, Any]:
    """Run the turn, or rebuild its answer when this message was handled before."""
    async with agent.lock_store.lock(incoming.sender, wait_time_in_seconds=LOCK_POLL_S):
        tracker = await agent.tracker_store.retrieve(incoming.sender)
        turn = turn_of(tracker, incoming.message_id)
        if turn is None:
            return await _run_turn(agent, incoming, tracker)
        return result([shaped(e.message()) for e in turn if isinstance(e, BotUttered)], tracker, turn[0])


async def _run_turn(agent: Agent, incoming: Incoming, known: DialogueStateTracker | None) -> dict[str, Any]:
    collected = CollectedOutput()
    metadata = await _settle_voice(agent, incoming, known)
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


async def _settle_voice(agent: Agent, incoming: Incoming, known: DialogueStateTracker | None) -> dict[str, Any]:
    """Bring the slots in line with what the app knows, and give the message's metadata.

    At the first message everything that the app knows counts; later only a language that was chosen,
    since the conversation itself may have moved on. The language goes along with every message: the
    components that understand it never see the conversation.
    """
    metadata = dict(incoming.metadata)
    language, register = metadata.get("language"), metadata.get("register")
    chosen = bool(metadata.get("language_chosen"))
    wanted: dict[str, Any] = {}
    first = known is None or known.latest_message is None or not known.latest_message.intent
    if language and (first or chosen):
        wanted = {"language": language, "language_chosen": chosen}
    if register and first:
        wanted["register"] = register
    tracker = await agent.processor.fetch_tracker_and_update_session(incoming.sender, CollectedOutput(), metadata=None)
    changes = [
        SlotSet(name, value)
        for name, value in wanted.items()
        if name in tracker.slots and tracker.get_slot(name) != value
    ]
    if changes:
        tracker.update_with_events(changes, agent.domain)
        await agent.processor.save_tracker(tracker)
    metadata["language"] = language if first else (wanted.get("language") or voice(tracker)[0])
    return metadata


def turn_of(tracker: DialogueStateTracker | None, message_id: str) -> list[Event] | None:
    """The events from the user's message of this id to the next one, or None if it was not handled."""
    turn: list[Event] = []
    for event in reversed(tracker.events if tracker else ()):
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


async def forget_conversation(agent: Agent, sender: str) -> int:
    """Delete a conversation's events; gives their number. Rasa has no such call, only its wrapper's inside."""
    async with agent.lock_store.lock(sender, wait_time_in_seconds=LOCK_POLL_S):
        store = getattr(agent.tracker_store, "_tracker_store", agent.tracker_store)
        return await store.forget(sender)


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
