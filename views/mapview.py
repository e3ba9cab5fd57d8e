"""The map on the screen: the document is built once, each rerun sends only the filter."""

from __future__ import annotations

import atexit
import gc
import shutil
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v1 import declare_component
from streamlit.components.v1.custom_component import CustomComponent

# Streamlit serves this folder; it is filled before the map is first shown.
FOLDER = Path(tempfile.mkdtemp(prefix="guantu-map-"))


@atexit.register
def clear() -> None:
    """Remove the folder of the map from the disk."""
    shutil.rmtree(FOLDER, ignore_errors=True)


@cache
def _component() -> CustomComponent:
    """Declared by the first visit: Streamlit registers no component that is declared outside of one."""
    return declare_component("map", path=str(FOLDER))


def publish(file: str, data: bytes, keep: int) -> None:
    """Serve a page beside the map; of those of its kind the newest `keep` stay."""
    path = FOLDER / file
    if path.exists():
        path.touch()
    else:
        path.write_bytes(data)
    kind = file.split("-")[0]
    for old in sorted(FOLDER.glob(f"{kind}-*"), key=lambda each: (each.stat().st_mtime_ns, each.name))[:-keep]:
        old.unlink()


def address(file: str) -> str:
    """Where a published page is found, from the page that asks."""
    return f"component/{_component().name}/{file}"


def keep() -> None:
    """Take what has been loaded so far out of the garbage collector's rounds.

    Streamlit collects all garbage after every run, and a run's messages wait for it: with
    the register and its libraries in the rounds that costs each filter change about 60 ms.
    What an earlier call kept may be garbage by now; the first call does not look for any.
    """
    if gc.get_freeze_count():
        gc.unfreeze()
        gc.collect()
    gc.freeze()


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
