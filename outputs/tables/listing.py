"""Rows to list: every table under a view, as plain values with the register's field names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from analysis.moved import moved
from analysis.stages import is_later
from analysis.view import View
from geodata import Register
from outputs.listed import Listed, listed, uid

Cells = dict[str, Any]
"""A row by field name, JSON-ready."""
_DERIVED = {"stage": "stage", "outcome": "outcome"}
"""Codelists of the columns that a standing adds."""
_NAMED = {"agency": "agencies", "lead": "agencies", "cooperating": "agencies", "responsible": "agencies"}
"""Columns of ids that a reader wants by name."""
_PAIRS = {
    "links": ("measure", "feature"),
    "assignments": ("article", "agency", "role"),
    "evidence": ("event", "measure"),
    "flows": ("feature", "relation", "river"),
}
"""Tables whose rows are known by several columns."""
_DATED = {"events": "date", "observations": "date", "water-quality": "period"}
"""Tables of facts, and the column that dates them (EDTF)."""
TABLES = (
    *("documents", "articles", "measures", "targets", "agencies", "assignments", "features", "links"),
    *("events", "evidence", "observations", "water-quality", "searches", "sources", "control-points", "flows"),
)
"""The tables that can be listed."""
BRIEF: Mapping[str, tuple[str, ...]] = {
    "documents": ("id", "number", "title", "date_issued", "valid_until"),
    "articles": ("id", "title", "block_title", "list_kind"),
    "measures": ("id", "title", "outcome", "lead", "due_text"),
    "targets": ("id", "metric", "value", "unit", "period"),
    "agencies": ("id", "name", "kind"),
    "assignments": ("article", "role", "position", "agency", "written_as"),
    "features": ("id", "name", "theme", "stage", "stage_since", "position_basis"),
    "links": ("measure", "feature", "relation", "locator"),
    "events": ("id", "date", "kind", "stage", "grade", "text"),
    "evidence": ("measure", "event", "fit", "shows"),
    "observations": ("id", "date", "metric", "value", "unit", "grade"),
    "water-quality": ("id", "site", "period", "water_class", "attained", "grade"),
    "searches": ("id", "date", "searched"),
    "sources": ("id", "title", "date_published", "grade"),
    "control-points": ("feature", "lon", "lat", "source"),
    "flows": ("feature", "relation", "river", "bank", "grade"),
}
"""Columns of the short table; a name without a language takes the one asked for."""


def listing(view: View, table: str) -> list[Cells]:
    """The rows of `table` that a view keeps, JSON-ready (dates as ISO text, lists as lists).

    Features and measures carry what the standing knows of them. The other tables keep the
    rows that belong to a kept feature or measure; an empty filter keeps everything but
    rivers and towns that no measure names.
    """
    if table == "features":
        return _features(view)
    if table == "measures":
        return _measures(view)
    frame, mine = view.register[table], listed(view)
    kept = mine.rows[table]
    if view.filter.is_empty and table != "evidence":
        # A day shows no fact that is dated after it, as everywhere.
        dated = _DATED.get(table)
        return _plain(frame[[not is_later(day, view.day) for day in frame[dated]]] if dated else frame)
    return _plain(frame[[key in kept for key in _keys(mine, table, frame)]])


def _keys(mine: Listed, table: str, frame: pd.DataFrame) -> list[str]:
    """The key of each row as `outputs.listed` has it."""
    if table == "control-points":
        return [uid(row.feature, repr(row.lon), repr(row.lat)) for row in frame.itertuples()]
    if table in _PAIRS:
        return [uid(*row) for row in frame[list(_PAIRS[table])].itertuples(index=False, name=None)]
    ids: list[str] = frame["id"].to_list()
    return ids


def in_words(register: Register, table: str, found: list[Cells], lang: str) -> list[Cells]:
    """The rows with the titles of their codes and the names of their agencies in `lang`."""
    lists = _DERIVED | {
        field.name: name
        for field in register.dictionary.tables[table].fields
        if (name := register.dictionary.codelist_of(table, field.name))
    }
    titles: dict[str, dict[str, str]] = {column: dict(register.titles(name, lang)) for column, name in lists.items()}
    for column, other in _NAMED.items():
        frame = register[other]
        pairs = zip(frame["id"], frame[f"name_{lang}"], frame["name_zh"], strict=True)
        titles[column] = {code: own or zh for code, own, zh in pairs}
    return [{column: _said(value, titles.get(column, {})) for column, value in row.items()} for row in found]


def _said(value: Any, titles: dict[str, str]) -> Any:
    if isinstance(value, list) and titles:
        return [titles.get(each, each) for each in value]
    return titles.get(value, value) if isinstance(value, str) else value


def _features(view: View) -> list[Cells]:
    # As everywhere, what only gives orientation is not counted, unless it is asked for.
    standing = view.standing
    asked = standing.features["theme"].isin(view.filter.theme).to_numpy() & view.selection.features
    return _plain(standing.features[view.counted | asked].drop(columns=["geometry", "stage_event"]))


def _measures(view: View) -> list[Cells]:
    targets: dict[str, list[Cells]] = defaultdict(list)
    for target in _plain(view.register["targets"]):
        targets[target.pop("measure")].append(target)
    evidence: dict[str, list[Cells]] = defaultdict(list)
    for shown in listing(view, "evidence"):
        evidence[shown.pop("measure")].append(shown)
    values: dict[str, list[Cells]] = defaultdict(list)
    for value in listing(view, "observations"):
        values[value["target"]].append(value)
    out, dates = _plain(view.measures), moved(view.register)
    for row in out:
        reason = view.standing.measure_status[row["id"]].verdict.reason
        row |= {"reason_zh": reason.zh, "reason_en": reason.en}
        row["due"] = row.pop("due_date")
        known = dates.get(row["id"])
        row["first_due"], row["moved"] = (_value(known.first), len(known.moves)) if known else (None, 0)
        row["targets"] = targets.get(row["id"], [])
        row["evidence"] = evidence.get(row["id"], [])
        row["values"] = [value for target in row["targets"] for value in values.get(target["id"], [])]
    return out


def _plain(frame: pd.DataFrame) -> list[Cells]:
    columns = list(frame.columns)
    return [dict(zip(columns, map(_value, row), strict=True)) for row in frame.itertuples(index=False, name=None)]


def _value(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
