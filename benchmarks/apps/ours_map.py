"""guantu's map: the document and the features are sent once, each run sends only the filter.

As in the app, what an earlier start made is kept and drawn before any library of geometries is imported.
"""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import streamlit as st

from benchmarks.apps import common
from views import component, kept, process
from views.first_picture import bits, lay

KEY = f"synthetic-{common.N}"
FILE = "groups.json"


@st.cache_resource(show_spinner=False)
def load() -> dict[str, Any]:
    """What the map is told of; its files are served."""
    found = kept.kept(KEY)
    if found is None:
        # Late: it brings the libraries.
        from benchmarks.apps import ours_make

        said = ours_make.make(process.folder())
        kept.keep(KEY, lambda fresh: _fill(fresh, said))
        return said
    known: dict[str, Any] = json.loads((found / FILE).read_text(encoding="utf-8"))
    lay(found, process.folder(), known["data"])
    return known


@st.cache_resource(show_spinner=False)
def load_rest() -> None:
    """As in the app: the rest of the page needs the libraries, and what is loaded is kept out of the collector."""
    import views.visit  # noqa: F401

    process.keep()


def _fill(fresh: Path, said: dict[str, Any]) -> None:
    lay(process.folder(), fresh, said["data"])
    (fresh / FILE).write_text(json.dumps(said), encoding="utf-8")


@st.fragment
def show(said: dict[str, Any]) -> None:
    """The filter and the map."""
    common.count_run()
    choice = common.choose()
    values = said["agency" if choice in common.AGENCIES else "stage"]
    message = {
        "data": said["data"],
        "mask": bits([choice in (common.ALL, value) for value in values]),
        "stages": b64encode(bytes(said["places"])).decode(),
        "stale": bits([False] * len(values)),
        "restricted": {},
        "selected": st.session_state.get("selected", ""),
        "marked": [],
        "hide": False,
        "lang": "zh",
        "alt": f"{choice}: {common.N}",
        "stamp": choice,
        "basemap": None,
        "vision": "normal",
    }
    clicked = component.show(message, key="map")
    if clicked is not None and clicked != st.session_state.get("selected", ""):
        st.session_state["selected"] = clicked
        st.rerun(scope="fragment")


def main() -> None:
    """The page."""
    common.page()
    show(load())
