"""The question as it is asked: in words, from lists, by clicks on the map; kept by the address."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import shapely
import streamlit as st

from analysis.filters import Filter
from analysis.spatial.limits import LIMITS
from analysis.spatial.questions import QUESTIONS, Asked
from analysis.spatial.upstream import askable
from analysis.view import View
from analysis.words import TEXTS
from outputs.analyses import AGENCY, ANALYSES, FEATURE, PLACE, RIVER, Told
from views.analyse_question import (
    DRAWN_IN,
    LINE,
    MOST_METRES,
    MOST_ROWS,
    USUAL_METRES,
    Line,
    Question,
    days,
    from_address,
    name_of,
)  # fmt: skip
from views.component import HEARD
from views.state import State
from views.words import Words

WRONG, ACTED, PICK = "asked-wrong", "asked-act", "asked-pick"
"""Where the session keeps what was not understood, whether somebody has just changed the question, and for what the
map is asked."""
_QUESTION, _DRAWN, _TURN, _PICKS = "question", "asked-line", "asked-turn", "asked-picks"
CROSSED = "crossings"
"""The question that may be asked of the limits of the city."""
_OF_LINES = ("along", CROSSED)
_STEPS = {"within": 500.0, "width": 500.0, "years": 1.0}


def hear(view: View, state: State) -> None:
    """Take the question that the screen has told since: of the address, of Back, of a click on the map."""
    turn = st.session_state.get(HEARD, 0)
    if st.session_state.get(_TURN) == turn:
        return
    st.session_state[_TURN] = turn
    question, wrong = from_address(state.query, view)
    st.session_state[WRONG] = wrong
    if question is None:
        return
    st.session_state[_QUESTION] = question.name
    st.session_state[_DRAWN] = question.line
    for told in question.analysis.told:
        key, value = _key(question.name, told), question.told.get(told.name, told.default)
        if value is None and told.what and not told.is_optional:
            st.session_state.pop(key, None)
        else:
            # A list has no empty row: what is left out is none of its choices.
            st.session_state[key] = value or None if told.what else value


def has_choices(view: View, question: Question, words: Words) -> bool:
    """Whether a view has anything to pick for everything that a question must be told."""
    return all(_choices(view, question.name, told, None, words) for told in question.analysis.told if told.what)


def _key(name: str, told: Told) -> str:
    return f"asked-{name}-{told.name}"


def _act() -> None:
    """Somebody has changed the question: what was wrong with an earlier one is no longer of interest."""
    st.session_state[ACTED] = True
    st.session_state[WRONG] = []


def form(view: View, words: Words) -> Question:
    """The question in words, and what it needs."""
    name: str = st.selectbox(
        words("question"), list(ANALYSES), key=_QUESTION, format_func=lambda key: words(f"question-{key}"),
        on_change=_act,
    )  # fmt: skip
    st.caption(words(f"question-{name}-hint"))
    line: Line = st.session_state.get(_DRAWN, ()) if name == DRAWN_IN else ()
    found: dict[str, Any] = {}
    numbers = [told for told in ANALYSES[name].told if not told.what and told.kind is not Filter]
    for told in ANALYSES[name].told:
        if told.kind is Filter:
            found[told.name] = _against(view, name, told, words)
        if told.what:
            found[told.name] = _drawn(line, words) if line else _picked(view, name, told, words)
    if numbers:
        with st.container(horizontal=True, vertical_alignment="bottom", key="asked-numbers"):
            for told in numbers:
                found[told.name] = _told(view, name, told, words)
    return Question(name, found, line)


def _drawn(line: Line, words: Words) -> str:
    """The line that somebody drew, and the way back to one of the register."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.markdown(words("line-is-drawn", n=len(line)))
        st.button(words("line-away"), key="asked-undraw", icon=":material/close:", on_click=_undraw)
    return ""


def _against(view: View, name: str, told: Told, words: Words) -> Filter | None:
    """The other view of two, which an address names, and the way back to one."""
    chosen: Filter | None = st.session_state.get(_key(name, told))
    if chosen is None:
        return None
    values = tuple(chosen if each is told else None for each in ANALYSES[name].told)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(Asked(QUESTIONS[name], values).title(view.register).in_(words.lang))
        st.button(words("against-away"), key="asked-unset", icon=":material/close:", on_click=_leave, args=(name, told))
    return chosen


def _leave(name: str, told: Told) -> None:
    st.session_state.pop(_key(name, told), None)
    _act()


