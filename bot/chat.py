"""`polku chat`: the widget's conversation in a terminal, over the same HTTP interface."""

from __future__ import annotations

import sys
import threading
import time
import uuid
from http import HTTPStatus

import httpx
from httpx_sse import connect_sse
from rich.console import Console
from rich.text import Text

from bot.languages import DEFAULT, LANGUAGES
from bot.texts import Texts

# How long the prompt waits for an answer before it lets the person write on.
ANSWER_SECONDS = 30.0
# The answers to one message are written together; a moment of quiet means that was all.
QUIET_SECONDS = 0.3


class Listener(threading.Thread):
    """Reads the conversation's event stream and prints what others say, reconnecting by itself."""

    def __init__(self, client: httpx.Client, show):
        super().__init__(daemon=True)
        self.client = client
        self.show = show
        self.last_id = "0"
        self.changed = threading.Condition()
        self.answered: dict[int, float] = {}  # message id → when its latest answer came
        self.with_human = False

    def run(self) -> None:
        while True:
            try:
                with connect_sse(self.client, "GET", "/widget/events",
                                 headers={"Last-Event-ID": self.last_id}) as source:
                    source.response.raise_for_status()
                    for event in source.iter_sse():
                        self.take(event)
            except httpx.HTTPError:
                time.sleep(1)  # the app restarts; what was said meanwhile comes after Last-Event-ID

    def take(self, event) -> None:
        if event.event == "state":
            with self.changed:
                self.with_human = event.json()["with_human"]
                self.changed.notify_all()
        if event.event != "message" or not event.data:  # the stream begins with a frame of settings only
            return
        self.last_id = event.id or self.last_id
        message = event.json()
        if message["author"] == "person":
            return
        self.show(message)
        with self.changed:
            if message.get("in_reply_to"):
                self.answered[message["in_reply_to"]] = time.monotonic()
            self.changed.notify_all()

    def wait_for_answer(self, message_id: int) -> bool:
        """True when message `message_id` was answered and nothing more came for a moment, or when it is for a human,
        who answers whenever they do.
        """
        deadline = time.monotonic() + ANSWER_SECONDS
        with self.changed:
            while time.monotonic() < deadline:
                if self.with_human:
                    return True
                answered = self.answered.get(message_id)
                if answered and time.monotonic() - answered > QUIET_SECONDS:
                    return True
                self.changed.wait(QUIET_SECONDS)
        return False


class Terminal:
    """Prints messages; knows the buttons only as numbers, which the app understands by itself.

    The numbers go on from message to message until the person writes, as the app counts them.
    """

    def __init__(self, texts: Texts, language: str):
        self.texts = texts
        self.language = language
        self.offered = 0
        self.console = Console(highlight=False, width=None if sys.stdout.isatty() else 100)

    def label(self, name: str, **fields) -> str:
        return self.texts.label(name, self.language, **fields)

    def show(self, message: dict) -> None:
        if message.get("language") in LANGUAGES:  # what is said to who writes another language is in that one
            self.language = message["language"]
        who = self.label(f"chat_{message['author']}")
        self.console.print()
        self.console.print(Text(f"{who}:", style="bold"), Text(message["text"]))
        line = (message.get("metadata") or {}).get("source_line")
        if line:
            self.console.print(Text(line, style="dim"))
        for source in (message.get("metadata") or {}).get("sources") or []:
            self.console.print(Text(source["url"], style="dim"))
        for button in message.get("buttons") or []:
            self.offered += 1
            self.console.print(Text(f"  {self.offered}  {button['title']}", style="cyan"))


def talk(url: str, language: str | None) -> int:
    """Hold a conversation until end of input. Gives the exit code."""
    terminal = Terminal(Texts.load(), language or DEFAULT)
    with httpx.Client(base_url=url, timeout=httpx.Timeout(10, read=None)) as client:
        try:
            answer = client.post("/widget/conversations", json={"language": language, "channel": "terminal"})
            answer.raise_for_status()
        except httpx.HTTPError:
            terminal.console.print(terminal.label("chat_no_app", url=url))
            return 1
        client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        listener = Listener(client, terminal.show)
        listener.start()
        terminal.console.print(terminal.label("chat_welcome"))
        while (line := read_line(terminal)) is not None:
            if line.strip():
                send(client, terminal, listener, line)
    return 0


def read_line(terminal: Terminal) -> str | None:
    """The next line; None at end of input or Ctrl-C."""
    try:
        line = input(f"\n{terminal.label('chat_prompt')} ")
    except (EOFError, KeyboardInterrupt):
        terminal.console.print(f"\n{terminal.label('chat_goodbye')}")
        return None
    if not sys.stdin.isatty():
        print(line)  # a piped conversation can be read from start to end
    return line


def send(client: httpx.Client, terminal: Terminal, listener: Listener, line: str) -> None:
    """Send one line, retried under the same id, so that it is handled once."""
    message = {"id": str(uuid.uuid4()), "text": line}
    terminal.offered = 0
    for attempt in range(5):
        pause = 2**attempt / 2
        try:
            answer = client.post("/widget/messages", json=message)
            if answer.status_code < 500 and answer.status_code != HTTPStatus.TOO_MANY_REQUESTS:
                break
            pause = float(answer.headers.get("Retry-After", pause))
        except httpx.HTTPError:
            pass
        time.sleep(pause)
    else:
        terminal.console.print(terminal.label("chat_not_sent"))
        return
    if answer.is_error:
        terminal.console.print(terminal.label("chat_refused"))
        return
    if not listener.wait_for_answer(answer.json()["id"]):
        terminal.console.print(terminal.label("chat_still_waiting"))
