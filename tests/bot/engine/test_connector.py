"""The engine's door: a real `rasa run` with a small rule-only model, spoken to over HTTP."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import sqlalchemy as sa

from bot.settings import ROOT

pytestmark = pytest.mark.slow

SECRET = "a-secret-of-the-tests"
WORDS_OF_A_PERSON = "confidential words 121212-121D"

CONFIG = """
recipe: default.v1
assistant_id: door
language: en
pipeline:
- {name: WhitespaceTokenizer}
- {name: CountVectorsFeaturizer}
- {name: LogisticRegressionClassifier}
policies:
- {name: RulePolicy}
"""
DOMAIN = """
version: "3.1"
session_config: {session_expiration_time: 0, carry_over_slots_to_new_session: true}
intents: [job_start, job_next, simpler, repeat, broken]
slots:
  language: {type: text, initial_value: fi, influence_conversation: false, mappings: [{type: custom}]}
  language_chosen: {type: bool, initial_value: false, influence_conversation: false, mappings: [{type: custom}]}
  register: {type: text, initial_value: normal, influence_conversation: false, mappings: [{type: custom}]}
  topic:
    type: text
    influence_conversation: false
    mappings:
    - {type: from_intent, intent: job_start, value: job_start}
    - {type: from_intent, intent: job_next, value: job_next}
actions: [utter_answer, utter_simpler, utter_repeat, action_broken]
"""
RULES = """
version: "3.1"
rules:
- {rule: one, steps: [{intent: job_start}, {action: utter_answer}]}
- {rule: two, steps: [{intent: job_next}, {action: utter_answer}]}
- {rule: three, steps: [{intent: simpler}, {action: utter_simpler}]}
- {rule: four, steps: [{intent: repeat}, {action: utter_repeat}]}
- {rule: five, steps: [{intent: broken}, {action: action_broken}]}
"""
NLU = """
version: "3.1"
nlu:
- {intent: job_start, examples: "- start a job\\n- begin work\\n- confidential words\\n"}
- {intent: job_next, examples: "- next step\\n- what then\\n"}
"""
TOPICS = """
{0}:
  facts: []
  sources: {{fi: {{title: S, url: "https://s"}}, sv: {{title: S, url: "https://s"}}, en: {{title: S, url: "https://s"}}}}
  checked_on: 2026-11-22
  review_by: 2999-12-31
  related: []
