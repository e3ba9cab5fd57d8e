"""What an agency has to report: its measures, the most urgent first, and a form for one of them."""

from __future__ import annotations

from datetime import date
from typing import Any

import streamlit as st

from analysis.duties import duties_of, newest_fact, urgency
from analysis.halves import Half, half_of
from analysis.handed import PERIOD, half_said, handed_in
from analysis.standing import MeasureStatus
from analysis.view import View
from geodata.codes import Due, Role
from geodata.journal.door import Draft
from geodata.journal.entries import TEXTS as TERMS
from geodata.journal.entries import Kind, State
from geodata.journal.statements import Statement
from geodata.model import Agency
from views import progress_form, progress_table, told
from views.identity import Visitor
from views.markup import figures, notice
from views.words import Words

SHOWN = ("all", "due", "silent", "returned", "unsaid")
"""Which of the measures are listed."""


def show(view: View, words: Words, who: Visitor) -> None:
    """Key numbers, the list on the left, the form of the chosen measure on the right."""
    one, two, rest = st.columns([1.3, 0.8, 2], gap="medium", vertical_alignment="bottom")
    agency, half = asked(view, words, who, one, two)
    if not agency:
        st.info(words("mine-begin"), icon=":material/touch_app:")
        return
    found = duties_of(view, agency)
    lead = [*found.by_role.get(Role.LEAD, ()), *found.by_role.get(Role.RESPONSIBLE, ())]
    status = {each.measure.id: each for each in view.measure_status()}
    order = sorted(lead, key=lambda name: urgency(status[name]))
    order += sorted(
        (name for name in found.by_role.get(Role.COOPERATING, ()) if name not in lead),
        key=lambda name: urgency(status[name]),
    )
    said = _said(view, agency, half, who) if who.mode else {}
    with rest:
        _numbers(view, words, agency, half, who)
    if who.speaks_for(agency) and _at_once(words):
        progress_table.show(view, words, who, [status[name] for name in order], agency, half, said)
        return
    left, right = st.columns([1.35, 1], gap="medium")
    with left:
        picked = _list(view, words, [status[name] for name in order], set(lead), said)
        if who.speaks_for(agency):
            _hand_in(words, who, agency, half, len(said))
    with right:
        if picked:
            progress_form.show(view, words, who, status[picked], agency, half, said.get(picked, ()))
        else:
            st.info(words("mine-pick"), icon=":material/touch_app:")


def _at_once(words: Words) -> bool:
    """Whether many are typed into a table, or one after the other."""
    ways = ("one", "many")
    st.session_state.setdefault("mine-way", "one")
    way = st.segmented_control(
        words("mine-way"), ways, key="mine-way", format_func=lambda name: words(f"mine-way-{name}"),
        label_visibility="collapsed", required=True,
    )  # fmt: skip
    return way == "many"


def asked(view: View, words: Words, who: Visitor, left: Any, right: Any) -> tuple[str, Half]:
    """Whose measures, and which half-year; asked in two places of the page."""
    names = [row.id for row in view.register.rows(Agency)]
    if who.person and who.person.agencies and not who.decides:
        names = [name for name in names if name in who.person.agencies]
    today = view.register.place.today()
    now = half_of(today)
    halves = [now.after, now, now.before, now.before.before, now.before.before.before]
    held = st.session_state
    if held.get("mine-agency") not in names:
        held["mine-agency"] = names[0] if len(names) == 1 else None
    if held.get("half-year") not in halves:
        held["half-year"] = usual_half(today)
    agency = left.selectbox(
        words("agency"), names, key="mine-agency", format_func=lambda name: words.agencies.get(name, name),
        placeholder=words("mine-which"),
    )  # fmt: skip
    half = right.selectbox(words("half-year"), halves, key="half-year", format_func=lambda one: said_half(one, words))
    return agency or "", half


def usual_half(today: date) -> Half:
    """The half-year that is reported on: in its first weeks still the one before."""
    now = half_of(today)
    return now.before if (today - now.first).days < 31 else now


