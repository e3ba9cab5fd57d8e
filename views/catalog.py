"""Which catalog the screen shows, and the version that it has now. Brings no library of geometries."""

from __future__ import annotations

import os
from pathlib import Path

import streamlit as st

from geodata.journal import current as journal
from geodata.schema import CATALOG
from geodata.version import stamp_of, version_of


def where() -> Path:
    """The folder of the catalog."""
    return Path(os.environ.get("GUANTU_CATALOG", CATALOG))


def version() -> str:
    """The version of the catalog as its files are now, and of the journal beside it."""
    shipped = _version(where(), stamp_of(where()))
    try:
        return _with_journal(shipped, where(), journal.head()) if journal.where() else shipped
    except OSError:
        # The reading of the register says what is wrong.
        return f"{shipped}-no-journal"


@st.cache_resource(show_spinner=False, max_entries=4)
def _version(catalog: Path, stamp: tuple[tuple[str, int, int], ...]) -> str:
    """Asked for again when a file of the catalog has another size or time."""
    return version_of(catalog)


@st.cache_resource(show_spinner=False, max_entries=4)
def _with_journal(shipped: str, catalog: Path, head: tuple[int, str]) -> str:
    """Asked for again when the journal has another entry."""
    from geodata.journal.reading import entries_of
    from geodata.journal.replay import version_with

    entries = entries_of(catalog)
    return version_with(shipped, entries) if entries else shipped
