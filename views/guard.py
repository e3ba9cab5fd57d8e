"""What stands before every request: who may come in, and what a browser is told of all that goes out.

Streamlit asks websockets alone for their name and origin, and lets in the pages of any other server of this machine.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

METRICS = "/_stcore/metrics"
"""Streamlit's figures of the process: nobody here reads them, and they are for no visitor."""
TOLD = {
    "x-content-type-options": "nosniff",
    "content-security-policy": "frame-ancestors 'self'",
    "x-frame-options": "SAMEORIGIN",
}
"""Files are what they say they are; no foreign page shows ours in a frame of its own."""


class Guard:
    """A layer round the app: 403 for a foreign name or origin (no websocket either), 404 for the metrics."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before `app`."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, one websocket, or the life of the server."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        refused = _refused(scope)
        if refused and scope["type"] == "websocket":
            # Before it is accepted: the server then answers 403.
            await WebSocketClose()(scope, receive, send)
        elif refused:
            await PlainTextResponse(status_code=refused)(scope, receive, _telling(send))
        else:
            await self.app(scope, receive, _telling(send))


def _refused(scope: Scope) -> int:
    """The status with which a request is refused; 0 when it is let in."""
    headers = Headers(scope=scope)
    host, origin = headers.get("host"), headers.get("origin")
    if not is_host_allowed(host):
        return 403
    if origin is not None and urlsplit(origin).netloc != host and origin not in _origins():
        return 403
    return 404 if scope["path"].endswith(METRICS) else 0


def _origins() -> list[str]:
    """Where else visitors come from: a proxy may call this server by another name than they do."""
    found: list[str] = st.get_option("server.corsAllowedOrigins")
    return found


def _telling(send: Send) -> Send:
    """Send, with our headers on each answer."""

    async def tell(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in TOLD.items():
                headers.setdefault(name, value)
        await send(message)

    return tell
