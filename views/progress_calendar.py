"""The calendar: what falls due, for one agency or the city, and the same as a file for calendar programs."""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st

from analysis.deadlines import deadlines
from analysis.filters import Filter
from analysis.view import View, look
from geodata.codes import Role
from geodata.model import Agency
from outputs.tables.ics import calendar_of
from views.identity import Visitor
from views.markup import notice
from views.words import Words

YEAR = timedelta(days=365)


def show(view: View, words: Words, who: Visitor) -> None:
    """Whose, from when to when; then the list and the file."""
    today = view.register.place.today()
    one, two, three, four = st.columns([1.3, 0.8, 0.8, 1.4], vertical_alignment="bottom")
    names = list(view.register.by_id(Agency))
    agency = one.selectbox(
        words("agency"), names, index=None, key="calendar-agency",
        format_func=lambda name: words.agencies[name], placeholder=words("all"),
    )  # fmt: skip
    first = two.date_input(words("calendar-from"), today, key="calendar-from", format="YYYY-MM-DD")
    last = three.date_input(words("calendar-to"), today + YEAR, key="calendar-to", format="YYYY-MM-DD")
    if not isinstance(first, date) or not isinstance(last, date) or first > last:
        notice(words("calendar-days"))
        return
    chosen = look(view.standing, Filter(agency=(agency,), as_of=view.filter.as_of)) if agency else view
    found = deadlines(chosen, first, last)
    if not found:
        st.info(words("calendar-none"))
        return
    name = f"guantu-{agency or 'dongguan'}-{first}.ics"
    four.download_button(
        words("calendar-save", n=len(found)), calendar_of(chosen, found, words.lang), name, "text/calendar",
        on_click="ignore", icon=":material/event:", key="calendar-save",
    )  # fmt: skip
    table = [
        {
            words("due"): each.day.isoformat(),
            words("calendar-kind"): each.kind.words.in_(words.lang),
            words("measure"): each.measure.title.in_(words.lang),
            words("outcome"): each.words.in_(words.lang),
            words("leads"): words.listed(
                words.agencies[one] for one in (*each.of(Role.LEAD), *each.of(Role.RESPONSIBLE))
            ),
            words("cooperates"): words.listed(words.agencies[one] for one in each.of(Role.COOPERATING)),
        }
        for each in found
    ]
    st.dataframe(
        table, hide_index=True, key="calendar", height=min(560, 40 + 35 * len(table)),
        column_config={words("measure"): st.column_config.TextColumn(width="large")},
    )  # fmt: skip
