"""Whether what is given as a layer is one: the index of its tiles, what GeoParquet says of its shapes, its ids."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.spatial.engines.face import EngineError, Ids

INDEX = "_tiles.json"
_NAMED = 5
"""Ids that are named of those that are there more than once."""


@dataclass(frozen=True)
class Tile:
    """A file of a tiled layer."""

    path: str
    box: tuple[float, float, float, float]
    """West, south, east, north in metres."""
    rows: int
    largest: float
    """The largest error that is stated, metres."""
    unknown: int
    """How many state none."""


def index_of(folder: Path) -> tuple[str, tuple[Tile, ...]] | None:
    """The system and the tiles of a folder; None for one that has neither index nor tiles.

    EngineError for a folder whose index lacks or cannot be read, or names other files than are there.
    """
    there = {path.name for path in folder.glob("tile-*")}
    if not (folder / INDEX).exists():
        if there or any(folder.glob(".spool-*")):
            raise EngineError("broken-tiles", name=folder)
        return None
    try:
        told = json.loads((folder / INDEX).read_text(encoding="utf-8"))
        crs, names = str(told["crs"]), [str(each["file"]) for each in told["tiles"]]
        tiles = tuple(_tile(folder, each) for each in told["tiles"])
    except (OSError, ValueError, KeyError, TypeError):
        raise EngineError("broken-tiles", name=folder) from None
    for name in names:
        if name in ("", ".", "..") or set(name) & set("/\\:"):
            raise EngineError("foreign-tile", name=folder, file=name)
    if len(set(names)) != len(names) or set(names) != there or any(folder.glob(".spool-*")):
        raise EngineError("changed-tiles", name=folder)
    return crs, tiles


def _tile(folder: Path, told: Any) -> Tile:
    west, south, east, north = map(float, told["box"])
    path = str(folder / told["file"])
    return Tile(path, (west, south, east, north), int(told["rows"]), float(told["largest"]), int(told["unknown"]))


def shapes_of(path: Path, metadata: dict[bytes, bytes]) -> tuple[str, Any]:
    """The column of the shapes in GeoParquet, and its system; EngineError where it does not tell, or has no WKB."""
    if b"geo" not in metadata:
        raise EngineError("no-geoparquet", name=path)
    try:
        about = json.loads(metadata[b"geo"])
        column = about["primary_column"]
        told = about["columns"][column]
        encoding, crs = told["encoding"], told.get("crs", "OGC:CRS84")
    except (ValueError, KeyError, TypeError, AttributeError):
        raise EngineError("bad-geoparquet", name=path) from None
    if encoding != "WKB":
        raise EngineError("other-encoding", name=path, encoding=encoding)
    return str(column), crs


@dataclass
class Names:
    """The ids of a layer, eight bytes each: whether one is there twice."""

    path: Path
    hashes: list[Any] = field(default_factory=list)

    def add(self, ids: Ids) -> None:
        """Some more of them; EngineError for one that is empty."""
        if many := sum(not name.strip() for name in ids):
            raise EngineError("empty-ids", name=self.path, n=many)
        self.hashes.append(pd.util.hash_array(ids, categorize=False))

    def again(self, batches: Iterable[Ids]) -> None:
        """EngineError where an id is there twice, which it names: only then are the `batches` of ids asked for."""
        hashes = pd.Series(np.concatenate(self.hashes) if self.hashes else np.empty(0, dtype=np.uint64))
        suspect = hashes[hashes.duplicated()].unique()
        if not len(suspect):
            return
        found = [ids[np.isin(pd.util.hash_array(ids, categorize=False), suspect)] for ids in batches]
        ids = pd.Series(np.concatenate(found))
        refuse_twice(self.path, ids[ids.duplicated()].unique().tolist())


def refuse_twice(name: Path | str, ids: list[str]) -> None:
    """EngineError where there are ids that are there more than once."""
    if ids:
        more = " …" if len(ids) > _NAMED else ""
        raise EngineError("same-ids", name=name, n=len(ids), ids=", ".join(ids[:_NAMED]) + more)
