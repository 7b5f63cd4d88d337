"""The reference: `rasa init`'s own pipeline and policies, fed with our data.

Built as a folder of its own: Rasa's template config untouched but for its name, our examples, our rules (one
answer a topic, as Rasa's own examples do it), one wording a response in the domain, SQLite tracker store, and
our custom actions behind rasa-sdk's own server.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import yaml

from bot.content_files import article_of, read_mapping, sentence_of, wording_files
from bot.environment import ENGINE_PYTHON
from bot.settings import ROOT
from bot.texts import Texts

LANGUAGE = "en"


def build(folder: Path, actions_port: int) -> Path:
    """Write the reference project into `folder`, keep a model that is there, and give the folder back."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder / "data", ignore_errors=True)
    write_config(folder)
    shutil.copytree(ROOT / "nlu", folder / "data" / "nlu", ignore=shutil.ignore_patterns("words.yml"))
    shutil.copytree(ROOT / "stories", folder / "data" / "stories")
    texts = Texts.load()
    write_yaml(folder / "data" / "topics.yml", {"version": "3.1", "rules": [
        {"rule": f"answer {topic}", "steps": [{"intent": topic}, {"action": f"utter_{topic}"}]}
        for topic in texts.topics]})
    write_yaml(folder / "domain.yml", domain(texts))
    write_yaml(folder / "credentials.yml", {"rest": None})
    write_yaml(folder / "endpoints.yml", {
        "action_endpoint": {"url": f"http://127.0.0.1:{actions_port}/webhook"},
        "tracker_store": {"type": "SQL", "dialect": "sqlite", "db": str(folder / "rasa.db")}})
    return folder


def write_config(folder: Path) -> None:
    """Rasa's template as `rasa init` writes it: an empty pipeline means its default one."""
    packages = ENGINE_PYTHON.parent.parent / "lib" / "python3.10" / "site-packages"
    template = packages / "rasa" / "cli" / "initial_project" / "config.yml"
    text = template.read_text("utf-8").replace("placeholder_default", "reference")
    (folder / "config.yml").write_text(text, "utf-8")


def domain(texts: Texts) -> dict:
    """Our domain with what our importer derives written out, and a wording for each response."""
    made = yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))
    made["intents"] = [*made["intents"], *texts.topics]
    made["slots"]["topic"] = {"type": "text", "influence_conversation": False, "mappings": [
        {"type": "from_intent", "intent": topic, "value": topic} for topic in texts.topics]}
    # What our generator makes of the conversation's state has no sentence of its own; any will do for the time.
    unworded = {name: name for name in made["responses"]}
    made["responses"] = {name: [{"text": text}] for name, text in (unworded | wordings()).items()}
    # Names alone, as `rasa init` has them: what an action may be spared is our own care.
    made["actions"] = [action if isinstance(action, str) else next(iter(action)) for action in made["actions"]]
    return made


def wordings() -> dict[str, str]:
    """Response name → sentence, in the one language of the reference."""
    found: dict[str, str] = {}
    for file, of_topics in wording_files(ROOT / "content", LANGUAGE):
        for key, entry in read_mapping(file).items():
            if of_topics:
                found[f"utter_{key}"] = article_of(file, key, entry)["normal"]
            elif key.startswith("utter_"):
                found[key] = sentence_of(file, key, entry)["text"]
    return found


def write_yaml(path: Path, content: object) -> None:
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), "utf-8")
