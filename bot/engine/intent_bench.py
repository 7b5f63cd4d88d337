"""How well are intents learned from given examples? `python -m bot.engine.intent_bench --data DIR`.

DIR holds a folder for each language with train.jsonl and test.jsonl, lines of {"text", "intent"}. Ours is one model
for all languages; the reference is Rasa's default pipeline as `rasa init` leaves it, one model a language.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import logging
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from bot.engine.embeddings import Embeddings, backend_named
from bot.engine.intent_model import IntentModel
from bot.settings import ROOT

Lines = list[tuple[str, str]]  # (text, intent)
BACKEND_OF = "SentenceVectors"


def read(folder: Path) -> dict[str, tuple[Lines, Lines]]:
    """Language → lines to learn from, lines to be tested with.

    Raises:
        ValueError: there is no language in the folder, or a line is not what it must be.
    """
    found = {}
    for train in sorted(folder.glob("*/train.jsonl")):
        found[train.parent.name] = (_lines(train), _lines(train.with_name("test.jsonl")))
    if not found:
        raise ValueError(f"No <language>/train.jsonl in {folder}.")
    return found


def _lines(file: Path) -> Lines:
    try:
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
        return [(row["text"], row["intent"]) for row in rows]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ValueError(f'{file}: must be lines of {{"text", "intent"}} ({error!r})') from error


def ours(data: dict[str, tuple[Lines, Lines]], embeddings: Embeddings) -> dict[str, float]:
    """Language → share of the test lines whose likeliest intent is right."""
    texts, intents = zip(*(line for train, _ in data.values() for line in train), strict=True)
    model = IntentModel.train(texts, embeddings.of(texts), intents, calibrate=False)
    shares = {}
    for language, (_, test) in data.items():
        asked, right = zip(*test, strict=True)
        _, chances = model.chances(asked, embeddings.of(asked))
        shares[language] = _share([model.intents[place] for place in chances.argmax(axis=1)], right)
    return shares


def reference(data: dict[str, tuple[Lines, Lines]]) -> dict[str, float]:
    """The same for Rasa's default pipeline, trained anew for each language."""
    import rasa
    from rasa.core.agent import Agent
    from rasa.model_training import train_nlu

    template = Path(rasa.__file__).parent / "cli" / "initial_project" / "config.yml"
    shares = {}
    for language, (train, test) in data.items():
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            config = {**yaml.safe_load(template.read_text("utf-8")), "language": language, "assistant_id": "reference"}
            (folder / "config.yml").write_text(yaml.safe_dump(config), "utf-8")
            (folder / "nlu.yml").write_text(yaml.safe_dump(_rasas_form(train), allow_unicode=True), "utf-8")
            model = train_nlu(str(folder / "config.yml"), str(folder / "nlu.yml"), str(folder / "models"))
            agent = Agent.load(model)
            given = [asyncio.run(agent.parse_message(text))["intent"]["name"] for text, _ in test]
            shares[language] = _share(given, [intent for _, intent in test])
    return shares


def _rasas_form(train: Lines) -> dict[str, Any]:
    intents = sorted({intent for _, intent in train})
    examples = {one: "".join(f"- {text}\n" for text, intent in train if intent == one) for one in intents}
    return {"version": "3.1", "nlu": [{"intent": one, "examples": lines} for one, lines in examples.items()]}


def _share(given: Sequence[str], right: Sequence[str]) -> float:
    return round(sum(one == other for one, other in zip(given, right, strict=True)) / len(right), 4)


def reference_kept(data: dict[str, tuple[Lines, Lines]], folder: Path, *, anew: bool, measure=reference) -> dict:
    """{"measured_on": day, "accuracy": {language: share}}, from the last time with the very same data if it is there.

    `measure` is asked only if it has to be.
    """
    content = hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:16]
    file = folder / f"nlu-reference-{content}.json"
    if anew or not file.exists():
        found = {"measured_on": date.today().isoformat(), "accuracy": measure(data)}  # noqa: DTZ011 - the reader's day
        folder.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(found))
    return json.loads(file.read_text())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True, type=Path)
    parser.add_argument("--kept-in", required=True, type=Path, help="where the reference's figures are kept")
    parser.add_argument("--no-reference", action="store_true")
    parser.add_argument("--anew", action="store_true", help="measure the reference also if it was before")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    logging.disable(logging.WARNING)
    try:
        data = read(chosen.data)
    except ValueError as error:
        sys.exit(str(error))
    config = yaml.safe_load((ROOT / "config.yml").read_text("utf-8"))
    backend = next(one["backend"] for one in config["pipeline"] if one["name"].endswith(BACKEND_OF))
    results: dict[str, Any] = {"ours": ours(data, Embeddings(backend_named(backend)))}
    kept = None if chosen.no_reference else reference_kept(data, chosen.kept_in, anew=chosen.anew)
    results["reference"] = kept and kept["accuracy"]
    if chosen.json:
        print(json.dumps(results))
        return
    print("language   ours   reference" + (f" (measured on {kept['measured_on']})" if kept else ""))
    for language, share in results["ours"].items():
        print(f"{language:8} {share:6.3f}   " + (f"{kept['accuracy'][language]:6.3f}" if kept else "     –"))


if __name__ == "__main__":
    main()
