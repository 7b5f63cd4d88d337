"""The real app on a real port, in a thread of this process; stops and starts again on the same data."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from bot.app import create_app
from bot.channels.gate import Patience
from bot.server import Server
from bot.settings import Settings

SECRET = "a secret for tests only"
QUICK = Patience(first=0.02, longest=0.1, attempts=3, elsewhere=0.1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(true: Callable[[], Any], what: str, seconds: float = 10.0) -> Any:
    """The first truthy value of `true()`; fails when there is none in time."""
    deadline = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < deadline, f"waited {seconds} s in vain until {what}"
        threading.Event().wait(0.01)
    return found


class RunningApp:
    def __init__(self, folder: Path, engine_url: str, database_url: str = "") -> None:
        self.settings = replace(
            Settings(),
            data_dir=str(folder),
            port=str(free_port()),
            engine_url=engine_url,
            engine_secret=SECRET,
            database_url=database_url,
        )
        self.url = f"http://127.0.0.1:{self.settings.port}"
        self.clock = lambda: datetime.now(UTC)
        self._people: list[Person] = []

    def start(self) -> RunningApp:
        self.app = create_app(self.settings, clock=self.clock, patience=QUICK)
        self.server = Server(self.app, host="127.0.0.1", port=int(self.settings.port))
        self._thread = threading.Thread(target=self.server.run, daemon=True)
        self._thread.start()
        until(lambda: self.server.started or not self._thread.is_alive(), "the app has started")
        assert self.server.started, "the app did not start"
        return self

    def stop(self) -> None:
        self.server.should_exit = True
        self._thread.join(10)
        assert not self._thread.is_alive(), "the app did not stop"

    def person(self, **start: Any) -> Person:
        self._people.append(Person(self.url, **start))
        return self._people[-1]

    def end(self) -> None:
        """For good: the people leave too."""
        for person in self._people:
            person.http.close()
        self.stop()


class Person:
    """Somebody with a page, without the page: speaks the widget's HTTP API."""

    def __init__(self, url: str, **start: Any) -> None:
        self.http = httpx.Client(base_url=url, timeout=10, trust_env=False)
        started = self.http.post("/widget/conversations", json=start)
        assert started.status_code == 201, started.text
        self.conversation, self.token = started.json()["conversation"], started.json()["token"]
        self.http.headers["Authorization"] = f"Bearer {self.token}"

    def post(self, text: str, payload: str | None = None, id: str | None = None) -> httpx.Response:
        body = {"id": id or str(uuid.uuid4()), "text": text}
        return self.http.post("/widget/messages", json=body | ({"payload": payload} if payload else {}))

    def write(self, text: str, payload: str | None = None, id: str | None = None) -> int:
        response = self.post(text, payload, id)
        assert response.status_code in (200, 202), response.text
        return response.json()["id"]

    def events(self, after: int = 0, headers: dict[str, str] | None = None) -> Iterator[tuple[str, dict, int | None]]:
        """(event, data, id) as they come; ends with the stream."""
        with self.http.stream("GET", "/widget/events", params={"after": after}, headers=headers) as response:
            assert response.status_code == 200
            fields: dict[str, str] = {}
            for line in response.iter_lines():
                if line:
                    name, _, value = line.partition(": ")
                    fields[name] = value
                elif "data" in fields:
                    number = int(fields["id"]) if "id" in fields else None
                    yield fields["event"], json.loads(fields["data"]), number
                    fields = {}
                else:
                    fields = {}

    def hear(self, enough: Callable[[list[dict]], Any], after: int = 0) -> list[dict]:
        """The messages of the conversation, once they are `enough`."""
        heard: list[dict] = []
        with contextlib.closing(self.events(after)) as events:
            for event, data, _ in events:
                if event == "message":
                    heard.append(data)
                    if enough(heard):
                        return heard
        raise AssertionError(f"the stream ended with {[said['text'] for said in heard]}")

    def now(self) -> list[dict]:
        """The messages that are there."""
        heard = []
        with contextlib.closing(self.events()) as events:
            for event, data, _ in events:
                if event == "state":
                    return heard
                if event == "message":
                    heard.append(data)
        return heard
