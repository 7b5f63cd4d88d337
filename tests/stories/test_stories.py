"""Every conversation of tests/stories/*.yml, in every language. A new file is tested without touching Python.

A step is one of
    press: part of a payload          the button is looked for among those shown last
    write: words                      with `means: /intent{"entity": "value"}`; in `write` a language may have its own
    taken: true                       somebody else books the time that was chosen
and `bot:` names what is said to it, `slots:` what is then known. POLKU_TRANSCRIPTS names
a file to which what was said is added, for reading.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa.core.agent import Agent
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.utils.endpoints import EndpointConfig

from bot.engine.responses import ContentResponses
from bot.languages import LANGUAGES
from tests.stories.talk import Actions, Talk

# Rasa 3.6 on its pinned libraries warns of itself at each turn.
pytestmark = pytest.mark.filterwarnings("ignore")

FILES = sorted(Path(__file__).parent.glob("*.yml"))
STORIES = {
    f"{file.stem}: {name}": steps for file in FILES for name, steps in yaml.safe_load(file.read_text("utf-8")).items()
}


@pytest.fixture(scope="session")
def agent(model: Path, actions: Actions) -> Agent:
    endpoint = EndpointConfig(f"{actions.url}/actions/webhook", headers=actions.headers)
    agent = Agent.load(str(model), action_endpoint=endpoint, generator=ContentResponses())
    agent.tracker_store = agent.processor.tracker_store = InMemoryTrackerStore(agent.domain)
    return agent


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", STORIES)
async def test_the_conversation_goes_as_written(name: str, language: str, agent: Agent, actions: Actions) -> None:
    talk = Talk(agent, actions, secrets.token_urlsafe(8))
    await talk.begin(language)
    try:
        for step in STORIES[name]:
            await take(step, talk)
    finally:
        if os.environ.get("POLKU_TRANSCRIPTS"):
            with Path(os.environ["POLKU_TRANSCRIPTS"]).open("a", encoding="utf-8") as file:
                print(f"\n=== {name} [{language}]", *talk.transcript, sep="\n", file=file)


async def take(step: dict[str, Any], talk: Talk) -> None:
    if step.get("taken"):
        await talk.somebody_takes_the_time()
    elif "press" in step:
        await talk.press(step["press"])
    else:
        await talk.write(step["write"], step["means"])
    if "bot" in step:
        assert talk.names == step["bot"], f"{step}: {[one['text'] for one in talk.said]}"
    known = await talk.slots()
    for slot, value in step.get("slots", {}).items():
        assert known[slot] == value, f"{step}: {slot} is {known[slot]!r}"
    for language in [step["language"]] if "language" in step else []:
        assert {one["metadata"]["language"] for one in talk.said} == {language}, step
