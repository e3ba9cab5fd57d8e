"""Many measures at once: a table to type in, sent as a whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from analysis.halves import Half
from analysis.standing import MeasureStatus
from analysis.view import View
from geodata.journal import drafts as kept_drafts
from geodata.journal.door import Draft
from geodata.journal.entries import TEXTS as TERMS
from geodata.journal.saying import Said, Source, drafts_of
from geodata.journal.statements import Statement
from geodata.model import Agency
from geodata.text import Text
from views import told
from views.identity import Visitor
from views.markup import notice
from views.progress_form import SAYS, fault_words
from views.words import TEXTS, Words

ASKED = ("shows", "day", "zh", "title")
"""What is typed for each measure, as in the form of one."""


def show(
    view: View,
    words: Words,
    who: Visitor,
    rows: Sequence[MeasureStatus],
    agency: str,
    half: Half,
    said: Mapping[str, Sequence[Statement]],
) -> None:
    """A line a measure; what was begun stands there again, and where it stands already."""
    form = f"{half.name}/{agency}/table"
    if f"{form}/known" not in st.session_state:
        st.session_state[f"{form}/known"] = kept_drafts.kept(told.store(), who.login).get(form, {})
    held: dict[str, str] = st.session_state[f"{form}/known"]
    turn = st.session_state.get(f"{form}/turn", 0)
    # Edits are kept by place: the rows stand as they stood when the table was first drawn.
    order = st.session_state.setdefault(f"{form}/{turn}/order", [row.measure.id for row in rows])
    known = {row.measure.id: row for row in rows}
    rows = [known[name] for name in order if name in known]
    codes = {told.shown(code, words): code for code in SAYS}
    edited: Any = st.data_editor(
        [_line(row, held, said.get(row.measure.id, ()), words) for row in rows],
        hide_index=True, key=f"{form}/{turn}", height=min(560, 42 + 35 * len(rows)), width="stretch",
        disabled=["id", "measure", "due", "said"],
        column_config={
            "id": None,
            "measure": st.column_config.TextColumn(words("measure"), width=280),
            "due": st.column_config.TextColumn(words("due"), width=95),
            "said": st.column_config.TextColumn(words("this-half"), width=80),
            "shows": st.column_config.SelectboxColumn(words("field-shows"), options=["", *codes], width=110),
            "day": st.column_config.TextColumn(words("field-date"), validate=r"^\d{4}-\d\d-\d\d$", width=100,
                                               help="YYYY-MM-DD"),
            "zh": st.column_config.TextColumn(words("field-text_zh"), max_chars=500, width=360),
            "title": st.column_config.TextColumn(words("field-source"), max_chars=200, width=200),
        },
    )  # fmt: skip
    filled = [row for row in edited if any(row.get(name) for name in ASKED)]
    _keep(who, form, filled, words)
    if filled and st.button(
        words("propose-many", n=len(filled)), type="primary", key=f"{form}/send", icon=":material/send:"
    ):
        _send(view, words, who, filled, codes, agency, half, form, turn)


def _line(row: MeasureStatus, held: Mapping[str, str], said: Sequence[Statement], words: Words) -> dict[str, str]:
    name = row.measure.id
    found = {"id": name, "measure": row.measure.title.in_(words.lang)}
    found["due"] = row.measure.due_date.isoformat() if row.measure.due_date else ""
    found["said"] = TERMS(f"state-{said[0].state}", words.lang) if said else ""
    return found | {asked: held.get(f"{name}/{asked}", "") for asked in ASKED}


def _keep(who: Visitor, form: str, filled: Sequence[Mapping[str, Any]], words: Words) -> None:
    """Keep what is typed; the table itself stands with what it held when it was first drawn."""
    values = {f"{row['id']}/{name}": str(row[name]) for row in filled for name in ASKED if row.get(name)}
    if values != st.session_state.get(f"{form}/saved", st.session_state[f"{form}/known"]):
        try:
            kept_drafts.keep(told.store(), who.login, form, values)
        except kept_drafts.DraftTooLong:
            st.warning(words("draft-too-long"))
            return
        st.session_state[f"{form}/saved"] = values
    if values:
        st.caption(words("draft-kept"))


def _send(
    view: View, words: Words, who: Visitor, filled: Sequence[Mapping[str, Any]], codes: Mapping[str, str],
    agency: str, half: Half, form: str, turn: int,
) -> None:  # fmt: skip
    register = view.register
    name, today = register.by_id(Agency)[agency].name, register.place.today()
    period = TEXTS[f"half-{half.half}"].filled(year=half.year)
    drafts: list[Draft] = []
    whose: list[str] = []
    for row in filled:
        said = Said(
            str(row["id"]), agency, codes.get(row.get("shows") or "", ""), str(row.get("day") or ""),
            Text(str(row.get("zh") or "").strip()), Source(str(row.get("title") or "").strip()),
            version=register.version, seed=f"{who.login} {form} {turn}", period=half.name,
        )  # fmt: skip
        made = drafts_of(said, name, period, today)
        if not made:
            notice(words.pair(str(row["measure"]), words("nothing-said")))
            return
        drafts += made
        whose += [str(row["measure"])] * len(made)
    reason, faults = told.say(who, drafts)
    if reason:
        notice(reason.in_(words.lang))
        for fault in faults:
            place = whose[fault.row - 1] if 0 < fault.row <= len(whose) else ""
            notice(fault_words(fault, words, place))
        return
    kept_drafts.drop(told.store(), who.login, form)
    st.session_state[f"{form}/known"] = {}
    st.session_state.pop(f"{form}/saved", None)
    st.session_state[f"{form}/turn"] = turn + 1
    st.toast(words("proposed-now"))
    st.rerun()
