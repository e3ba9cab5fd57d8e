"""The page of questions about place: pick one in words, say what it needs, read the answers, go on to their cards."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

import streamlit as st

from analysis.filters import FIRST_DAY, Filter
from analysis.spatial.certainty import SURE
from analysis.view import View
from outputs.analyses import ANALYSES, Analysis, Told
from outputs.tables.terminal import write_csv
from views.markup import notice, tag, text
from views.words import Words

MOST = 200
"""Answers that are shown; files have them all."""
_STEPS = {"within": 500.0, "width": 500.0, "years": 1.0}


def show(view: View, words: Words) -> None:
    """The question on the left, its answers on the right."""
    left, right = st.columns([1, 1.9], gap="medium")
    with left:
        name = st.selectbox(
            words("question"), list(ANALYSES), key="question", format_func=lambda key: words(f"question-{key}")
        )
        analysis = ANALYSES[name]
        st.caption(words(f"question-{name}-hint"))
        told = [_told(view, analysis, each, words) for each in analysis.told]
    with right:
        if any(value == "" for value in told):
            st.info(words("question-incomplete"))
            return
        found = analysis.answer(view, *told)
        rows = analysis.rows(found)
        _answers(rows, words)
        if rows:
            _files(analysis, found, rows, view, words)


def _told(view: View, analysis: Analysis, told: Told, words: Words) -> Any:
    """A widget for something that a question is told."""
    key, label = f"asked-{analysis.name}-{told.name}", words(f"asked-{told.name}")
    if told.choices:
        return st.selectbox(label, told.choices, key=key, format_func=lambda code: words(f"asked-by-{code}"))
    if told.kind is Filter:
        return None
    if told.kind is date:
        earliest, latest = FIRST_DAY, max(FIRST_DAY, view.day - timedelta(days=1))
        year_ago = min(max(view.day - timedelta(days=365), earliest), latest)
        return st.date_input(label, year_ago, key=key, format="YYYY-MM-DD", min_value=earliest, max_value=latest)
    if told.kind is int:
        return st.number_input(label, 1, 50, told.default or 1, key=key)
    if told.kind is float:
        metres = told.default if told.default is not None else 5000.0
        return float(st.number_input(label, 0.0, 200_000.0, metres, _STEPS.get(told.name, 1.0), "%.0f", key=key))
    names = _places(view, told, words)
    codes = list(names)
    first = _usual(told, codes)
    picked: str | None = st.selectbox(label, codes, index=first, key=key, format_func=names.__getitem__)
    return picked or ""


def _places(view: View, told: Told, words: Words) -> dict[str, str]:
    """What can be picked: themes with features in view where themes can, then the placed features of the view."""
    frame = view.features[view.features.geometry.notna()]
    titles = view.register.titles("theme", words.lang)
    themes = {code: titles[code] for code in titles if (view.standing.features["theme"] == code).any()}
    features = {name: words.features[name] for name in frame["id"]}
    return features if told.name == "feature" else {**themes, **features}


def _usual(told: Told, codes: Sequence[str]) -> int:
    """The place of what is picked at first: the first line of a tour of what is near, else the first of all."""
    wanted = {"from": 0, "to": 1}.get(told.name, 0)
    return min(wanted, max(0, len(codes) - 1))


def _answers(rows: Sequence[dict[str, Any]], words: Words) -> None:
    """Sentences with how sure each is, and the way on to the cards."""
    counts = [(sure, sum(row.get("sure") == sure for row in rows)) for sure in SURE]
    parts = [f"{words(f'sure-{sure}')} {count}" for sure, count in counts if count]
    st.html(tag("h3", text(words("answers", n=len(rows))), cls="gt-kit"))
    if parts:
        st.caption(words.listed(parts))
    if not rows:
        notice(words("no-answer"))
        return
    items = [tag("li", *_answer(row, words), cls=f"gt-{row.get('sure', 'counted')}") for row in rows[:MOST]]
    st.html(tag("ol", *items, cls="gt-answers"))
    if len(rows) > MOST:
        st.caption(words("answers-more", n=len(rows) - MOST))


def _answer(row: dict[str, Any], words: Words) -> list[str]:
    sure = row.get("sure", "")
    badge = [tag("b", text(words(f"sure-{sure}")), cls="gt-sure")] if sure else []
    return [*badge, text(row[f"sentence_{words.lang}"]), *_links(row, words)]


def _links(row: dict[str, Any], words: Words) -> list[str]:
    """To the cards of what an answer is about, on the map."""
    table = row.get("table", "features")
    names = [name for name in (row.get("from"), row.get("to"), row.get("id"), *row.get("features", [])[:5]) if name]
    titled = words.features if table == "features" else {}
    found = []
    for name in names:
        address = f"?lang={words.lang}&show={table}:{quote(name)}"
        label = f"{words('answer-card')} {titled.get(name, '')}".strip()
        found += [" ", tag("a", text(label), href=address, target="_blank", rel="noopener")]
    return found


def _files(analysis: Analysis, found: Sequence[Any], rows: list[dict[str, Any]], view: View, words: Words) -> None:
    """The whole answer for a table, a program and a map."""
    name = f"guantu-{analysis.name}-{view.day}"
    out = io.StringIO()
    write_csv(rows, list(rows[0]), out)
    columns = st.columns(3)
    for column, form, data in (
        (columns[0], "csv", out.getvalue().encode("utf-8-sig")),
        (columns[1], "json", json.dumps(rows, ensure_ascii=False, indent=1, allow_nan=False).encode()),
        (columns[2], "geojson", json.dumps(analysis.geojson(found), ensure_ascii=False, allow_nan=False).encode()),
    ):
        column.download_button(
            form.upper(), data, f"{name}.{form}", on_click="ignore", icon=":material/download:", width="stretch",
            key=f"answer-{form}",
        )  # fmt: skip
