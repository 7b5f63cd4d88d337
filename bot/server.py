"""Serves the app."""

from __future__ import annotations

import socket

import uvicorn
from fastapi import FastAPI

GRACE = 5  # seconds that open requests get to finish when the app stops


class Server(uvicorn.Server):
    """uvicorn waits for open connections before it tells the app to stop, and pages keep theirs open for ever.

    So the streams are ended first. Pages come back to the next process by themselves.
    """

    def __init__(self, app: FastAPI, *, host: str, port: int, **more: object) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                host=host,
                port=port,
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=GRACE,
                **more,
            )
        )
        self._streams = app.state.streams

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._streams.close()
        await super().shutdown(sockets)
