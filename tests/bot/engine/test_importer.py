from pathlib import Path

import pytest
import yaml
from rasa.shared.importers.importer import TrainingDataImporter

from bot.engine.importer import PolkuImporter, TopicsMissing, language_of, words_in

ROOT = Path(__file__).resolve().parents[3]

DOMAIN = {
    "version": "3.1",
    "intents": ["greet"],
    "actions": ["utter_answer"],
    "responses": {"utter_answer": [{"text": "-"}], "utter_greet": [{"text": "-"}]},
}
RULES = {"version": "3.1", "rules": [{"rule": "greet", "steps": [{"intent": "greet"}, {"action": "utter_greet"}]}]}


def nlu(**examples):
    entries = [
        {"intent": intent, "examples": "".join(f"- {text}\n" for text in texts)} for intent, texts in examples.items()
    ]
    return {"version": "3.1", "nlu": entries}


@pytest.fixture
def project(tmp_path):
    files = {
        "config.yml": {
            "recipe": "default.v1",
            "assistant_id": "test",
            "importers": [{"name": "bot.engine.importer.PolkuImporter", "topics": "content/topics"}],
        },
        "domain.yml": DOMAIN,
        "stories/smalltalk.yml": RULES,
        "content/topics/permits.yml": {"permits_fee": {"facts": []}, "permits_time": {"facts": []}},
        "nlu/fi/permits.yml": nlu(permits_fee=["mitä lupa maksaa", "ok"], permits_time=["kauanko kestää", "milloin"]),
        "nlu/sv/permits.yml": nlu(permits_fee=["vad kostar det", "ok"], permits_time=["hur länge", "när"]),
        "nlu/sv/words.yml": {"meeting": {"phone": ["telefon"]}},
    }
    for name, content in files.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return tmp_path


def loaded(folder):
    return TrainingDataImporter.load_from_config(
        str(folder / "config.yml"), str(folder / "domain.yml"), [str(folder / "nlu"), str(folder / "stories")]
    )


def test_the_importer_that_config_yml_names_is_the_one_in_use():
    """Rasa only logs a warning about a misspelt name, and trains a mute bot."""
    loaded_now = TrainingDataImporter.load_from_config(str(ROOT / "config.yml"))
    assert [type(one) for one in loaded_now.importer._importer._importers] == [PolkuImporter]


def test_every_topic_is_an_intent_and_fills_the_slot(project):
    domain = loaded(project).get_domain()
    assert {"greet", "permits_fee", "permits_time"} <= set(domain.intents)
    (slot,) = [slot for slot in domain.slots if slot.name == "topic"]
    assert slot.mappings == [
        {"type": "from_intent", "intent": "permits_fee", "value": "permits_fee"},
        {"type": "from_intent", "intent": "permits_time", "value": "permits_time"},
    ]
    assert not slot.influence_conversation


def test_every_topic_has_a_rule_that_answers_it(project):
    steps = loaded(project).get_stories().story_steps
    assert [step.block_name for step in steps] == ["greet", "answer permits_fee", "answer permits_time"]


def test_every_example_carries_the_language_of_its_folder(project):
    examples = loaded(project).get_nlu_data().intent_examples
    tags = {(language_of(one), one.get("text")) for one in examples}
    assert ("fi", "mitä lupa maksaa") in tags
    assert ("sv", "vad kostar det") in tags
    assert ("fi", "ok") in tags
    assert ("sv", "ok") in tags


def test_word_lists_travel_with_the_training_data_so_a_change_is_noticed(project):
    before = loaded(project).get_nlu_data()
    assert words_in(before) == {"sv": {"meeting": {"phone": ["telefon"]}}}
    (project / "nlu/sv/words.yml").write_text("meeting: {phone: [samtal]}", encoding="utf-8")
    assert loaded(project).get_nlu_data().fingerprint() != before.fingerprint()


def test_missing_topics_stop_the_training(project):
    for file in (project / "content/topics").iterdir():
        file.unlink()
    with pytest.raises(TopicsMissing):
        loaded(project).get_domain()


def test_every_sentence_that_a_rule_says_is_in_the_domain():
    """Rasa only warns of a name that it doesn't know. (That each has its words is the content check's to say.)"""
    loaded_now = TrainingDataImporter.load_from_config(
        str(ROOT / "config.yml"), str(ROOT / "domain.yml"), [str(ROOT / "stories")]
    )
    steps = loaded_now.get_stories().story_steps
    said = {getattr(event, "action_name", None) or "" for step in steps for event in step.events}
    utterances = {name for name in said if name.startswith("utter_")}
    assert "utter_greet" in utterances
    assert utterances <= set(loaded_now.get_domain().responses)


def test_the_domain_holds_no_sentence():
    responses = TrainingDataImporter.load_from_config(
        str(ROOT / "config.yml"), str(ROOT / "domain.yml")
    ).get_domain().responses
    assert {text["text"] for variants in responses.values() for text in variants} == {""}
