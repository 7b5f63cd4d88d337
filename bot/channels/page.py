"""The chat page itself and its texts."""

from __future__ import annotations

from pathlib import Path

from babel import Locale
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment
from starlette.staticfiles import StaticFiles

from bot.languages import DEFAULT, LANGUAGES
from bot.office.notices import Wordings, language_of_locale

FOLDER = Path(__file__).resolve().parent.parent / "widget"
PREFIX = "widget_"
LEFT = {field: f"{{{field}}}" for field in ("day", "text")}  # fields that the page itself fills in


def add_page(app: FastAPI, wordings: Wordings) -> None:
    """`/` and `/chat`, `/widget/texts`, and the page's files under `/assets`."""
    router = APIRouter()
    template = Environment(autoescape=True).from_string((FOLDER / "index.html").read_text(encoding="utf-8"))

    @router.get("/", response_class=HTMLResponse)
    @router.get("/chat", response_class=HTMLResponse)
    def page(request: Request) -> str:
        language = preferred(request.headers.get("Accept-Language", ""))
        texts = wordings()
        return template.render(
            language=language,
            title=texts.label("widget_title", language),
            noscript=[(one, texts.label("widget_noscript", one)) for one in LANGUAGES],
        )

    @router.get("/widget/texts")
    def page_texts(request: Request, language: str | None = None) -> dict[str, object]:
        """All sentences of the page in one language; an unknown language gets the browser's or the default."""
        if language not in LANGUAGES:
            language = preferred(request.headers.get("Accept-Language", ""))
        texts = wordings()
        names = sorted(name for name in texts.names() if name.startswith(PREFIX))
        return {
            "language": language,
            "languages": [{"code": one, "name": own_name(one)} for one in LANGUAGES],
            "texts": {name.removeprefix(PREFIX): texts.label(name, language, **LEFT) for name in names},
        }

    app.include_router(router)
    app.mount("/assets", Assets(directory=FOLDER))


class Assets(StaticFiles):
    """Files that a browser asks about each time (304 if unchanged), so that page and script fit together."""

    def file_response(self, *args, **kwargs):
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


def preferred(accept_language: str) -> str:
    """The first of a browser's languages that we answer in. Browsers send them in order of preference."""
    for part in accept_language.split(","):
        if language := language_of_locale(part.partition(";")[0].strip()):
            return language
    return DEFAULT


def own_name(language: str) -> str:
    """What its speakers call it, as the beginning of a label: `Suomi`."""
    return (Locale(language).get_display_name() or language).capitalize()
