"""GeoJSON (RFC 7946) of the features of an extract, or of the answer that it holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import mapping

from geodata.files import replacing
from geodata.place import STORAGE_CRS
from outputs.extract import Extract
from outputs.gis.features import about, the_table

DIGITS = 6
"""Decimals of a degree that are written: about 0.1 m."""


def write_geojson(path: Path, extract: Extract, crs: str | None = None) -> None:
    """One RFC 7946 FeatureCollection in WGS 84, lon/lat, 6 decimals, one feature a line.

    `id` is the code, in an answer the number of the row, `about` a foreign member. Features without a position have the
    geometry null. Raises ValueError for a `crs` other than EPSG:4326: the format has no other.
    """
    if crs not in (None, STORAGE_CRS):
        raise ValueError(f"GeoJSON (RFC 7946) is always {STORAGE_CRS}, not {crs}; pick another format for metres")
    table, frame = the_table(extract)
    names = [field.name for field in table.fields]
    features = [
        {
            "type": "Feature",
            "id": row[table.key],
            "properties": {name: row[name] for name in names},
            "geometry": None if shape is None else _geojson(shape),
        }
        for row, shape in zip(frame[names].to_dict("records"), frame.geometry, strict=True)
    ]
    lines = ",\n".join(json.dumps(item, ensure_ascii=False, default=str, allow_nan=False) for item in features)
    said = json.dumps(about(extract, frame, STORAGE_CRS), ensure_ascii=False)
    text = f'{{"type": "FeatureCollection", "about": {said}, "features": [\n{lines}\n]}}\n'
    with replacing(path) as fresh:
        fresh.write_text(text, encoding="utf-8", newline="\n")


def _geojson(shape: shapely.geometry.base.BaseGeometry) -> dict[str, Any]:
    def rounded(coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.round(coordinates, DIGITS)

    found: dict[str, Any] = mapping(shapely.orient_polygons(shapely.transform(shape, rounded)))
    return found
