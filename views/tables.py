"""The table twins of the map: features and measures under the filter, one row each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd
import streamlit as st

from analysis.counts import placed_measures
from analysis.standing import FeatureStatus, MeasureStatus
from analysis.view import View
from geodata.codes import Role
from layers import swatch
from views import state
from views.words import Words


def show(view: View, words: Words) -> None:
    """Features, measures, and the measures that no place on the map stands for."""
    without = view.measures[~placed_measures(view.standing)[view.selection.measures]]
    listed = {"features": view.features["id"], "measures": view.measures["id"], "unplaced": without["id"]}
    labels = [f"{words(f'tab-{name}')} ({len(ids)})" for name, ids in listed.items()]
    # Only the open table is made and sent.
    for (name, ids), tab in zip(listed.items(), st.tabs(labels, key="tables", on_change="rerun"), strict=True):
        if tab.open and ids.empty:
            tab.caption(words("zero"))
        elif tab.open:
            with tab:
                kind = "features" if name == "features" else "measures"
                frame = feature_table(view, ids, words) if kind == "features" else measure_table(view, ids, words)
                _table(name, kind, ids.tolist(), frame, words)


def feature_table(view: View, ids: Iterable[str], words: Words) -> pd.DataFrame:
    """The columns of the feature table, titles as column names; the symbol is an SVG data address."""
    found = [view.standing.feature_status[name] for name in ids]
    symbols = {code: swatch.data_uri(swatch.line_and_marker(code)) for code in {row.stage.stage for row in found}}
    themes = view.register.themes
    own = {"line": swatch.data_uri(swatch.water()), "point": swatch.data_uri(swatch.town())}

    def symbol(row: FeatureStatus) -> str:
        theme = themes[row.feature.theme]
        return own[theme.geometry] if theme.context else symbols[row.stage.stage]

    return pd.DataFrame(
        {
            words("symbol"): pd.Categorical([symbol(row) for row in found]),
            words("name"): [row.feature.name.in_(words.lang) for row in found],
            words("stage"): [words.title("stage", row.stage.stage) for row in found],
            words("since"): [row.stage.stage_since for row in found],
            words("restriction"): [words.title("restriction", row.stage.restriction) for row in found],
            words("theme"): [words.title("theme", row.feature.theme) for row in found],
            words("measures"): [len(row.measures) for row in found],
            words("evidence"): [evidence_words(row, words) for row in found],
            words("position"): [words.title("position-basis", row.feature.position_basis) for row in found],
            words("accuracy"): [distance(m) if (m := row.feature.accuracy_m) else "" for row in found],
            words("id"): [row.feature.id for row in found],
        }
    )


def measure_table(view: View, ids: Iterable[str], words: Words) -> pd.DataFrame:
    """The columns of the measure table, titles as column names."""
    found = [view.standing.measure_status[name] for name in ids]
    outcomes = [row.verdict.outcome for row in found]
    symbols = {code: swatch.data_uri(swatch.marker("outcome", code)) for code in set(outcomes)}

    def named(row: MeasureStatus, *roles: Role) -> str:
        return words.listed(name for role in roles for name in words.assigned(row.measure.article, role))

    return pd.DataFrame(
        {
            words("symbol"): pd.Categorical([symbols[code] for code in outcomes]),
            words("measure"): [row.measure.title.in_(words.lang) for row in found],
            words("outcome"): [words.title("outcome", code) for code in outcomes],
            words("lead"): [named(row, Role.LEAD) for row in found],
            words("others"): [named(row, Role.COOPERATING, Role.RESPONSIBLE) for row in found],
            words("due"): [row.measure.due_text or words.title("recurrence", row.measure.recurrence) for row in found],
            words("features-named"): [len(row.features) for row in found],
            words("id"): [row.measure.id for row in found],
        }
    )


def evidence_words(row: FeatureStatus, words: Words) -> str:
    """The day of the newest source, marked when it is more than a year old."""
    seen = row.stage.evidence
    if seen is None:
        return words("never")
    return f"{seen} ⚠" if row.stage.stale else str(seen)


def distance(metres: float) -> str:
    """A distance for people: 40 m, 1.5 km."""
    return f"{metres:g} m" if metres < 1000 else f"{metres / 1000:g} km"


def _columns(words: Words) -> dict[str, Any]:
    """Widths that show the whole of a symbol, a date and a short code."""
    narrow = {
        words(key): st.column_config.TextColumn(width=110) for key in ("since", "stage", "outcome", "restriction")
    }
    return {words("symbol"): st.column_config.ImageColumn(width=100)} | narrow


def _table(name: str, kind: str, ids: list[str], frame: pd.DataFrame, words: Words) -> None:
    """A table whose selected row is the selected feature or measure of the whole screen."""
    key = f"table-{name}"
    chosen = state.selected(kind)
    rows = [ids.index(chosen)] if chosen in ids else []

    def picked() -> None:
        marked = st.session_state[key]["selection"]["rows"]
        state.select(kind, ids[marked[0]] if marked and marked[0] < len(ids) else None)

    st.session_state[key] = {"selection": {"rows": rows, "columns": [], "cells": []}}
    st.dataframe(
        frame,
        key=key,
        on_select=picked,
        selection_mode="single-row",
        hide_index=True,
        height=min(420, 38 + 35 * max(3, len(frame))),
        column_config=_columns(words),
    )
