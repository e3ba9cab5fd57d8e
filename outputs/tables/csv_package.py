"""CSV files in a Frictionless data package."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from geodata.files import replacing, zipped
from geodata.place import STORAGE_CRS
from outputs.answers import answer_tables
from outputs.coordinates import NAMES, coordinates, titles
from outputs.escape import guarded
from outputs.extract import Extract
from outputs.fields import OutputField, tables
from outputs.wording import table_of
from outputs.words import words

UNLISTED = {"features.part_of", "measures.article_code", "measures.document_code", "control-points.source"}
"""Codes of rows that the same filter need not list."""


def write_csv(path: Path, extract: Extract, crs: str | None = None) -> None:
    """A ZIP of a Frictionless data package: `datapackage.json` and one CSV file a table and codelist.

    UTF-8 with a byte-order mark; codes stay codes; dates are ISO texts, true and false for
    booleans, empty for nothing. Texts that a spreadsheet might run as formulas have an
    apostrophe in front. `features` has a point on each in degrees and metres (see `outputs.coordinates`), and its
    geometry as WKT, degrees, lon/lat; each answer is a resource of its own and has its shapes as WKT too.
    Raises ValueError for a `crs` other than EPSG:4326.
    """
    if crs not in (None, STORAGE_CRS):
        raise ValueError(f"the CSV package holds {STORAGE_CRS}, not {crs}; pick another format for metres")
    names = [name for name in tables() if name != "unplaced"]
    members, resources = {}, []
    for name in names:
        table, frame = tables()[name], table_of(extract, name)
        header = [field.name for field in table.fields]
        fields = [_field(field, extract.lang) for field in table.fields]
        rows = frame[header].to_numpy().tolist()
        if name == "features":
            shapes, metric = frame["geometry"], extract.place.metric_crs
            called = zip(NAMES, titles(metric, extract.lang), strict=True)
            fields += [{"name": each, "type": "number", "title": title} for each, title in called]
            fields.append(_wkt(extract))
            points = coordinates(shapes, metric)
            rows = [[*row, *point, shape and shape.wkt] for row, point, shape in zip(rows, points, shapes, strict=True)]
        members[f"{name}.csv"] = csv_bytes([field["name"] for field in fields], rows)
        keys = [
            {"fields": field.name, "reference": {"resource": f"codelist-{field.codelist}", "fields": "code"}}
            for field in table.fields
            if field.codelist and not field.is_list and not field.words_of
        ] + [
            {"fields": field.name, "reference": {"resource": field.of, "fields": tables()[field.of].key}}
            for field in table.fields
            if field.of and not field.is_list and f"{name}.{field.name}" not in UNLISTED
        ]
        schema = {"fields": fields, "primaryKey": table.key, "foreignKeys": keys}
        resources.append(_resource(name, f"{name}.csv", table.title(extract.lang), schema))
    for each in answer_tables(extract):
        name = f"{each.table.name}.csv"
        fields = [*(_field(field, extract.lang) for field in each.table.fields), _wkt(extract)]
        cells = pd.DataFrame(each.frame.drop(columns="geometry")).to_numpy().tolist()
        rows = [[*row, shape and shape.wkt] for row, shape in zip(cells, each.frame.geometry, strict=True)]
        members[name] = csv_bytes([field["name"] for field in fields], rows)
        schema = {"fields": fields, "primaryKey": each.table.key}
        found = _resource(each.table.name, name, each.table.title(extract.lang), schema)
        resources.append({**found, "description": each.headline})
    for name in sorted({field.codelist for table in names for field in tables()[table].fields if field.codelist}):
        frame = extract.codes[name].reset_index()
        header = ["code", "title_zh", "title_en"]
        members[f"codelists/{name}.csv"] = csv_bytes(header, frame[header].to_numpy().tolist())
        schema = {"fields": [{"name": key, "type": "string"} for key in header], "primaryKey": "code"}
        resources.append(_resource(f"codelist-{name}", f"codelists/{name}.csv", name, schema))
    said = extract.said(extract.count(*names, "unplaced"), STORAGE_CRS)
    package = {
        "name": "guantu",
        "title": extract.title,
        "description": "\n".join([*extract.lines(said), words("guard", extract.lang)]),
        "licenses": [asdict(licence) for licence in extract.licences],
        "resources": resources,
    }
    text = json.dumps(package, ensure_ascii=False, indent=1).encode()
    with replacing(path) as fresh:
        fresh.write_bytes(zipped({"datapackage.json": text, **members}))


def _resource(name: str, path: str, title: str, schema: dict[str, Any]) -> dict[str, Any]:
    kind = {
        "type": "table",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "profile": "tabular-data-resource",
    }
    return {"name": name, "path": path, "title": title, **kind, "schema": schema}


def _wkt(extract: Extract) -> dict[str, Any]:
    return {"name": "wkt", "type": "string", "title": words("wkt", extract.lang)}


def _field(field: OutputField, lang: str) -> dict[str, Any]:
    return {"name": field.name, "type": field.type, "title": field.title(lang)}


def csv_bytes(header: Iterable[str], rows: Iterable[Iterable[Any]]) -> bytes:
    """Rows as CSV, UTF-8 with a byte-order mark; no cell starts a formula."""
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
