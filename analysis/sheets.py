"""Tables for spreadsheets: one XLSX workbook, or CSV files in a Frictionless data package."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from analysis.geofiles import all_features
from analysis.words import words
from geodata.outputs import FORMULA, Content, OutputField, OutputTable, guarded, replacing, tables, zipped
from geodata.positions import STORAGE_CRS
from geodata.schema import CATALOG

SHEETS = ("measures", "features", "agencies", "events", "sources", "links")
REFERENCES = (
    ("links", "measure", "measures"),
    ("links", "feature", "features"),
    ("assignments", "agency", "agencies"),
    ("events", "feature", "features"),
    ("events", "source", "sources"),
)
"""Columns of the CSV files that hold codes of another file."""
LONGEST = 32767
"""Characters (UTF-16 units) that a cell of a spreadsheet holds."""
WIDEST = 48
STAMP = datetime(2000, 1, 1)
"""Creation time of every workbook: the same content gives the same bytes."""


def write_xlsx(path: Path, content: Content, crs: str | None = None) -> None:
    """A workbook: a cover that says what it is, then one sheet a table, placed and unplaced features together.

    Headers are field titles and codes are their titles, in the language of the content;
    dates and numbers are typed; no cell is a formula. It holds no coordinates: `crs` is
    not used. Texts that are longer than a cell are cut and end with an ellipsis.
    """
    out = io.BytesIO()
    # In memory, for the library has errors of its own for a disk that is full.
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"title": content.title, "created": STAMP})
        _cover(book, content)
        for name in SHEETS:
            _sheet(book, content, tables()[name])
    with replacing(path) as fresh:
        fresh.write_bytes(out.getbuffer())


def _table(content: Content, name: str) -> pd.DataFrame:
    if name == "history":
        return pd.DataFrame(content.history)
    return pd.DataFrame(all_features(content)) if name == "features" else content.tables[name]


def _cover(book: Any, content: Content) -> None:
    sheet = book.add_worksheet(words("cover", content.lang))
    label = book.add_format({"bold": True, "valign": "top"})
    value = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 90)
    for row, (key, text) in enumerate(content.said(content.count(*SHEETS, "unplaced")).items()):
        _text(sheet, row, 0, key, label, label)
        _text(sheet, row, 1, text, value, value)


def _sheet(book: Any, content: Content, table: OutputTable) -> None:
    sheet = book.add_worksheet(table.title(content.lang))
    base: dict[str, Any] = {"text_wrap": True, "valign": "top"}
    header = book.add_format(base | {"bold": True, "bottom": 1})
    plain, day = book.add_format(base), book.add_format(base | {"num_format": "yyyy-mm-dd"})
    quoted = book.add_format(base | {"quote_prefix": True})
    frame = _table(content, table.name)
    for column, field in enumerate(table.fields):
        titles = content.titles(field.codelist) if field.codelist else {}
        cells = [_spoken(cell, titles, content.lang) for cell in frame[field.name]]
        title = field.title(content.lang)
        _text(sheet, 0, column, title, header, header)
        sheet.set_column(column, column, _width([title, *map(str, cells)]))
        for row, cell in enumerate(cells, start=1):
            if isinstance(cell, date):
                sheet.write_datetime(row, column, cell, day)
            elif isinstance(cell, int | float):
                sheet.write_number(row, column, cell, plain)
            elif cell and field.name == "url" and cell.startswith(("http://", "https://")):
                sheet.write_url(row, column, cell, plain, cell)
            elif cell:
                _text(sheet, row, column, cell, plain, quoted)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, len(frame)), len(table.fields) - 1)
    sheet.set_landscape()
    sheet.repeat_rows(0)


def _spoken(cell: Any, titles: Mapping[str, str], lang: str) -> Any:
    """A cell as a reader expects it: the title of a code, yes or no; empty for nothing."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return words("yes" if cell else "no", lang)
    return titles.get(cell, cell)


def _text(sheet: Any, row: int, column: int, text: str, plain: Any, quoted: Any) -> None:
    if len(text.encode("utf-16-le")) > 2 * LONGEST:
        text = text.encode("utf-16-le")[: 2 * (LONGEST - 1)].decode("utf-16-le", "ignore") + "…"
    sheet.write_string(row, column, text, quoted if text.startswith(FORMULA) else plain)


