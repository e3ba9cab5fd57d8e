"""The map on the screen: the document is built once, each rerun sends only the filter."""

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


@cache
def _component() -> CustomComponent:
    """Declared by the first visit: Streamlit registers no component that is declared outside of one."""
    # Streamlit serves this folder; it is filled before the map is first shown.
    return declare_component("map", path=str(process.folder()))


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


def show(message: Mapping[str, Any], key: str) -> str | None:
    """Show the map with `message` (see `receive` in bridge.js).

    Returns the id clicked since the last call, "" for a click on empty ground, None for no click.
    """
    value = _component()(**message, key=key, default=None)
    seen = f"{key}-clicks"
    if not value or value.get("count") == st.session_state.get(seen):
        return None
    st.session_state[seen] = value.get("count")
    return str(value.get("selected") or "")
