"""The features of an extract, or the answer that it holds, as one frame, for the formats that hold one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa

from outputs.answers import answer_tables
from outputs.extract import Extract
from outputs.fields import OutputTable, tables
from outputs.wording import all_features

_COLUMNS: Mapping[str, Callable[[list[Any]], pd.Series]] = {
    "string": lambda cells: pd.Series(cells, dtype="str"),
    "integer": lambda cells: pd.Series(cells, dtype="Int64"),
    "number": lambda cells: pd.Series(cells, dtype="float64"),
    "boolean": lambda cells: pd.Series(cells, dtype="boolean"),
    "date": lambda cells: pd.Series(cells, dtype=pd.ArrowDtype(pa.date32())),
}


def the_table(extract: Extract, unplaced: bool = True) -> tuple[OutputTable, gpd.GeoDataFrame]:
    """The one table of a file with its rows in words (EPSG:4326): the first answer where there is one, with all its
    rows, else all features, those without a position on demand."""
    for each in answer_tables(extract):
        return each.table, each.frame
    return tables()["features"], all_features(extract, unplaced)


def about(extract: Extract, frame: gpd.GeoDataFrame, crs: str) -> dict[str, str]:
    """What a file with these rows of `extract`, already `within` `crs`, says of itself."""
    if extract.answers:
        return extract.said({}, crs)
    placed = int(frame.geometry.notna().sum())
    counts = {"features": placed} | ({"unplaced": len(frame) - placed} if placed < len(frame) else {})
    return extract.said(counts, crs)


def typed(frame: gpd.GeoDataFrame, table: OutputTable, dates: bool = True) -> gpd.GeoDataFrame:
    """The frame of `table` with the types of the dictionary; dates as texts where the format has none."""
    columns: dict[str, pd.Series] = {}
    for field in table.fields:
        cells = frame[field.name].to_list()
        if field.type == "date" and not dates:
            columns[field.name] = _COLUMNS["string"]([None if cell is None else cell.isoformat() for cell in cells])
        else:
            columns[field.name] = _COLUMNS[field.type](cells)
    return gpd.GeoDataFrame(columns, geometry=frame.geometry.to_list(), crs=frame.crs)
