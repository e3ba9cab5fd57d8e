"""The features of an extract as one frame, for the formats that hold one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa

from outputs.extract import Extract
from outputs.fields import tables

LAYER = "features"
_COLUMNS: Mapping[str, Callable[[list[Any]], pd.Series]] = {
    "string": lambda cells: pd.Series(cells, dtype="str"),
    "integer": lambda cells: pd.Series(cells, dtype="Int64"),
    "number": lambda cells: pd.Series(cells, dtype="float64"),
    "boolean": lambda cells: pd.Series(cells, dtype="boolean"),
    "date": lambda cells: pd.Series(cells, dtype=pd.ArrowDtype(pa.date32())),
}


def about(extract: Extract, frame: gpd.GeoDataFrame, crs: str) -> dict[str, str]:
    """What a file with these features of `extract`, already `within` `crs`, says of itself."""
    placed = int(frame.geometry.notna().sum())
    counts = {"features": placed} | ({"unplaced": len(frame) - placed} if placed < len(frame) else {})
    return extract.said(counts, crs)


def typed(frame: gpd.GeoDataFrame, dates: bool = True) -> gpd.GeoDataFrame:
    """The frame with the types of the dictionary; dates as texts where the format has none."""
    columns: dict[str, pd.Series] = {}
    for field in tables()["features"].fields:
        cells = frame[field.name].to_list()
        if field.type == "date" and not dates:
            columns[field.name] = _COLUMNS["string"]([None if cell is None else cell.isoformat() for cell in cells])
        else:
            columns[field.name] = _COLUMNS[field.type](cells)
    return gpd.GeoDataFrame(columns, geometry=frame.geometry.to_list(), crs=frame.crs)
