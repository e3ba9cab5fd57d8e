"""What the server does while the first visitor's browser still loads: it opens the page and reads the register."""

from __future__ import annotations

import webbrowser
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from threading import Timer

import streamlit as st

from views import catalog, component, process, served


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Of the server of app.py, from its start to its end."""
    if not st.get_option("server.headless"):
        webbrowser.open(_address())
    process.in_background(_load)
    yield
    # A server that is told to end dies by the signal: what is done at exit is not reached.
    process.clear()


REST_SECONDS = 6.0
"""How long the first visitors have the server to themselves, where the screen was kept."""


def _load() -> None:
    if served.served(catalog.version()):
        component.bring()
        later(_load_rest)
    else:
        _load_rest()


def _load_rest() -> None:
    # Importing the libraries is most of the work that is done ahead.
    from views import pages

    pages.load_early()


def later(work: Callable[[], object]) -> None:
    """Do in the background what no visit to the map waits for."""
    timer = Timer(REST_SECONDS, process.in_background, [work])
    timer.daemon = True
    timer.start()


def _address() -> str:
    """Where the page is, as seen from this machine."""
    scheme = "https" if st.get_option("server.sslCertFile") else "http"
    host, port = st.get_option("browser.serverAddress"), st.get_option("server.port")
    return f"{scheme}://{host}:{port}/{st.get_option('server.baseUrlPath').strip('/')}"
