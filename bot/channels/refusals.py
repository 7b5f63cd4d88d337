"""Refusals → HTTP. Every one is `{"error": code}`, with a `text` for the person where there is something to say."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from bot.channels.choices import NotOffered
from bot.channels.cleaning import LONGEST_TEXT, NothingWritten, TooLong
from bot.channels.pace import TooFast
from bot.channels.page import preferred
from bot.channels.tokens import ForgedToken
from bot.office.conversations import UnknownConversation
from bot.office.notices import Wordings


def add_refusals(app: FastAPI, wordings: Wordings) -> None:
    """The text is in the language that the page asks for (`Accept-Language`)."""

    def refuse(request: Request, status: int, error: str, notice: str = "", **fields: Any) -> JSONResponse:
        body = {"error": error}
        if notice:
            language = preferred(request.headers.get("Accept-Language", ""))
            body |= {"text": wordings().label(notice, language, **fields), "language": language}
        return JSONResponse(body, status)

    @app.exception_handler(ForgedToken)
    @app.exception_handler(UnknownConversation)
    async def no_conversation(request: Request, _: Exception) -> JSONResponse:
        # One answer for both: who guesses learns nothing.
        return refuse(request, 401, "no_such_conversation")

    @app.exception_handler(NothingWritten)
    async def nothing_written(request: Request, _: Exception) -> JSONResponse:
        return refuse(request, 422, "empty", "notice_empty")

    @app.exception_handler(TooLong)
    async def too_long(request: Request, _: Exception) -> JSONResponse:
        return refuse(request, 422, "too_long", "notice_too_long", limit=LONGEST_TEXT)

    @app.exception_handler(NotOffered)
    async def not_offered(request: Request, _: Exception) -> JSONResponse:
        return refuse(request, 422, "not_offered", "notice_not_offered")

    @app.exception_handler(TooFast)
    async def too_fast(request: Request, refusal: TooFast) -> JSONResponse:
        response = refuse(request, 429, "too_fast", "notice_too_many")
        response.headers["Retry-After"] = str(refusal.wait)
        return response

    @app.exception_handler(RequestValidationError)
    async def malformed(request: Request, _: Exception) -> JSONResponse:
        # The library's own answer would repeat what was sent.
        return refuse(request, 400, "malformed")

    @app.exception_handler(HTTPException)
    async def by_the_framework(request: Request, refusal: HTTPException) -> JSONResponse:
        # A body that is not even text is one of these, with a status of 400.
        error = "malformed" if refusal.status_code == 400 else HTTPStatus(refusal.status_code).name.lower()
        return refuse(request, refusal.status_code, error)