def said_half(half: Half, words: Words) -> str:
    """A half-year in words."""
    return words(f"half-{half.half}", year=half.year)


def _said(view: View, agency: str, half: Half, who: Visitor) -> dict[str, list[Statement]]:
    """What the agency said in a half-year, by measure, the newest first; what waits only for those who write."""
    zone = view.register.place.time_zone
    found: dict[str, list[Statement]] = {}
    for statement in told.told().statements:
        if not who.writes and statement.state != State.ACCEPTED:
            continue
        if statement.first.agency == agency and half_said(statement, zone) == half:
            for measure in statement.measures:
                found.setdefault(measure, []).append(statement)
    return found


def _numbers(view: View, words: Words, agency: str, half: Half, who: Visitor) -> None:
    if not who.writes:
        return
    held = told.told()
    mine = next(
        (row for row in handed_in(view.register, held.entries, held.statements, half) if row.agency == agency), None
    )
    if mine is None:
        return
    on = mine.on.isoformat() if mine.on else words("not-handed-in")
    pairs = [(words("handed-in"), on), (words("hand-in-by"), half.last.isoformat())]
    pairs += [(TERMS(f"state-{state}", words.lang), str(mine.states.get(state, 0))) for state in State]
    st.html(figures(pairs))


def _list(view: View, words: Words, rows: list[MeasureStatus], lead: set[str], said: dict[str, list[Statement]]) -> str:
    """The measures as a table; the id of the chosen one."""
    st.session_state.setdefault("mine-shown", "all")
    shown = st.segmented_control(
        words("mine-shown"), SHOWN, key="mine-shown", format_func=lambda name: words(f"mine-{name}"),
        label_visibility="collapsed", required=True,
    )  # fmt: skip
    kept = [row for row in rows if _is_shown(view, row, shown or "all", said)]
    table = [_cells(view, words, row, row.measure.id in lead, said.get(row.measure.id, [])) for row in kept]
    if not table:
        st.info(words("mine-none"))
        return ""
    event: Any = st.dataframe(
        table, key=f"mine-table-{shown}", hide_index=True, on_select="rerun", selection_mode="single-row",
        height=min(520, 40 + 34 * len(table)), row_height=34,
        column_config={words("measure"): st.column_config.TextColumn(width=300)},
    )  # fmt: skip
    picked = event.selection.rows
    return kept[picked[0]].measure.id if picked and picked[0] < len(kept) else ""


def _is_shown(view: View, row: MeasureStatus, shown: str, said: dict[str, list[Statement]]) -> bool:
    name = row.measure.id
    if shown == "due":
        return row.verdict.due in (Due.PASSED, Due.SOON)
    if shown == "silent":
        return newest_fact(view, name) is None
    if shown == "returned":
        return any(each.state == State.RETURNED for each in said.get(name, ()))
    return shown == "all" or name not in said


def _cells(view: View, words: Words, row: MeasureStatus, leads: bool, said: list[Statement]) -> dict[str, Any]:
    fact = newest_fact(view, row.measure.id)
    return {
        words("measure"): row.measure.title.in_(words.lang),
        words("role"): words("leads" if leads else "cooperates"),
        words("due"): row.measure.due_date.isoformat() if row.measure.due_date else "",
        words("outcome"): words.title("outcome", row.verdict.outcome),
        words("last-fact"): fact.date if fact else "",
        words("this-half"): TERMS(f"state-{said[0].state}", words.lang) if said else "",
    }


def _hand_in(words: Words, who: Visitor, agency: str, half: Half, count: int) -> None:
    """The half-year as a whole: a note by which the coordinating office sees that all was said."""
    label = words("hand-in", half=said_half(half, words), n=count)
    if st.button(label, key="hand-in", icon=":material/send:", help=words("hand-in-help")):
        values = {PERIOD: half.name, "agency": agency, "rows": str(count)}
        note = Draft(Kind.NOTE, agency, values=values, text=label)
        reason, _ = told.say(who, [note])
        if reason:
            notice(reason.in_(words.lang))
        else:
            st.toast(words("handed-in-now"))
            st.rerun()
