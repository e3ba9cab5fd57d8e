"""The one screen in the page: its document is served once, a run sends only what the server knows."""

from __future__ import annotations

import secrets
import weakref
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v1 import declare_component
from streamlit.components.v1.custom_component import CustomComponent

from views import process

HEARD = "heard"
"""Where the session keeps the number of what the screen told last: the same number is nothing new."""


@cache
def _component() -> CustomComponent:
    """Declared by the first visit: Streamlit registers no component that is declared outside of one."""
    # Streamlit serves this folder; it is filled before the screen is first shown.
    return declare_component("map", path=str(process.folder()))


def bring() -> None:
    """Import ahead what Streamlit imports with the first component that is shown."""
    import pyarrow  # noqa: F401


class Published:
    """A page served beside the map under a name that nobody can guess; it goes with the visit that holds this."""

    def __init__(self, data: bytes) -> None:
        """Serve `data`, an HTML page."""
        self.file = f"present-{secrets.token_urlsafe(24)}.html"
        path = process.folder() / self.file
        path.write_bytes(data)
        self.withdraw = weakref.finalize(self, Path.unlink, path, missing_ok=True)

    @property
    def address(self) -> str:
        """Where it is found, from the page that asks."""
        return f"component/{_component().name}/{self.file}"


def told() -> str | None:
    """The state that the screen told last, before it is shown again; None before it has."""
    value = st.session_state.get("map")
    state = value.get("state") if isinstance(value, dict) else None
    return state if isinstance(state, str) else None


def show(arguments: Mapping[str, Any]) -> str | None:
    """Show the screen (see `listenServer` in host.js); its state as it last told it, None before it has.

    An argument that is a list or a dictionary has Streamlit import pandas, to ask whether it is a table.
    """
    with st.container(key="screen"):
        value = _component()(**arguments, key="map", default=None)
    state = value.get("state") if isinstance(value, dict) else None
    st.session_state[HEARD] = value.get("count", 0) if isinstance(value, dict) else 0
    return state if isinstance(state, str) else None
