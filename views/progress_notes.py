"""Notes on a measure, questions to an agency and whom to call: said between offices, no part of the register."""

from __future__ import annotations

import streamlit as st

from analysis.view import View
from geodata.journal.door import Draft
from geodata.journal.entries import Entry, Kind
from views import told
from views.identity import Visitor
from views.markup import notice, tag, text
from views.words import Words

KINDS = (Kind.NOTE, Kind.QUESTION, Kind.CONTACT)
SHOWN = 8


def show(view: View, words: Words, who: Visitor, measure: str, agency: str) -> None:
    """What was said of a measure, the newest first, and a line to say more. Seen by those who may write."""
    if not who.writes:
        return
    said = [entry for entry in told.told().entries if entry.kind in KINDS and entry.key == (measure,)]
    with st.expander(words("notes", n=len(said)), expanded=bool(said), icon=":material/forum:"):
        for entry in reversed(said[-SHOWN:]):
            st.html(_line(words, entry))
        _ask(words, who, measure, agency)


def _line(words: Words, entry: Entry) -> str:
    who = words.agencies.get(entry.agency, entry.agency) or entry.author
    to = words.agencies.get(entry.values.get("agency", ""), "")
    head = f"{words(f'note-{entry.kind}')} · {who}" + (f" → {to}" if to else "")
    return tag(
        "div",
        tag("b", text(head)),
        tag("span", text(entry.time[:10])),
        tag("span", text(entry.text), cls="why"),
        cls="gt-said",
    )


def _ask(words: Words, who: Visitor, measure: str, agency: str) -> None:
    kinds = KINDS if who.decides else (Kind.NOTE, Kind.CONTACT)
    turn = st.session_state.get("note-turn", 0)
    left, right = st.columns([1, 2.4])
    kind = left.selectbox(
        words("note-kind"), kinds, key="note-kind", format_func=lambda one: words(f"note-{one}"),
        label_visibility="collapsed",
    )  # fmt: skip
    line = right.text_input(
        words("note-text"), key=f"note-{measure}-{turn}", max_chars=500, label_visibility="collapsed",
        placeholder=words("note-text"),
    )  # fmt: skip
    if line.strip() and st.button(words("note-send"), key="note-send", icon=":material/chat:"):
        values = {"agency": agency} if kind == Kind.QUESTION else {}
        own = agency if who.speaks_for(agency) and who.person and who.person.agencies else ""
        draft = Draft(kind, own, "measures", (measure,), values, text=line)
        reason, _ = told.say(who, [draft])
        if reason:
            notice(reason.in_(words.lang))
        else:
            st.session_state["note-turn"] = turn + 1
            st.rerun()
