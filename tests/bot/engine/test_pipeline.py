"""The components one after the other, trained, stored and loaded as Rasa does, on a little data."""

import importlib

import numpy as np
import pytest
import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.common import all_subclasses

from bot.engine.crisis import CrisisDetector
from bot.engine.dates import DateEntities
from bot.engine.entities import WordEntities
from bot.engine.follow_up import FollowUpGuard
from bot.engine.importer import words_carrier
from bot.engine.intents import TopicClassifier
from bot.engine.language import LanguageIdentifier
from bot.engine.sentence_vectors import SentenceVectors
from tests.bot.engine.understanding import ROOT, all_words

PIPELINE = (LanguageIdentifier, WordEntities, DateEntities, SentenceVectors, TopicClassifier)
EXAMPLES = {
    ("fi", "work"): ["miten haen töitä", "mistä löydän työpaikan", "haluan töihin"],
    ("sv", "work"): ["hur söker jag jobb", "var hittar jag arbete", "jag vill jobba"],
    ("en", "work"): ["how do i apply for a job", "where do i find work", "i want to work"],
    ("fi", "booking_make"): ["varaa aika", "haluan tavata uravalmentajan", "saanko ajan"],
    ("sv", "booking_make"): ["boka en tid", "jag vill träffa en vägledare", "kan jag få en tid"],
    ("en", "booking_make"): ["book a session", "i want to meet a counsellor", "can i get an appointment"],
    ("fi", "smalltalk_thanks"): ["kiitos", "kiitos paljon", "kiitti"],
    ("sv", "smalltalk_thanks"): ["tack", "tack så mycket", "tackar"],
    ("en", "smalltalk_thanks"): ["thanks", "thank you very much", "thank you"],
}


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory):
    examples = [
        Message.build(text, intent, example_metadata=None) for (_, intent), texts in EXAMPLES.items() for text in texts
    ]
    languages = [language for (language, _), texts in EXAMPLES.items() for _ in texts]
    for example, language in zip(examples, languages, strict=True):
        example.set("metadata", {"language": language})
    data = TrainingData([*examples, *(words_carrier(*one) for one in all_words().items())])
    storage = LocalModelStorage.create(tmp_path_factory.mktemp("model"))
    context = ExecutionContext(GraphSchema({}))
    loaded = []
    for component in PIPELINE:
        config, resource = component.get_default_config(), Resource(component.__name__)
        made = component.create(config, storage, resource, context)
        if hasattr(made, "train"):
            made.train(data)
            made = component.load(config, storage, resource, context)
        data = made.process_training_data(data)
        loaded.append(made)
    return loaded


@pytest.fixture
def read(pipeline):
    def reading(text, **metadata):
        message = Message({"text": text, "metadata": metadata or None})
        for component in pipeline:
            component.process([message])
        return message

    return reading


def entities(message):
    return {one["entity"]: one["value"] for one in message.get("entities", [])}


def test_a_question_is_understood_in_three_languages(read):
    for text in ("mistä haen työtä", "hur hittar jag ett jobb", "how do I find a job"):
        assert read(text).get("intent")["name"] == "work", text


def test_the_ranking_is_in_rasas_form(read):
    message = read("kiitos")
    ranking = message.get("intent_ranking")
    assert ranking[0] == message.get("intent")
    assert [set(one) for one in ranking] == [{"name", "confidence"}] * 3
    assert sum(one["confidence"] for one in ranking) == pytest.approx(1, abs=1e-4)


def test_themes_are_ranked_beside_the_intents(read):
    message = read("mistä haen työtä")
    assert message.get("theme_ranking")[0]["name"] == "work"  # without a tag of its own an intent is its theme
    assert "theme_ranking" in message.as_dict(only_output_properties=True)
    assert read('/booking_choose{"booking_day":"2026-11-24"}').get("theme_ranking") == []


def test_below_the_threshold_nothing_is_understood_but_what_was_near_stays_known(pipeline):
    classifier = pipeline[-1]
    doubting = TopicClassifier({**classifier.get_default_config(), "threshold": 1.1}, None, None, classifier._model)
    message = Message({"text": "kiitos"})
    for component in (*pipeline[:-1], doubting):
        component.process([message])
    names = [one["name"] for one in message.get("intent_ranking")]
    assert message.get("intent")["name"] == names[0] == "nlu_fallback"
    assert names[1] == "smalltalk_thanks"