def _undraw() -> None:
    st.session_state[_DRAWN] = ()
    _act()


def _picked(view: View, name: str, told: Told, words: Words) -> str:
    """A row of the register, from a list or on the map."""
    key, label = _key(name, told), words(f"asked-{told.name}")
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"{key}-row"):
        names = _choices(view, name, told, st.session_state.get(key), words)
        codes = list(names)
        if key not in st.session_state and codes and not told.is_optional:
            st.session_state[key] = _usual(view, name, told, codes)
        st.selectbox(
            label, codes, index=None, key=key, format_func=lambda code: names.get(code, code), on_change=_act,
            placeholder=words("asked-any") if told.is_optional else words("asked-one"),
        )  # fmt: skip
        if told.what != AGENCY:
            _pick(name_of(told), told.what, "pick", ":material/my_location:", words)
        if name == DRAWN_IN:
            _pick(LINE, LINE, "draw", ":material/polyline:", words)
    return st.session_state.get(key) or ""


def _pick(name: str, what: str, act: str, icon: str, words: Words) -> None:
    """A button that has the next click on the map answer."""
    if st.button(words(act), key=f"asked-{act}-{name}", icon=icon, help=words(f"{act}-help")):
        # Told anew each time: the same words twice would be no news to the browser.
        turn = st.session_state[_PICKS] = st.session_state.get(_PICKS, 0) + 1
        st.session_state[PICK] = {"name": name, "what": what, "turn": turn}


def _choices(view: View, name: str, told: Told, chosen: Any, words: Words) -> dict[str, str]:
    """What can be picked: themes with features in view where themes can, then the placed features of the view."""
    if told.what == AGENCY:
        bodies = [*view.agencies, *([chosen] if chosen in words.agencies else [])]
        return {code: words.agencies[code] for code in dict.fromkeys(bodies)}
    if told.what == RIVER:
        return {code: words.features[code] for code in askable(view)}
    frame = view.features[view.features.geometry.notna()]
    titles = view.register.titles("theme", words.lang)
    known = set(view.standing.features["theme"][view.selection.features & view.register.placed])
    themes = {code: titles[code] for code in titles if code in known}
    features = {code: words.features[code] for code in frame["id"]}
    if name == CROSSED and told.name == "to":
        features = {LIMITS: TEXTS("the-limits", words.lang), **features}
    if chosen in words.features:
        features[chosen] = words.features[chosen]
    if chosen in titles:
        themes[chosen] = titles[chosen]
    return (
        {**{code: words("all-of", theme=title) for code, title in themes.items()}, **features}
        if told.what == PLACE
        else features
    )


def _usual(view: View, name: str, told: Told, codes: Sequence[str]) -> str:
    """What is picked at first: two kinds of things that are not the same, and of lines where lines are asked for."""
    frame = view.features[view.features.geometry.notna()]
    lines = frame[shapely.get_dimensions(frame.geometry.to_numpy()) == 1]
    usual = list(dict.fromkeys(lines["id" if told.what == FEATURE else "theme"])) if name in _OF_LINES else []
    fit = [code for code in codes if code in set(usual)] or list(codes)
    return fit[min({"to": 1}.get(told.name, 0), len(fit) - 1)]


def _told(view: View, name: str, told: Told, words: Words) -> Any:
    """A number, a day or one of a few."""
    key, label = _key(name, told), words(f"asked-{told.name}")
    if told.choices:
        st.session_state.setdefault(key, told.default)
        return st.selectbox(
            label, told.choices, key=key, format_func=lambda code: words(f"asked-by-{code}"), on_change=_act
        )
    if told.kind is date:
        first, last = days(view)
        st.session_state[key] = _within(st.session_state.get(key), first, last, view.day - timedelta(days=365))
        return st.date_input(label, key=key, format="YYYY-MM-DD", min_value=first, max_value=last, on_change=_act)
    if told.kind is int:
        st.session_state.setdefault(key, told.default or 1)
        return st.number_input(label, 1, MOST_ROWS, key=key, on_change=_act)
    st.session_state.setdefault(key, USUAL_METRES if told.default is None else told.default)
    return st.number_input(
        label, 0.0, MOST_METRES, None, _STEPS.get(told.name, 1.0), "%.0f", key=key, on_change=_act,
        placeholder=words("asked-any") if told.is_optional else None,
    )  # fmt: skip


def _within(day: date | None, first: date, last: date, usual: date) -> date:
    return min(max(day or usual, first), last)
