"""Tables on the terminal: aligned for reading, CSV, GeoJSON."""

from __future__ import annotations

import csv
import json
import os
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

import shapely

from analysis.spatial.questions import read_question
from geodata import Register
from geodata.text import catalogue
from outputs.about import about, labels
from outputs.escape import guarded
from outputs.extract import says
from outputs.products import Order, products
from outputs.words import TEXTS

_TEXTS = catalogue(__file__)


def typed(arguments: Sequence[str]) -> list[str]:
    """What was typed, also where the locale of the terminal takes UTF-8 for something else."""
    return [os.fsencode(each).decode("utf-8", "replace") for each in arguments]


def give_up() -> None:
    """Nothing more can be written: what is left in the buffer goes nowhere, and the end of the process is quiet."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)


def said(key: str, **values: Any) -> str:
    """A text of the terminal in both languages, one after the other."""
    text = _TEXTS[key].filled(**values)
    return f"{text.zh} {text.en}"


def progress(done: int, of: int) -> None:
    """How far a long work has come, on standard error."""
    print(f"\r{done} / {of}", end="\n" if done == of else "", file=sys.stderr, flush=True)


def about_lines(order: Order, counts: Mapping[str, int]) -> list[str]:
    """What the file of an order says of itself, a line a label, with what was asked for it."""
    view, lang = order.view, order.lang
    asked = [read_question(line, view.register).title(view.register).in_(lang) for line in order.asked]
    said = about(view, order.themes, order.map_number, lang) | {"asked": TEXTS("separator", lang).join(asked)}
    found = says(said, labels(lang), lang, counts)
    return [f"{label}{TEXTS('colon', lang)}{value}" for label, value in found.items()]


def which_format(out: Path | None, names: Sequence[str]) -> str:
    """Asks for a format: each that may be meant, or all of an extract, on a line of its own with what it is."""
    lines = [said("which-format", name=out.name) if out else said("no-name")]
    for name, product in products("extract").items():
        if name in names or not names:
            lines.append(f"  --format {name:<12}{' / '.join(dict.fromkeys((product.title.zh, product.title.en)))}")
    return "\n".join(lines)


def write_geojson(register: Register, found: list[dict[str, Any]]) -> None:
    """Features as a GeoJSON collection on standard output."""
    shapes = dict(zip(register.features["id"], register.features.geometry, strict=True))
    features = [
        {
            "type": "Feature",
            "id": row["id"],
            "properties": row,
            "geometry": None if shapes[row["id"]] is None else shapely.geometry.mapping(shapes[row["id"]]),
        }
        for row in found
    ]
    json.dump({"type": "FeatureCollection", "features": features}, sys.stdout, ensure_ascii=False)
    print()


def write_csv(found: list[dict[str, Any]], header: list[str], out: TextIO | None = None) -> None:
    """Rows as CSV, on standard output unless told otherwise; no cell starts a formula."""
    writer = csv.writer(out or sys.stdout, lineterminator="\n")
    writer.writerow(header)
    for row in found:
        writer.writerow([guarded(cell(value)) for value in row.values()])


def _named(row: Mapping[str, Any]) -> str:
    """A target by its words, evidence by its fact."""
    return str(next(row[name] for name in ("text", "event", "id") if name in row))


def cell(value: Any) -> str:
    """A value as it stands in a cell of CSV."""
    if value is None:
        return ""
    if isinstance(value, list):
        return ";".join(str(item) if not isinstance(item, dict) else _named(item) for item in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def write_table(found: list[dict[str, Any]], columns: list[str]) -> None:
    """Rows in aligned columns on standard output, their number on standard error."""
    lines = [columns, *([cell(row[name]) for name in columns] for row in found)]
    widths = [min(48, max(width(line[i]) for line in lines)) for i in range(len(columns))]
    for line in lines:
        print("  ".join(_pad(cell, wide) for cell, wide in zip(line, widths, strict=True)).rstrip())
    print(said("rows", n=len(found)), file=sys.stderr)


def width(text: str) -> int:
    """Columns on a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _pad(text: str, columns: int) -> str:
    while width(text) > columns:
        text = text[:-2] + "…"
    return text + " " * (columns - width(text))


def write_answer(found: list[dict[str, Any]], form: str, lang: str, shapes: Mapping[str, Any]) -> None:
    """The rows of an analysis: sentences with how sure each is, or the whole rows for a program."""
    if form == "json":
        json.dump(found, sys.stdout, ensure_ascii=False, indent=1, allow_nan=False)
        print()
    elif form == "geojson":
        json.dump(shapes, sys.stdout, ensure_ascii=False, allow_nan=False)
        print()
    elif form == "csv":
        write_csv(found, list(found[0]) if found else ["from", "to"])
    else:
        for row in found:
            print(sentence(row, lang))
        print(said("answers", n=len(found)), file=sys.stderr)


def sentence(row: Mapping[str, Any], lang: str) -> str:
    """An answer in a sentence, with how sure it is."""
    return f"{_sure(row, lang)}{row[f'sentence_{lang}']}"


def _sure(row: Mapping[str, Any], lang: str) -> str:
    """How sure an answer is, before its sentence; nothing where it counts only."""
    return f"[{_TEXTS('sure-' + row['sure'], lang)}] " if "sure" in row else ""
