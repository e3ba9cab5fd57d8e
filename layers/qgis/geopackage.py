"""The GeoPackage: layers, tables, keys, titles of columns, styles and the embedded project."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyogrio

from geodata.outputs import Content, replacing
from layers.qgis.plan import POINT, STORAGE, Layer, Plan, make_plan
from layers.qgis.style import qml, styles

GEOMETRY = "geom"
_DTYPES = {
    "string": pd.ArrowDtype(pa.string()),
    "integer": pd.ArrowDtype(pa.int64()),
    "number": pd.ArrowDtype(pa.float64()),
    "boolean": pd.ArrowDtype(pa.bool_()),
    "date": pd.ArrowDtype(pa.date32()),
}


def write_geopackage(path: Path, content: Content, crs: str, styled: bool = True) -> None:
    """Write `content` as a GeoPackage 1.3 at `path`, geometries in `crs` (one of `STORAGE`).

    The same content gives the same bytes. With `styled` the file also holds the QGIS styles
    that a layer takes when it is opened alone. Nothing is left at `path` when it fails;
    ValueError for another `crs` or a geometry that is neither point, line nor polygon.
    """
    plan = make_plan(content)
    with replacing(path, ".gpkg") as unfinished:
        fill(unfinished, plan, crs, styled=styled)


def fill(path: Path, plan: Plan, crs: str, *, styled: bool) -> None:
    """Write the layers to a new GeoPackage at `path`; see `write_geopackage`."""
    if crs not in STORAGE:
        raise ValueError(f"a GeoPackage is stored in {', '.join(STORAGE)}, not in {crs!r}")
    content, layers = plan.content, plan.layers
    said = plan.said(crs)
    about = pd.DataFrame({"label": list(said), "value": list(said.values())}, dtype=_DTYPES["string"])
    for layer in layers:
        _write(path, layer, crs)
    _append(about, path, "about")
    with _editing(path, content.as_of) as base:
        for layer in layers:
            for column in _unique(layer):
                base.execute(f'CREATE UNIQUE INDEX "{layer.name}_{column}" ON "{layer.name}" ("{column}")')
        _title_columns(base, content, layers)
        if styled:
            _add_styles(base, plan)


def embed(path: Path, project: bytes, name: str, as_of: date) -> None:
    """Put a .qgz into the GeoPackage, where QGIS finds it as the project `name`."""
    metadata = json.dumps({"last_modified_time": f"{as_of}T00:00:00", "last_modified_user": ""})
    with _editing(path, as_of) as base:
        _run(base, "projects.sql")
        base.execute("INSERT INTO qgis_projects VALUES (?, ?, ?)", (name, metadata, project.hex()))


def _unique(layer: Layer) -> list[str]:
    """Columns without a value twice: the key, and the stable id where there is one."""
    return [name for name in dict.fromkeys(("uid", layer.table.key)) if name in layer.columns]


def _write(path: Path, layer: Layer, crs: str) -> None:
    fields = layer.table.fields
    plain = pd.DataFrame(layer.frame[[field.name for field in fields]])
    # No code is no value: an empty text would stand in the lists of a form as a code of its own.
    for name in (field.name for field in fields if field.codelist):
        plain[name] = plain[name].where(plain[name] != "", None)
    typed = plain.astype({field.name: _DTYPES[field.type] for field in fields}).reset_index(drop=True)
    more: dict[str, Any] = {}
    if layer.kind:
        shapes = layer.frame.geometry.reset_index(drop=True).to_crs(crs)
        single = layer.kind == POINT and not shapes.geom_type.str.startswith("Multi").any()
        geometry_type = shapes.geom_type.iloc[0].removeprefix("Multi")
        more = {"geometry_type": geometry_type if single else f"Multi{geometry_type}", "promote_to_multi": not single}
        more |= {"GEOMETRY_NAME": GEOMETRY}
        typed = gpd.GeoDataFrame(typed, geometry=shapes)
    _append(typed, path, layer.name, **more)


def _append(frame: pd.DataFrame, path: Path, name: str, **more: Any) -> None:
    """Write a table; only by way of Arrow do dates become dates, and QGIS 3.22 warns of a newer GeoPackage."""
    append = path.exists()
    pyogrio.write_dataframe(
        frame, path, layer=name, driver="GPKG", use_arrow=True, append=append, VERSION="1.3", **more
    )


@contextmanager
def _editing(path: Path, as_of: date) -> Iterator[sqlite3.Connection]:
    """The file as a database; afterwards every date of change is the day of the content and no page is spare."""
    with closing(sqlite3.connect(path)) as base:
        yield base
        base.execute("UPDATE gpkg_contents SET last_change = ?", (f"{as_of}T00:00:00.000Z",))
        base.commit()
        base.execute("VACUUM")


def _run(base: sqlite3.Connection, script: str) -> None:
    base.executescript(Path(__file__).with_name(script).read_text(encoding="utf-8"))


def _title_columns(base: sqlite3.Connection, content: Content, layers: Iterable[Layer]) -> None:
    """Titles for programs that read the file without our styles."""
    _run(base, "columns.sql")
    rows = [(layer.name, field.name, field.title(content.lang)) for layer in layers for field in layer.table.fields]
    base.executemany("INSERT INTO gpkg_data_columns (table_name, column_name, title) VALUES (?, ?, ?)", rows)


def _add_styles(base: sqlite3.Connection, plan: Plan) -> None:
    _run(base, "styles.sql")
    columns = "f_table_name, f_geometry_column, styleName, styleQML, useAsDefault, description, update_time"
    words, day = plan.words("styled-by"), f"{plan.content.as_of}T00:00:00.000Z"
    for layer in plan.layers:
        # The style by agency belongs to the project: many styles in one file are not found by newer QGIS.
        for place, style in enumerate(styles(layer, plan)[:2]):
            look = qml(layer, style, plan).decode()
            row = (layer.name, GEOMETRY if layer.kind else "", style.name, look, int(place == 0), words, day)
            base.execute(f"INSERT INTO layer_styles ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?)", row)
