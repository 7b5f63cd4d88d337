"""What is wrong with the examples of nlu/, as far as it takes vectors to see it: `./polku check --data`.

Examples that mean the same in two intents, that are in another language than their folder's, that also stand in a file
of test questions, and topics with too few of them. Few and plain false alarms are better than a longer list.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import yaml

from bot.engine.detectors import Detector, fasttext, lingua
from bot.engine.embeddings import Embeddings, backend_named
from bot.engine.vector_file import vectors_with_file
from bot.languages import LANGUAGES
from bot.nlu_check import NOT_A_WORD, Examples, read_examples
from bot.problem import Problem
from bot.settings import ROOT

# Cosines of centred vectors. Looked at on our own examples: from 0.92 on two sentences ask the same in other words
# ("apprenticeship salary", "apprentice wage"), below it they differ in what is asked for.
SAME_MEANING = 0.92
# Lower against test files: a near copy there flatters every figure.
TESTED = 0.90
SURE, WORDS = 0.9, 5  # both detectors' least probability for another language; shorter ones are often in two
LEAST = 25
ROWS = 1000


def vectors_of(texts: Sequence[str], config: Path = ROOT / "config.yml") -> np.ndarray:
    """As the training reckons them; what it has reckoned is taken from its file, which is left as it is."""
    pipeline = yaml.safe_load(config.read_text("utf-8"))["pipeline"]
    own = next(one for one in pipeline if one["name"].endswith("SentenceVectors"))
    return vectors_with_file(Embeddings(backend_named(own["backend"])), texts, ROOT / own["kept_in"], own["backend"],
                             keep=False)


def centred(vectors: np.ndarray, centre: np.ndarray) -> np.ndarray:
    moved = vectors - centre
    return moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9)


def same_in_two_intents(lines: Sequence[tuple[str, str, str, str]], points: np.ndarray) -> Iterator[Problem]:
    """`lines` are (language, intent, file, text); `points` their centred vectors."""
    for start in range(0, len(lines), ROWS):
        like = points[start : start + ROWS] @ points.T
        for row, other in np.argwhere(like > SAME_MEANING):
            one, two = lines[start + row], lines[other]
            if other > start + row and one[0] == two[0] and one[1] != two[1]:
                yield Problem(one[2], one[1], f"{one[3]!r} means the same as {two[3]!r} in {two[1]}")


def in_a_test(
    lines: Sequence[tuple[str, str, str, str]], points: np.ndarray, asked: Sequence[str], asked_points: np.ndarray
) -> Iterator[Problem]:
    """Examples that a test file also has, in other capitals or in nearly the same words."""
    plain = {_plain(text) for text in asked}
    for start in range(0, len(lines), ROWS):
        nearest = (points[start : start + ROWS] @ asked_points.T).max(axis=1)
        for (_, intent, file, text), near in zip(lines[start : start + ROWS], nearest, strict=True):
            # A word or two is nobody's invention: "thanks" may stand in both.
            if len(text.split()) > 2 and (near > TESTED or _plain(text) in plain):
                yield Problem(file, intent, f"{text!r} also stands in a test file, or nearly so")


def in_another_language(
    lines: Iterable[tuple[str, str, str, str]], detectors: Sequence[Detector]
) -> Iterator[Problem]:
    """Sentences of five words and more that every detector takes for another of our languages."""
    for language, intent, file, text in lines:
        if len(text.split()) < WORDS:
            continue
        heard = [detector.of(text) for detector in detectors]
        for other in LANGUAGES:
            if other != language and all(found.get(other, 0.0) >= SURE for found in heard):
                yield Problem(file, intent, f"{text!r} is in {other}")


def too_few(examples: Examples, topics: Iterable[str]) -> Iterator[Problem]:
    """Topics with fewer examples in a language than it takes to learn them."""
    for topic in topics:
        for language in LANGUAGES:
            count = len({_plain(text) for _, text in examples.get((language, topic), [])})
            if count < LEAST:
                yield Problem(f"nlu/{language}", topic, f"has {count} examples; it takes {LEAST}")


def check(root: Path, tests: Iterable[Path], vectors: Callable[[Sequence[str]], np.ndarray],
          detectors: Sequence[Detector], topics: Iterable[str]) -> list[Problem]:
    """All problems of the examples under `root`; `tests` are files of lines with a "text"."""
    examples, problems = read_examples(root)
    lines = [
        (language, intent, file, text)
        for (language, intent), own in sorted(examples.items())
        for file, text in own
    ]
    asked = [text for file in tests for text in _asked(file)]
    found = vectors([*(text for *_, text in lines), *asked])
    centre = found[: len(lines)].mean(axis=0)
    points, asked_points = centred(found[: len(lines)], centre), centred(found[len(lines) :], centre)
    problems += same_in_two_intents(lines, points)
    if asked:
        problems += in_a_test(lines, points, asked, asked_points)
    problems += in_another_language(lines, detectors)
    problems += too_few(examples, topics)
    return problems


def _asked(file: Path) -> list[str]:
    rows: list[Mapping[str, str]]
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
    return [row["text"] for row in rows]


def _plain(text: str) -> str:
    return NOT_A_WORD.sub(" ", text.casefold()).strip()


def topics_of(folder: Path) -> list[str]:
    return [topic for file in sorted(folder.glob("*.yml")) for topic in yaml.safe_load(file.read_text("utf-8"))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--test-file", action="append", default=[], type=Path)
    chosen = parser.parse_args()
    tests = [*chosen.test_file, *sorted((ROOT / "tests" / "nlu").glob("*.jsonl"))]
    problems = check(ROOT, tests, vectors_of, [lingua(), fasttext()], topics_of(ROOT / "content" / "topics"))
    for problem in problems:
        print(problem)
    if problems:
        sys.exit(f"{len(problems)} problems with the examples.")
    print("The examples are in order.")


if __name__ == "__main__":
    main()
