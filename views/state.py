"""The state of a visit: the URL when it opens, the widgets while it lasts, the URL again for sharing."""

from __future__ import annotations

import re

import streamlit as st

from analysis.filters import TABLES, Filter, from_query
from analysis.view import View
from geodata import Register
from geodata.codes import Relation
from geodata.model import Link
from views import language

FACETS = tuple(TABLES)
SELECTED = "selected"
LANGUAGE = "lang"
PAGE = "page"
PAGES = ("map", "export", "meeting")
TODAY = "today"
"""The day that stands in the box when nobody chose one."""
KINDS = ("features", "measures")
VIEW = re.compile(r"[0-9]{1,2}([.][0-9]+)?(,-?[0-9]{1,3}([.][0-9]+)?){2}")
"""Zoom, latitude and longitude of the map; the map itself reads and writes them (bridge.js)."""


def key(facet: str) -> str:
    """The session key of a facet's widget."""
    return f"filter-{facet}"


def open_visit(register: Register) -> list[str]:
    """Fill the widgets from the URL, once a visit; what could not be understood comes back."""
    # Streamlit drops the state of widgets that a run does not draw, such as one with a faulty register.
    if "opened" in st.session_state and LANGUAGE in st.session_state:
        return list(st.session_state["ignored"])
    query = {name: st.query_params.get_all(name) for name in st.query_params}
    chosen, ignored = from_query(query, register)
    _fill(chosen, register)
    st.session_state[LANGUAGE] = language.asked()
    st.session_state["hide"] = query.get("hide") == ["1"]
    page = (query.get(PAGE) or [""])[0]
    st.session_state[PAGE] = page if page in PAGES else PAGES[0]
    selected = (query.get("show") or [""])[0]
    st.session_state[SELECTED] = selected if _exists(selected, register) else ""
    if selected and not st.session_state[SELECTED]:
        ignored.append(f"show={selected}")
    st.session_state["opened"] = True
    st.session_state["ignored"] = ignored
    return ignored


def _fill(chosen: Filter, register: Register) -> None:
    for facet in FACETS:
        st.session_state[key(facet)] = list(getattr(chosen, facet))
    st.session_state[key("q")] = chosen.q
    st.session_state[TODAY] = register.place.today()
    st.session_state[key("as_of")] = chosen.as_of or st.session_state[TODAY]


def _exists(selected: str, register: Register) -> bool:
    kind, _, name = selected.partition(":")
    return kind in KINDS and bool((register[kind]["id"] == name).any())


def current(register: Register) -> Filter:
    """The filter as the widgets have it now. A day that nobody chose is none: it follows the calendar of the city."""
    state, today = st.session_state, register.place.today()
    chosen = {facet: tuple(state.get(key(facet)) or ()) for facet in FACETS}
    day = state.get(key("as_of"))
    if day is None or day == state.get(TODAY):
        # Over midnight the box goes on to the new day, which may only be set before it is drawn.
        state[key("as_of")] = state[TODAY] = today
        day = None
    return Filter(**chosen, q=" ".join((state.get(key("q")) or "").split()), as_of=day)


def reset(register: Register) -> None:
    """Back to everything, today; the language and the selection stay."""
    _fill(Filter(), register)
    st.session_state["ignored"] = []


def forget_missing(register: Register) -> None:
    """Drop a selection that the register no longer holds."""
    if not _exists(st.session_state[SELECTED], register):
        st.session_state[SELECTED] = ""


def marked(view: View) -> list[str]:
    """The features that the chosen measure acts on, to be marked on the map."""
    chosen = selected("measures")
    links = view.register.rows(Link) if chosen else ()
    return [row.feature for row in links if row.measure == chosen and row.relation == Relation.TARGET]


def select(kind: str, name: str | None) -> None:
    """Choose a feature or a measure everywhere at once; None chooses nothing."""
    st.session_state[SELECTED] = f"{kind}:{name}" if name else ""


def selected(kind: str) -> str:
    """The id of the chosen feature or measure, or an empty text."""
    chosen, _, name = str(st.session_state.get(SELECTED, "")).partition(":")
    return name if chosen == kind else ""


def share(chosen: Filter) -> None:
    """Write the state to the URL, so that opening it gives the same view."""
    query = chosen.to_query()
    query[LANGUAGE] = st.session_state[LANGUAGE]
    if st.session_state.get(SELECTED):
        query["show"] = st.session_state[SELECTED]
    if st.session_state.get("hide"):
        query["hide"] = "1"
    if st.session_state[PAGE] != PAGES[0]:
        query[PAGE] = st.session_state[PAGE]
    view = st.query_params.get("map", "")
    if VIEW.fullmatch(view):
        query["map"] = view
    if query != st.query_params.to_dict():
        st.query_params.from_dict(query)
