"""Any row of the register, corrected or added: a name, a position, a link, a source; proposed like all else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import streamlit as st

from analysis.view import View
from geodata.faults import Fault
from geodata.journal.door import Draft
from geodata.journal.entries import Kind
from geodata.journal.scope import TABLES
from geodata.schema import CODELIST, Field, Table
from geodata.tables import cell_text
from views import told
from views.identity import Visitor
from views.markup import notice
from views.words import Words

NAMES = ("name", "title", "text", "short_title")
"""Fields that tell a person which row it is, whatever their language."""
GEOMETRY = "geometry"


def show(view: View, words: Words, who: Visitor) -> None:
    """Which table and row on the left, its cells on the right."""
    left, right = st.columns([1, 1.7], gap="large")
    tables = view.register.dictionary.tables
    with left:
        st.caption(words("rows-hint"))
        name = st.selectbox(
            words("rows-table"), TABLES, key="rows-table", format_func=lambda one: _title(tables[one], words.lang)
        )
        table = tables[name]
        row = _row(view, words, table)
        agency = _agency(words, who)
        why = st.text_area(words("rows-why"), key="rows-why", max_chars=500, height=80)
    with right, st.container(border=True):
        cells = _cells(view, words, table, row)
    before = _told(row, table) if row is not None else {}
    changed = {field: value for field, value in cells.items() if value != before.get(field, "")}
    with left:
        if not changed:
            st.caption(words("rows-unchanged"))
        elif st.button(words("propose-rows", n=len(changed)), type="primary", key="rows-send", icon=":material/send:"):
            _send(view, words, who, table, row, agency, changed, before, why)


def _title(table: Table, lang: str) -> str:
    return (table.title_en if lang == "en" else table.title_zh) or table.title_zh


def _agency(words: Words, who: Visitor) -> str:
    """For whom it is said, where there is a choice."""
    mine = who.person.agencies if who.person else ()
    if len(mine) < 2:
        return mine[0] if mine else ""
    return str(st.selectbox(words("agency"), mine, key="rows-agency", format_func=lambda one: words.agencies[one]))


def _row(view: View, words: Words, table: Table) -> Mapping[str, Any] | None:
    """The row to be corrected; None for one to be added."""
    kind = st.segmented_control(
        words("rows-kind"), ("edit", "add"), default="edit", key="rows-kind",
        format_func=lambda one: words(f"rows-{one}"), label_visibility="collapsed", required=True,
    )  # fmt: skip
    if kind == "add":
        return None
    frame = view.register[table.name]
    picked = st.selectbox(
        words("rows-row"), range(len(frame)), key=f"rows-row-{table.name}",
        format_func=lambda at: _named(frame.iloc[at], table, words.lang),
    )  # fmt: skip
    return dict(frame.iloc[picked]) if picked is not None and len(frame) else None


def _named(row: Any, table: Table, lang: str) -> str:
    """A row by what it is called, and its key."""
    called = next((str(row[f"{one}_{lang}"]) for one in NAMES if row.get(f"{one}_{lang}")), "")
    called = called or next((str(row[f"{one}_zh"]) for one in NAMES if row.get(f"{one}_zh")), "")
    return " · ".join(filter(None, (called[:60], " ".join(str(row[one]) for one in table.key))))


def _told(row: Mapping[str, Any], table: Table) -> dict[str, str]:
    """The cells of a row as they stand in a file."""
    found = {field.name: cell_text(row[field.name]) for field in table.fields}
    shape = row.get(GEOMETRY)
    if table.is_geojson and shape is not None and shape.geom_type == "Point":
        found[GEOMETRY] = f"{shape.x:.6f}, {shape.y:.6f}"
    return found


def _cells(view: View, words: Words, table: Table, row: Mapping[str, Any] | None) -> dict[str, str]:
    """A widget for each field, and what it holds."""
    before = _told(row, table) if row is not None else {}
    mark = " ".join(str(row[one]) for one in table.key) if row is not None else "new"
    found = {}
    for field in table.fields:
        if field.name == "id" or (row is not None and field.name in table.key):
            continue
        key = f"rows/{table.name}/{mark}/{field.name}"
        found[field.name] = _widget(view, words, table, field, before.get(field.name, ""), key)
    if table.is_geojson and (row is None or row[GEOMETRY] is None or GEOMETRY in before):
        found[GEOMETRY] = st.text_input(
            words("rows-position"), before.get(GEOMETRY, ""), key=f"rows/{table.name}/{mark}/{GEOMETRY}",
            help=words("rows-position-help"),
        ).strip()  # fmt: skip
    return found


def _widget(view: View, words: Words, table: Table, field: Field, value: str, key: str) -> str:
    label = (field.title_en if words.lang == "en" else field.title_zh) or field.title_zh or field.name
    label += " *" if field.required and not field.name.endswith("_en") else ""
    target = next((one.table for one in table.references if one.field == field.name), "")
    options = _options(view, words, target) if target else {code: code for code in field.enum}
    if field.type == "boolean":
        options = {"true": words("yes"), "false": words("no")}
    if options and field.type != "array":
        codes = ["", *options]
        at = codes.index(value) if value in codes else 0
        picked = st.selectbox(label, codes, index=at, key=key, format_func=lambda one: options.get(one, "–"))
        # Never cut short in silence: a value that is no option of ours stays as it is.
        return picked if picked or value in codes else value
    if field.items:
        known = _options(view, words, field.items)
        held = [one for one in value.split(field.separator or ";") if one in known]
        return ";".join(st.multiselect(label, list(known), held, key=key, format_func=known.__getitem__))
    if field.is_prose and not field.is_name:
        return st.text_area(label, value, key=key, max_chars=field.longest, height=68).strip()
    hint = words("rows-list") if field.type == "array" else None
    return st.text_input(label, value, key=key, max_chars=field.longest, help=hint).strip()


def _options(view: View, words: Words, target: str) -> dict[str, str]:
    """The keys of a table that a field may name, in words."""
    if target.startswith(CODELIST):
        return dict(view.register.titles(target.removeprefix(CODELIST), words.lang))
    table = view.register.dictionary.tables[target]
    frame = view.register[target]
    return {str(row["id"]): _named(row, table, words.lang) for _, row in frame.iterrows()}


def _send(
    view: View, words: Words, who: Visitor, table: Table, row: Mapping[str, Any] | None, agency: str,
    changed: dict[str, str], before: Mapping[str, str], why: str,
) -> None:  # fmt: skip
    values = dict(changed)
    if GEOMETRY in values and (point := _point(values[GEOMETRY])) is None:
        notice(words("rows-no-position"))
        return
    elif GEOMETRY in values:
        values[GEOMETRY] = point or ""
    if row is None:
        draft = Draft(Kind.ADD, agency, table.name, values=values, text=why, version=view.version)
    else:
        key = tuple(str(row[one]) for one in table.key)
        seen = {name: before.get(name, "") for name in changed if name != GEOMETRY}
        draft = Draft(Kind.CHANGE, agency, table.name, key, values, text=why, version=view.version, seen=seen)
    reason, faults = told.say(who, [draft])
    if not reason:
        st.toast(words("proposed-now"))
        return
    notice(reason.in_(words.lang))
    for fault in faults:
        notice(_fault(fault, table, words))


def _fault(fault: Fault, table: Table, words: Words) -> str:
    field = next((one for one in table.fields if one.name == fault.field), None)
    title = (field.title_en if words.lang == "en" else field.title_zh) if field else fault.field
    return f"{words.pair(title or fault.field, fault.found.in_(words.lang))} → {fault.expected.in_(words.lang)}"


def _point(told_as: str) -> str | None:
    """A position as GeoJSON (WGS 84); an empty text for none, None for what is no position."""
    if not told_as:
        return ""
    parts = told_as.replace("\uff0c", ",").split(",")
    try:
        lon, lat = (float(part) for part in parts)
    except ValueError:
        return None
    return json.dumps({"type": "Point", "coordinates": [round(lon, 6), round(lat, 6)]})
