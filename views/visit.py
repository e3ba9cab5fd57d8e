"""One run of the screen: reads the register, looks at it through the filter, shows map, tables and card."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from analysis.filters import Filter
from analysis.standing import Standing, standing_on
from analysis.view import View, look
from geodata import Register, RegisterError, read_register
from layers.web.config import HEIGHT, config_of
from layers.web.packing import pack_register
from views import card, catalog, display, export, first_picture, panel, process, screen, state, tables, webmap
from views.first_picture import WIDTHS, Drawn
from views.words import Words


# One entry: the folder that Streamlit serves holds the map of one register only.
@st.cache_resource(show_spinner=False, max_entries=1)
def _register(folder: Path, version: str) -> Register:
    return read_register(folder)


@st.cache_resource(show_spinner=False, max_entries=1)
def _map_file(_register: Register, version: str) -> str:
    """The name of the feature file of a register, written with the document of the map."""
    picture = first_picture.served(version)
    if picture is None:
        # Late, for it brings folium, which a map that was kept can do without.
        from layers.web.document import write_map

        data = write_map(process.folder(), pack_register(_register), config_of(_register))
        picture = webmap.picture_of(look_at(_register, Filter()), data)
        first_picture.serve(version, picture)
    process.keep()
    return picture.data


@st.cache_resource(show_spinner=False, max_entries=32)
def _standing(_register: Register, version: str, day: date) -> Standing:
    """The register as it stands on a day, shared by all visits."""
    return standing_on(_register, day)


def read() -> Register:
    """The register of the catalog as its files are now; RegisterError with all that is wrong with it."""
    return _register(catalog.where(), catalog.version())


def look_at(register: Register, chosen: Filter) -> View:
    """The view of a filter on its day, or today where the city is."""
    return look(_standing(register, register.version, chosen.as_of or register.place.today()), chosen)


def load_early() -> None:
    """Have the register ready, as of today, before the first visit. What is wrong with it is for the visit to show."""
    with suppress(RegisterError):
        register = read()
        _map_file(register, register.version)
        look_at(register, Filter())


def main(above: DeltaGenerator, body: DeltaGenerator, drawn: Drawn | None) -> None:
    """From the state of the widgets to the screen: its head in `above`, its page in `body`.

    `drawn` is what was drawn in `body` ahead of this.
    """
    try:
        register = read()
    except RegisterError as error:
        with above:
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
    with above:
        screen.head(view, words)
        # Always there, so that a notice never moves the map: a moved map would be loaded again.
        with st.container(key="notices"):
            if ignored:
                screen.notice(words("ignored", values=words.listed(ignored)))
            if not view.selection.features.any() and not view.selection.measures.any():
                screen.zero(view, words)
    with body:
        if st.session_state[state.PAGE] == "export":
            export.show(view, words)
        elif st.session_state[state.PAGE] == "meeting":
            # Late, for it brings the libraries that draw and set type.
            from views import meeting

            meeting.show(view, words)
        else:
            _map_page(view, words, basemap, drawn)
    screen.foot(view, words)
    state.share(view.filter)


def _map_page(view: View, words: Words, basemap: dict[str, Any] | None, drawn: Drawn | None) -> None:
    message = webmap.message(view, words, basemap, _map_file(view.register, view.version))
    left, right = drawn.columns if drawn else st.columns(WIDTHS, gap="small")
    if drawn is None:
        with left:
            webmap.show(message)
    with right, st.container(height=HEIGHT, key="card"):
        card.show(view, words)
    tables.show(view, words)
    if drawn and drawn.message != message:
        # The map was drawn ahead as it no longer is: a run that draws nothing ahead puts it right.
        st.rerun()
