"""The formats of an export and what each can be told; both doors write through here."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from geodata.outputs import Content
from geodata.positions import METRIC_CRS, STORAGE_CRS

SYSTEMS = ("EPSG:4490", METRIC_CRS, "EPSG:4526", STORAGE_CRS)
"""CGCS2000 in degrees, in metres, in metres with the zone number before the easting; WGS 84 in degrees."""
QGIS = ("3.22", "3.28", "3.34", "3.40", "3.44")
_TABLES = ("measures", "links", "agencies", "assignments", "events", "sources")


@dataclass(frozen=True)
class Format:
    """A format: its ending, the coordinate systems it takes (the first unless told), and who writes it."""

    suffix: str
    systems: tuple[str, ...]
    writer: str
    """module:function; imported when needed, for some bring large libraries."""
    holds: tuple[str, ...] = ("features", "unplaced")
    """The output tables in it."""
    layered: bool = False
    """Whether it has a layer a theme, background among them."""
    is_qgis: bool = False
    """Whether it also takes a version of QGIS and a token."""


FORMATS = {
    "qgis": Format(
        ".zip",
        SYSTEMS,
        "layers.qgis:write_package",
        ("features", "unplaced", "history", *_TABLES),
        layered=True,
        is_qgis=True,
    ),
    "gpkg": Format(
        ".gpkg", SYSTEMS, "layers.qgis:write_geopackage", ("features", "unplaced", "history", *_TABLES), layered=True
    ),
    "geojson": Format(".geojson", (STORAGE_CRS,), "analysis.geofiles:write_geojson"),
    "geoparquet": Format(".parquet", SYSTEMS, "analysis.geofiles:write_geoparquet"),
    "flatgeobuf": Format(".fgb", SYSTEMS, "analysis.geofiles:write_flatgeobuf", ("features",)),
    "kml": Format(".kml", (STORAGE_CRS,), "layers.kml:write_kml", layered=True),
    "dxf": Format(".dxf", (METRIC_CRS, "EPSG:4526"), "layers.dxf:write_dxf", ("features",), layered=True),
    "xlsx": Format(
        ".xlsx",
        (),
        "analysis.sheets:write_xlsx",
        ("features", "unplaced", *(name for name in _TABLES if name != "assignments")),
    ),
    "csv": Format(".zip", (STORAGE_CRS,), "analysis.sheets:write_csv", ("features", "unplaced", "history", *_TABLES)),
    "oc4ids": Format(".json", (STORAGE_CRS,), "analysis.oc4ids:write_oc4ids"),
}


def export(path: Path, content: Content, name: str, crs: str = "", qgis: str = "", token: str = "") -> None:
    """Write `content` to `path` in the format `name`; a failure leaves nothing half-written.

    Raises ValueError when the format does not take what it is told or has nothing to write,
    and OSError that names `path` when it cannot be written, whatever library found out.
    """
    chosen = FORMATS[name]
    if crs and crs not in chosen.systems:
        takes = ", ".join(chosen.systems) or "no coordinates"
        raise ValueError(f"{name} takes {takes}, not {crs}")
    if (qgis or token) and not chosen.is_qgis:
        raise ValueError(f"{name} takes no version of QGIS and no token")
    module, _, function = chosen.writer.partition(":")
    write: Callable[..., None] = getattr(import_module(module), function)
    crs = crs or next(iter(chosen.systems), "")
    try:
        if not path.parent.is_dir():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if chosen.is_qgis:
            options = import_module(module).Options
            write(path, content, options(crs=crs, qgis=qgis or QGIS[0], tianditu_token=token))
        else:
            write(path, content, crs or None)
    except OSError as error:
        raise type(error)(error.errno, error.strerror or str(error), str(path)) from error
    except (RuntimeError, sqlite3.Error) as error:
        raise OSError(errno.EIO, str(error), str(path)) from error
