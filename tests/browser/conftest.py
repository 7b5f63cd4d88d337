from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from bot.texts import Texts
from tests.fake_engine import FakeEngine
from tests.running_app import SECRET, RunningApp

CHROMIUM = "/usr/bin/chromium"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def talk(asked):
    """Like the engine: a topic's answer with sources and buttons where the message is `/<topic>`, else an echo."""
    texts, known = Texts.load(), asked["metadata"]
    language = known["language"] or "fi"
    topic = asked["message"].removeprefix("/")
    if topic in texts.topics:
        return [texts.answer(topic, language, known["register"], date(2026, 11, 22))]
    first = sorted(texts.topics)[0]
    buttons = [{"title": texts.title(first, language), "payload": f"/{first}"}]
    return [{"text": f"You said: {asked['message']}", "buttons": buttons, "metadata": {"language": language}}]


@pytest.fixture
def engine() -> Iterator[FakeEngine]:
    engine = FakeEngine(SECRET, talk).start()
    yield engine
    engine.die()


@pytest.fixture
def app(tmp_path, engine) -> Iterator[RunningApp]:
    app = RunningApp(tmp_path, engine.url).start()
    yield app
    app.end()


@pytest.fixture
def page(browser, app) -> Iterator[Page]:
    """The page in an English browser. Anything that the browser complains of fails the test."""
    context = browser.new_context(locale="en-GB", viewport={"width": 390, "height": 800})
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
    page.goto(app.url)
    page.locator("#page").wait_for()  # shown once its words and its buttons are there
    page.complaints = complaints
    yield page
    context.close()
    # A server that is away is complained of by the browser itself; nothing else may be.
    assert [one for one in complaints if "net::ERR_" not in one] == []
