"""A person at the widget, as the page itself would speak to the app: over HTTP, one message at a time."""

from __future__ import annotations

import json
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import httpx


@dataclass
class Person:
    """Writes, presses buttons, and reads what comes."""

    url: str
    language: str | None = None
    locale: str | None = None
    heard: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.client = httpx.Client(base_url=self.url, timeout=30)
        made = self.client.post("/widget/conversations", json={"language": self.language, "locale": self.locale})
        made.raise_for_status()
        self.conversation = made.json()["conversation"]
        self.client.headers["Authorization"] = f"Bearer {made.json()['token']}"
        self.news = threading.Condition()
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()

    def _listen(self) -> None:
        last = "0"
        while not self.client.is_closed:
            try:
                with self.client.stream("GET", "/widget/events", headers={"Last-Event-ID": last}, timeout=60) as stream:
                    for line in stream.iter_lines():
                        if line.startswith("data:") and '"author"' in line:
                            message = json.loads(line[5:])
                            last = str(message["id"])
                            with self.news:
                                self.heard.append(message)
                                self.news.notify_all()
            except (httpx.HTTPError, RuntimeError):
                time.sleep(0.1)  # the app restarts, or the test has closed the client

    def leave(self) -> None:
        self.client.close()

    def send(self, text: str, payload: str | None = None) -> int:
        """Send without waiting. Gives the message's id."""
        body = {"id": uuid.uuid4().hex, "text": text} | ({"payload": payload} if payload else {})
        sent = self.client.post("/widget/messages", json=body)
        assert sent.status_code in (200, 202), sent.text
        return sent.json()["id"]

    def say(self, text: str, payload: str | None = None, seconds: float = 60) -> list[dict[str, Any]]:
        """Send and wait. Gives what was answered to this message."""
        return self.answers_to(self.send(text, payload), seconds)

    def press(self, title: str) -> list[dict[str, Any]]:
        """Press the button of that title, or whose payload is or contains it, among those shown last."""
        for message in reversed(self.heard):
            for button in message["buttons"]:
                if title == button["title"] or title in button["payload"]:
                    return self.say(button["title"], button["payload"])
        raise AssertionError(f"no button {title!r} was shown")

    def answers_to(self, message_id: int, seconds: float = 60) -> list[dict[str, Any]]:
        return self.until(lambda: [message for message in self.heard if message["in_reply_to"] == message_id
                                   and message["author"] != "system"], seconds)

    def until(self, condition, seconds: float = 60):
        """Wait until `condition()` is true, and give its value."""
        deadline = time.monotonic() + seconds
        with self.news:
            while not (value := condition()):
                left = deadline - time.monotonic()
                assert left > 0, f"not in {seconds} s; heard last: {self.heard[-2:]}"
                self.news.wait(min(left, 0.5))
            return value

    def transcript(self) -> str:
        lines = []
        for message in self.heard:
            lines.append(f"{message['author']:>8} | {message['text']}")
            lines += [f"         |   [{button['title']}]" for button in message["buttons"]]
            if message["metadata"].get("source_line"):
                lines.append(f"         |   ({message['metadata']['source_line']})")
        return "\n".join(lines)
