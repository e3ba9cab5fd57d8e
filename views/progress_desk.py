"""The coordinator's desk: who has handed in, what waits, what contradicts what; accept, send back, remind."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st

from analysis.deadlines import Kind as Deadline
from analysis.deadlines import deadlines
from analysis.halves import Half, half_of
from analysis.handed import Dispute, Handed, disputes, half_said, handed_in
from analysis.view import View
from geodata.faults import Fault
from geodata.journal.door import Draft
from geodata.journal.entries import TEXTS as TERMS
from geodata.journal.entries import Kind, State
from geodata.journal.statements import Statement, to_decide
from geodata.model import Measure
from outputs.tables.ics import calendar_of
from views import told
from views.identity import Visitor
from views.markup import figures, notice, tag, text
from views.progress_mine import said_half, usual_half
from views.words import Words

WHOLE = 12
"""Statements that are shown with all their cells; of more the number is said."""


def show(view: View, words: Words, who: Visitor) -> None:
    """The agencies on the left, what waits on the right."""
    register = view.register
    zone, today = register.place.time_zone, register.place.today()
    held = told.told()
    one, two = st.columns([1.1, 1.4], gap="medium", vertical_alignment="center")
    waiting = {half_said(each, zone) for each in held.statements if each.state == State.PROPOSED}
    with one:
        half = _half(today, waiting, words)
    rows = handed_in(register, held.entries, held.statements, half)
    before = {row.agency: row for row in handed_in(register, held.entries, held.statements, half.before)}
    with two:
        _figures(words, rows, held.statements, half, zone)
    # Those from whom something waits come first.
    rows.sort(key=lambda row: (-row.states.get(State.PROPOSED, 0), -row.leads))
    left, right = st.columns([1, 1.6], gap="medium")
    with left:
        agency = _agencies(view, words, rows, before, half)
        _remind(words, rows, half, view)
    with right:
        _waiting(view, words, who, held.statements, half, agency)


def _half(today: date, waiting: set[Half], words: Words) -> Half:
    """The half-year that is looked at; on offer are all for which something waits."""
    now = half_of(today)
    shown = {now.before.before.before, now.before.before, now.before, now, *waiting}
    halves = {each.name: each for each in sorted(shown)}
    usual = usual_half(today).name
    if st.session_state.get("desk-half") not in halves:
        st.session_state["desk-half"] = usual
    picked = st.segmented_control(
        words("half-year"), list(halves), key="desk-half",
        format_func=lambda name: said_half(halves[name], words), label_visibility="collapsed", required=True,
    )  # fmt: skip
    return halves[picked or usual]


def _figures(words: Words, rows: Sequence[Handed], said: Sequence[Statement], half: Half, zone: str) -> None:
    handed = sum(row.on is not None for row in rows)
    states = {state: sum(each.state == state and half_said(each, zone) == half for each in said) for state in State}
    pairs = [(words("agencies-handed"), f"{handed} / {len(rows)}"), (words("hand-in-by"), half.last.isoformat())]
    pairs += [(TERMS(f"state-{state}", words.lang), str(states[state])) for state in State]
    st.html(figures(pairs))


def _agencies(view: View, words: Words, rows: Sequence[Handed], before: Mapping[str, Handed], half: Half) -> str:
    """Every agency and how it stands; the id of the one that is chosen."""
    today = view.register.place.today()
    table = []
    for row in rows:
        late = words("late") if row.is_late(half, today) else ""
        table.append(
            {
                words("agency"): words.agencies[row.agency],
                words("handed-in"): row.on.isoformat() if row.on else late,
                TERMS("state-proposed", words.lang): _count(row.states.get(State.PROPOSED, 0)),
                TERMS("state-accepted", words.lang): _count(row.states.get(State.ACCEPTED, 0)),
                words("half-before"): _count(sum(before[row.agency].states.values())),
                words("leads"): _count(row.leads),
            }
        )
    event: Any = st.dataframe(
        table,
        key=f"desk-agencies-{_mark(row.agency for row in rows)}",
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        height=430,
    )
    picked = event.selection.rows
    return rows[picked[0]].agency if picked and picked[0] < len(rows) else ""


def _mark(names: Iterable[str]) -> str:
    """What a choice by place is known by: other rows, or in another order, are another table."""
    return hashlib.sha256(" ".join(names).encode()).hexdigest()[:12]


def _count(number: int) -> str:
    """Nothing for none: a column of noughts hides the numbers."""
    return str(number or "")


def _remind(words: Words, rows: Sequence[Handed], half: Half, view: View) -> None:
    """A text to paste, for all who have not handed in."""
    missing = [words.agencies[row.agency] for row in rows if row.on is None]
    if not missing:
        st.success(words("all-handed"))
        return
    with st.expander(words("remind", n=len(missing)), icon=":material/notifications:"):
        said = words(
            "remind-text", half=said_half(half, words), day=half.last.isoformat(), agencies=words.listed(missing)
        )
        st.code(said, language=None, wrap_lines=True)
        reports = [each for each in deadlines(view, half.first, half.last) if each.kind == Deadline.REPORT]
        if reports:
            st.download_button(
                words("remind-save"), calendar_of(view, reports, words.lang), f"guantu-{half.name}.ics",
                "text/calendar", on_click="ignore", icon=":material/event:", key="remind-save",
            )  # fmt: skip


def _waiting(view: View, words: Words, who: Visitor, said: Sequence[Statement], half: Half, agency: str) -> None:
    """What was said for the half-year, to be accepted or sent back, one or many."""
    zone = view.register.place.time_zone
    states = [State.PROPOSED, State.RETURNED, State.ACCEPTED, State.WITHDRAWN]
    shown = st.segmented_control(
        words("desk-shown"), states, default=State.PROPOSED, key="desk-shown",
        format_func=lambda state: TERMS(f"state-{state}", words.lang), label_visibility="collapsed", required=True,
    ) or State.PROPOSED  # fmt: skip
    kept = [
        each
        for each in said
        if each.state == shown and half_said(each, zone) == half and agency in ("", each.first.agency)
    ]
    if not kept:
        st.info(words("desk-none"))
        return
    at_odds = disputes([each for each in said if half_said(each, zone) == half], zone)
    table = [_cells(view, words, each, at_odds.get(each.id)) for each in kept]
    event: Any = st.dataframe(
        table, key=f"desk-{half.name}-{shown}-{_mark(each.id for each in kept)}", hide_index=True, on_select="rerun",
        selection_mode="multi-row", height=min(400, 40 + 40 * len(kept)), row_height=40,
        column_config={words("said"): st.column_config.TextColumn(width="large")},
    )  # fmt: skip
    picked = [kept[row] for row in event.selection.rows if row < len(kept)]
    for each in picked[:WHOLE]:
        _whole(view, words, each, at_odds.get(each.id), _last(each, said, half, zone))
    if len(picked) > WHOLE:
        st.caption(words("desk-more", n=len(picked) - WHOLE))
    if picked and who.decides:
        _decide(words, who, picked, said, shown)


def _cells(view: View, words: Words, statement: Statement, dispute: Dispute | None) -> dict[str, Any]:
    known = view.register.by_id(Measure)
    measures = [known[name].title.in_(words.lang) for name in statement.measures if name in known]
    feature = statement.cells("events").get("feature", "")
    flag = words("same-said" if dispute.same else "at-odds") if dispute else ""
    return {
        words("agency"): words.agencies.get(statement.first.agency, statement.first.agency),
        words("measure"): words.items(measures) or words.features.get(feature, feature),
        words("said"): _line(words, statement),
        words("flags"): flag,
        words("said-on"): statement.first.time[:10],
    }


def _line(words: Words, statement: Statement) -> str:
    """What was said, on one line."""
    if statement.is_undo:
        return words("is-undo")
    shows = told.shown(statement.cells("evidence").get("shows", ""), words)
    event, moved = statement.cells("events"), statement.cells("measures")
    stage = next((row.entry.values["stage"] for row in statement.standings if row.entry.values.get("stage")), "")
    number = statement.cells("observations")
    parts = [shows, event.get("date", ""), event.get("text_zh", "")]
    parts += [words.title("stage", stage) if stage else ""]
    parts += [f"{number['value']} {number.get('unit', '')}".strip()] if number.get("value") else []
    parts += [words("due-moved", day=moved["due_date"], who=moved.get("due_text", ""))] if moved.get("due_date") else []
    return " · ".join(filter(None, parts))


def _last(statement: Statement, said: Sequence[Statement], half: Half, zone: str) -> Statement | None:
    """What the same agency said of the same measure in the half-year before, and what came of it stands."""
    for other in said:
        same = other.first.agency == statement.first.agency and set(other.measures) & set(statement.measures)
        if same and other.state == State.ACCEPTED and half_said(other, zone) == half.before:
            return other
    return None


def _whole(view: View, words: Words, statement: Statement, dispute: Dispute | None, last: Statement | None) -> None:
    """A statement with its source, what was said last time, and what it is at odds with."""
    source = statement.cells("sources")
    parts = [tag("b", text(words.agencies.get(statement.first.agency, statement.first.agency)))]
    known = view.register.by_id(Measure)
    parts += [tag("span", text(known[name].title.in_(words.lang))) for name in statement.measures if name in known]
    parts.append(tag("span", text(_line(words, statement))))
    parts += [tag("span", text(line), cls="why") for line in told.cells_of(view, words, statement)]
    where = " ".join(filter(None, (source.get("title_zh", ""), source.get("url", ""))))
    if where:
        parts.append(tag("span", text(words.pair(words("source-is"), where)), cls="why"))
    if statement.reason:
        parts.append(tag("span", text(words("because", reason=statement.reason)), cls="why"))
    if last:
        parts.append(tag("span", text(words("said-last", said=_line(words, last))), cls="why"))
    if dispute:
        other = dispute.other
        name = words.agencies.get(other.first.agency, other.first.agency)
        key = "same-as" if dispute.same else "against"
        parts.append(tag("span", text(words(key, agency=name, said=_line(words, other))), cls="why gt-odds"))
    st.html(tag("div", *parts, cls=f"gt-said gt-{statement.state}"))


def _decide(words: Words, who: Visitor, picked: Sequence[Statement], said: Sequence[Statement], shown: State) -> None:
    """Accept or send back what waits; take back what was accepted."""
    if shown == State.PROPOSED:
        reason = st.text_input(words("return-reason"), key="return-reason", max_chars=500)
        left, right = st.columns(2)
        if left.button(
            words("accept", n=len(picked)), type="primary", key="accept", icon=":material/check:", width="stretch"
        ):
            _do(words, who, [Draft(Kind.ACCEPT, about=name) for name in to_decide(picked, said, shown, keep=False)])
        if right.button(words("return", n=len(picked)), key="return", icon=":material/reply:", width="stretch"):
            names = to_decide(picked, said, shown, keep=True)
            _do(words, who, [Draft(Kind.RETURN, about=name, text=reason) for name in names])
    elif shown == State.ACCEPTED and st.button(words("undo"), key="undo-accepted", help=words("undo-help")):
        _do(words, who, [Draft(Kind.UNDO, about=name) for name in to_decide(picked, said, shown, keep=True)])


def _do(words: Words, who: Visitor, drafts: Sequence[Draft]) -> None:
    reason, faults = told.say(who, drafts)
    if reason:
        notice(reason.in_(words.lang))
        _say_faults(words, faults)
    else:
        st.toast(words("done-now"))
        st.rerun()


def _say_faults(words: Words, faults: Sequence[Fault]) -> None:
    for fault in faults[:20]:
        notice(f"{words.pair(fault.field, fault.found.in_(words.lang))} → {fault.expected.in_(words.lang)}")
