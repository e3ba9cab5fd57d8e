"""What the server does while the first visitor's browser still loads: it opens the page and reads the register."""

from __future__ import annotations

import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st

from views import catalog, first_picture, process


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Of the server of app.py, from its start to its end."""
    if not st.get_option("server.headless"):
        webbrowser.open(_address())
    process.in_background(_load)
    yield
    # A server that is told to end dies by the signal: what is done at exit is not reached.
    process.clear()


def _load() -> None:
    first_picture.served(catalog.version())
    # Importing the screen is most of the work that is done ahead.
    from views import visit

    visit.load_early()


def _address() -> str:
    """Where the page is, as seen from this machine."""
    scheme = "https" if st.get_option("server.sslCertFile") else "http"
    host, port = st.get_option("browser.serverAddress"), st.get_option("server.port")
    return f"{scheme}://{host}:{port}/{st.get_option('server.baseUrlPath').strip('/')}"
