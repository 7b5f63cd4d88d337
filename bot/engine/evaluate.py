"""How well does a model understand? In the engine's environment: `python -m bot.engine.evaluate --file F.jsonl`.

Each line of the file is {"id", "lang", "text", "themes": [...]}; any of the themes is right. Lines whose theme is
out_of_scope or smalltalk count for the recall only: they are right when nothing is answered as if it were a topic.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import statistics
import time
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.languages import DEFAULT
from bot.settings import ROOT

FALLBACK = "nlu_fallback"
CRISIS, THEME_OF_CRISIS = "crisis", "discrimination_abuse_help"
OUTSIDE = {"out_of_scope", "smalltalk"}
OTHER_NAMES = {"booking": "counsellor_booking", "handoff": "human_handoff"}  # files of nlu/ named for the office
LENGTHS = {"1-3": (1, 3), "4-6": (4, 6), "7+": (7, 10**6)}
NEAREST = 3
THRESHOLDS = [step / 20 for step in range(20)]


@dataclass(frozen=True)
class Answered:
    """One question beside what the model made of it."""

    question: Mapping[str, Any]
    theme: str  # the likeliest
    chance: float  # of that theme
    topical: bool  # whether that theme is one that people are answered about
    nearest: list[str]  # the likeliest three of those
    doubted: bool  # at the model's own threshold
    intent: str
    language: str
    ms: float

    @property
    def right(self) -> bool:
        return self.theme in self.question["themes"]

    @property
    def near(self) -> bool:
        return self.right or any(theme in self.question["themes"] for theme in self.nearest)

    @property
    def answered(self) -> bool:
        return self.topical and not self.doubted

    @property
    def in_scope(self) -> bool:
        return not OUTSIDE & set(self.question["themes"])


def answered_themes(folder: Path = ROOT / "content" / "topics") -> set[str]:
    """What people are answered about: the themes of the topics, booking, and being handed to a human."""
    return {file.stem for file in folder.glob("*.yml")} | set(OTHER_NAMES.values())


def judged(question: Mapping[str, Any], parsed: Mapping[str, Any], ms: float, themes: Collection[str]) -> Answered:
    """Compare one question with Rasa's reading of it; `themes` are those that people are answered about.

    The language is the one that a first message is taken to be in.
    """
    ranked = [(OTHER_NAMES.get(one["name"], one["name"]), one["confidence"]) for one in parsed["theme_ranking"]]
    if parsed["intent"]["name"] == CRISIS:
        ranked.insert(0, (THEME_OF_CRISIS, 1.0))
    theme, chance = ranked[0] if ranked else (FALLBACK, 0.0)
    intents = [one["name"] for one in parsed["intent_ranking"] if one["name"] != FALLBACK]
    spoken = {one["entity"]: one["value"] for one in parsed["entities"]}
    return Answered(
        question=question,
        theme=theme,
        chance=chance,
        topical=theme in themes,
        nearest=[name for name, _ in ranked if name in themes][:NEAREST],
        doubted=parsed["intent"]["name"] in (FALLBACK, None),
        intent=intents[0] if intents else FALLBACK,
        language=spoken.get("other_language") or spoken.get("conversation_language") or DEFAULT,
        ms=ms,
    )


def report(answers: list[Answered]) -> dict[str, Any]:
    """Figures; a share is None where there was nothing to count."""
    languages = sorted({one.question["lang"] for one in answers})
    return {
        "n": len(answers),
        "languages": {language: _of_language(language, answers) for language in languages},
        "in_scope_accuracy": _share(one.right and one.answered for one in answers if one.in_scope),
        "out_of_scope_recall": _share(not one.answered for one in answers if not one.in_scope),
        "ms_median": round(statistics.median(one.ms for one in answers), 1) if answers else None,
    }


def curve(
    answers: list[Answered], thresholds: Iterable[float] = THRESHOLDS
) -> list[tuple[float, float | None, float | None]]:
    """(threshold, in-scope accuracy, out-of-scope recall) at other thresholds than the model's; None: none to count."""
    inside = [one for one in answers if one.in_scope]
    outside = [one for one in answers if not one.in_scope]
    return [
        (
            threshold,
            _share(one.right and one.topical and one.chance >= threshold for one in inside),
            _share(not one.topical or one.chance < threshold for one in outside),
        )
        for threshold in thresholds
    ]


