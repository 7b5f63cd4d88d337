"""`POST /actions/webhook`: the engine asks for an action. Stands in for a separate action server."""

from __future__ import annotations

import hmac
import json
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException

LONGEST_CALL = 8 * 1024 * 1024  # bytes; the engine sends its memory of the whole conversation along


def actions_router(executor: ActionExecutor, secret: str) -> APIRouter:
    """The route, open to whoever holds the secret. Statuses are those that Rasa knows: 400 is a rejection."""
    router = APIRouter()
    expected = f"Bearer {secret}".encode()

    @router.post("/actions/webhook", max_body_size=LONGEST_CALL)
    async def run(request: Request) -> JSONResponse:
        given = request.headers.get("Authorization", "").encode()
        if not hmac.compare_digest(given, expected):
            return JSONResponse({"error": "unauthorized"}, 401)
        try:
            call = _call(await request.body())
        except ValueError:
            return JSONResponse({"error": "malformed"}, 422)
        try:
            # In the app's own loop: the actions do their database work in threads themselves.
            result = await executor.run(call)
        except ActionExecutionRejection as rejection:
            return JSONResponse({"error": rejection.message, "action_name": rejection.action_name}, 400)
        except ActionNotFoundException as unknown:
            return JSONResponse({"error": unknown.message, "action_name": unknown.action_name}, 404)
        return JSONResponse(result.model_dump() if result else None)

    return router


def find_actions() -> ActionExecutor:
    """Every action of the package `actions`. Imports it, so call this at the app's start."""
    executor = ActionExecutor()
    executor.register_package("actions")
    return executor


def _call(body: bytes) -> dict[str, Any]:
    call = json.loads(body)
    if not isinstance(call, dict) or not isinstance(call.get("tracker", {}), dict):
        raise ValueError("not an action call")
    # Our actions never read the domain. Without one, rasa-sdk would ask Rasa to send the whole of it.
    call.setdefault("domain", {})
    return call
