"""The GeoPackage: layers, tables, keys, titles of columns, styles and the embedded project."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from threading import Lock
from typing import Any

import pyarrow as pa
import pyogrio
import shapely

from geodata.files import replacing
from outputs.extract import Extract
from outputs.gis.qgis.atlas import PAGE_ROWS, PAGES, pages_table, rows_table
from outputs.gis.qgis.forms import LINKS
from outputs.gis.qgis.plan import LINE, POINT, POLYGON, PROJECT, Layer, Plan, make_plan
from outputs.gis.qgis.sheets import Sheets
from outputs.gis.qgis.style import qml, styles
from outputs.gis.sld import has_sld, sld

GEOMETRY = "geom"
_TURN = Lock()
_TYPES = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
}
_MULTI = {POINT: shapely.multipoints, LINE: shapely.multilinestrings, POLYGON: shapely.multipolygons}


def write_geopackage(path: Path, extract: Extract, crs: str | None = None, styled: bool = True) -> None:
    """Write `extract` as a GeoPackage 1.3 at `path`, geometries in `crs` (one of `Place.file_crs`).

    The same extract gives the same bytes. With `styled` the file also holds the QGIS styles
    that a layer takes when it is opened alone. Features far outside the area of `crs` have
    no position in it. Nothing is left at `path` when it fails;
    ValueError for another `crs` or a geometry that is neither point, line nor polygon.
    """
    crs = crs or extract.place.file_crs[0]
    plan = make_plan(extract.within(crs))
    with replacing(path, ".gpkg") as unfinished:
        fill(unfinished, plan, crs, styled=styled)


def fill(path: Path, plan: Plan, crs: str, *, styled: bool, project: bytes = b"", sheets: Sheets | None = None) -> None:
    """Write the layers to a new GeoPackage at `path`; see `write_geopackage`.

    A `project` (the bytes of a .qgz) is put where QGIS finds it in the file, and beside the layers what the atlas
    of its `sheets` needs.
    """
    extract, layers = plan.extract, plan.layers
    if crs not in extract.place.file_crs:
        raise ValueError(f"a GeoPackage is stored in {', '.join(extract.place.file_crs)}, not in {crs!r}")
    said = plan.said(crs)
    about = pa.table({"label": list(said), "value": list(said.values())})
    with _unsynchronised():
        for layer in layers:
            _write(path, layer, crs)
        _append(about, path, "about")
        if sheets is not None and sheets.pages:
            _write_pages(path, plan, sheets)
    with _editing(path, extract.as_of) as base:
        for layer in layers:
            for columns in _unique(layer):
                named = ", ".join(f'"{column}"' for column in columns)
                base.execute(f'CREATE UNIQUE INDEX "{layer.name}_{"_".join(columns)}" ON "{layer.name}" ({named})')
        _title_columns(base, extract, layers)
        if styled:
            _add_styles(base, plan)
        if project:
            _embed(base, project, extract.as_of)


def _embed(base: sqlite3.Connection, project: bytes, as_of: date) -> None:
    metadata = json.dumps({"last_modified_time": f"{as_of}T00:00:00", "last_modified_user": ""})
    _run(base, "projects.sql")
    base.execute("INSERT INTO qgis_projects VALUES (?, ?, ?)", (Path(PROJECT).stem, metadata, project.hex()))


@contextmanager
def _unsynchronised() -> Iterator[None]:
    """GDAL need not wait for the disk: the file is not at its place yet, and a failure removes it.

    The option is the whole process's, so exports take turns: the last to end would else find it switched off
    by another one, and leave it so.
    """
    key = "OGR_SQLITE_SYNCHRONOUS"
    with _TURN:
        before = pyogrio.get_gdal_config_option(key)
        pyogrio.set_gdal_config_options({key: "OFF"})
        try:
            yield
        finally:
            pyogrio.set_gdal_config_options({key: before})


def _unique(layer: Layer) -> list[tuple[str, ...]]:
    """Columns without a value twice: the key, the stable id where there is one, and both ends of a link."""
    keys: list[tuple[str, ...]] = [(name,) for name in dict.fromkeys(("uid", layer.table.key)) if name in layer.columns]
    return [*keys, ("measure", "feature")] if layer.name == LINKS else keys


def _write(path: Path, layer: Layer, crs: str) -> None:
    columns = {}
    for field in layer.table.fields:
        cells = layer.frame[field.name]
        # No code is no value: an empty text would stand in the lists of a form as a code of its own.
        cells = [cell or None for cell in cells.to_list()] if field.codelist else cells
        columns[field.name] = pa.array(cells, _TYPES[field.type], from_pandas=True)
    more: dict[str, Any] = {}
    if layer.kind:
        shapes = layer.frame.geometry.to_crs(crs).to_numpy()
        if layer.kind != POINT or shapely.get_type_id(shapes).any():
            parts, owner = shapely.get_parts(shapes, return_index=True)
            shapes = _MULTI[layer.kind](parts, indices=owner)
        more = {"geometry_name": GEOMETRY, "GEOMETRY_NAME": GEOMETRY, "crs": crs}
        more["geometry_type"] = shapes[0].geom_type
        columns[GEOMETRY] = pa.array(shapely.to_wkb(shapes), pa.binary())
    _append(pa.table(columns), path, layer.name, **more)


def _write_pages(path: Path, plan: Plan, sheets: Sheets) -> None:
    pages, grounds = pages_table(sheets)
    # In metres: there they are rectangles of the shape of the map.
    more = {"geometry_name": GEOMETRY, "GEOMETRY_NAME": GEOMETRY, "crs": plan.working_crs, "geometry_type": "Polygon"}
    _append(pages.append_column(GEOMETRY, pa.array(shapely.to_wkb(grounds), pa.binary())), path, PAGES, **more)
    _append(rows_table(plan, sheets), path, PAGE_ROWS)


def _append(table: pa.Table, path: Path, name: str, **more: Any) -> None:
    """Write a table; only by way of Arrow do dates become dates, and QGIS 3.22 warns of a newer GeoPackage."""
    pyogrio.write_arrow(table, path, layer=name, driver="GPKG", append=path.exists(), VERSION="1.3", **more)


@contextmanager
def _editing(path: Path, as_of: date) -> Iterator[sqlite3.Connection]:
    """The file as a database; afterwards every date of change is the day of the extract and no page is spare."""
    with closing(sqlite3.connect(path)) as base:
        base.execute("PRAGMA synchronous = OFF")
        base.execute("PRAGMA journal_mode = MEMORY")
        yield base
        base.execute("UPDATE gpkg_contents SET last_change = ?", (f"{as_of}T00:00:00.000Z",))
        base.commit()
        base.execute("VACUUM")
    with path.open("r+b") as file:
        # How often the file was changed and for which change its header holds: how GDAL came to it is of no account.
        for place in (24, 92):
            file.seek(place)
            file.write((1).to_bytes(4, "big"))


def _run(base: sqlite3.Connection, script: str) -> None:
    base.executescript(Path(__file__).with_name(script).read_text(encoding="utf-8"))


def _title_columns(base: sqlite3.Connection, extract: Extract, layers: Iterable[Layer]) -> None:
    """Titles for programs that read the file without our styles."""
    _run(base, "columns.sql")
    rows = [(layer.name, field.name, field.title(extract.lang)) for layer in layers for field in layer.table.fields]
    base.executemany("INSERT INTO gpkg_data_columns (table_name, column_name, title) VALUES (?, ?, ?)", rows)


def _add_styles(base: sqlite3.Connection, plan: Plan) -> None:
    _run(base, "styles.sql")
    columns = "f_table_name, f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, update_time"
    words, day = plan.words("styled-by"), f"{plan.extract.as_of}T00:00:00.000Z"
    for layer in plan.layers:
        # The style by agency belongs to the project: many styles in one file are not found by newer QGIS.
        for place, style in enumerate(styles(layer, plan)[:2]):
            look = qml(layer, style, plan).decode()
            other = sld(layer, plan).decode() if has_sld(layer) and place == 0 else ""
            row = (layer.name, GEOMETRY if layer.kind else "", style.name, look, other, int(place == 0), words, day)
            base.execute(f"INSERT INTO layer_styles ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
