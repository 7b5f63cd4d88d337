"""Talking to the agent: what a person does, step by step, and what the bot says to it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.shared.core.events import SlotSet

from bot.engine.turns import CollectedOutput

MEANING = re.compile(r"/(\w+)(\{.*\})?", re.DOTALL)


@dataclass
class Actions:
    """The action server; the world around a conversation is arranged through it."""

    url: str
    secret: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}"}

    async def arrange(self, path: str, **body: Any) -> None:
        async with aiohttp.ClientSession() as http, http.post(f"{self.url}/{path}", json=body) as answer:
            assert answer.status == 200, await answer.text()


@dataclass
class Talk:
    """One conversation. `said` holds the bot's last messages, `transcript` everything for a reader."""

    agent: Agent
    actions: Actions
    conversation: str
    said: list[dict[str, Any]] = field(default_factory=list)
    transcript: list[str] = field(default_factory=list)

    async def begin(self, language: str) -> None:
        await self.actions.arrange(f"conversations/{self.conversation}")
        tracker = await self.agent.tracker_store.get_or_create_tracker(self.conversation)
        tracker.update(SlotSet("language", language))
        await self.agent.tracker_store.save(tracker)

    async def press(self, part_of_payload: str) -> None:
        """Press the one button, of those shown last, whose payload has this in it."""
        buttons = [button for one in self.said for button in one["buttons"]]
        fitting = [button for button in buttons if part_of_payload in button["payload"]]
        assert fitting, f"no button with {part_of_payload!r} among {[one['payload'] for one in buttons]}"
        self.transcript.append(f"    [{fitting[0]['title']}]")
        await self._send(fitting[0]["payload"], fitting[0]["payload"])

    async def write(self, text: str, meaning: str) -> None:
        """Write words that are understood as `meaning`, in Rasa's notation of payloads."""
        self.transcript.append(f"    > {text}")
        await self._send(text, meaning)

    async def somebody_takes_the_time(self) -> None:
        slots = {name: value for name, value in (await self.slots()).items() if name.startswith("booking_")}
        wanted = {name: value for name, value in slots.items() if value is None or isinstance(value, str)}
        await self.actions.arrange("booked-by-somebody-else", **wanted)

    async def slots(self) -> dict[str, Any]:
        tracker = await self.agent.tracker_store.get_or_create_tracker(self.conversation)
        return tracker.current_slot_values()

    @property
    def names(self) -> list[str]:
        """The `utter_` names of the bot's last messages."""
        return [one["metadata"].get("utter_action") for one in self.said]

    async def _send(self, text: str, meaning: str) -> None:
        match = MEANING.fullmatch(meaning)
        assert match, f"{meaning!r} is no payload"
        entities = json.loads(match[2] or "{}")
        understood = {
            "text": text,
            "intent": {"name": match[1], "confidence": 1.0},
            "intent_ranking": [],
            "entities": [
                {"entity": name, "value": value, "start": 0, "end": len(text)}
                for name, found in entities.items()
                for value in (found if isinstance(found, list) else [found])
            ],
        }
        output = CollectedOutput()
        await self.agent.handle_message(UserMessage(text, output, self.conversation, parse_data=understood))
        self.said = output.messages
        for one in self.said:
            self.transcript.append(f"{one['text']}")
            if one["buttons"]:
                self.transcript.append("  " + " ".join(f"[{button['title']}]" for button in one["buttons"]))