def test_the_intent_is_one_of_the_likeliest_theme():
    """Three intents share the likelier theme; one that has a theme to itself is likelier than each of them."""

    class Model:
        themes, intents, theme_of = ["many", "one"], ["a", "b", "c", "d"], np.array([0, 0, 0, 1])

        def chances(self, _texts, _vectors):
            return np.array([[0.6, 0.4]]), np.array([[0.2, 0.25, 0.15, 0.4]])

    message = Message({"text": "x", "sentence_vector": np.zeros(3)})
    TopicClassifier(TopicClassifier.get_default_config(), None, None, Model()).process([message])
    assert [one["name"] for one in message.get("intent_ranking")] == ["b", "d", "a", "c"]


def test_first_words_set_the_language_and_metadata_is_heard(read):
    assert entities(read("jag vill boka en tid"))["conversation_language"] == "sv"
    assert "conversation_language" not in entities(read("jag vill boka en tid", language="fi", language_chosen=True))
    assert entities(read("ok", locale="en-GB"))["conversation_language"] == "en"
    assert "conversation_language" not in entities(read("ok"))


def test_who_writes_another_language_is_noticed_and_answered_in_plain_words_from_the_first_time_on(read):
    first = read("مرحبا كيف أسجل كباحث عن عمل", language="sv", language_chosen=True)
    assert entities(first) == {"other_language": "ar", "conversation_register": "plain"}
    assert first.get("text_language") == "sv"
    again = read("شكرا جزيلا لك", language="sv", language_chosen=True, other_language="ar")
    assert entities(again) == {"other_language": "ar"}


def test_a_norwegian_is_answered_in_swedish_as_it_is(read):
    found = entities(read("hei jeg trenger hjelp med å finne en jobb"))
    assert found == {"conversation_language": "sv", "other_language": "nb", "finder_goal": "job"}


def test_names_and_days_are_found_beside_the_intent(read):
    found = entities(read("varaa aika helsinkiin ensi tiistaina klo 14 videolla ruotsiksi"))
    assert found["municipality"] == "Helsinki"
    assert found["meeting"] == "video"
    assert found["language"] == "sv"
    assert found["date"]["time_from"] == "14:00"


def test_a_payload_is_left_to_rasa(read):
    message = read('/booking_choose{"booking_day":"2026-11-24"}')
    assert message.get("sentence_vector") is None
    assert message.get("intent") == {"name": None, "confidence": 0.0}
    assert entities(message) == {}


def test_a_message_without_words_is_survived(read):
    for text in ("", "👍", "?"):
        assert read(text).get("intent") is not None


def test_no_text_reaches_the_log(read, caplog):
    caplog.set_level("DEBUG", logger="bot")
    read("salaisuuteni on tämä lause")
    assert "language" in caplog.text
    assert "salaisuuteni" not in caplog.text


def test_an_unknown_detector_is_refused(tmp_path):
    with pytest.raises(InvalidConfigException, match="lingua"):
        LanguageIdentifier({"detectors": ["crystal ball"]}, LocalModelStorage.create(tmp_path), Resource("x"))


def test_config_yml_names_these_components_in_an_order_that_works():
    config = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    names = [one["name"].rpartition(".")[2] for one in config["pipeline"]]
    assert names == [*(one.__name__ for one in PIPELINE), FollowUpGuard.__name__, CrisisDetector.__name__]


def test_no_component_has_the_name_of_one_of_rasas():
    """Rasa keeps its components by their bare names: the later one silently replaces the earlier."""
    importlib.import_module("rasa.engine.recipes.default_components")  # brings in all of Rasa's own
    theirs = {one.__name__ for one in all_subclasses(GraphComponent) if one.__module__.startswith("rasa.")}
    assert len(theirs) > 20
    assert not theirs & {one.__name__ for one in (*PIPELINE, FollowUpGuard, CrisisDetector)}
