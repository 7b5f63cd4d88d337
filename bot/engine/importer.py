"""Reads what Rasa trains on, and derives what can be derived: intents, slot and rules of the topics.

Everything that a component learns travels inside the training data (the language of an example, the word
lists too), so Rasa's cache of trained components notices each change.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml
from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.exceptions import RasaException
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.importers.utils import training_data_from_paths
from rasa.shared.nlu.constants import INTENT, METADATA
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.common import cached_method

from bot.languages import LANGUAGES

WORDS_FILE = "words.yml"
LANGUAGE_TAG, THEME_TAG = "language", "theme"
# Files of moves that have nothing to do with each other, and files of forms that belong to a topics' theme.
WITHOUT_THEME = {"dialogue", "any_question"}
THEME_OF_FORM = {"recognition_navigator": "recognition_general"}
WORDS_KEY = "words"
CRISIS_FILE = "crisis_examples.yml"
CRISIS_KEY, CRISIS_TEXT = "crisis", "crisis_text"


class TopicsMissing(RasaException):
    """There are no topics where config.yml says that they are: the bot would be mute."""


class PolkuImporter(RasaFileImporter):
    """Rasa's own importer, and the topics of content/topics."""

    def __init__(
        self,
        config_file: str | None = None,
        domain_path: str | None = None,
        training_data_paths: list[str] | str | None = None,
        topics: str = "content/topics",
    ) -> None:
        """`topics` is a folder beside the config file."""
        super().__init__(config_file, domain_path, training_data_paths)
        root = Path(config_file).parent if config_file else Path()
        self._topics_folder = root / topics
        paths = [training_data_paths] if isinstance(training_data_paths, str) else training_data_paths or []
        self._data_folders = [Path(path) for path in paths]

    @cached_method
    def get_domain(self) -> Domain:
        """The domain files and what follows from the topics."""
        return super().get_domain().merge(Domain.from_dict(topics_domain(self._topics())))

    @cached_method
    def get_stories(self, exclusion_percentage: int | None = None) -> StoryGraph:
        """The story files and one rule a topic."""
        reader = YAMLStoryReader(self.get_domain())
        steps = reader.read_from_parsed_yaml(topics_rules(self._topics()))
        return super().get_stories(exclusion_percentage).merge(StoryGraph(steps))

    @cached_method
    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """The examples, each tagged with the language of its folder and the theme of its file, and the word lists."""
        parts = []
        for file in self._nlu_files:
            part = training_data_from_paths([file], language)
            tag = folder_language(file)
            if tag:
                for example in part.training_examples:
                    tags = {LANGUAGE_TAG: tag, THEME_TAG: file_theme(file)}
                    example.set(METADATA, {**example.get(METADATA, {}), **tags})
            parts.append(part)
        parts.append(TrainingData([words_carrier(*found) for found in self._words()]))
        parts.append(TrainingData([one for folder in self._data_folders for one in crisis_examples(folder)]))
        return TrainingData().merge(*parts)

    @cached_method
    def _topics(self) -> list[str]:
        names = [name for file in sorted(self._topics_folder.glob("*.yml")) for name in _read(file)]
        if not names:
            raise TopicsMissing(f"No topics in {self._topics_folder}. See `importers` in config.yml.")
        return names

    def _words(self) -> Iterable[tuple[str, dict[str, Any]]]:
        for folder in self._data_folders:
            yield from words_of(folder).items()


def folder_language(file: str | Path) -> str | None:
    """The language whose folder the file lies in: nlu/sv/booking.yml → sv."""
    folder = Path(file).parent.name
    return folder if folder in LANGUAGES else None


def file_theme(file: str | Path) -> str | None:
    """The theme whose examples the file holds: nlu/sv/interview.yml → interview. None: each intent is its own."""
    theme = Path(file).stem
    return None if theme in WITHOUT_THEME else THEME_OF_FORM.get(theme, theme)


def topics_domain(topics: list[str]) -> dict[str, Any]:
    """An intent a topic, and the slot that remembers which topic was asked for last."""
    mappings = [{"type": "from_intent", "intent": topic, "value": topic} for topic in topics]
    slot = {"type": "text", "influence_conversation": False, "mappings": mappings}
    return {"version": "3.1", "intents": list(topics), "slots": {"topic": slot}}


def topics_rules(topics: list[str]) -> dict[str, Any]:
    """One rule a topic: what is asked is answered."""
    rules = [
        {"rule": f"answer {topic}", "steps": [{"intent": topic}, {"action": "utter_answer"}]}
        for topic in topics
    ]
    return {"version": "3.1", "rules": rules}


def words_of(folder: Path) -> dict[str, dict[str, Any]]:
    """Language → its word list: <folder>/<language>/words.yml, and what all share in <folder>/words.yml."""
    files = {language: folder / language / WORDS_FILE for language in LANGUAGES}
    common = folder / WORDS_FILE
    shared = _read(common) if common.is_file() else {}
    return {language: {**shared, **_read(file)} for language, file in files.items() if file.is_file()}


def words_carrier(language: str, words: dict[str, Any]) -> Message:
    """A word list as an example without text or intent: Rasa's own lookup tables warn when its own components
    don't use them."""
    return Message(data={METADATA: {LANGUAGE_TAG: language, WORDS_KEY: words}})


def crisis_examples(folder: Path) -> Iterable[Message]:
    """What <folder>/<language>/crisis_examples.yml holds: texts without an intent, each with its kind of crisis.

    Rasa takes a text without an intent for a part of a story, so it has a name of its own.
    """
    for language in LANGUAGES:
        file = folder / language / CRISIS_FILE
        for kind, texts in _read(file).items() if file.is_file() else ():
            for text in texts:
                yield Message(data={CRISIS_TEXT: str(text), METADATA: {LANGUAGE_TAG: language, CRISIS_KEY: kind}})


def crisis_kind_of(example: Message) -> str | None:
    """The kind of a crisis example; None for every other one."""
    return (example.get(METADATA) or {}).get(CRISIS_KEY)


def words_in(training_data: TrainingData) -> dict[str, dict[str, Any]]:
    """language → content of its words.yml."""
    tags = (example.get(METADATA) or {} for example in training_data.training_examples)
    return {tag[LANGUAGE_TAG]: tag[WORDS_KEY] for tag in tags if WORDS_KEY in tag}


def language_of(example: Message) -> str | None:
    """The language that the importer tagged a training example with."""
    return (example.get(METADATA) or {}).get(LANGUAGE_TAG)


def theme_of(example: Message) -> str:
    """The theme that the importer tagged a training example with; without one its intent."""
    return (example.get(METADATA) or {}).get(THEME_TAG) or example.get(INTENT)


def _read(file: Path) -> dict[str, Any]:
    return yaml.safe_load(file.read_text(encoding="utf-8")) or {}
