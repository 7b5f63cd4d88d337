"""How a route and the answers behind it are said in the language and register of the conversation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from babel import Locale

from actions.short_form import NOT_NEEDED
from actions.voice import Voice
from bot.office.recognition import REGIONS, UNKNOWN, Answers, Route, origin_of, questions
from bot.office.recognition_catalogue import Catalogue
from bot.texts import MissingText, spell_full_date


def _piece(voice: Voice, kind: str, name: str, **fields: Any) -> str:
    return voice.text(f"recognition_{kind}_{name}", **fields)


def said_lines(answers: Answers, voice: Voice, catalogue: Catalogue, only: Iterable[str] = ()) -> str:
    """The answers, a list item each: those that the route depends on, or `only` the named ones."""
    lines = []
    for name in only or questions(answers, catalogue):
        value = getattr(answers, name)
        if value not in (None, NOT_NEEDED):
            spelled = _value(name, value, voice, catalogue)
            lines.append(f"- {voice.text(f'recognition_said_{name}', value=spelled)}")
    return "\n".join(lines)


def _value(name: str, value: str, voice: Voice, catalogue: Catalogue) -> str:
    if value == UNKNOWN:
        return voice.text("recognition_unknown")
    if name == "profession":
        return profession_name(value, voice)
    if name == "country":
        return _country(value, voice, catalogue)
    return voice.text(f"recognition_{'documents_at_hand' if name == 'documents' else name}_{value}")


def profession_name(profession: str, voice: Voice) -> str:
    try:
        return voice.text(f"profession_{profession}")
    except MissingText:
        return voice.text("recognition_profession_other")


def _country(value: str, voice: Voice, catalogue: Catalogue) -> str:
    """A country with the area that it counts to; Finland and those that are only treated like the area, without."""
    origin = origin_of(value, catalogue.area)
    if value in REGIONS:
        return voice.text(f"recognition_origin_{origin}")
    country = Locale.parse(voice.language).territories.get(value, value)
    if origin == "finland" or value in catalogue.area.like_eea:
        return country
    return voice.text("recognition_country_in_area", country=country, area=voice.text(f"recognition_area_{origin}"))


def verdict(route: Route, voice: Voice) -> str:
    """Regulated or not and who decides, with what is to be noted."""
    authority = _piece(voice, "authority", route.authority)
    lines = [_piece(voice, "verdict", route.status, authority=authority)]
    lines += [_piece(voice, "note", note, authority=authority) for note in route.notes]
    return "\n\n".join(lines)


def steps(route: Route, voice: Voice) -> str:
    """The steps, numbered, a line each."""
    return "\n".join(f"{number}. {_piece(voice, 'step', step)}" for number, step in enumerate(route.steps, 1))


def details(route: Route, voice: Voice) -> dict[str, str]:
    """Fields languages, documents, cost and meanwhile."""
    return {
        "languages": _piece(voice, "language", route.language),
        "documents": _piece(voice, "documents", route.documents),
        "cost": _piece(voice, "cost", route.cost),
        "meanwhile": "\n".join(f"- {_piece(voice, 'meanwhile', one)}" for one in route.meanwhile),
    }


def sources(route: Route, catalogue: Catalogue, voice: Voice) -> list[dict[str, str]]:
    """The pages as every answer carries them: title, url, language."""
    pages = [catalogue.pages[page][voice.language] for page in route.pages]
    return [{"language": voice.language, **page} for page in pages]


def metadata(route: Route, catalogue: Catalogue, voice: Voice, today: date) -> dict[str, Any]:
    """What goes along with the message that shows the sources, as with an answer to a question."""
    found = sources(route, catalogue, voice)
    return {
        "language": voice.language,
        "register": voice.register,
        "sources": found,
        "checked_on": route.checked_on.isoformat(),
        "overdue": today > route.review_by,
        "source_line": voice.text(
            "answer_source",
            title="; ".join(_title(source, voice) for source in found),
            day=spell_full_date(route.checked_on, voice.language),
        ),
    }


def plan(route: Route, catalogue: Catalogue, voice: Voice, today: date) -> str:
    """The short plan: always in plain words, with the addresses in the text, so that it can be kept and printed."""
    plain = voice.plainly
    text = plain.text(
        "utter_recognition_plan",
        title=plain.text("recognition_plan_title"),
        said=said_lines(route.answers, plain, catalogue),
        steps=steps(route, plain),
        authority=_piece(plain, "authority", route.authority),
        pages="\n".join(_address(one, plain) for one in sources(route, catalogue, plain)),
        day=spell_full_date(route.checked_on, plain.language),
    )
    return f"{text}\n\n{plain.text('answer_overdue')}" if today > route.review_by else text


def _address(source: Mapping[str, str], voice: Voice) -> str:
    other = "" if source["language"] == voice.language else f" ({voice.text('answer_page_in_' + source['language'])})"
    return f"- {source['url']}{other}"


def _title(source: Mapping[str, str], voice: Voice) -> str:
    if source["language"] == voice.language:
        return source["title"]
    return f"{source['title']} ({voice.text('answer_page_in_' + source['language'])})"
