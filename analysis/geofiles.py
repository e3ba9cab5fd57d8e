"""Files of features for other geographic software: GeoJSON, GeoParquet, FlatGeobuf."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely
from numpy.typing import NDArray
from shapely.geometry import mapping

from geodata.outputs import Content, replacing, tables
from geodata.positions import STORAGE_CRS, outside_area

LAYER = "features"
DIGITS = 6
"""Decimals of a degree that are written: about 0.1 m."""
_COLUMNS: Mapping[str, Callable[[list[Any]], pd.Series]] = {
    "string": lambda cells: pd.Series(cells, dtype="str"),
    "integer": lambda cells: pd.Series(cells, dtype="Int64"),
    "number": lambda cells: pd.Series(cells, dtype="float64"),
    "boolean": lambda cells: pd.Series(cells, dtype="boolean"),
    "date": lambda cells: pd.Series(cells, dtype=pd.ArrowDtype(pa.date32())),
}


def all_features(content: Content, unplaced: bool = True) -> gpd.GeoDataFrame:
    """The features that the filter keeps in one frame, in the order of the themes, without background; EPSG:4326.

    Columns: the output table `features`, then geometry. Features without a position come
    last, with geometry None, or not at all.
    """
    names = [field.name for field in tables()["features"].fields]
    layers = [layer[~layer["background"].astype(bool)] for layer in content.layers.values()]
    frames = [pd.DataFrame(layer[names]) for layer in layers]
    shapes = [shape for layer in layers for shape in layer.geometry]
    if unplaced:
        frames.append(content.tables["unplaced"][names])
        shapes += [None] * len(content.tables["unplaced"])
    rows = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=names, dtype=object)
    return gpd.GeoDataFrame(rows, geometry=shapes, crs=STORAGE_CRS)


def about(content: Content, frame: gpd.GeoDataFrame, crs: str) -> dict[str, str]:
    """What a file with these features (EPSG:4326) in `crs` says of itself."""
    placed = int(frame.geometry.notna().sum())
    counts = {"features": placed} | ({"unplaced": len(frame) - placed} if placed < len(frame) else {})
    return content.said(counts, crs, int(outside_area(frame.geometry, crs).sum()))


def write_geojson(path: Path, content: Content, crs: str | None = None) -> None:
    """One RFC 7946 FeatureCollection in WGS 84, lon/lat, 6 decimals, one feature a line.

    `id` is the code, `about` a foreign member. Features without a position have the
    geometry null. Raises ValueError for a `crs` other than EPSG:4326: the format has no other.
    """
    if crs not in (None, STORAGE_CRS):
        raise ValueError(f"GeoJSON (RFC 7946) is always {STORAGE_CRS}, not {crs}; pick another format for metres")
    frame = all_features(content)
    names = [field.name for field in tables()["features"].fields]
    features = [
        {
            "type": "Feature",
            "id": row["code"],
            "properties": {name: row[name] for name in names},
            "geometry": None if shape is None else _geojson(shape),
        }
        for row, shape in zip(frame[names].to_dict("records"), frame.geometry, strict=True)
    ]
    lines = ",\n".join(json.dumps(item, ensure_ascii=False, default=str, allow_nan=False) for item in features)
    said = json.dumps(about(content, frame, STORAGE_CRS), ensure_ascii=False)
    text = f'{{"type": "FeatureCollection", "about": {said}, "features": [\n{lines}\n]}}\n'
    with replacing(path) as fresh:
        fresh.write_text(text, encoding="utf-8", newline="\n")


def _geojson(shape: shapely.geometry.base.BaseGeometry) -> dict[str, Any]:
    def rounded(coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.round(coordinates, DIGITS)

    found: dict[str, Any] = mapping(shapely.orient_polygons(shapely.transform(shape, rounded)))
    return found


def write_geoparquet(path: Path, content: Content, crs: str | None = None) -> None:
    """One GeoParquet 1.1 table of all features; a column `theme` tells the layers apart.

    Coordinates are x (east) before y (north) in `crs` (EPSG:4326 if None). Features without
    a position have a null geometry. The file metadata holds `about` as JSON, label to value.
    """
    crs = crs or STORAGE_CRS
    features = all_features(content)
    frame = _typed(features).to_crs(crs)
    with replacing(path) as fresh:
        frame.to_parquet(fresh, index=False, schema_version="1.1.0")
        table = pq.read_table(fresh)
        said = json.dumps(about(content, features, crs), ensure_ascii=False).encode()
        # The columns carry their types themselves; what pandas adds names the versions of this machine.
        metadata = {key: value for key, value in table.schema.metadata.items() if key != b"pandas"}
        pq.write_table(table.replace_schema_metadata({**metadata, b"about": said}), fresh, compression="zstd")


def write_flatgeobuf(path: Path, content: Content, crs: str | None = None) -> None:
    """One FlatGeobuf layer of points and lines with a spatial index; a column `theme` tells the layers apart.

    Coordinates are x (east) before y (north) in `crs` (EPSG:4326 if None). The index holds
    no feature without a position: those are left out. It also decides the order of the
    rows. The format has no dates: they are texts, YYYY-MM-DD. Title and description of the
    layer are those of `about`.
    """
    crs = crs or STORAGE_CRS
    features = all_features(content, unplaced=False)
    frame = _typed(features, dates=False).to_crs(crs)
    lines = content.lines(about(content, features, crs))
    out = io.BytesIO()
    # In memory, for GDAL does not say that the disk was full when it closes the file.
    pyogrio.write_dataframe(
        frame,
        out,
        layer=LAYER,
        driver="FlatGeobuf",
        geometry_type="Unknown",
        use_arrow=True,
        layer_options={"TITLE": content.title, "DESCRIPTION": "\n".join(lines)},
    )
    with replacing(path) as fresh:
        fresh.write_bytes(out.getbuffer())


def _typed(frame: gpd.GeoDataFrame, dates: bool = True) -> gpd.GeoDataFrame:
    """The frame with the types of the dictionary; dates as texts where the format has none."""
    columns: dict[str, pd.Series] = {}
    for field in tables()["features"].fields:
        cells = frame[field.name].to_list()
        if field.type == "date" and not dates:
            columns[field.name] = _COLUMNS["string"]([None if cell is None else cell.isoformat() for cell in cells])
        else:
            columns[field.name] = _COLUMNS[field.type](cells)
    return gpd.GeoDataFrame(columns, geometry=frame.geometry.to_list(), crs=frame.crs)
