"""One run of the screen: reads the register, looks at it through the filter, shows map, tables and card."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import date
from pathlib import Path

import streamlit as st

from analysis.filters import Filter
from analysis.standing import Standing, standing_on
from analysis.view import View, look
from geodata import CATALOG, Register, RegisterError, catalog_files, read_register
from layers.web.config import HEIGHT, config_of
from layers.web.document import write_map
from layers.web.packing import pack_register
from views import card, display, export, panel, process, screen, state, tables, webmap
from views.words import Words


@st.cache_resource(show_spinner=False, max_entries=4)
def _version(catalog: Path, stamp: tuple[tuple[str, int, int], ...]) -> str:
    """The version of a catalog, asked for again when a file of it has another size or time."""
    return catalog_files.version_of(catalog)


# One entry: the folder that Streamlit serves holds the map of one register only.
@st.cache_resource(show_spinner=False, max_entries=1)
def _register(catalog: Path, version: str) -> Register:
    return read_register(catalog)


@st.cache_resource(show_spinner=False, max_entries=1)
def _map_file(_register: Register, version: str) -> str:
    """The name of the feature file of a register, written with the document of the map."""
    file = write_map(process.folder(), pack_register(_register), config_of(_register))
    process.keep()
    return file


@st.cache_resource(show_spinner=False, max_entries=32)
def _standing(_register: Register, version: str, day: date) -> Standing:
    """The register as it stands on a day, shared by all visits."""
    return standing_on(_register, day)


def read() -> Register:
    """The register of the catalog as its files are now; RegisterError with all that is wrong with it."""
    catalog = Path(os.environ.get("GUANTU_CATALOG", CATALOG))
    return _register(catalog, _version(catalog, catalog_files.stamp_of(catalog)))


def look_at(register: Register, chosen: Filter) -> View:
    """The view of a filter on its day, or today where the city is."""
    return look(_standing(register, register.version, chosen.as_of or register.place.today()), chosen)


def load_early() -> None:
    """Have the register ready, as of today, before the first visit. What is wrong with it is for the visit to show."""
    with suppress(RegisterError):
        register = read()
        _map_file(register, register.version)
        look_at(register, Filter())


def main() -> None:
    """From the state of the widgets to the screen."""
    try:
        register = read()
    except RegisterError as error:
        screen.faults(error)
        return
    ignored = state.open_visit(register)
    state.forget_missing(register)
    words = Words(register, st.session_state[state.LANGUAGE])
    view = look_at(register, state.current(register))
    with st.sidebar:
        screen.language()
        panel.show(view, words)
        basemap = display.show(words)
    screen.head(view, words)
    # Always there, so that a notice never moves the map: a moved map would be loaded again.
    with st.container(key="notices"):
        if ignored:
            screen.notice(words("ignored", values=words.listed(ignored)))
        if not view.selection.features.any() and not view.selection.measures.any():
            screen.zero(view, words)
    if st.session_state[state.PAGE] == "export":
        export.show(view, words)
    elif st.session_state[state.PAGE] == "meeting":
        # Late, for it brings the libraries that draw and set type.
        from views import meeting

        meeting.show(view, words)
    else:
        left, right = st.columns([2.1, 1], gap="small")
        with left:
            webmap.show(view, words, basemap, _map_file(register, register.version))
        with right, st.container(height=HEIGHT, key="card"):
            card.show(view, words)
        tables.show(view, words)
    screen.foot(view, words)
    state.share(view.filter)
