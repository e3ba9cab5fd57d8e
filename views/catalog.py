"""Which catalog the screen shows, and the version that it has now. Brings no library of geometries."""

from __future__ import annotations

import os
from pathlib import Path

import streamlit as st

from geodata.schema import CATALOG
from geodata.version import stamp_of, version_of


def where() -> Path:
    """The folder of the catalog."""
    return Path(os.environ.get("GUANTU_CATALOG", CATALOG))


def version() -> str:
    """The version of the catalog as its files are now."""
    return _version(where(), stamp_of(where()))


@st.cache_resource(show_spinner=False, max_entries=4)
def _version(catalog: Path, stamp: tuple[tuple[str, int, int], ...]) -> str:
    """Asked for again when a file of the catalog has another size or time."""
    return version_of(catalog)
