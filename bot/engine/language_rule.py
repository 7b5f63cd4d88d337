"""In which language is a message, and in which the conversation? The rule, free of Rasa and of any detector.

How likely each language is: what the witnesses of the text say (bot.engine.witnesses), and before any of them

    FOREIGN   a language that we don't answer in is rarer than one that we do, and most of them are RARE
    STAYING   the language of the conversation, else of the device, is likelier than another

What follows for the conversation:

    chosen            -> stays, whatever is written, until it is changed explicitly
    no conversation   -> the best language if it is LIKELY, else the locale's, else nothing is said
    a conversation    -> another language only if it is SURE and the text is more than a word or two
    another language  -> is named if it is SURE, the conversation's language stays what it was
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.engine.witnesses import SURE, Heard, normal
from bot.languages import LANGUAGES

# Close enough to be answered in the neighbour's language.
NEIGHBOURS = {"da": "sv", "nb": "sv", "no": "sv", "nn": "sv"}
LIKELY = 0.6
WORDS_TO_SWITCH = 3
KNOWN_TO_SWITCH = 2
FOREIGN, RARE, STAYING = -2.0, -3.0, 1.4  # nats
# Languages of many people who move to Finland, and of its neighbours; each has its line in content/other_languages.yml.
EXPECTED = ("nb", "da", "et", "ar", "fa", "ps", "ckb", "kmr", "ru", "uk", "so", "tr", "es", "fr", "vi", "zh")


@dataclass(frozen=True)
class Verdict:
    """`language` is set only when the conversation's language should be set; `text_language` is always the
    best guess among our languages; `read_as` is that among all languages, None for a text without letters.
    `other` is a language that is not ours and that the person surely writes. `reason` names what each witness
    said and never holds a word of the text."""

    language: str | None
    text_language: str
    read_as: str | None
    other: str | None
    reason: str


def ours(code: str | None) -> str | None:
    """The language of ours that a code or locale stands for: "sv-FI" → sv, "nb" → sv, "de" → None."""
    base = (code or "").replace("_", "-").split("-")[0].lower()
    base = NEIGHBOURS.get(base, base)
    return base if base in LANGUAGES else None


def decide(
    heard: Heard,
    *,
    current: str | None = None,
    chosen: bool = False,
    locale: str | None = None,
    other: str | None = None,
) -> Verdict:
    """Hear the witnesses.

    Args:
        heard: what the text itself tells.
        current: the conversation's language, None in a conversation that has none yet.
        chosen: that language was chosen by the person.
        locale: of the device or channel, e.g. "sv-FI".
        other: the language that is not ours in which the person wrote before.
    """
    current, locale = ours(current), ours(locale)
    stays = {"home": dict.fromkeys(filter(None, (current or locale, other)), STAYING)}
    strange = [code for code in heard.languages if code not in LANGUAGES and code != other]
    rare = {"foreign": {code: FOREIGN if code in EXPECTED else RARE for code in strange}}
    nats = {**heard.nats, **stays, **rare}
    sums = {code: sum(view.get(code, 0.0) for view in nats.values()) for code in heard.languages}
    chances = normal(sums) if sums else {}
    answered_in = dict.fromkeys(LANGUAGES, 0.0)
    for code, chance in chances.items():
        if ours(code):
            answered_in[ours(code)] += chance

    words = len(heard.words)
    read = max(chances, key=chances.__getitem__, default=None)
    best = max(answered_in, key=answered_in.__getitem__)
    known = heard.clear.get(best, 0)
    foreign = read is not None and ours(read) is None
    home = current or locale

    def verdict(language: str | None, why: str) -> Verdict:
        named = read if _surely_another(read, chances, heard) else None
        text_language = best if read and not foreign else home or best
        reason = _reason(why, nats, chances, read) + (
            f" words={words} known={known} current={current} chosen={chosen} locale={locale} other={named}"
        )
        return Verdict(language, text_language, read, named, reason)

    if chosen and current:
        return verdict(None, "chosen")
    if foreign or not words:
        why = "another language" if foreign else "no words"
        return verdict(None if current else locale, why)
    if not current:
        # A word or two must outweigh the locale; without one they are all that we have.
        speaks = answered_in[best] >= (LIKELY if words >= WORDS_TO_SWITCH or not locale else SURE)
        return verdict(best, "first words") if speaks else verdict(locale, "too little")
    if best == current:
        return verdict(None, "same")
    if words < WORDS_TO_SWITCH and known < KNOWN_TO_SWITCH:
        return verdict(None, "too little")
    return verdict(best, "switch") if answered_in[best] >= SURE else verdict(None, "not sure")


def _surely_another(read: str | None, chances: dict[str, float], heard: Heard) -> bool:
    """Whether the text is in a language that is not ours. Other letters than Latin are no doubt, and then the likeliest
    will do. One or two words in Latin letters may be a name, unless one is a little word of the language."""
    if read is None or read in LANGUAGES:
        return False
    if heard.script != "latin":
        return chances[read] >= LIKELY
    together = sum(chances[code] for code in NEIGHBOURS if code in chances) if read in NEIGHBOURS else chances[read]
    return together >= SURE and (len(heard.words) >= WORDS_TO_SWITCH or heard.little.get(read, 0) > 0)


def _reason(why: str, nats: dict, chances: dict[str, float], read: str | None) -> str:
    """Who spoke for the best language against the second, in nats."""
    if read is None:
        return f"{why}: no letters"
    second = max((code for code in chances if code != read), key=chances.__getitem__, default=None)
    said = (f"{name}{view.get(read, 0.0) - view.get(second, 0.0):+.1f}" for name, view in nats.items())
    return f"{why}: {read} p={chances[read]:.2f} against {second}: {', '.join(said)}"
