"""The app's side of the line to the engine, spoken to by engines that behave badly."""

import asyncio
import contextlib
import json

import pytest

from bot.channels.engine import Engine, EngineAway, Question
from tests.running_app import free_port

SECRET = "what the person wrote"
QUESTION = Question("c", "1", SECRET, "fi", False, "normal", None, "widget")
ANSWER = {"messages": [{"text": "moi"}], "language": "fi", "language_chosen": False, "register": "normal"}


class Line:
    """An HTTP server that does with the `n`th request of a connection what `behave(n)` says: a status and a body,
    or None to hang up without a word."""

    def __init__(self, behave, headers=""):
        self.behave, self.headers, self.heard, self.talks = behave, headers, [], []

    @contextlib.asynccontextmanager
    async def engine(self, **more):
        """Somebody who asks here."""
        async with await asyncio.start_server(self._talk, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            engine = Engine(f"http://127.0.0.1:{port}", "s", **more)
            yield engine
            await engine.close()
            for talk in self.talks:
                talk.cancel()
            await asyncio.gather(*self.talks, return_exceptions=True)

    async def _talk(self, reader, writer):
        self.talks.append(asyncio.current_task())
        with contextlib.closing(writer), contextlib.suppress(asyncio.IncompleteReadError, asyncio.CancelledError):
            for number in range(100):
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                length = next((int(line.split(": ")[1]) for line in head.splitlines()
                               if line.lower().startswith("content-length")), 0)
                await reader.readexactly(length)
                self.heard.append(head)
                answer = self.behave(number)
                if asyncio.iscoroutine(answer):
                    answer = await answer
                if answer is None:
                    break
                status, body = answer
                writer.write(f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n{self.headers}"
                             f"Content-Length: {len(body)}\r\n\r\n".encode() + body)


def well(_number):
    return 200, json.dumps(ANSWER).encode()


async def test_questions_share_a_connection_and_carry_the_secret():
    line = Line(lambda number: (200, json.dumps({**ANSWER, "register": str(number)}).encode()))
    async with line.engine() as engine:
        assert [(await engine.ask(QUESTION)).register for _ in range(3)] == ["0", "1", "2"]
    assert all("Authorization: Bearer s" in head for head in line.heard)


async def test_a_connection_that_the_engine_has_closed_meanwhile_is_replaced():
    line = Line(lambda number: well(number) if number == 0 else None)
    async with line.engine() as engine:
        for _ in range(3):
            assert (await engine.ask(QUESTION)).messages[0]["text"] == "moi"
    assert len(line.heard) >= 3


async def test_an_engine_that_hangs_up_each_time_is_away():
    line = Line(lambda _: None)
    async with line.engine() as engine:
        with pytest.raises(EngineAway):
            await engine.ask(QUESTION)
    assert len(line.heard) == 2


async def test_an_engine_that_is_too_slow_is_away():
    async def slowly():
        await asyncio.sleep(30)

    async with Line(lambda _: slowly()).engine(answer_within=0.05) as engine:
        with pytest.raises(EngineAway):
            await engine.ask(QUESTION)


async def test_an_engine_that_is_not_there_is_away():
    engine = Engine(f"http://127.0.0.1:{free_port()}", "s")
    with pytest.raises(EngineAway):
        await engine.ask(QUESTION)
    assert await engine.state() == "down"
    await engine.close()


@pytest.mark.parametrize("body", [
    b"", b"\xff\xfe", SECRET.encode(), b"null", b"[]", b"{}", b'{"messages": 1}', b'{"messages": [{"buttons": [{}]}]}',
    b'{"messages": ["' + SECRET.encode() + b'"]}',
])
async def test_an_answer_that_is_none_is_refused_without_repeating_a_word(body):
    async with Line(lambda _: (200, body)).engine() as engine:
        with pytest.raises(EngineAway) as refusal:
            await engine.ask(QUESTION)
    assert SECRET not in str(refusal.value)
    assert refusal.value.__cause__ is None


@pytest.mark.parametrize("status", [204, 307, 401, 500, 503])
async def test_only_200_is_an_answer_and_nobody_is_sent_elsewhere(status):
    line = Line(lambda _: (status, b""), headers="Location: http://127.0.0.1:1/\r\n")
    async with line.engine() as engine:
        with pytest.raises(EngineAway, match=str(status)):
            await engine.ask(QUESTION)


@pytest.mark.parametrize(("status", "state"), [(200, "up"), (503, "starting"), (404, "down"), (302, "down")])
async def test_the_state_of_an_engine(status, state):
    async with Line(lambda _: (status, b"{}"), headers="Location: http://127.0.0.1:1/\r\n").engine() as engine:
        assert await engine.state() == state


async def test_an_engine_that_hangs_up_is_down():
    async with Line(lambda _: None).engine() as engine:
        assert await engine.state() == "down"


async def test_no_proxy_hears_what_people_write(monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    async with Line(well).engine() as engine:
        assert (await engine.ask(QUESTION)).language == "fi"
