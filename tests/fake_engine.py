"""A stand-in for the engine: the outermost edge, spoken to over real HTTP. It can be slow, fail, die and come back.

To look at the page by hand: `python -m tests.fake_engine --port 5005 --secret …`.
"""

from __future__ import annotations

import argparse
import asyncio
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

Say = Callable[[dict[str, Any]], list[dict[str, Any]]]


def echo(asked: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"text": f"You said: {asked['message']}", "buttons": [], "metadata": {}}]


class FakeEngine:
    """Answers each message with `say(asked)`; the same message_id gets the same answer without another turn.

    `asked` holds the questions in order of arrival, `turns` those that were run.
    """

    def __init__(self, secret: str, say: Say = echo, port: int = 0) -> None:
        self.secret, self.say = secret, say
        self.delay = 0.0
        self.fail_with: int | None = None
        self.poison: str | None = None  # a message at which it always fails with 500
        self.ready = True
        self.after: dict[str, Any] = {}  # overrides of language, language_chosen, register in the answers
        self.asked: list[dict[str, Any]] = []
        self.turns: list[dict[str, Any]] = []
        self._answers: dict[str, dict[str, Any]] = {}
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            self.port = probe.getsockname()[1]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> FakeEngine:
        app = Starlette(
            routes=[
                Route("/webhooks/polku/webhook", self._webhook, methods=["POST"]),
                Route("/webhooks/polku/ready", self._ready),
            ]
        )
        config = uvicorn.Config(
            app, host="127.0.0.1", port=self.port, log_config=None, lifespan="off", timeout_graceful_shutdown=0
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        deadline = time.monotonic() + 10
        while not self._server.started:
            assert time.monotonic() < deadline, "the fake engine did not start"
            threading.Event().wait(0.01)
        return self

    def die(self) -> None:
        """Gone at once: the port is closed, and what was being answered is not."""
        if self._server and self._thread:
            self._server.should_exit = self._server.force_exit = True
            self._thread.join(10)
            self._server = self._thread = None

    def come_back(self) -> None:
        self.start()

    async def _ready(self, _: Request) -> JSONResponse:
        return JSONResponse({"model": "fake"}, 200 if self.ready else 503)

    async def _webhook(self, request: Request) -> JSONResponse:
        if request.headers.get("Authorization") != f"Bearer {self.secret}":
            return JSONResponse({}, 401)
        asked = await request.json()
        self.asked.append(asked)
        if self.delay:
            await asyncio.sleep(self.delay)
        if self.fail_with:
            return JSONResponse({}, self.fail_with)
        if self.poison == asked["message"]:
            return JSONResponse({}, 500)
        if asked["message_id"] not in self._answers:
            self.turns.append(asked)
            known = asked["metadata"]
            self._answers[asked["message_id"]] = {
                "messages": self.say(asked),
                "language": known["language"] or "fi",
                "language_chosen": known["language_chosen"],
                "register": known["register"],
                "intent": {"name": "fake", "confidence": 1.0},
                **self.after,
            }
        return JSONResponse(self._answers[asked["message_id"]])


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=5005)
    parser.add_argument("--secret", required=True)
    given = parser.parse_args()
    engine = FakeEngine(given.secret, port=given.port).start()
    print(f"fake engine at {engine.url}")
    threading.Event().wait()
