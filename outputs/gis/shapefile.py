"""Shapefiles for desks and portals that take nothing else: one a theme and kind of geometry, with a dictionary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import pyarrow as pa
import pyogrio
import shapely

from geodata.files import replacing, zipped
from outputs.extract import Extract
from outputs.fields import OutputField, OutputTable, tables
from outputs.gis.parts import TEXTS, settings
from outputs.gis.qgis.plan import POINT, Layer, make_plan
from outputs.gis.sld import has_sld, sld
from outputs.tables.csv_package import csv_bytes
from outputs.wording import spoken
from outputs.words import words

TEXT_BYTES = 254
"""Of a text in a table of the format (dBASE), here as UTF-8."""
NAME_LETTERS = 10
"""Of the name of a column."""
_MARK = "…"
_TYPES = {"integer": pa.int64(), "number": pa.float64(), "date": pa.date32()}
_CODE = "_c"
"""Ends the name of a column of codes; the one without it has their titles."""


@dataclass(frozen=True)
class Column:
    """A column of a shapefile."""

    name: str
    """At most `NAME_LETTERS` ASCII characters."""
    field: OutputField
    is_code: bool = False
    """Whether it holds the codes of its field, not what they are called."""


@dataclass(frozen=True)
class Cut:
    """A text that was too long for its column."""

    layer: str
    code: str
    column: str
    text: str


def columns(table: OutputTable) -> tuple[Column, ...]:
    """The columns of every shapefile with the rows of a table: coded ones twice."""
    found: list[Column] = []
    short = settings()["shapefile"]["names"]
    for field in table.fields:
        name = short.get(field.name, field.name)
        found.append(Column(name, field))
        if field.codelist:
            found.append(Column(f"{name}{_CODE}", field, is_code=True))
    return tuple(found)


def write_shapefile(path: Path, extract: Extract, crs: str | None = None) -> None:
    """A ZIP of shapefiles in UTF-8 (.cpg), x (east) before y (north) in `crs` (the usual one of the place if None).

    One shapefile a theme or answer and kind of geometry, named as the layers of the GeoPackage, each with a style
    (.sld). Rows of answers that are nowhere are CSV files, `fields_` and the name of an answer is its dictionary. Texts
    and titles of codes are in the language of the extract, the codes beside them; dates are dates; yes and no are
    words. `fields.csv` is the dictionary of the short names. Texts longer than `TEXT_BYTES` end with an ellipsis and
    stand in full in `cut.csv`; features without a position, or far outside the area of `crs`, are in `unplaced.csv`.
    The note counts both. The same extract gives the same bytes.
    """
    crs = crs or extract.place.file_crs[0]
    extract = extract.within(crs)
    plan, cut, members = make_plan(extract), list[Cut](), dict[str, bytes]()
    layers = [layer for layer in plan.layers if has_sld(layer)]
    with TemporaryDirectory(prefix="guantu-") as folder:
        for layer in layers:
            _write(Path(folder) / f"{layer.name}.shp", extract, layer, crs, cut)
            codes = {column.field.name: column.name for column in columns(layer.table) if column.is_code}
            (Path(folder) / f"{layer.name}.sld").write_bytes(sld(layer, plan, codes))
        members |= {file.name: file.read_bytes() for file in sorted(Path(folder).iterdir())}
    beside = {"fields.csv": _dictionary(extract, tables()["features"])}
    unplaced = spoken(extract, extract.tables["unplaced"], "unplaced")
    if len(unplaced):
        beside["unplaced.csv"] = _table(extract, tables()["features"], unplaced)
    answers = [layer for layer in plan.layers if layer.is_answer]
    for layer in answers:
        beside[f"fields_{layer.table.name}.csv"] = _dictionary(extract, layer.table)
        if not layer.kind:
            beside[f"{layer.name}.csv"] = _table(extract, layer.table, layer.frame)
    if cut:
        head = [words(f"cut-{key}", extract.lang) for key in ("layer", "code", "column", "text")]
        beside["cut.csv"] = csv_bytes(head, [[each.layer, each.code, each.column, each.text] for each in cut])
    note = _note(extract, [*layers, *(layer for layer in answers if not layer.kind)], crs, len(cut))
    with replacing(path) as fresh:
        fresh.write_bytes(zipped({"README.txt": note.encode("utf-8-sig"), **beside, **members}))


def _write(path: Path, extract: Extract, layer: Layer, crs: str, cut: list[Cut]) -> None:
    shapes = layer.frame.geometry.to_crs(crs).to_numpy()
    if layer.kind == POINT and shapely.get_type_id(shapes).any():
        # Points and sets of them do not go into one file.
        parts, owner = shapely.get_parts(shapes, return_index=True)
        shapes = shapely.multipoints(parts, indices=owner)
    arrays = {column.name: _cells(extract, layer, column, cut) for column in columns(layer.table)}
    kind = {"point": "Point", "line": "LineString", "polygon": "Polygon"}[layer.kind]
    pyogrio.write_arrow(
        pa.table({**arrays, "geometry": pa.array(shapely.to_wkb(shapes), pa.binary())}),
        path,
        driver="ESRI Shapefile",
        geometry_name="geometry",
        geometry_type=f"Multi{kind}" if layer.kind == POINT and shapely.get_type_id(shapes).any() else kind,
        crs=crs,
        ENCODING="UTF-8",
        # Columns as wide as what is in them; and not the day on which the file was written.
        RESIZE="YES",
        DBF_DATE_LAST_UPDATE=extract.as_of.isoformat(),
    )


def _cells(extract: Extract, layer: Layer, column: Column, cut: list[Cut]) -> pa.Array:
    values = layer.frame[column.field.name].to_list()
    if kind := _TYPES.get(column.field.type):
        return pa.array(values, kind, from_pandas=True)
    found = []
    for code, value in zip(layer.frame[layer.table.key], _said(extract, column, values), strict=True):
        short = _fitting(value)
        if short != value:
            cut.append(Cut(layer.name, str(code), column.name, value))
        found.append(short)
    return pa.array(found, pa.string())


def _said(extract: Extract, column: Column, values: Sequence[Any]) -> Iterator[Any]:
    """Values as a reader wants them: titles of codes, yes and no."""
    titles = extract.titles(column.field.codelist) if column.field.codelist and not column.is_code else {}
    for value in values:
        if isinstance(value, bool):
            yield words("yes" if value else "no", extract.lang)
        elif isinstance(value, str):
            # A lone half of a character is none, and no file holds it.
            yield titles.get(value, value).encode(errors="replace").decode()
        else:
            yield "" if value is None else value


def _fitting(text: str) -> str:
    """A text that a column holds, cut between two characters."""
    data = text.encode()
    if len(data) <= TEXT_BYTES:
        return text
    return data[: TEXT_BYTES - len(_MARK.encode())].decode(errors="ignore") + _MARK


def _table(extract: Extract, table: OutputTable, frame: pd.DataFrame) -> bytes:
    """Rows as CSV, in the columns of the shapefiles."""
    cells = [_said(extract, column, frame[column.field.name].to_list()) for column in columns(table)]
    return csv_bytes([column.name for column in columns(table)], zip(*cells, strict=True))


def _dictionary(extract: Extract, table: OutputTable) -> bytes:
    """What each short name stands for: full name, title, type, unit, codelist."""
    lang, units = extract.lang, settings()["shapefile"]["units"]
    head = [words(f"dictionary-{key}", lang) for key in ("short", "name", "title", "type", "unit", "codelist")]
    rows = []
    for column in columns(table):
        field, title = column.field, column.field.title(lang)
        kind = "string" if field.type == "boolean" else field.type
        title = words("of-codes", lang, title=title) if column.is_code else title
        rows.append([column.name, field.name, title, kind, units.get(field.name, ""), field.codelist])
    return csv_bytes(head, rows)


def _note(extract: Extract, layers: Sequence[Layer], crs: str, cut: int) -> str:
    """How to read the files, which there are, and what the extract says of itself."""
    lang = extract.lang
    unplaced = extract.count("unplaced")["unplaced"]
    files = [f"  {layer.name}.{'shp' if layer.kind else 'csv'}  {layer.title}  {len(layer.frame)}" for layer in layers]
    parts = [extract.title, TEXTS("shapefile-note", lang).strip()]
    parts += [TEXTS("shapefile-cut", lang, n=cut), TEXTS("shapefile-unplaced", lang, n=unplaced)]
    parts += [TEXTS("shapefile-layers", lang), *files, ""]
    parts += extract.lines(extract.said(extract.count("features", "unplaced"), crs))
    return "\r\n".join("\n".join(parts).splitlines()) + "\r\n"
