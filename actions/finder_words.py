"""How the finder's result and the answers behind it are said in the language and register of the conversation."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from actions.voice import Voice
from bot.office.programme_catalogue import Catalogue, Programme
from bot.office.programmes import ELSEWHERE, UNKNOWN, Answers, NearMiss, Past, Result, Suggestion
from bot.texts import MissingText, spell_full_date

QUESTIONS = ("situation", "education", "field", "municipality", "goal", "work_ability")
REASONS_OF_THEIR_OWN = {"situation", "goal"}  # each answer is worded by itself: "you study"
MANY_PLACES = 4  # more municipalities than these are a region, and not counted up


def said_lines(answers: Answers, voice: Voice, only: Iterable[str] = QUESTIONS) -> str:
    """The answers, a list item each; what was not asked is left out."""
    return "\n".join(
        f"- {voice.text(f'finder_said_{name}', value=value_name(name, value, voice))}"
        for name in only
        if name in QUESTIONS and (value := getattr(answers, name)) is not None
    )


def value_name(condition: str, value: str, voice: Voice) -> str:
    if value == UNKNOWN:
        return voice.text("finder_unknown")
    if condition == "municipality":
        return place_name(value, voice)
    return voice.text(f"finder_{condition}_{value}")


def place_name(place: str, voice: Voice) -> str:
    """The name in the conversation's language where we have one, else the Finnish name."""
    if place == ELSEWHERE:
        return voice.text("finder_municipality_elsewhere")
    try:
        return voice.text(f"finder_place_{place.lower()}")
    except MissingText:
        return place


def programme_name(programme: Programme, voice: Voice) -> str:
    return voice.text(f"finder_programme_{programme.id}")


def suggestions(result: Result, voice: Voice) -> str:
    """A numbered item each: the name, why, what else is asked for, whether it is sure to run."""
    return "\n\n".join(
        f"{number}. {_suggestion(one, result.answers, voice)}" for number, one in enumerate(result.suggestions, 1)
    )


def _suggestion(one: Suggestion, answers: Answers, voice: Voice) -> str:
    said = [reason(name, str(answers.said(name)), voice) for name in one.reasons]
    why = voice.text("finder_because", reasons=_joined(said, voice)) if said else voice.text("finder_no_reason")
    parts = [f"{programme_name(one.programme, voice)}. {why}"]
    parts += [wants(one.programme, name, voice) for name in one.open if name != "goal"]
    parts += [voice.text(f"finder_also_{name}") for name in one.programme.also]
    if one.programme.state == "unconfirmed":
        parts.append(voice.text("finder_unconfirmed"))
    return " ".join(parts)


def reason(condition: str, value: str, voice: Voice) -> str:
    """ "you live in Espoo" """
    if condition in REASONS_OF_THEIR_OWN:
        return voice.text(f"finder_because_{condition}_{value}")
    return voice.text(f"finder_because_{condition}", value=value_name(condition, value, voice))


def wants(programme: Programme, condition: str, voice: Voice) -> str:
    """Whom the programme is for, as to one condition."""
    fitting = programme.conditions[condition]
    if condition == "municipality" and len(fitting) > MANY_PLACES:
        return voice.text("finder_wants_area")
    names = [value_name(condition, value, voice) for value in sorted(fitting)]
    return voice.text(f"finder_wants_{condition}", values=_joined(names, voice, "or"))


def near(misses: Iterable[NearMiss], voice: Voice) -> str:
    return "\n".join(
        f"- {programme_name(one.programme, voice)}. {wants(one.programme, one.missing, voice)} "
        f"{voice.text(f'finder_instead_of_{one.missing}')}"
        for one in misses
    )


def past(ended: Iterable[Past], voice: Voice) -> str:
    return "\n".join(
        "- "
        + voice.text(
            "finder_ended",
            name=programme_name(one.programme, voice),
            instead=_joined([programme_name(other, voice) for other in one.instead], voice),
        )
        for one in ended
    )


def paper(result: Result, catalogue: Catalogue, voice: Voice, today: date) -> str:
    """What the counsellor may get: in plain words, and without a word on health."""
    plain = voice.plainly
    text = plain.text(
        "utter_finder_paper",
        title=plain.text("finder_paper_title"),
        said=said_lines(result.answers, plain),
        suggestions=suggestions(result, plain),
        day=spell_full_date(catalogue.checked_on, plain.language),
    )
    return f"{text}\n\n{plain.text('answer_overdue')}" if today > catalogue.review_by else text


def _joined(names: list[str], voice: Voice, word: str = "and") -> str:
    if len(names) == 1:
        return names[0]
    return voice.text(f"finder_{word}", first=", ".join(names[:-1]), last=names[-1])
