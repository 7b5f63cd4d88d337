"""Intents of follow-ups are for short questions after an answer, and for nothing else."""

import pytest
from rasa.shared.nlu.training_data.message import Message

from bot.engine.follow_up import FollowUpGuard


def ranked(chances):
    return [{"name": name, "confidence": chance} for name, chance in chances]


def read(text, themes, intents, **metadata):
    message = Message({"text": text, "metadata": metadata or None})
    message.set("theme_ranking", ranked(themes))
    message.set("intent_ranking", ranked(intents))
    message.set("intent", ranked(intents)[0])
    FollowUpGuard(FollowUpGuard.get_default_config()).process([message])
    assert message.get("intent") == message.get("intent_ranking")[0]
    return message.get("intent")["name"], [one["name"] for one in message.get("theme_ranking")]


THEMES = [("follow_up", 0.6), ("language_tests", 0.3), ("help", 0.1)]
INTENTS = [("follow_up_cost", 0.6), ("language_tests_price", 0.3), ("help", 0.1)]


def test_after_an_answer_a_short_question_is_about_it():
    found, _ = read("and how much is it?", THEMES, INTENTS, topic="language_tests_yki")
    assert found == "follow_up_cost"


def test_without_an_answer_before_it_there_is_nothing_to_follow():
    assert read("and how much is it?", THEMES, INTENTS) == ("language_tests_price", ["language_tests", "help"])


def test_who_writes_a_whole_sentence_says_what_it_is_about():
    text = "how much does the language test for citizenship cost this year"
    assert read(text, THEMES, INTENTS, topic="jobsearch_how_begin")[0] == "language_tests_price"


def test_what_is_left_is_doubted_as_it_would_be_without_them():
    themes = [("follow_up", 0.4), ("a", 0.15), ("b", 0.15), ("c", 0.3)]
    assert read("and?", themes, [("follow_up_next", 0.4), ("a", 0.15)])[0] == "nlu_fallback"
    doubted = [("nlu_fallback", 0.7), ("language_tests_price", 0.3), ("follow_up_cost", 0.2)]
    assert read("and?", [("language_tests", 0.3), ("follow_up", 0.3)], doubted)[0] == "language_tests_price"


@pytest.mark.parametrize("metadata", [{}, {"topic": "a"}])
def test_other_messages_stay_as_they_are(metadata):
    assert read("thanks", [("smalltalk", 0.9)], [("smalltalk_thanks", 0.9)], **metadata)[0] == "smalltalk_thanks"
