"""The table of people, which an administrator edits, and the list of what was refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from analysis.view import View
from geodata.journal import audit, people
from geodata.journal.current import Mode
from geodata.journal.door import Refused
from geodata.journal.entries import TEXTS as TERMS
from geodata.journal.entries import Role
from geodata.journal.people import Person
from geodata.journal.staffing import save_people
from views import told
from views.identity import Visitor
from views.markup import notice, tag, text
from views.words import Words


def show(view: View, words: Words, who: Visitor) -> None:
    """People above, what was tried below."""
    store = told.store()
    if who.mode == Mode.SIGN_IN:
        with store.reading() as connection:
            known = people.everybody(connection)
        _people(words, who, known)
    else:
        st.info(words("people-desk"))
    st.html(tag("h3", text(words("audit")), cls="gt-kit"))
    tried = audit.listed(store)
    if not tried:
        st.caption(words("audit-none"))
        return
    st.dataframe(
        [
            {
                words("audit-time"): row.time[:19].replace("T", " "),
                words("audit-login"): row.login,
                words("audit-way"): row.way,
                words("audit-what"): row.what,
                words("audit-refused"): row.refused,
            }
            for row in tried
        ],
        hide_index=True,
        key="audit",
    )


def _people(words: Words, who: Visitor, known: list[Person]) -> None:
    names = words.agencies
    edited = st.data_editor(
        [
            {
                "login": each.login,
                "name": each.name,
                "role": str(each.role),
                "agencies": list(each.agencies),
                "active": each.active,
            }
            for each in known
        ]
        or [{"login": "", "name": "", "role": str(Role.VIEWER), "agencies": [], "active": True}],
        num_rows="dynamic",
        hide_index=True,
        key="people",
        width="stretch",
        column_config={
            "login": st.column_config.TextColumn(words("people-login"), required=True, help=words("people-login-help")),
            "name": st.column_config.TextColumn(words("people-name")),
            "role": st.column_config.SelectboxColumn(
                words("people-role"), options=[str(each) for each in Role], required=True,
                format_func=lambda code: TERMS(f"role-{code}", words.lang),
            ),
            "agencies": st.column_config.MultiselectColumn(
                words("people-agencies"), options=list(names), format_func=lambda name: names.get(name, name)
            ),
            "active": st.column_config.CheckboxColumn(words("people-active"), default=True),
        },
    )  # fmt: skip
    if st.button(words("people-save"), type="primary", key="people-save", icon=":material/save:"):
        try:
            save_people(told.store(), who.login, [_person(row) for row in edited])
        except Refused as refused:
            notice(refused.reason.in_(words.lang))
        else:
            st.toast(words("done-now"))
            st.rerun()


def _person(row: Mapping[str, Any]) -> Person:
    login, role = str(row.get("login") or "").strip().lower(), row.get("role") or Role.VIEWER
    agencies = tuple(str(name) for name in row.get("agencies") or ())
    return Person(login, str(row.get("name") or ""), Role(role), agencies, bool(row.get("active", True)))
