"""Packs features into the compact columnar file that the browser reads once.

Layout, little endian: uint32 length of the header; the header (UTF-8 JSON, padded with
spaces to 4 bytes); the sections it names, each `[type, offset, count]` with offsets from
the end of the header; the whole gzip-compressed with a fixed time stamp. Vertices are
micro-degrees, longitude then latitude: `first` holds the first of each part, `steps` the
difference of each vertex from the one before (0 for the first), in 16 bits where all fit.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

_KIND = {0: 0, 4: 0, 1: 1, 5: 1, 2: 1, 3: 2, 6: 2}
"""Shapely type id to 0 point, 1 line, 2 polygon."""
_SINGLE = 3
"""The highest type id of a geometry that has no parts."""


@dataclass(frozen=True, eq=False)
class Drawing:
    """What the map needs of each feature beside its geometry; arrays and lists in row order, `accuracy` in metres."""

    ids: Sequence[str]
    names: dict[str, Sequence[str]]
    themes: Sequence[str]
    """Codes that `theme` counts into."""
    theme: NDArray[np.uint8]
    context: NDArray[np.uint8]
    """0 has a stage, 1 only gives orientation, 2 gives orientation and is named by a measure."""
    hollow: NDArray[np.bool_]
    near: NDArray[np.bool_]
    accuracy: NDArray[np.float32]
    section: NDArray[np.bool_]
    """Sections of a whole: their names give way to those of the wholes."""
    letter: NDArray[np.uint8]
    """Which of `letters` stands on the marker."""
    letters: dict[str, Sequence[str]]


def pack(geometry: gpd.GeoSeries, drawing: Drawing) -> bytes:
    """The columnar file for `geometry` (EPSG:4326, every one present) and its drawing attributes.

    Raises ValueError when the CRS is another one or a geometry is missing.
    """
    if geometry.crs is None or geometry.crs.to_epsg() != 4326:
        raise ValueError(f"the map takes EPSG:4326, not {geometry.crs}; call to_crs(4326) first")
    shapes = geometry.to_numpy()
    if any(shape is None for shape in shapes):
        raise ValueError("a feature without a geometry cannot be drawn; leave it out first")
    part_start, vertex_start, xy = _flatten(shapes)
    kind = np.array([_KIND[i] for i in range(7)], dtype=np.uint8)[shapely.get_type_id(shapes)]
    sections: dict[str, NDArray[Any]] = {
        "partStart": part_start.astype("<u4"),
        "vertexStart": vertex_start.astype("<u4"),
        "first": xy[vertex_start[:-1]].astype("<i4").ravel(),
        "steps": _steps(xy, vertex_start),
        "accuracy": drawing.accuracy.astype("<f4"),
        "kind": kind,
        "theme": drawing.theme,
        "context": drawing.context.astype(np.uint8),
        "hollow": drawing.hollow.astype(np.uint8),
        "near": drawing.near.astype(np.uint8),
        "section": drawing.section.astype(np.uint8),
        "letter": drawing.letter,
    }
    head = {
        "n": len(shapes),
        "themes": list(drawing.themes),
        "letters": {lang: list(words) for lang, words in drawing.letters.items()},
        "ids": list(drawing.ids),
        "names": {lang: list(names) for lang, names in drawing.names.items()},
    }
    return _assemble(head, sections)


def _flatten(shapes: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.int64]]:
    """First part of each feature, first vertex of each part, and all vertices in micro-degrees."""
    pieces, owner = shapes, np.arange(len(shapes))
    if (shapely.get_type_id(shapes) > _SINGLE).any():
        pieces, owner = shapely.get_parts(shapes, return_index=True)
    pierced = np.where(shapely.get_num_interior_rings(pieces))[0]
    if len(pierced):
        # Holes are not drawn: the outer ring stands for the polygon.
        pieces = pieces.copy()
        pieces[pierced] = shapely.get_exterior_ring(pieces[pierced])
    coordinates, part = shapely.get_coordinates(pieces, return_index=True)
    part_start = np.searchsorted(owner, np.arange(len(shapes) + 1))
    vertex_start = np.searchsorted(part, np.arange(len(pieces) + 1))
    return part_start, vertex_start, np.rint(coordinates * 1e6).astype(np.int64)


def _steps(xy: NDArray[np.int64], vertex_start: NDArray[np.intp]) -> NDArray[Any]:
    steps = np.diff(xy, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    steps[vertex_start[:-1]] = 0
    wide = np.abs(steps).max(initial=0) > np.iinfo(np.int16).max
    return steps.astype("<i4" if wide else "<i2").ravel()


def _assemble(head: dict[str, Any], sections: dict[str, NDArray[Any]]) -> bytes:
    """Lay the sections behind the header, which holds their offsets from its own end."""
    table, offset = {}, 0
    for name, array in sections.items():
        table[name] = [array.dtype.str[1:], offset, array.size]
        offset += -(-array.nbytes // 4) * 4
    text = json.dumps({**head, "sections": table}, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    body = b"".join(array.tobytes() + b"\0" * (-array.nbytes % 4) for array in sections.values())
    return gzip.compress(len(text).to_bytes(4, "little") + text + body, compresslevel=1, mtime=0)