def confusions(answers: list[Answered], most: int = 25) -> list[tuple[str, str, int]]:
    """(right theme, theme given, how often), the commonest first; outside the scope what was wrongly answered."""
    wrong = [one for one in answers if (not one.right if one.in_scope else one.answered)]
    pairs = Counter((one.question["themes"][0], one.theme) for one in wrong)
    return [(right, given, count) for (right, given), count in pairs.most_common(most)]


def _of_language(language: str, answers: list[Answered]) -> dict[str, Any]:
    own = [one for one in answers if one.question["lang"] == language]
    return {
        "n": len(own),
        "top1": _share(one.right for one in own if one.in_scope),
        "top3": _share(one.near for one in own if one.in_scope),
        "language_accuracy": {
            name: _share(
                one.language == language for one in own if low <= len(one.question["text"].split()) <= high
            )
            for name, (low, high) in LENGTHS.items()
        },
    }


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
    themes = answered_themes()
    await agent.parse_message("-")  # what is loaded at first use is not the message's time
    answers = []
    for question in questions:
        started = time.perf_counter()
        parsed = await agent.parse_message(question["text"])
        answers.append(judged(question, parsed, (time.perf_counter() - started) * 1000, themes))
    return answers


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--file", required=True, type=Path)
    parser.add_argument("--model", default=str(ROOT / "models"), help="a model, or a folder: its newest")
    parser.add_argument("--json", action="store_true", help="figures only, as JSON")
    parser.add_argument("--curve", action="store_true", help="what each threshold would give")
    parser.add_argument("--mistakes", action="store_true", help="list every question that was not understood")
    chosen = parser.parse_args()
    lines = chosen.file.read_text(encoding="utf-8").splitlines()
    answers = asyncio.run(ask_model([json.loads(line) for line in lines if line.strip()], chosen.model))
    figures = report(answers)
    if chosen.json:
        if chosen.curve:
            names = ("threshold", "in_scope_accuracy", "out_of_scope_recall")
            figures["curve"] = [dict(zip(names, row, strict=True)) for row in curve(answers)]
        print(json.dumps(figures))
        return
    print("\n".join(table(figures)))
    if chosen.curve:
        print("\nthreshold  in-scope accuracy  out-of-scope recall")
        for threshold, accuracy, recall in curve(answers):
            print(f"{threshold:9.2f}  {_shown(accuracy):>17}  {_shown(recall):>19}")
    print("\nconfusions: how often, right theme, theme given")
    for right, given, count in confusions(answers):
        print(f"{count:4}  {right} -> {given}")
    if chosen.mistakes:
        print()
        for one in (each for each in answers if (not each.right if each.in_scope else each.answered)):
            text = one.question["text"]
            print(f"{one.chance:.2f} {one.theme} ({one.intent}) for {one.question['themes']}: {text}")


def table(figures: Mapping[str, Any]) -> list[str]:
    """The figures as lines of text."""
    lines = ["language     n   top1   top3   language right at 1-3, 4-6, 7+ words"]
    for language, own in figures["languages"].items():
        by_length = [_shown(share) for share in own["language_accuracy"].values()]
        lines.append(f"{language:8} {own['n']:5}  {_shown(own['top1'])}  {_shown(own['top3'])}   {' '.join(by_length)}")
    return [
        *lines,
        f"in-scope accuracy    {_shown(figures['in_scope_accuracy'])}",
        f"out-of-scope recall  {_shown(figures['out_of_scope_recall'])}",
        f"ms a message         {figures['ms_median']}",
    ]


def _shown(share: float | None) -> str:
    return "    –" if share is None else f"{share:5.3f}"


if __name__ == "__main__":
    main()
