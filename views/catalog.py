"""Which catalog the screen shows, and the version that it has now. Brings no library of geometries."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import streamlit as st

from geodata.journal import current as journal
from geodata.schema import CATALOG
from geodata.version import stamp_of, version_of


@dataclass(frozen=True)
class Known:
    """What of the journal is shown."""

    day: date | None = None
    """Only what was said by the end of that day; None for all."""
    proposed: bool = False
    """Whether also what nobody has decided about."""


NOW = Known()


def known_of(query: Mapping[str, list[str]]) -> Known:
    """What of the journal an address asks for; a day that is none asks for nothing."""
    return Known(_day(query, "known"), (query.get("proposed") or [""])[0] == "1") if journal.where() else NOW


def against_of(query: Mapping[str, list[str]]) -> Known | None:
    """What of the journal an address asks to see beside that; None where it asks for no other day."""
    day = _day(query, "against_known")
    return replace(known_of(query), day=day) if day and journal.where() else None


def _day(query: Mapping[str, list[str]], name: str) -> date | None:
    try:
        return date.fromisoformat((query.get(name) or [""])[0])
    except ValueError:
        return None


def where() -> Path:
    """The folder of the catalog."""
    return Path(os.environ.get("GUANTU_CATALOG", CATALOG))


def version(known: Known = NOW) -> str:
    """The version of the catalog as its files are now, and of the journal beside it."""
    shipped = _version(where(), stamp_of(where()))
    try:
        return _with_journal(shipped, where(), journal.head(), known) if journal.where() else shipped
    except OSError:
        # The reading of the register says what is wrong.
        return f"{shipped}-no-journal"


@st.cache_resource(show_spinner=False, max_entries=4)
def _version(catalog: Path, stamp: tuple[tuple[str, int, int], ...]) -> str:
    """Asked for again when a file of the catalog has another size or time."""
    return version_of(catalog)


@st.cache_resource(show_spinner=False, max_entries=16)
def _with_journal(shipped: str, catalog: Path, head: tuple[int, str], known: Known) -> str:
    """Asked for again when the journal has another entry."""
    from geodata.journal.reading import entries_of
    from geodata.journal.replay import version_with

    entries = entries_of(catalog, known.day, known.proposed)
    return version_with(shipped, entries) if entries else shipped
