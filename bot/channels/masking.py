"""Personal codes in what people write: found by their form and their check digits, before anything is kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from stdnum import iban, luhn
from stdnum.exceptions import ValidationError
from stdnum.fi import hetu
from stdnum.se import personnummer

# What may stand between the signs of a code: blanks and line breaks, a dot or a dash.
GAP = r"[\s.\u00a0]{0,3}"
DASH = r"[-\u2010-\u2015]"
# All signs of the century since 2023: + for 1800, - Y X W V U for 1900, A to F for 2000.
FINNISH = re.compile(
    rf"(?<![\w-])(?P<day>(?:\d{GAP}){{6}})(?P<century>[+A-FU-Y]|{DASH}){GAP}(?P<rest>(?:\d{GAP}){{3}}[0-9A-FHJ-NPR-Y])"
    r"(?!\w)",
    re.IGNORECASE,
)
# Without a dash the short form is ten digits, as many telephone numbers are; so it needs one, or the century.
SWEDISH = re.compile(
    rf"(?<![\w+-])(?:(?:19|20){GAP}(?:\d{GAP}){{6}}(?:[+]|{DASH})?{GAP}|(?:\d{GAP}){{6}}(?:[+]|{DASH}){GAP})(?:\d{GAP}){{3}}\d(?!\w)"
)
ACCOUNT = re.compile(rf"(?<!\w)[A-Z]{{2}}{GAP}\d{GAP}\d(?:{GAP}[A-Z0-9]){{11,30}}", re.IGNORECASE)
SHORTEST_ACCOUNT = 15
CARD = re.compile(rf"(?<![\w+])[2-6](?:(?:{GAP}|{DASH})\d){{13,18}}(?!\w)")


@dataclass(frozen=True)
class Code:
    """`kind` is finnish, swedish, account or card; `start` and `end` its place in the text."""

    kind: str
    start: int
    end: int


def codes_in(text: str) -> list[Code]:
    """The codes in their order; where two readings overlap, the longer one."""
    found = [Code(kind, *place) for kind, search in SEARCHES.items() for place in search(text)]
    kept: list[Code] = []
    for code in sorted(found, key=lambda one: one.start - one.end):
        if not any(code.start < other.end and other.start < code.end for other in kept):
            kept.append(code)
    return sorted(kept, key=lambda one: one.start)


def masked(text: str, word_for: Callable[[str], str]) -> tuple[str, list[str]]:
    """The text with `word_for(kind)` in the place of each code, and the kinds that were there."""
    codes = codes_in(text)
    for code in reversed(codes):
        text = text[: code.start] + word_for(code.kind) + text[code.end :]
    return text, list(dict.fromkeys(code.kind for code in codes))


def _finnish(text: str) -> Iterator[tuple[int, int]]:
    for match in FINNISH.finditer(text):
        century = match["century"].upper() if match["century"].isalpha() or match["century"] == "+" else "-"
        code = _bare(match["day"]) + century + _bare(match["rest"])
        # With a wrong check digit it is a slip, and still tells who somebody is: then it must be written in one piece.
        whole = len(match[0]) == len(code)
        if hetu.is_valid(code, allow_temporary=True) or (whole and _has_a_birthday(code)):
            yield match.span()


def _has_a_birthday(code: str) -> bool:
    """Whether some last sign would make it valid: the rest of it is right."""
    return any(hetu.is_valid(code[:-1] + sign, allow_temporary=True) for sign in "0123456789ABCDEFHJKLMNPRSTUVWXY")


def _swedish(text: str) -> Iterator[tuple[int, int]]:
    for match in SWEDISH.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if personnummer.is_valid(f"{digits[:-4]}{'+' if '+' in match[0] else '-'}{digits[-4:]}"):
            yield match.span()


def _account(text: str) -> Iterator[tuple[int, int]]:
    for match in ACCOUNT.finditer(text):
        # The next words may look like a part of it: the longest beginning that is right.
        for end in range(match.end(), match.start() + SHORTEST_ACCOUNT - 1, -1):
            code = _bare(text[match.start() : end]).upper()
            if text[end - 1].isalnum() and not text[end : end + 1].isalnum() and _is_account(code):
                yield match.start(), end
                break


def _is_account(code: str) -> bool:
    try:
        # By length and check digits; what countries say of the parts between is not asked.
        return bool(iban.validate(code, check_country=False))
    except ValidationError:
        return False


def _card(text: str) -> Iterator[tuple[int, int]]:
    for match in CARD.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if luhn.is_valid(digits) and len(set(digits)) > 1:
            yield match.span()


def _bare(text: str) -> str:
    return re.sub(r"[^0-9A-Za-z]", "", text).upper()


SEARCHES = {"finnish": _finnish, "swedish": _swedish, "account": _account, "card": _card}
