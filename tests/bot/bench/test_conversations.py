"""The benchmark's people really speak to the real app and to a Rasa-like REST channel."""

from functools import partial

import pytest
from aiohttp import web

from bot.bench.run import table
from bot.bench.writers import NoAnswer, PolkuConversation, ReferenceConversation, open_client, sentences, write
from tests.fake_engine import FakeEngine
from tests.running_app import SECRET, RunningApp


async def test_they_are_answered_by_the_app(tmp_path):
    engine = FakeEngine(SECRET).start()
    app = RunningApp(tmp_path, engine.url).start()
    try:
        async with open_client() as client:
            figures = await write(partial(PolkuConversation, client, app.url), sentences(), writers=3, messages=12)
    finally:
        app.end()
        engine.die()
    assert figures["rate"] > 0
    assert len(engine.turns) == 12
    assert len({asked["sender"] for asked in engine.turns}) == 3


async def test_they_are_answered_by_a_rest_channel_and_say_so_when_they_are_not():
    heard = []

    async def rest(request):
        asked = await request.json()
        heard.append(asked["message"])
        return web.json_response([] if asked["message"] == "silence" else [{"text": "moi"}])

    server = web.Application()
    server.router.add_post("/webhooks/rest/webhook", rest)
    runner = web.AppRunner(server)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        async with open_client() as client:
            await write(partial(ReferenceConversation, client, url), sentences(), writers=2, messages=6)
            with pytest.raises(NoAnswer):
                await ReferenceConversation(client, url).say("silence")
    finally:
        await runner.cleanup()
    assert len(heard) == 7


def test_the_table_shows_ratios_and_what_both_cost():
    writers = {"1": {"rate": 10.0, "p50_ms": 1.0, "p95_ms": 2.0}, "8": {"rate": 30.0, "p50_ms": 1.0, "p95_ms": 2.0}}
    rest = {"writers": writers, "memory_mb": 100, "training_s": None, "growth_300_to_10": 1.0}
    ours = {**rest, "cpu_ms": {"engine": 9.0, "app": 6.0, "client": 2.0}}
    reference = {**rest, "cpu_ms": {"reference's Rasa": 28.0, "reference's action server": 2.0, "client": 1.0}}
    made = table({"ours": ours, "reference": reference})
    rows = {row[0]: row[1:] for row in zip(*(column.cells for column in made.columns), strict=True)}
    assert rows["8 writing, CPU ms a message"] == ("15", "30", "0.50")
    assert rows["8 writing, CPU ms a message of who writes"] == ("2", "1", "2.00")
    assert rows["training, s"] == ("–", "–", "–")
