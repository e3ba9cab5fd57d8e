"""The filter panel: every option with its count under the other filters."""

from __future__ import annotations

import streamlit as st

from analysis.filters import FIRST_DAY, LAST_DAY, Filter, towns
from analysis.join import Joined
from analysis.summary import option_counts
from views import state
from views.words import Words

CODELISTS = {"status": "stage", "outcome": "outcome", "theme": "theme", "location": "location", "role": "role"}


def show(joined: Joined, chosen: Filter, words: Words) -> None:
    """All facets of the filter as widgets that write to the session state."""
    st.text_input(words("search"), key=state.key("q"), placeholder=words("search-hint"), max_chars=200)
    for facet in ("status", "agency", "role", "outcome", "theme", "document", "article", "town", "location"):
        _facet(joined, chosen, words, facet)
    st.date_input(words("as-of"), key=state.key("as_of"), format="YYYY-MM-DD", min_value=FIRST_DAY, max_value=LAST_DAY)
    st.button(words("reset"), on_click=state.reset, width="stretch", icon=":material/filter_alt_off:", key="reset")


def _facet(joined: Joined, chosen: Filter, words: Words, facet: str) -> None:
    titles = option_titles(joined, words, facet)
    counts = option_counts(joined, chosen, facet)
    picked = getattr(chosen, facet)
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


def option_titles(joined: Joined, words: Words, facet: str) -> dict[str, str]:
    """Every value of a facet with its title, in the order of the list shown."""
    register = joined.register
    if facet in CODELISTS:
        name = CODELISTS[facet]
        return {code: words.title(name, code) for code in register.codelist(name).index}
    if facet == "agency":
        rows = sorted(register["agencies"].itertuples(), key=lambda row: words.of(row, "name"))
        return {row.id: words.of(row, "name") for row in rows}
    if facet == "town":
        return {row.id: words.of(row, "name") for row in towns(register).itertuples()}
    if facet == "document":
        return {row.id: row.number or words.of(row, "title") for row in register["documents"].itertuples()}
    return {row.id: article_title(row, words) for row in register["articles"].itertuples()}


def article_title(row: object, words: Words) -> str:
    """An article block as "7-2 Integrated modern transport · Roads"."""
    block = words.of(row, "block_title")
    number = f"{row.article}-{row.block}" if row.block != 1 or block else f"{row.article}"  # type: ignore[attr-defined]
    year = row.document[1:]  # type: ignore[attr-defined]
    return f"{year} · {number} {words.of(row, 'title')}" + (f" · {block}" if block else "")
