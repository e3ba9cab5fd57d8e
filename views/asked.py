"""Questions of place that a visitor takes along, from the page of questions to those of exports and of the meeting."""

from __future__ import annotations

import streamlit as st

from analysis.spatial.questions import Asked, BadQuestion, read_question
from geodata import Register
from views.analyse_question import Question
from views.words import Words

KEPT = "asked-kept"
MOST = 12
"""Questions that one takes along."""


def line_of(question: Question, register: Register) -> str:
    """A question as one line of text; empty for one about a line that somebody drew, which no line of text names."""
    if question.line:
        return ""
    line = Asked(question.analysis.question, question.values).line
    return line if _is_asked(line, register) else ""


def kept(register: Register) -> list[str]:
    """The lines of the questions that were taken along and that this register can be asked."""
    return [line for line in st.session_state.get(KEPT, ()) if _is_asked(line, register)]


def _is_asked(line: str, register: Register) -> bool:
    try:
        read_question(line, register)
    except BadQuestion:
        return False
    return True


def title(line: str, words: Words) -> str:
    """A question in words."""
    return read_question(line, words.register).title(words.register).in_(words.lang)


def offer(question: Question, words: Words) -> None:
    """A button that takes a question along, or leaves it."""
    line = line_of(question, words.register)
    if not line:
        return
    lines = [each for each in st.session_state.get(KEPT, ()) if each != line]
    is_kept = len(lines) < len(st.session_state.get(KEPT, ()))
    label, icon = ("asked-leave", "playlist_remove") if is_kept else ("asked-take", "playlist_add")
    if st.button(words(label), key="asked-take", icon=f":material/{icon}:", help=words("asked-take-help")):
        st.session_state[KEPT] = lines if is_kept else [*lines, line][-MOST:]
        st.rerun()
