"""The filter panel: every option with its count under the other filters."""

from __future__ import annotations

import streamlit as st

from analysis.counts import option_counts
from analysis.filters import FIRST_DAY, LAST_DAY, LONGEST_TEXT
from analysis.view import View
from geodata.model import Article, Document
from views import state
from views.words import Words

CODELISTS = {"stage": "stage", "outcome": "outcome", "theme": "theme", "location": "location", "role": "role"}


def show(view: View, words: Words) -> None:
    """All facets of the filter as widgets that write to the session state."""
    st.text_input(words("search"), key=state.key("q"), placeholder=words("search-hint"), max_chars=LONGEST_TEXT)
    for facet in ("stage", "agency", "role", "outcome", "theme", "document", "article", "town", "location"):
        _facet(view, words, facet)
    st.date_input(words("as-of"), key=state.key("as_of"), format="YYYY-MM-DD", min_value=FIRST_DAY, max_value=LAST_DAY)
    icon = ":material/filter_alt_off:"
    st.button(words("reset"), on_click=state.reset, args=(view.register,), width="stretch", icon=icon, key="reset")


def _facet(view: View, words: Words, facet: str) -> None:
    titles = option_titles(words, facet)
    counts = option_counts(view, facet)
    picked = getattr(view.filter, facet)
    options = [code for code in titles if counts.get(code) or code in picked]

    def label(code: str) -> str:
        return f"{titles.get(code, code)} ({counts.get(code, 0)})"

    key = state.key(facet)
    # The labels change with the counts: the browser must hear the choice in its new wording.
    st.session_state[key] = list(picked)
    if facet == "role":
        st.pills(words(facet), options, key=key, format_func=label, selection_mode="multi")
    else:
        st.multiselect(words(facet), options, key=key, format_func=label, placeholder=words("all"), select_all=False)


def option_titles(words: Words, facet: str) -> dict[str, str]:
    """Every value of a facet with its title, in the order of the list shown."""
    register = words.register
    if facet in CODELISTS:
        return dict(register.titles(CODELISTS[facet], words.lang))
    if facet == "agency":
        return dict(sorted(words.agencies.items(), key=lambda item: item[1]))
    if facet == "town":
        return {row.id: row.name.in_(words.lang) for row in register.towns}
    if facet == "document":
        return {row.id: row.number or row.title.in_(words.lang) for row in register.rows(Document)}
    return {row.id: words.article_heading(row) for row in register.rows(Article)}
