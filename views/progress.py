"""The page of progress: what an agency reports, what the coordinating office decides, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from analysis.view import View
from geodata.journal.current import Mode
from geodata.journal.entries import TEXTS as TERMS
from geodata.journal.store import NoStore
from views import (
    identity,
    progress_calendar,
    progress_desk,
    progress_files,
    progress_mine,
    progress_people,
    progress_report,
    progress_rows,
)
from views.identity import Visitor
from views.markup import notice, tag, text
from views.secrets import has_sign_in
from views.state import State
from views.words import Words

REMEMBERED = ("mine-agency", "half-year", "mine-way", "mine-shown", "desk-half", "report-kind", "report-half")
"""Choices that stay while another part is open: Streamlit drops those of widgets that are not drawn."""
KEPT = "progress-kept"
Part = Callable[[View, Words, Visitor], None]


def show(view: View, words: Words, state: State) -> None:
    """The parts that the visitor has, one of them open, and who they are."""
    who = identity.visitor()
    parts = _parts(who)
    left, right = st.columns([3, 2], vertical_alignment="center")
    asked = (state.query.get("tab") or [""])[0]
    if "progress-part" not in st.session_state:
        st.session_state["progress-part"] = asked if asked in parts else next(iter(parts))
    elif st.session_state["progress-part"] not in parts:
        st.session_state["progress-part"] = next(iter(parts))
    with left:
        part = st.segmented_control(
            words("progress-parts"),
            list(parts),
            key="progress-part",
            format_func=lambda name: words(f"progress-{name}"),
            label_visibility="collapsed",
            required=True,
        )
    with right:
        _say_who(who, words)
    if who.trouble:
        notice(who.trouble.in_(words.lang))
        return
    name = part or next(iter(parts))
    _recall(name)
    try:
        parts[name](view, words, who)
    except NoStore as error:
        notice(error.reason.in_(words.lang))
    _keep(name)


def _recall(part: str) -> None:
    """Choices as they were when this part was last open. Streamlit heeds only what is set in the run that draws."""
    drawn, kept = st.session_state.get(KEPT, (part, {}))
    if drawn != part:
        for name, value in kept.items():
            st.session_state[name] = value


def _keep(part: str) -> None:
    kept = st.session_state.get(KEPT, ("", {}))[1]
    now = {name: st.session_state[name] for name in REMEMBERED if st.session_state.get(name) is not None}
    st.session_state[KEPT] = part, kept | now


def _parts(who: Visitor) -> dict[str, Part]:
    """What is on offer, by name: reading is for everybody, the rest by role."""
    found: dict[str, Part] = {"mine": progress_mine.show}
    if who.mode != Mode.OFF:
        found["forms"] = progress_files.show
    if who.decides:
        found["desk"] = progress_desk.show
    found |= {"report": progress_report.show, "calendar": progress_calendar.show}
    if who.writes:
        found["rows"] = progress_rows.show
    if who.rules:
        found["people"] = progress_people.show
    return found


def _say_who(who: Visitor, words: Words) -> None:
    if who.mode == Mode.OFF:
        st.html(tag("p", text(words("who-off")), cls="gt-who"))
        return
    if who.mode == Mode.DESK:
        st.html(tag("p", text(words("who-desk")), cls="gt-who gt-desk"))
        return
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        if not who.login and not has_sign_in():
            st.html(tag("p", text(words("sign-in-missing")), cls="gt-who"))
            return
        if not who.login:
            st.html(tag("p", text(words("who-over" if who.is_over else "who-none")), cls="gt-who"))
            st.button(words("sign-in"), on_click=st.login, type="primary", key="sign-in", icon=":material/login:")
            return
        person = who.person
        agencies = words.listed(words.agencies.get(name, name) for name in person.agencies) if person else ""
        role = TERMS(f"role-{person.role}", words.lang) if person and person.active else words("who-stranger")
        name = person.name if person else who.login
        st.html(tag("p", text(" · ".join(filter(None, (name, role, agencies)))), cls="gt-who"))
        st.button(words("sign-out"), on_click=st.logout, key="sign-out", icon=":material/logout:")
