"""People who write to an assistant, one message after the other, many at once, and wait for each answer."""

from __future__ import annotations

import asyncio
import itertools
import json
import statistics
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import aiohttp
import yaml

# A conversation is this long before the person leaves and another one comes.
TURNS = 20
ANSWER_SECONDS = 60.0
# Message 5 and message 295 say the same when 290 is a multiple of the period.
PERIOD = 29


class NoAnswer(Exception):
    """An assistant let a message go unanswered: the figures would be worth nothing."""


class Conversation(Protocol):
    """One person's line to an assistant."""

    async def open(self) -> None: ...
    async def say(self, text: str) -> None:
        """Send `text` and return when the answer is there."""
    async def close(self) -> None: ...


def open_client() -> aiohttp.ClientSession:
    """What carries everybody's words, to each assistant alike. It costs the machine a third of what httpx would, which
    the assistants get instead."""
    # Two seconds are less than any server waits, so that no connection is used that is just being closed.
    kept = aiohttp.TCPConnector(limit=100, keepalive_timeout=2)
    return aiohttp.ClientSession(connector=kept, cookie_jar=aiohttp.DummyCookieJar(), raise_for_status=True,
                                 timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS))


class ReferenceConversation:
    """Over Rasa's own REST channel, as its users would."""

    def __init__(self, client: aiohttp.ClientSession, url: str):
        self.client, self.url, self.sender = client, url, uuid.uuid4().hex

    async def open(self) -> None: ...

    async def say(self, text: str) -> None:
        async with self.client.post(f"{self.url}/webhooks/rest/webhook",
                                    json={"sender": self.sender, "message": text}) as answer:
            if not await answer.json():
                raise NoAnswer(text)

    async def close(self) -> None: ...


class PolkuConversation:
    """Through the app's whole path, as the widget does: stored, answered, stored, streamed."""

    def __init__(self, client: aiohttp.ClientSession, url: str):
        self.client, self.url = client, url
        self.headers: dict[str, str] = {}
        self.answers: asyncio.Queue[int] = asyncio.Queue()
        self.reader: asyncio.Task[None] | None = None

    async def open(self) -> None:
        async with self.client.post(f"{self.url}/widget/conversations", json={}) as made:
            self.headers = {"Authorization": f"Bearer {(await made.json())['token']}"}
        self.reader = asyncio.create_task(self.read())

    async def read(self) -> None:
        endless = aiohttp.ClientTimeout(total=None)
        async with self.client.get(f"{self.url}/widget/events", headers=self.headers, timeout=endless) as stream:
            async for line in stream.content:
                if line.startswith(b"data:") and b'"in_reply_to"' in line:
                    replied = json.loads(line[5:]).get("in_reply_to")
                    if replied:
                        self.answers.put_nowait(replied)

    async def say(self, text: str) -> None:
        async with self.client.post(f"{self.url}/widget/messages", headers=self.headers,
                                    json={"id": uuid.uuid4().hex, "text": text}) as sent:
            message_id = (await sent.json())["id"]
        async with asyncio.timeout(ANSWER_SECONDS):
            while await self.answers.get() != message_id:
                pass

    async def close(self) -> None:
        if self.reader:
            self.reader.cancel()
            await asyncio.gather(self.reader, return_exceptions=True)


def sentences() -> Iterator[str]:
    """Sentences in three languages by turns, none twice."""
    data = yaml.safe_load(Path(__file__).with_name("messages.yml").read_text("utf-8"))
    streams = [
        (opening + ending for ending, opening in itertools.product(part["endings"], part["openings"]))
        for part in data.values()
    ]
    for row in zip(*streams, strict=True):
        yield from row


async def write(new_conversation, texts: Iterator[str], writers: int, messages: int) -> dict[str, float]:
    """Let `writers` people write `messages` messages in all.

    Returns:
        rate (messages a second), p50_ms and p95_ms (from sending a message to having its answer).
    """
    latencies: list[float] = []
    left = itertools.count(messages - 1, -1)

    async def person() -> None:
        while True:
            conversation: Conversation = new_conversation()
            await conversation.open()
            try:
                for _ in range(TURNS):
                    if next(left) < 0:
                        return
                    begun = time.perf_counter()
                    await conversation.say(next(texts))
                    latencies.append(time.perf_counter() - begun)
            finally:
                await conversation.close()

    begun = time.perf_counter()
    async with asyncio.TaskGroup() as people:
        for _ in range(writers):
            people.create_task(person())
    took = time.perf_counter() - begun
    cuts = statistics.quantiles(latencies, n=20)
    return {"rate": round(len(latencies) / took, 2), "p50_ms": round(statistics.median(latencies) * 1000, 1),
            "p95_ms": round(cuts[18] * 1000, 1)}


async def growth(new_conversation, texts: Iterator[str], rounds: int = 3) -> float:
    """How many times the 10th message's cost the 300th message of a conversation costs.

    The medians of messages 5 to 15 and of 295 to 305, which say the same sentences, are compared in `rounds`
    conversations one after the other; the median ratio is given. The sentences were all said before in another
    conversation, so what a cache may save is saved at both ends and only the history's cost is left.
    """
    known = list(itertools.islice(texts, PERIOD))
    await costs(new_conversation(), known)
    ratios = []
    for _ in range(rounds):
        latencies = await costs(new_conversation(), [known[number % PERIOD] for number in range(305)])
        ratios.append(statistics.median(latencies[294:305]) / statistics.median(latencies[4:15]))
    return round(statistics.median(ratios), 2)


async def costs(conversation: Conversation, texts: list[str]) -> list[float]:
    """Seconds that each message of one conversation took."""
    await conversation.open()
    try:
        latencies = []
        for text in texts:
            begun = time.perf_counter()
            await conversation.say(text)
            latencies.append(time.perf_counter() - begun)
        return latencies
    finally:
        await conversation.close()