def _width(texts: Iterable[str]) -> int:
    """A column width that shows nine cells in ten without a break; a Chinese character takes two."""
    widths = sorted(
        max(sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in line) for line in text.split("\n"))
        for text in texts
    )
    return min(WIDEST, max(8, widths[int(0.9 * (len(widths) - 1))] + 2))


def write_csv(path: Path, content: Content, crs: str | None = None) -> None:
    """A ZIP of a Frictionless data package: `datapackage.json` and one CSV file a table and codelist.

    UTF-8 with a byte-order mark; codes stay codes; dates are ISO texts, true and false for
    booleans, empty for nothing. Texts that a spreadsheet might run as formulas have an
    apostrophe in front. `features` has its geometry as WKT, degrees, lon/lat. Raises
    ValueError for a `crs` other than EPSG:4326.
    """
    if crs not in (None, STORAGE_CRS):
        raise ValueError(f"the CSV package holds {STORAGE_CRS}, not {crs}; pick another format for metres")
    names = [name for name in tables() if name in content.tables or name in ("features", "history")]
    names.remove("unplaced")
    members, resources = {}, []
    for name in names:
        table, frame = tables()[name], _table(content, name)
        header = [field.name for field in table.fields]
        fields = [_field(field, content.lang) for field in table.fields]
        rows = frame[header].to_numpy().tolist()
        if name == "features":
            fields.append({"name": "wkt", "type": "string", "title": words("wkt", content.lang)})
            rows = [[*row, shape and shape.wkt] for row, shape in zip(rows, frame["geometry"], strict=True)]
        members[f"{name}.csv"] = _csv([field["name"] for field in fields], rows)
        keys = [
            {"fields": field.name, "reference": {"resource": f"codelist-{field.codelist}", "fields": "code"}}
            for field in table.fields
            if field.codelist
        ] + [
            {"fields": field, "reference": {"resource": other, "fields": tables()[other].key}}
            for owner, field, other in REFERENCES
            if owner == name
        ]
        schema = {"fields": fields, "primaryKey": table.key, "foreignKeys": keys}
        resources.append(_resource(name, f"{name}.csv", table.title(content.lang), schema))
    for name in sorted({field.codelist for table in names for field in tables()[table].fields if field.codelist}):
        frame = content.codes[name].reset_index()
        header = ["code", "title_zh", "title_en"]
        members[f"codelists/{name}.csv"] = _csv(header, frame[header].to_numpy().tolist())
        schema = {"fields": [{"name": key, "type": "string"} for key in header], "primaryKey": "code"}
        resources.append(_resource(f"codelist-{name}", f"codelists/{name}.csv", name, schema))
    said = content.said(content.count(*names, "unplaced"), STORAGE_CRS)
    package = {
        "name": "guantu",
        "title": content.title,
        "description": "\n".join([*content.lines(said), words("guard", content.lang)]),
        "licenses": licences(),
        "resources": resources,
    }
    text = json.dumps(package, ensure_ascii=False, indent=1).encode()
    with replacing(path) as fresh:
        fresh.write_bytes(zipped({"datapackage.json": text, **members}))


def licences() -> list[dict[str, str]]:
    """The licences of the register, as its data dictionary states them: name, title, path."""
    package = json.loads((CATALOG / "datapackage.json").read_text(encoding="utf-8"))
    found: list[dict[str, str]] = package["licenses"]
    return found


def _resource(name: str, path: str, title: str, schema: dict[str, Any]) -> dict[str, Any]:
    kind = {
        "type": "table",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "profile": "tabular-data-resource",
    }
    return {"name": name, "path": path, "title": title, **kind, "schema": schema}


def _field(field: OutputField, lang: str) -> dict[str, Any]:
    return {"name": field.name, "type": field.type, "title": field.title(lang)}


def _csv(header: list[str], rows: Iterable[Iterable[Any]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _plain(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return guarded(cell) if isinstance(cell, str) else str(cell)
