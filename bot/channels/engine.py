"""Asks the engine over HTTP."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import aiohttp

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
    crisis: tuple[str, ...] = ()  # what kinds the whole text speaks of: the engine gets only its beginning

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
                "crisis": list(self.crisis),
            },
        }


@dataclass(frozen=True)
class Answer:
    """What the engine says, and what it knows of the conversation afterwards."""

    messages: list[dict[str, Any]]  # text, buttons, metadata
    language: str | None
    language_chosen: bool
    register: str
    other_language: str | None = None  # that the person wrote and that is not ours


class Engine:
    """A client with kept-alive connections; use one an app, in the app's event loop, and close it.

    aiohttp, because a call costs it a tenth of the CPU time that httpx takes.
    """

    def __init__(self, url: str, secret: str, *, answer_within: float = ANSWER) -> None:
        self._door = f"{url}/webhooks/polku"
        self._headers = {"Authorization": f"Bearer {secret}"}
        self._timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT, sock_read=answer_within)

    @cached_property
    def _session(self) -> aiohttp.ClientSession:
        # Not in __init__: it wants a running loop. What people write does not leave through a proxy: trust_env is off.
        return aiohttp.ClientSession(
            headers=self._headers,
            timeout=self._timeout,
            connector=aiohttp.TCPConnector(limit=ASKED_AT_ONCE),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
        )

    async def ask(self, question: Question) -> Answer:
        """Raises EngineAway."""
        try:
            body = json.loads(await self._post(question.as_json()))
            return Answer(
                messages=[_message(one) for one in body["messages"]],
                language=body.get("language"),
                language_chosen=bool(body.get("language_chosen")),
                register=body.get("register") or "normal",
                other_language=body.get("other_language"),
            )
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError, AttributeError) as error:
            # The error's own text may hold what the person wrote; its kind does not.
            raise EngineAway(f"the engine gave no usable answer ({type(error).__name__})") from None

    async def state(self) -> str:
        """`up`, `starting` (there, without its model yet) or `down`."""
        patience = aiohttp.ClientTimeout(total=CONNECT)
        try:
            async with self._session.get(f"{self._door}/ready", timeout=patience, allow_redirects=False) as response:
                return {200: "up", 503: "starting"}.get(response.status, "down")
        except (aiohttp.ClientError, TimeoutError):
            return "down"

    async def close(self) -> None:
        await self._session.close()

    async def _post(self, question: dict[str, Any]) -> bytes:
        try:
            return await self._post_once(question)
        except aiohttp.ClientConnectorError:
            raise
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):
            # A kept-alive connection that the engine closed meanwhile. Asking twice is safe.
            return await self._post_once(question)

    async def _post_once(self, question: dict[str, Any]) -> bytes:
        async with self._session.post(f"{self._door}/webhook", json=question, allow_redirects=False) as response:
            if response.status != 200:
                raise EngineAway(f"the engine answered {response.status}")
            return await response.read()


def _message(found: dict[str, Any]) -> dict[str, Any]:
    buttons = [{"title": str(b["title"]), "payload": str(b["payload"])} for b in found.get("buttons") or []]
    return {"text": str(found.get("text") or ""), "buttons": buttons, "metadata": found.get("metadata") or {}}
