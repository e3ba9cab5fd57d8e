"""The page of questions about place: asked in words or on the map, answered in a sentence, on the map, in a table."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2 import component
from streamlit.components.v2.types import ComponentRenderer

from analysis.spatial.certainty import SURE
from analysis.spatial.ground import UnknownPlace
from analysis.view import View
from geodata.codes import Stage
from layers.web.config import ANALYSE, assets
from outputs.tables.terminal import write_csv
from views import analyse_charts, analyse_form, analyse_map, analyse_rows, asked
from views.analyse_question import Question
from views.markup import notice, tag, text
from views.state import State
from views.words import Words

MOST = 300
"""Answers that are shown; files have them all."""
_HTML = '<div class="asked" aria-live="off"></div>'
_SAID = (
    "pick-place pick-feature pick-none draw-line show-all-rows on-map not-in-answer answer-table key within-width"
    " marks-key sure-certain sure-possible sure-cannot-tell left right limit chart-strip strip-hint chart-distances"
    " distances-hint chart-groups chart-total chart-count chart-km in-use not-in-use chart-years chart-years-hint"
    " chart-pairs pairs-hint all-works ahead today chart-turns chart-turns-measures"
)
"""Texts of the table, the charts and the map."""


def show(view: View, words: Words, state: State) -> None:
    """The question, its answer in words, the table and the charts; the map beside them is that of the screen."""
    st.html(tag("style", Path(__file__).with_name("analyse.css").read_text(encoding="utf-8")))
    analyse_form.hear(view, state)
    question = analyse_form.form(view, words)
    answer = _answer(question, view, words)
    for wrong in st.session_state.get(analyse_form.WRONG, ()):
        notice(words("asked-wrong", value=wrong))
    said = {
        "question": question.to_address() if answer else [],
        "answer": answer and answer.drawn,
        "picking": st.session_state.pop(analyse_form.PICK, None),
        "acted": st.session_state.pop(analyse_form.ACTED, False),
        "words": {key: words(key) for key in _SAID.split()},
    }
    if answer:
        _headline(question, answer.rows, words)
    _list()(key="asked", data=said)
    if answer and len(answer.rows) > MOST:
        st.caption(words("answers-more", n=len(answer.rows) - MOST))
    if answer and answer.rows:
        _files(question, answer, view)
        asked.offer(question, words)


@dataclass(frozen=True)
class _Answer:
    """What was found, as plain rows, and as the browser draws it."""

    found: Sequence[Any]
    rows: list[dict[str, Any]]
    drawn: dict[str, Any]


def _answer(question: Question, view: View, words: Words) -> _Answer | None:
    """The answer; None, and the reason said, where the question cannot be answered."""
    if not question.is_complete:
        key = "question-unfinished" if analyse_form.has_choices(view, question, words) else "question-incomplete"
        st.info(words(key))
        return None
    try:
        found = question.answer(view)
    except UnknownPlace as error:
        notice(words("asked-wrong", value=words.features.get(str(error), str(error))))
        return None
    rows = question.analysis.rows(found)
    shown = rows[:MOST]
    drawn = {
        **analyse_rows.table(question.name, shown, view, words),
        **analyse_map.on_map(question, found[:MOST], shown, view),
        "built": str(Stage.MAINTENANCE),
        "chart": analyse_charts.chart(question, shown, view, words),
    }
    return _Answer(found, rows, drawn)


@cache
def _list() -> ComponentRenderer:
    """The table and the charts, and the way to the map of the screen (analyse.js)."""
    script, *styles = assets(ANALYSE)
    return component("guantu-analyse", html=_HTML, css="\n".join(styles), js=script)


def _headline(question: Question, rows: Sequence[dict[str, Any]], words: Words) -> None:
    """The answer in a sentence: how many, how sure, and the first of them, which weighs most."""
    if not rows:
        notice(words("no-answer"))
        return
    counts = {sure: sum(row.get("sure") == sure for row in rows) for sure in SURE}
    parts = [words("sure-n", sure=words(f"sure-{sure}"), n=count) for sure, count in counts.items() if count]
    for table in ("features", "measures"):
        if count := sum(row.get("table") == table for row in rows):
            parts.append(words(f"turned-{table}", n=count))
    lead = words("answers", n=len(rows))
    if parts and len(rows) > 1:
        lead = words("answers-sure", lead=lead, parts=words.listed(parts))
    first = _weightiest(question, rows)
    st.html(
        tag(
            "div", tag("h3", text(lead), cls="gt-kit"), tag("p", text(first[f"sentence_{words.lang}"])), cls="gt-answer"
        )
    )


def _weightiest(question: Question, rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The nearest pair, the largest group; of all other answers the first, which they put first themselves."""
    if question.name == "near":
        # Who asks how far it may be wants to know where there is none.
        gaps = [row for row in rows if not row["to"]]
        return gaps[0] if gaps else min(rows, key=lambda row: row["distance_m"])
    if question.name == "balance":
        return max(rows, key=lambda row: (bool(row["group"]), len(row["features"])))
    return min(rows, key=lambda row: SURE.index(row["sure"]) if "sure" in row else 0)


def _files(question: Question, answer: _Answer, view: View) -> None:
    """The whole answer for a table, a program and a map."""
    rows = answer.rows
    name = f"guantu-{question.name}-{view.day}"
    out = io.StringIO()
    write_csv(rows, list(rows[0]), out)
    geojson = question.analysis.geojson(answer.found)
    with st.container(horizontal=True, key="asked-files"):
        for form, data in (
            ("csv", out.getvalue().encode("utf-8-sig")),
            ("json", json.dumps(rows, ensure_ascii=False, indent=1, allow_nan=False).encode()),
            ("geojson", json.dumps(geojson, ensure_ascii=False, allow_nan=False).encode()),
        ):
            st.download_button(
                form.upper(), data, f"{name}.{form}", on_click="ignore", icon=":material/download:",
                key=f"answer-{form}",
            )  # fmt: skip
