"""How well is a message's language told? `python -m bot.engine.language_bench --file F.tsv`, with the engine's Python.

The file has columns lang, text (and others that are not read), tab-separated. Each line is read as the first message
of a conversation of which nothing else is known. Ours is measured beside langdetect as it comes and lingua alone, with
the languages that it has here.
"""

from __future__ import annotations

import argparse
import csv
import json
import logging
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from bot.engine.detectors import SAME, Detector, fasttext, langdetect, lingua
from bot.engine.evaluate import LENGTHS
from bot.engine.language_rule import decide
from bot.engine.witnesses import Vocabulary, Witnesses
from bot.languages import DEFAULT, LANGUAGES
from bot.nlu_check import read_examples
from bot.settings import ROOT

# Names of the file's languages → ours. Dari is written as Persian is, and told of as Persian.
FILES_NAMES = {**SAME, "pus": "ps", "pbt": "ps", "prs": "fa", "pes": "fa", "zh-cn": "zh", "zh-tw": "zh"}
MOST_MIXED = 15
WHO = ("ours", "lingua", "langdetect")

Reader = Callable[[str], str | None]


def lines_of(file: Path) -> list[tuple[str, str]]:
    """(language, text) of each line.

    Raises:
        ValueError: a column is missing.
    """
    with file.open(encoding="utf-8", newline="") as opened:
        rows = csv.DictReader(opened, delimiter="\t", quoting=csv.QUOTE_NONE)
        if not {"lang", "text"} <= set(rows.fieldnames or ()):
            raise ValueError(f"{file.name} needs columns named lang and text")
        return [(FILES_NAMES.get(row["lang"], row["lang"]), row["text"]) for row in rows]


def length_of(text: str) -> str:
    """The bucket of a text by its number of words."""
    words = len(text.split())
    return next(name for name, (low, high) in LENGTHS.items() if max(1, words) <= high and max(1, words) >= low)


def figures(lines: list[tuple[str, str]], read: Reader) -> dict[str, Any]:
    """Accuracy by language and length, precision of our languages, what is mixed up, ms a message."""
    read("a")  # what is loaded at first use is not a message's time
    times, found = [], []
    for language, text in lines:
        started = time.perf_counter()
        code = read(text)
        times.append((time.perf_counter() - started) * 1000)
        found.append((language, FILES_NAMES.get(code or "", code), length_of(text)))
    languages = sorted({language for language, _ in lines})
    mixed = Counter((right, str(given)) for right, given, _ in found if right != given)
    return {
        "accuracy": {language: _by_length(found, language) for language in languages},
        "precision": {
            language: _share(right == language for right, given, _ in found if given == language)
            for language in LANGUAGES
        },
        "mixed_up": [[right, given, count] for (right, given), count in mixed.most_common(MOST_MIXED)],
        "ms_median": round(statistics.median(times), 2),
    }


def _by_length(found: list[tuple[str, str | None, str]], language: str) -> dict[str, Any]:
    own = [(given == language, length) for right, given, length in found if right == language]
    shares = {name: _share(right for right, length in own if length == name) for name in LENGTHS}
    four_up = _share(right for right, length in own if length != "1-3")
    return {"n": len(own), **shares, "4+": four_up}


def _share(truths: Iterable[bool]) -> float | None:
    counted = list(truths)
    return round(sum(counted) / len(counted), 4) if counted else None


def measure(lines: list[tuple[str, str]]) -> dict[str, Any]:
    """Ours, what it would answer in, and the two that we are compared with."""
    examples, _ = read_examples(ROOT)
    pairs = ((language, line) for (language, _), own in examples.items() for _, line in own)
    witnesses = Witnesses([lingua(), fasttext()], Vocabulary.learn(pairs))
    readers: dict[str, Reader] = {
        "ours": lambda text: decide(witnesses.hear(text)).read_as,
        "lingua": _likeliest(lingua()),
        "langdetect": _likeliest(langdetect()),
    }
    results: dict[str, Any] = {"n": len(lines), **{name: figures(lines, read) for name, read in readers.items()}}
    # The language of the answer: what is not decided is answered in the default one.
    own = [(language, text) for language, text in lines if language in LANGUAGES]
    answered = figures(own, lambda text: decide(witnesses.hear(text)).language or DEFAULT)["accuracy"]
    # Who writes another language and is told so, in theirs.
    told = figures(lines, lambda text: decide(witnesses.hear(text)).other)["accuracy"]
    results["ours"]["answered_in"] = answered
    results["ours"]["told_of"] = {language: told[language] for language in told if language not in LANGUAGES}
    return results


def _likeliest(detector: Detector) -> Reader:
    def read(text: str) -> str | None:
        seen = detector.of(text)
        return max(seen, key=seen.__getitem__) if seen else None

    return read


def table(results: dict[str, Any]) -> str:
    """The figures for a reader, in per cent."""
    lines = [f"{results['n']} lines; right of a hundred, by words", ""]
    lines.append(f"{'':8}{'lines':>6}" + "".join(f"{f'{who} {length}':>18}" for who in WHO for length in LENGTHS))
    for language, ours in results["ours"]["accuracy"].items():
        cells = (_percent(results[who]["accuracy"][language][length]) for who in WHO for length in LENGTHS)
        lines.append(f"{language:8}{ours['n']:>6}" + "".join(f"{cell:>18}" for cell in cells))
    lines += ["", "4 words and more, ours: " + _line(results["ours"]["accuracy"], "4+", LANGUAGES)]
    for name, title in (("answered_in", "answered in it"), ("told_of", "told in theirs")):
        found = results["ours"][name]
        lines += [f"{title}, {length}: " + _line(found, length, found) for length in LENGTHS]
    lines.append("of those read as ours, right: " + _line({k: {"": v} for k, v in results["ours"]["precision"].items()},
                                                         "", LANGUAGES))
    lines += ["", "mixed up (ours): " + ", ".join(f"{a} as {b} {n}" for a, b, n in results["ours"]["mixed_up"])]
    lines.append("ms a message: " + ", ".join(f"{who} {results[who]['ms_median']}" for who in WHO))
    return "\n".join(lines)




def _line(found: dict[str, Any], part: str, languages: Iterable[str]) -> str:
    return ", ".join(f"{language} {_percent(found[language][part])}" for language in languages if language in found)


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share * 100:.1f}"


def main() -> None:
    logging.disable(logging.WARNING)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--file", required=True, type=Path)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    results = measure(lines_of(chosen.file))
    print(json.dumps(results, ensure_ascii=False) if chosen.json else table(results))


if __name__ == "__main__":
    main()
