"""What the server does while the first visitor's browser still loads: it opens the page and reads the register."""

from __future__ import annotations

import gc
import sys
import webbrowser
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from threading import Thread

import streamlit as st

SWITCH_SECONDS = 1e-4
"""How long a thread keeps the interpreter. The usual 5 ms, for each of the page's seventy files, is half a second."""


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Of the server of app.py, from its start to its end."""
    if not st.get_option("server.headless"):
        webbrowser.open(_address())
    beside(_load)
    yield
    # A server that is told to end dies by the signal: what is done at exit is not reached.
    from views import mapview

    mapview.clear()


def beside(load: Callable[[], object]) -> Thread:
    """Run `load` in a thread that hinders the server little; what it loads stays, so garbage is not looked for."""

    def run() -> None:
        usual = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH_SECONDS)
        gc.disable()
        try:
            load()
        finally:
            gc.enable()
            sys.setswitchinterval(usual)

    thread = Thread(target=run, daemon=True)
    thread.start()
    return thread


def _load() -> None:
    # Importing the screen is most of the work that is done ahead.
    from views import visit

    visit.load_early()


def _address() -> str:
    """Where the page is, as seen from this machine."""
    scheme = "https" if st.get_option("server.sslCertFile") else "http"
    host, port = st.get_option("browser.serverAddress"), st.get_option("server.port")
    return f"{scheme}://{host}:{port}/{st.get_option('server.baseUrlPath').strip('/')}"
