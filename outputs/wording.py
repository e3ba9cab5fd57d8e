"""The data of an extract in words: names in place of ids where a column asks for them, lists in one cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd

from geodata.text import Text
from outputs.extract import Extract
from outputs.fields import OutputField, OutputTable, tables
from outputs.words import TEXTS

CODES = ";"
"""Between the codes of a cell, in every language, as in the register."""


def spoken(extract: Extract, frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """All columns of an output table for the rows of `frame`, in the language of the extract.

    Columns of words are filled from those that they say; lists become one text. A geometry stays the last column.
    """
    fields = {field.name: field for field in tables()[table].fields}
    columns = {
        name: pd.Series(_cells(extract, frame, field, fields.get(field.words_of)), dtype=object)
        for name, field in fields.items()
    }
    if isinstance(frame, gpd.GeoDataFrame) and frame.active_geometry_name:
        return gpd.GeoDataFrame(columns, geometry=frame.geometry.array, crs=frame.crs)
    return pd.DataFrame(columns)


def _cells(extract: Extract, frame: pd.DataFrame, field: OutputField, source: OutputField | None) -> list[Any]:
    """The values of a column; `source` is the one that it says in words."""
    separator = TEXTS("separator", extract.lang)
    if source is None:
        cells: list[Any] = frame[field.name].to_list()
        return _joined(cells, CODES if field.of or field.codelist else separator) if field.is_list else cells
    if source.name == f"{field.name}_zh":
        pairs = zip(frame[source.name].to_list(), frame[f"{field.name}_en"].to_list(), strict=True)
        return [Text(zh, en).in_(extract.lang) for zh, en in pairs]
    names = _names(extract, source)
    if not source.is_list:
        return [names[cell] for cell in frame[source.name].to_list()]
    return _joined(frame[source.name].to_list(), separator, names)


def _joined(cells: list[tuple[str, ...]], separator: str, names: Mapping[str, str] | None = None) -> list[str]:
    """Each list as one text, its items by name; most lists stand in many rows and are made once."""
    said = {cell: separator.join(cell if names is None else (names[code] for code in cell)) for cell in set(cells)}
    return [said[cell] for cell in cells]


def coded_columns(table: OutputTable) -> set[str]:
    """Columns that another one says in words: codes, and the texts of each language."""
    said = {field.words_of for field in table.fields if field.words_of}
    return said | {name.removesuffix("_zh") + "_en" for name in said if name.endswith("_zh")}


def _names(extract: Extract, field: OutputField) -> dict[str, str]:
    """What the values of a column are called in the language of the extract."""
    if field.codelist:
        return extract.titles(field.codelist)
    return {code: name.in_(extract.lang) for code, name in extract.names[field.of].items()}


def all_features(extract: Extract, unplaced: bool = True) -> gpd.GeoDataFrame:
    """The listed features in one frame, in words, in the order of the themes, without background; EPSG:4326.

    Columns: the output table `features`, then geometry. Features without a position come
    last, with geometry None, or not at all.
    """
    names = [field.name for field in tables()["features"].data]
    layers = [layer[~layer["background"].astype(bool)] for layer in extract.layers.values()]
    frames = [pd.DataFrame(layer[names]) for layer in layers]
    shapes = [shape for layer in layers for shape in layer.geometry]
    if unplaced:
        frames.append(extract.tables["unplaced"][names])
        shapes += [None] * len(extract.tables["unplaced"])
    found = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=names, dtype=object)
    said = spoken(extract, found, "features")
    return gpd.GeoDataFrame(said, geometry=shapes, crs=extract.history.crs)


def table_of(extract: Extract, name: str) -> pd.DataFrame:
    """The listed rows of an output table in words; `features` are those with and without a position."""
    if name == "features":
        return pd.DataFrame(all_features(extract))
    return pd.DataFrame(spoken(extract, extract.history if name == "history" else extract.tables[name], name))
