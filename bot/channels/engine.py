"""Asks the engine over HTTP."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

import httpx

logger = logging.getLogger(__name__)

CONNECT = 2.0  # seconds; the engine is on this machine or beside it
ANSWER = 20.0  # seconds; a turn takes well under one, so this is not slowness any more
ASKED_AT_ONCE = 16
LONGEST_QUESTION = 5_000  # characters that the engine takes; the whole text stays stored for a human to read


class EngineAway(ConnectionError):
    """No answer that we can use: not there, not ready, too slow, or failing."""


@dataclass(frozen=True)
class Question:
    """One thing a person said. `text` is free text or a payload; the same `message_id` is answered once."""

    conversation_id: str
    message_id: str
    text: str
    language: str | None
    language_chosen: bool
    register: str
    locale: str | None
    channel: str

    def as_json(self) -> dict[str, Any]:
        return {
            "sender": self.conversation_id,
            "message": self.text[:LONGEST_QUESTION],
            "message_id": self.message_id,
            "metadata": {
                "language": self.language,
                "language_chosen": self.language_chosen,
                "register": self.register,
                "locale": self.locale,
                "channel": self.channel,
            },
        }


@dataclass(frozen=True)
class Answer:
    """What the engine says, and what it knows of the conversation afterwards."""

    messages: list[dict[str, Any]]  # text, buttons, metadata
    language: str | None
    language_chosen: bool
    register: str


class Engine:
    """A client with kept-alive connections; use one an app and close it."""

    def __init__(self, url: str, secret: str, *, answer_within: float = ANSWER) -> None:
        self._client = httpx.AsyncClient(
            base_url=url,
            headers={"Authorization": f"Bearer {secret}"},
            timeout=httpx.Timeout(answer_within, connect=CONNECT, pool=None),
            limits=httpx.Limits(max_connections=ASKED_AT_ONCE),
            trust_env=False,  # what people write must not leave through a proxy
        )

    async def ask(self, question: Question) -> Answer:
        """Raises EngineAway."""
        try:
            response = await self._post(question)
            response.raise_for_status()
            body = response.json()
            return Answer(
                messages=[_message(one) for one in body["messages"]],
                language=body.get("language"),
                language_chosen=bool(body.get("language_chosen")),
                register=body.get("register") or "normal",
            )
        except (httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError) as error:
            # The error's own text may hold what the person wrote; its kind does not.
            raise EngineAway(_kind(error)) from None

    async def state(self) -> str:
        """`up`, `starting` (there, without its model yet) or `down`."""
        try:
            response = await self._client.get("/webhooks/polku/ready", timeout=CONNECT)
        except httpx.HTTPError:
            return "down"
        return "up" if response.status_code == 200 else "starting" if response.status_code == 503 else "down"

    async def close(self) -> None:
        await self._client.aclose()

    async def _post(self, question: Question) -> httpx.Response:
        try:
            return await self._client.post("/webhooks/polku/webhook", json=question.as_json())
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
            # A kept-alive connection that the engine closed meanwhile. Asking twice is safe.
            return await self._client.post("/webhooks/polku/webhook", json=question.as_json())


def _message(found: dict[str, Any]) -> dict[str, Any]:
    buttons = [{"title": str(b["title"]), "payload": str(b["payload"])} for b in found.get("buttons") or []]
    return {"text": str(found.get("text") or ""), "buttons": buttons, "metadata": found.get("metadata") or {}}


def _kind(error: Exception) -> str:
    if isinstance(error, httpx.HTTPStatusError):
        return f"the engine answered {error.response.status_code}"
    return f"the engine gave no usable answer ({type(error).__name__})"
