"""How well does a model understand? In the engine's environment: `python -m bot.engine.evaluate --file F.jsonl`.

Each line of the file is {"id", "lang", "text", "themes": [...]}; any of the themes is right.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import statistics
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.languages import DEFAULT, LANGUAGES
from bot.settings import ROOT

FALLBACK, OUT_OF_SCOPE = "nlu_fallback", "out_of_scope"
DIALOGUE_THEMES = {
    "booking": "counsellor_booking",
    "crisis": "discrimination_abuse_help",
    "handoff": "human_handoff",
    "out_of_scope": OUT_OF_SCOPE,
    "smalltalk": "smalltalk",
}
LENGTHS = {"1-3": (1, 3), "4-6": (4, 6), "7+": (7, 10**6)}
NEAREST = 3


@dataclass(frozen=True)
class Answered:
    """One question beside what the model made of it. `nearest` are the themes of the likeliest intents."""

    question: Mapping[str, Any]
    theme: str
    nearest: list[str]
    intent: str
    confidence: float
    language: str
    ms: float

    @property
    def right(self) -> bool:
        return self.theme in self.question["themes"]

    @property
    def near(self) -> bool:
        return any(theme in self.question["themes"] for theme in self.nearest)

    @property
    def refused(self) -> bool:
        return self.theme in (OUT_OF_SCOPE, FALLBACK)

    @property
    def in_scope(self) -> bool:
        return OUT_OF_SCOPE not in self.question["themes"]


def themes_of_topics(folder: Path = ROOT / "content" / "topics") -> dict[str, str]:
    """Topic → theme."""
    files = sorted(folder.glob("*.yml"))
    return {topic: file.stem for file in files for topic in yaml.safe_load(file.read_text("utf-8"))}


def theme_of(intent: str | None, topics: Mapping[str, str]) -> str:
    """The theme of a topic or of a move of the dialogue; an intent of neither is its own theme."""
    for start, theme in DIALOGUE_THEMES.items():
        if (intent or "").startswith(start) and intent not in topics:
            return theme
    return topics.get(intent or "", intent or FALLBACK)


def judged(question: Mapping[str, Any], parsed: Mapping[str, Any], ms: float, topics: Mapping[str, str]) -> Answered:
    """Compare one question with Rasa's reading of it.

    The language is the one that a first message would be answered in.
    """
    ranked = [one for one in parsed.get("intent_ranking", []) if one["name"] != FALLBACK]
    ranking = [one["name"] for one in ranked]
    set_to = [one["value"] for one in parsed["entities"] if one["entity"] == "conversation_language"]
    intent = parsed["intent"]["name"]
    return Answered(
        question=question,
        theme=theme_of(intent, topics),
        nearest=[theme_of(one, topics) for one in ranking[:NEAREST]],
        intent=ranking[0] if ranking else FALLBACK,
        confidence=ranked[0]["confidence"] if ranked else 0.0,
        language=set_to[0] if set_to else DEFAULT,
        ms=ms,
    )


def report(answers: list[Answered]) -> dict[str, Any]:
    """Figures; a share is None where there was nothing to count."""
    inside = [one for one in answers if one.in_scope]
    outside = [one for one in answers if not one.in_scope]
    languages = sorted({one.question["lang"] for one in answers})
    return {
        "n": len(answers),
        "languages": {language: _of_language(language, answers) for language in languages},
        "in_scope_accuracy": _share(one.right for one in inside),
        "in_scope_top3": _share(one.near for one in inside),
        "in_scope_not_answered": _share(one.theme == FALLBACK for one in inside),
        "in_scope_wrong": _share(not one.right and one.theme != FALLBACK for one in inside),
        "out_of_scope_recall": _share(one.refused for one in outside),
        "ms_median": round(statistics.median(one.ms for one in answers), 1) if answers else None,
    }


def confusions(answers: list[Answered], most: int = 20) -> list[tuple[str, str, int]]:
    """(right theme, theme given, how often), the commonest first."""
    pairs = Counter((one.question["themes"][0], one.theme) for one in answers if not one.right)
    return [(right, given, count) for (right, given), count in pairs.most_common(most)]


def _of_language(language: str, answers: list[Answered]) -> dict[str, Any]:
    own = [one for one in answers if one.question["lang"] == language]
    figures: dict[str, Any] = {
        "n": len(own),
        "top1": _share(one.right for one in own),
        "top3": _share(one.near or one.right for one in own),
    }
    if language in LANGUAGES:
        figures["language_accuracy"] = {
            name: _share(
                one.language == language for one in own if low <= len(one.question["text"].split()) <= high
            )
            for name, (low, high) in LENGTHS.items()
        }
    return figures


def _share(truths: Iterable[bool]) -> float | None:
    counted = list(truths)
    return round(sum(counted) / len(counted), 3) if counted else None


async def ask_model(questions: list[dict[str, Any]], model: str) -> list[Answered]:
    """Let a trained model read each question, as the first message of a conversation.

    Raises:
        FileNotFoundError: there is no model at that path.
    """
    from rasa.core.agent import Agent
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.WARNING)  # otherwise each question is printed among the figures
    agent = Agent.load(model)
    if not agent.is_ready():
        raise FileNotFoundError(f"No model in {model}")
    topics = themes_of_topics()
    await agent.parse_message("-")  # what is loaded at first use is not the message's time
    answers = []
    for question in questions:
        started = time.perf_counter()
        parsed = await agent.parse_message(question["text"])
        answers.append(judged(question, parsed, (time.perf_counter() - started) * 1000, topics))
    return answers


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--file", required=True, type=Path)
    parser.add_argument("--model", default=str(ROOT / "models"), help="a model, or a folder: its newest")
    parser.add_argument("--json", action="store_true", help="figures only, as JSON")
    parser.add_argument("--mistakes", action="store_true", help="list every question that was not understood")
    chosen = parser.parse_args()
    lines = chosen.file.read_text(encoding="utf-8").splitlines()
    answers = asyncio.run(ask_model([json.loads(line) for line in lines if line.strip()], chosen.model))
    print(json.dumps(report(answers), ensure_ascii=False, indent=None if chosen.json else 2))
    if not chosen.json:
        for right, given, count in confusions(answers):
            print(f"{count:4}  {right} -> {given}")
    if chosen.mistakes:
        for one in (each for each in answers if not each.right):
            text = one.question["text"]
            print(f"{one.confidence:.2f} {one.theme} ({one.intent}) for {one.question['themes']}: {text}")


if __name__ == "__main__":
    main()
