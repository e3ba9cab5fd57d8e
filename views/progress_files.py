"""The half-year as a workbook: the empty form out, the filled one back, with all that it would write shown first."""

from __future__ import annotations

import streamlit as st

from analysis.view import View
from geodata.journal.door import Refused
from outputs.forms.making import form_of
from outputs.forms.proposing import NEW, RETURNED, THERE, TWICE, WRONG, Preview, checked, drafts_of, hand_in, preview
from outputs.forms.reading import Filled, read_form
from views import catalog, told
from views.identity import Visitor
from views.markup import figures, notice, tag, text
from views.progress_mine import asked
from views.words import Words

MEGABYTES = 5
"""Of a form that comes back; one of a hundred measures has a twentieth of one."""
KEPT = "form-made"
SHOWN = 40
"""Faults that are listed; of more the number is said."""


def show(view: View, words: Words, who: Visitor) -> None:
    """The empty form on the left, the filled one on the right."""
    left, right = st.columns([1, 1.6], gap="large")
    with left:
        _out(view, words, who)
    with right:
        _back(view, words, who)


def _out(view: View, words: Words, who: Visitor) -> None:
    st.html(tag("h3", text(words("form-out")), cls="gt-kit"))
    st.caption(words("form-out-hint"))
    agency, half = asked(view, words, who, st, st)
    if not agency:
        return
    if st.button(words("form-make"), key="form-make", icon=":material/table_view:", type="primary"):
        held = told.told()
        head = (len(held.entries), "") if not who.mode else told.store().head()
        data = form_of(view, agency, half, held.standings, words.lang, head)
        name = words.agencies[agency].replace("/", "-")
        st.session_state[KEPT] = (agency, half, f"{half.name}_{agency}_{name}.xlsx", data)
    made = st.session_state.get(KEPT)
    if made and made[:2] == (agency, half):
        st.download_button(
            words("form-save", file=made[2]), made[3], made[2], on_click="ignore", icon=":material/download:",
            key="form-save",
        )  # fmt: skip


@st.cache_data(show_spinner=False, max_entries=8)
def _read(data: bytes, name: str) -> Filled:
    return read_form(data, name)


def _back(view: View, words: Words, who: Visitor) -> None:
    if not who.writes:
        # Whoever may not hand in has nothing to load.
        st.info(words("form-writers"))
        return
    st.html(tag("h3", text(words("form-back")), cls="gt-kit"))
    st.caption(words("form-back-hint"))
    given = st.file_uploader(
        words("form-load"), type=["xlsx", "csv", "xlsm", "xls"], key="form-load", max_upload_size=MEGABYTES
    )
    if given is None:
        return
    held = told.told()
    found = preview(_read(given.getvalue(), given.name), view.register, held.entries, who.person)
    if not found.faults:
        found = checked(found, told.store(), catalog.where(), who.login)
    _counts(found, words)
    _faults(found, words)
    _rows(found, words)
    drafts = drafts_of(found)
    if found.faults:
        return
    if not drafts:
        st.info(words("form-there"))
    elif st.button(
        words("form-hand-in", n=found.count(NEW)), type="primary", key="form-hand-in", icon=":material/send:"
    ):
        try:
            hand_in(found, told.store(), catalog.where(), who.login)
        except Refused as refused:
            notice(refused.reason.in_(words.lang))
        else:
            st.toast(words("handed-in-now"))
            st.rerun()


def _counts(found: Preview, words: Words) -> None:
    pairs = [
        (words("form-new"), found.count(NEW)),
        (words("form-known"), found.count(THERE, TWICE, RETURNED)),
        (words("form-wrong"), found.count(WRONG)),
    ]
    agency = words.agencies.get(found.filled.agency, found.filled.agency)
    st.html(tag("p", tag("b", text(f"{agency} · {found.filled.period}")), cls="gt-whose") + figures(pairs))


def _faults(found: Preview, words: Words) -> None:
    for fault in found.faults[:SHOWN]:
        notice(fault.in_(words.lang))
    if len(found.faults) > SHOWN:
        notice(words("form-more", n=len(found.faults) - SHOWN))
    if found.faults:
        st.caption(words("form-nothing"))
    if found.notes:
        with st.expander(words("form-notes", n=len(found.notes))):
            st.html(tag("ul", *(tag("li", text(each.in_(words.lang))) for each in found.notes[:200]), cls="gt-card"))


def _rows(found: Preview, words: Words) -> None:
    """What would be written, a line a row that says anything."""
    table = []
    for each in found.rows:
        values = each.row.values
        if not values:
            continue
        status = values.get("status", "")
        table.append(
            {
                words("form-cell"): each.row.cell("status"),
                words("measure"): each.row.measure,
                words("form-becomes"): words(f"form-is-{each.outcome}"),
                words("field-shows"): told.shown(status, words),
                words("field-date"): values.get("date", ""),
                words("said"): values.get("text_zh", ""),
                words("form-moved"): words.items(f"{moved.form} → {moved.now}" for moved in each.moved),
            }
        )
    if table:
        st.dataframe(
            table, hide_index=True, key="form-rows", height=min(420, 40 + 35 * len(table)),
            column_config={words("said"): st.column_config.TextColumn(width="large")},
        )  # fmt: skip
