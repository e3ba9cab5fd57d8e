"""The table twins of the map: features and measures under the filter, one row each."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from analysis.filters import Selection
from analysis.join import Joined
from analysis.summary import is_context, placed_measures
from layers import swatch
from views import state
from views.words import Words


def show(joined: Joined, selection: Selection, words: Words) -> None:
    """Features, measures, and the measures that no place on the map stands for."""
    tables = {
        "features": joined.features[selection.features & ~is_context(joined)],
        "measures": joined.measures[selection.measures],
        "unplaced": joined.measures[selection.measures & ~placed_measures(joined)],
    }
    labels = [f"{words(f'tab-{name}')} ({len(rows)})" for name, rows in tables.items()]
    # Only the open table is made and sent.
    for (name, rows), tab in zip(tables.items(), st.tabs(labels, key="tables", on_change="rerun"), strict=True):
        if tab.open and rows.empty:
            tab.caption(words("zero"))
        elif tab.open:
            with tab:
                frame = feature_table(rows, words) if name == "features" else measure_table(joined, rows, words)
                _table(name, "features" if name == "features" else "measures", rows["id"].tolist(), frame, words)


def feature_table(features: pd.DataFrame, words: Words) -> pd.DataFrame:
    """The columns of the feature table, titles as column names; the symbol is an SVG data address."""
    symbols = {code: swatch.data_uri(swatch.line_and_marker(code)) for code in features["stage"].unique()}
    context = words.register.codelist("theme")["context"]
    own = {"line": swatch.data_uri(swatch.water()), "point": swatch.data_uri(swatch.town())}
    shapes = words.register.codelist("theme")["geometry"]
    return pd.DataFrame(
        {
            words("symbol"): pd.Categorical(
                [
                    own[shapes[theme]] if context[theme] else symbols[code]
                    for code, theme in zip(features["stage"], features["theme"], strict=True)
                ]
            ),
            words("name"): [words.of(row, "name") for row in features.itertuples()],
            words("stage"): [words.title("stage", code) for code in features["stage"]],
            words("since"): features["stage_since"].to_list(),
            words("restriction"): [words.title("restriction", code) for code in features["restriction"]],
            words("theme"): [words.title("theme", code) for code in features["theme"]],
            words("measures"): [len(row) for row in features["measures"]],
            words("evidence"): [evidence_words(row, words) for row in features.itertuples()],
            words("position"): [words.title("position-basis", code) for code in features["position_basis"]],
            words("accuracy"): [distance(value) if value else "" for value in features["accuracy_m"]],
            words("id"): features["id"].to_list(),
        }
    )


def measure_table(joined: Joined, measures: pd.DataFrame, words: Words) -> pd.DataFrame:
    """The columns of the measure table, titles as column names."""
    assignments, agencies = joined.register["assignments"], joined.register["agencies"].set_index("id")
    ids = dict(zip(assignments["written_as"], assignments["agency"], strict=True))

    def name(written: str) -> str:
        return written if words.lang == "zh" else words.of(agencies.loc[ids[written]], "name")

    symbols = {code: swatch.data_uri(swatch.marker("outcome", code)) for code in measures["outcome"].unique()}
    return pd.DataFrame(
        {
            words("symbol"): pd.Categorical([symbols[code] for code in measures["outcome"]]),
            words("measure"): [words.of(row, "title") for row in measures.itertuples()],
            words("outcome"): [words.title("outcome", code) for code in measures["outcome"]],
            words("lead"): [words.list(map(name, row)) for row in measures["lead"]],
            words("others"): [
                words.list(map(name, (*a, *b)))
                for a, b in zip(measures["cooperating"], measures["responsible"], strict=True)
            ],
            words("due"): [row.due_text or words.title("recurrence", row.recurrence) for row in measures.itertuples()],
            words("features-named"): [len(row) for row in measures["features"]],
            words("id"): measures["id"].to_list(),
        }
    )


def evidence_words(row: object, words: Words) -> str:
    """The day of the newest source, marked when it is more than a year old."""
    seen: date | None = row.evidence  # type: ignore[attr-defined]
    if seen is None:
        return words("never")
    return f"{seen} ⚠" if row.stale else str(seen)  # type: ignore[attr-defined]


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
