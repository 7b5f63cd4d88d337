"""The engine's only door: the app posts a message and gets the whole answer back."""

from __future__ import annotations

import hmac
import json
import logging
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from rasa.shared.exceptions import RasaException
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from bot.engine.action_answers import check_quickly
from bot.engine.responses import CHANNEL
from bot.engine.turns import BadMessage, Incoming, answer, forget_conversation

logger = logging.getLogger(__name__)

BODY_LIMIT = 64 * 1024  # bytes


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
        check_quickly()
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
