"""A person at the widget who waits for each answer and presses buttons by what is on or in them."""

from __future__ import annotations

from typing import Any

from tests import running_app

Message = dict[str, Any]


class Person(running_app.Person):
    """`heard` is the conversation so far, in order."""

    def __init__(self, url: str, language: str | None = None, locale: str | None = None):
        super().__init__(url, language=language, locale=locale)
        self.http.timeout = 90
        self.heard: list[Message] = []

    def say(self, text: str, payload: str | None = None) -> list[Message]:
        """What is answered to this message."""
        return self.answers_to(self.write(text, payload))

    def press(self, button: str) -> list[Message]:
        """Press the button with that title, or with that in its payload, of the last message that has one."""
        shown = [one for message in reversed(self.heard) for one in message["buttons"]]
        found = next(one for one in shown if button == one["title"] or button in one["payload"])
        return self.say(found["title"], found["payload"])

    def answers_to(self, message_id: int) -> list[Message]:
        """Waits for them. Notices of the service itself are no answers."""
        def answers(heard: list[Message]) -> list[Message]:
            return [one for one in heard if one["in_reply_to"] == message_id and one["author"] != "system"]

        last = self.heard[-1]["id"] if self.heard else 0
        self.hear(answers, after=last)
        self.heard = self.now()  # all answers to one message are written at once
        return answers(self.heard)

    def leave(self) -> None:
        self.http.close()

    def transcript(self) -> str:
        lines = []
        for message in self.heard:
            lines.append(f"{message['author']:>10} | {message['text']}")
            lines += [f"           |   [{button['title']}]" for button in message["buttons"]]
        return "\n".join(lines)
