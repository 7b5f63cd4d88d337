"""What a person wrote → what we keep. The only way in: nothing is stored or logged before it."""

from __future__ import annotations

import re
import unicodedata

LONGEST_TEXT = 10_000  # characters

# Line breaks and tabs stay. NUL would be refused by PostgreSQL, and the others can command a counsellor's terminal.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# Invisible: they split words that look whole (soft hyphen, zero-width space, word joiner, byte-order mark), or turn
# what follows round, so that a counsellor would read something else than was written (overrides, isolates). Joiners
# stay, Persian and emoji need them, and so do the simple direction marks.
INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]")


class NothingWritten(ValueError):
    """There is no text, or only blanks."""


class TooLong(ValueError):
    """The text has more than LONGEST_TEXT characters."""


def clean(text: str) -> str:
    """The text in composed Unicode, one kind of line break, without control and invisible characters and outer blanks.

    Raises:
        NothingWritten: nothing is left.
        TooLong: more than LONGEST_TEXT characters came.
    """
    if len(text) > LONGEST_TEXT:
        raise TooLong(f"{len(text)} characters, {LONGEST_TEXT} are allowed")
    # JSON can carry half of a surrogate pair, which no database takes.
    text = text.encode("utf-8", "ignore").decode()
    text = INVISIBLE.sub("", CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    text = unicodedata.normalize("NFC", text).strip()
    if not any(unicodedata.category(letter)[0] not in "ZC" for letter in text):
        raise NothingWritten("only blanks")
    return text
