from __future__ import annotations

from typing import Any

import pytest
from rasa_sdk.executor import CollectingDispatcher

from actions.language import LanguageSwitch
from tests.actions.conftest import tracker_of


@pytest.mark.parametrize(
    ("named", "speaks", "expected"),
    [
        (["sv"], "fi", ("sv", "switched")),
        (["en", "fi"], "en", ("fi", "switched")),  # "from English to Finnish"
        (["fi"], "fi", ("fi", "switched")),
        (["ar"], "fi", (None, "unsupported")),
        ([], "fi", (None, "unnamed")),
    ],
)
async def test_what_becomes_of_a_switch(named: list[str], speaks: str, expected: tuple[Any, str]) -> None:
    tracker = tracker_of("x", "language_switch", {}, "x", {"language": speaks})
    tracker.latest_message["entities"] = [{"entity": "language", "value": one} for one in named]
    dispatcher = CollectingDispatcher()
    events = {event["name"]: event["value"] for event in await LanguageSwitch().run(dispatcher, tracker, {})}
    assert (events.get("language"), events["language_outcome"]) == expected
    assert dispatcher.messages == []
