"""One run of the screen: reads the register, keeps the filter, shows map, tables and card."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import date
from pathlib import Path

import streamlit as st

from analysis.filters import Filter, Selection, apply
from analysis.join import Joined, join
from analysis.summary import is_context, is_section
from geodata import CATALOG, Register, RegisterError, read_register
from layers import webmap
from views import card, export, mapview, panel, screen, state, tables
from views.words import Words, by_language

Stamp = tuple[tuple[str, int, float], ...]


# One entry: the folder that Streamlit serves holds the map of one register only.
@st.cache_resource(show_spinner=False, max_entries=1)
def load(catalog: Path, stamp: Stamp) -> tuple[Register, str]:
    """The register and the name of its feature file, read once; `stamp` changes when a file of the catalog does."""
    register = read_register(catalog)
    pages = by_language()
    context = is_context(join(register, date.today()))
    data = webmap.pack_register(register, context, is_section(register))
    file = webmap.write_map(mapview.FOLDER, data, webmap.words_of(register, pages))
    mapview.keep()
    return register, file


@st.cache_resource(show_spinner=False, max_entries=32)
def joined_on(_register: Register, stamp: Stamp, day: date) -> Joined:
    """The join for a day, shared by all visits."""
    return join(_register, day)


def load_early() -> None:
    """Have the register ready, as of today, before the first visit. What is wrong with it is for the visit to show."""
    catalog = _catalog()
    stamp = _stamp(catalog)
    with suppress(RegisterError):
        register, _ = load(catalog, stamp)
        joined_on(register, stamp, date.today())


def main() -> None:
    """From the state of the widgets to the screen."""
    catalog = _catalog()
    stamp = _stamp(catalog)
    try:
        register, data = load(catalog, stamp)
    except RegisterError as error:
        screen.faults(error)
        return
    ignored = state.open_visit(register)
    state.forget_missing(register)
    words = Words(register, st.session_state[state.LANGUAGE])
    chosen = state.current()
    joined = joined_on(register, stamp, chosen.as_of or date.today())
    selection = apply(joined, chosen)
    with st.sidebar:
        screen.language()
        panel.show(joined, chosen, words)
        basemap = screen.display(words)
    screen.head(joined, selection, chosen, words)
    # Always there, so that a notice never moves the map: a moved map would be loaded again.
    with st.container(key="notices"):
        if ignored:
            screen.notice(words("ignored", values=words.list(ignored)))
        if not selection.features.any() and not selection.measures.any():
            screen.zero(joined, chosen, words)
    if st.session_state[state.PAGE] == "export":
        export.show(joined, chosen, words)
    elif st.session_state[state.PAGE] == "meeting":
        # Late, for it brings the libraries that draw and set type.
        from views import meeting

        meeting.show(joined, chosen, words)
    else:
        left, right = st.columns([2.1, 1], gap="small")
        with left:
            _map(joined, selection, chosen, words, basemap, data)
        with right, st.container(height=webmap.HEIGHT, key="card"):
            card.show(joined, selection, words)
        tables.show(joined, selection, words)
    screen.foot(joined, words)
    state.share(chosen)


def _catalog() -> Path:
    return Path(os.environ.get("GUANTU_CATALOG", CATALOG))


def _stamp(catalog: Path) -> Stamp:
    """Name, size and time of every file of the catalog."""
    return tuple(sorted((str(path), path.stat().st_size, path.stat().st_mtime) for path in catalog.rglob("*.*")))


def _map(
    joined: Joined,
    selection: Selection,
    chosen: Filter,
    words: Words,
    basemap: dict[str, object] | None,
    data: str,
) -> None:
    on = webmap.placed(joined.register)
    features = joined.features[on]
    message = {
        "data": data,
        "mask": webmap.mask_text(selection.features[on]),
        "stages": webmap.stage_text(features["stage"].to_numpy()),
        "stale": webmap.mask_text(features["stale"].to_numpy(dtype=bool)),
        "restricted": dict(features.loc[features["restriction"] != "", ["id", "restriction"]].itertuples(index=False)),
        "selected": state.selected("features"),
        "marked": state.marked(joined),
        "hide": bool(st.session_state.get("hide")),
        "lang": words.lang,
        "alt": screen.map_alt(joined, selection, words),
        "stamp": screen.stamp(chosen, words),
        "basemap": basemap,
        "vision": st.session_state.get("vision", "normal"),
    }
    clicked = mapview.show(message, key="map")
    if clicked is not None and clicked != state.selected("features"):
        state.select("features", clicked)
        st.rerun()