"""
SENTENCES = """
answer_source: "Source {title}, {day}"
answer_simpler_button: Simpler
answer_fuller_button: Fuller
answer_overdue: Old
answer_human_button: Human
utter_simpler: Simply.
utter_missing: Sorry.
utter_nothing_to_repeat: Nothing yet.
"""


@dataclass
class Engine:
    url: str
    log: Path
    database: Path

    async def post(self, body: Any, *, path: str = "webhook", secret: str | None = SECRET) -> tuple[int, Any]:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        async with (
            aiohttp.ClientSession() as client,
            client.post(f"{self.url}/webhooks/polku/{path}", data=data, headers=headers) as answer,
        ):
            return answer.status, await answer.json()

    async def say(self, sender: str, text: str, message_id: str, **metadata: Any) -> dict[str, Any]:
        body = {"sender": sender, "message": text, "message_id": message_id, "metadata": metadata}
        status, answer = await self.post(body)
        assert status == 200, answer
        return answer

    def alter(self, statement: str) -> None:
        """Change the database behind the engine's back."""
        engine = sa.create_engine(f"sqlite:///{self.database}")
        try:
            with engine.begin() as connection:
                connection.execute(sa.text(statement))
        finally:
            engine.dispose()

    def rows(self, sender: str, type_name: str) -> int:
        engine = sa.create_engine(f"sqlite:///{self.database}")
        try:
            with engine.connect() as connection:
                count = sa.text("SELECT count(*) FROM events WHERE sender_id = :s AND type_name = :t")
                return connection.execute(count, {"s": sender, "t": type_name}).scalar()
        finally:
            engine.dispose()


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    root = tmp_path_factory.mktemp("door")
    files = {
        "config.yml": CONFIG,
        "domain.yml": DOMAIN,
        "data/rules.yml": RULES,
        "data/nlu.yml": NLU,
        "content/topics/job.yml": TOPICS.format("job_start") + TOPICS.format("job_next"),
        "credentials.yml": (ROOT / "credentials.yml").read_text(encoding="utf-8"),
        "endpoints.yml": (ROOT / "endpoints.yml")
        .read_text(encoding="utf-8")
        .replace("ContentResponses\n", f"ContentResponses\n  content: {root / 'content'}\n"),
    }
    for lang in ("fi", "sv", "en"):
        articles = (
            f"{one}: {{title: T, normal: N {one} {lang}, plain: P {one} {lang}}}" for one in ("job_start", "job_next")
        )
        files[f"content/{lang}/job.yml"] = "\n".join(articles)
        files[f"content/{lang}/answers.yml"] = SENTENCES
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    environment = {
        **os.environ,
        "RASA_TELEMETRY_ENABLED": "false",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "POLKU_ENGINE_SECRET": SECRET,
        "POLKU_TRACKER_URL": f"sqlite:///{root / 'engine.db'}",
        "POLKU_ACTIONS_URL": "http://127.0.0.1:1/webhook",  # nobody listens there
    }
    rasa = [sys.executable, "-W", "ignore", "-m", "rasa"]
    training = subprocess.run(
        [*rasa, "train", "--fixed-model-name", "door"],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert training.returncode == 0, training.stdout + training.stderr
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = root / "log"
    with log.open("wb") as output:
        running = subprocess.Popen(
            [
                *rasa,
                "run",
                "-i",
                "127.0.0.1",
                "-p",
                str(port),
                "--model",
                "models/door.tar.gz",
                "--credentials",
                "credentials.yml",
                "--endpoints",
                "endpoints.yml",
            ],
            cwd=root,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        asyncio.run(listening(port, running, log))
        yield Engine(f"http://127.0.0.1:{port}", log, root / "engine.db")
    finally:
        running.terminate()
        running.wait(20)


async def listening(port: int, running: subprocess.Popen, log: Path) -> None:
    """Wait until the engine says that it is ready."""
    deadline = time.monotonic() + 120
    async with aiohttp.ClientSession() as client:
        while time.monotonic() < deadline:
            assert running.poll() is None, log.read_text()
            try:
                async with client.get(f"http://127.0.0.1:{port}/webhooks/polku/ready") as answer:
                    if answer.status == 200:
                        assert await answer.json() == {"model": "door.tar.gz"}
                        return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.2)
    raise AssertionError(log.read_text())


async def test_a_message_is_answered_whole(engine: Engine):
    answer = await engine.say("whole", "start a job", "m1", language="sv", register="plain", language_chosen=False)

    assert answer["messages"][0]["text"] == "P job_start sv"
    assert answer["messages"][0]["buttons"] == [{"title": "Fuller", "payload": "/fuller"}]
    metadata = answer["messages"][0]["metadata"]
    assert metadata["utter_action"] == "utter_answer"
    assert metadata["sources"] == [{"title": "S", "url": "https://s", "language": "sv"}]
    assert metadata["source_line"] == "Source S, 22.11.2026"
    assert answer["intent"]["name"] == "job_start"
    assert 0 < answer["intent"]["confidence"] <= 1
    assert (answer["language"], answer["register"], answer["language_chosen"]) == ("sv", "plain", False)


async def test_a_conversation_without_a_known_language_is_in_the_default_one(engine: Engine):
    answer = await engine.say("default", "/job_start", "m1", language=None)
    assert answer["messages"][0]["text"] == "N job_start fi"


async def test_later_only_a_chosen_language_counts(engine: Engine):
    await engine.say("later", "/job_start", "m1", language="sv", language_chosen=False)
    guessed = await engine.say("later", "/job_start", "m2", language="en", language_chosen=False)
    chosen = await engine.say("later", "/job_start", "m3", language="en", language_chosen=True)
    after = await engine.say("later", "/job_start", "m4")

    assert [one["language"] for one in (guessed, chosen, after)] == ["sv", "en", "en"]
    assert chosen["messages"][0]["text"] == "N job_start en"
    assert (guessed["language_chosen"], after["language_chosen"]) == (False, True)


async def test_the_same_message_again_gets_the_same_answer_and_runs_once(engine: Engine):
    first = await engine.say("twice", "start a job", "m1", language="en")
    again = await engine.say("twice", "start a job", "m1", language="en")
    await engine.say("twice", "/job_next", "m2", language="en")
    late = await engine.say("twice", "start a job", "m1", language="en")

    assert again == first
    assert late["messages"] == first["messages"]
    assert engine.rows("twice", "user") == 2


async def test_the_same_message_twice_at_once_runs_once(engine: Engine):
    answers = await asyncio.gather(*(engine.say("race", "/job_start", "m1", language="en") for _ in range(4)))
    assert all(answer == answers[0] for answer in answers)
    assert engine.rows("race", "user") == 1


async def test_messages_of_one_conversation_wait_for_each_other(engine: Engine):
    texts = ["/job_start", "/job_next"] * 4
    await asyncio.gather(*(engine.say("queue", text, f"m{i}") for i, text in enumerate(texts)))
    assert engine.rows("queue", "user") == engine.rows("queue", "bot") == 8


async def test_repeating_and_simpler_work_over_the_door(engine: Engine):
    await engine.say("repeat", "/job_start", "m1", language="en")
    repeated = await engine.say("repeat", "/repeat", "m2")
    simpler = await engine.say("repeat", "/simpler", "m3")
    assert repeated["messages"][0]["text"] == "N job_start en"
    assert repeated["messages"][0]["metadata"]["source_line"]
    assert simpler["messages"][0]["text"] == "Simply.\n\nP job_start en"


async def test_a_failed_action_is_apologised_for(engine: Engine):
    answer = await engine.say("broken", "/broken", "m1", language="en")
    assert [message["text"] for message in answer["messages"]] == ["Sorry."]
    assert (await engine.say("broken", "/job_start", "m2"))["messages"][0]["text"] == "N job_start en"


async def test_a_turn_that_cannot_be_kept_fails_and_works_when_sent_again(engine: Engine):
    """Rasa itself would answer on an empty memory, and log the statement with the person's words."""
    body = {"sender": "away", "message": "confidential words", "message_id": "m2", "metadata": {}}
    await engine.say("away", "/job_start", "m1", language="sv", register="plain")
    engine.alter("ALTER TABLE events RENAME TO elsewhere")
    try:
        unread, _ = await engine.post(body)
    finally:
        engine.alter("ALTER TABLE elsewhere RENAME TO events")
    engine.alter("CREATE TRIGGER full BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'no room'); END")
    try:
        unsaved, _ = await engine.post(body)
    finally:
        engine.alter("DROP TRIGGER full")
    status, answer = await engine.post(body)

    assert (unread, unsaved, status) == (500, 500, 200)
    assert answer["messages"][0]["text"] == "P job_start sv"
    assert engine.rows("away", "user") == 2
    assert "confidential" not in engine.log.read_text(encoding="utf-8")


async def test_a_forgotten_conversation_begins_anew(engine: Engine):
    await engine.say("gone", "/job_start", "m1", language="sv")
    status, body = await engine.post({"sender": "gone"}, path="forget")
    assert status == 200
    assert body["events"] > 0
    assert engine.rows("gone", "user") == 0
    assert (await engine.say("gone", "/repeat", "m2", language="en"))["messages"][0]["text"] == "Nothing yet."


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", SECRET[:-1]])
@pytest.mark.parametrize("path", ["webhook", "forget"])
async def test_without_the_secret_nothing_is_done(engine: Engine, secret, path):
    status, body = await engine.post(
        {"sender": "s", "message": "/job_start", "message_id": "m"}, path=path, secret=secret
    )
    assert status == 401
    assert "secret" in body["error"]
    assert engine.rows("s", "user") == 0


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        (b"{not json", 400, "not JSON"),
        (b"\xff\xfe", 400, "not JSON"),
        ([1], 400, "must be a JSON object"),
        ({"message": "x", "message_id": "m"}, 400, "sender must be"),
        ({"sender": "s", "message": " ", "message_id": "m"}, 400, "message must be"),
        ({"sender": "s", "message": "x"}, 400, "message_id must be"),
        ({"sender": "s", "message": "x", "message_id": 7}, 400, "message_id must be"),
        ({"sender": "s" * 256, "message": "x", "message_id": "m"}, 400, "255"),
        ({"sender": "s", "message": "x" * 5001, "message_id": "m"}, 400, "5000"),
        ({"sender": "s", "message": "x", "message_id": "m", "metadata": []}, 400, "metadata must be"),
        ({"sender": "s", "message": "x", "message_id": "m", "metadata": {"language": "de"}}, 400, "metadata.language"),
        ({"sender": "s", "message": "x" * 70000, "message_id": "m"}, 413, "limit"),
    ],
)
async def test_a_bad_request_is_told_what_is_wrong(engine: Engine, body, status, told):
    given, answer = await engine.post(body)
    assert given == status
    assert told in answer["error"]


async def test_rasas_own_api_is_closed(engine: Engine):
    async with aiohttp.ClientSession() as client:
        for path in ("model/parse", "conversations/whole/tracker", "webhooks/rest/webhook"):
            async with client.post(f"{engine.url}/{path}", json={"text": "hi"}) as answer:
                assert answer.status == 404, path


@pytest.mark.parametrize("text", [WORDS_OF_A_PERSON, f"/{WORDS_OF_A_PERSON}", '/job_start{"a": confidential}'])
async def test_what_people_write_is_not_logged(engine: Engine, text: str):
    await engine.say("private", text, f"id of {text}", language="en")
    await engine.say("private", "/broken", f"broken after {text}")
    assert "confidential" not in engine.log.read_text(encoding="utf-8")
