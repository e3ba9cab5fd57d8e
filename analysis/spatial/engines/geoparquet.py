"""GeoParquet as layers: read whole, or written once as tiles of neighbours and read tile by tile."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds
import pyogrio
import shapely
from pyproj.exceptions import CRSError

from analysis.spatial.engines.candidates import between_boxes, middles
from analysis.spatial.engines.face import EngineError, Layer, Numbers, Part, Places, Stored
from analysis.spatial.engines.sound import INDEX, Names, Tile, index_of, shapes_of
from analysis.spatial.engines.ways import FAR, MENDED, NOWHERE, ROUND, Left, bounds_in, is_degrees, system
from geodata.files import replacing
from geodata.text import Text

MORE = ("name_zh", "name_en", "lead", "begin", "end")
"""Columns of a layer that are kept beside id, geometry and accuracy_m."""
_BATCH = 100_000
_ROWS = 50_000
"""Features of a tile."""
_KEPT = 12
"""Tiles that a process keeps in memory."""


@dataclass(frozen=True)
class Tiles:
    """A layer in tiles: what is known of each without reading it."""

    crs: str
    tiles: tuple[Tile, ...]

    @cached_property
    def boxes(self) -> Numbers:
        """Of all tiles, one a row."""
        return np.array([tile.box for tile in self.tiles]).reshape(-1, 4)

    def read(self, number: int) -> Layer:
        """One tile."""
        path = Path(self.tiles[number].path)
        try:
            state = path.stat()
            return _read_tile(str(path), self.crs, state.st_mtime_ns, state.st_size)
        except FileNotFoundError:
            raise EngineError("changed-tiles", name=path.parent) from None
        except (OSError, pa.ArrowException, shapely.errors.ShapelyError) as error:
            raise EngineError("no-file", name=path, why=" ".join(str(error).split())) from None

    def around(self, box: Numbers, reach: float, rough: bool = False) -> Layer:
        """What may lie as near as `reach` metres to a box; with `rough` nearer by its own error."""
        more = np.array([tile.largest for tile in self.tiles]) if rough else 0.0
        near = between_boxes(self.boxes, np.broadcast_to(box, self.boxes.shape)) <= reach + more
        return joined(self.crs, [_near(self.read(int(number)), box, reach, rough) for number in np.flatnonzero(near)])

    def closest(self, box: Numbers, enough: int) -> Layer:
        """So many tiles round a box that they hold `enough` features, if there are as many."""
        by = np.argsort(between_boxes(self.boxes, np.broadcast_to(box, self.boxes.shape)), kind="stable")
        held = np.cumsum([self.tiles[number].rows for number in by])
        count = int(np.searchsorted(held, enough)) + 1
        return joined(self.crs, [self.read(int(number)) for number in by[:count]])


def _near(layer: Layer, box: Numbers, reach: float, rough: bool) -> Layer:
    bounds = shapely.bounds(layer.shapes)
    more = np.nan_to_num(layer.errors, nan=0.0) if rough else 0.0
    keep = between_boxes(bounds, np.broadcast_to(box, bounds.shape)) <= reach + more
    return layer if keep.all() else layer.part(keep)


def joined(crs: str, layers: list[Layer]) -> Layer:
    """Some parts of a layer in one, in its order."""
    if not layers:
        nothing = np.empty(0, dtype=object)
        return Part(crs, nothing, nothing, np.empty(0), np.empty(0, dtype=np.int64))
    if len(layers) == 1:
        return layers[0]
    columns = zip(*((each.ids, each.shapes, each.errors, each.order) for each in layers), strict=True)
    return Part(crs, *(np.concatenate(column) for column in columns))


@lru_cache(maxsize=_KEPT)
def _read_tile(path: str, crs: str, changed: int, size: int) -> Layer:
    """A tile as it is since a time: written anew it is another."""
    table = pd.read_parquet(path, columns=["id", "geometry", "accuracy_m", "place"])
    shapes = shapely.from_wkb(table["geometry"].to_numpy())
    ids, places = table["id"].to_numpy(dtype=object), table["place"].to_numpy(dtype=np.int64)
    return Part(crs, ids, shapes, table["accuracy_m"].to_numpy(dtype=float), places)


def opened(stored: Stored) -> Tiles | None:
    """The tiles of a folder that `write_tiles` wrote; None for other GeoParquet.

    EngineError for a folder of tiles that is not whole, or in another system.
    """
    found = index_of(stored.path)
    if found is None:
        return None
    crs, tiles = found
    if system(crs) != system(stored.crs):
        raise EngineError("other-system", name=stored.path, found=crs, wanted=stored.crs)
    return Tiles(stored.crs, tiles)


def read_whole(stored: Stored) -> tuple[Layer, pd.DataFrame, list[Text]]:
    """A layer in memory, its further columns, and notes on what of it cannot be measured."""
    left = Left(stored.path.name)
    parts = list(_measured(stored.path, stored.crs, left))
    frame = (
        pd.concat(parts, ignore_index=True) if parts else gpd.GeoDataFrame({"id": [], "accuracy_m": []}, geometry=[])
    )
    layer = Layer(
        stored.crs, frame["id"].to_numpy(dtype=object), frame.geometry.to_numpy(), frame["accuracy_m"].to_numpy()
    )
    return layer, pd.DataFrame(frame[[name for name in MORE if name in frame]]), left.notes()


def batches(path: Path) -> Iterator[gpd.GeoDataFrame]:
    """A file that geopandas reads, or a folder of GeoParquet, so many features at a time; their columns that count."""
    try:
        if path.is_dir():
            index_of(path)
        if path.is_dir() or path.suffix in (".parquet", ".geoparquet"):
            yield from _parquet_batches(path)
            return
        many = pyogrio.read_info(path, force_feature_count=True)["features"]
        for begin in range(0, many, _BATCH):
            yield _checked(pyogrio.read_dataframe(path, skip_features=begin, max_features=_BATCH), path)
    except (OSError, pa.ArrowException, pyogrio.errors.DataSourceError) as error:
        raise EngineError("no-file", name=path, why=" ".join(str(error).split())) from None


def _parquet_batches(path: Path) -> Iterator[gpd.GeoDataFrame]:
    data = ds.dataset(path, format="parquet")
    column, crs = shapes_of(path, data.schema.metadata or {})
    if column not in data.schema.names:
        raise EngineError("bad-geoparquet", name=path)
    names = [name for name in ("id", column, "accuracy_m", *MORE) if name in data.schema.names]
    for batch in data.to_batches(columns=names, batch_size=_BATCH):
        frame = batch.to_pandas()
        try:
            shapes = gpd.GeoSeries.from_wkb(frame[column], crs=crs)
        except CRSError:
            raise EngineError("bad-geoparquet", name=path) from None
        except (shapely.errors.ShapelyError, TypeError, ValueError) as error:
            raise EngineError("bad-shapes", name=path, why=" ".join(str(error).split())) from None
        yield _checked(gpd.GeoDataFrame(frame.drop(columns=column), geometry=shapes), path)


def _checked(frame: gpd.GeoDataFrame, path: Path) -> gpd.GeoDataFrame:
    """With an id, a system and errors: NaN where none is stated that can be one."""
    if "id" not in frame:
        raise EngineError("no-column", name=path, column="id", found=", ".join(map(str, frame.columns)))
    if getattr(frame, "crs", None) is None:
        raise EngineError("no-crs", name=path)
    errors = np.full(len(frame), np.nan)
    if "accuracy_m" in frame:
        with suppress(ValueError, TypeError):
            errors = frame["accuracy_m"].to_numpy(dtype=float, na_value=np.nan)
    errors = np.where((errors >= 0) & np.isfinite(errors), errors, np.nan)
    kept = [name for name in MORE if name in frame]
    found = gpd.GeoDataFrame(frame[kept], geometry=frame.geometry.to_numpy(), crs=frame.crs)
    found.insert(0, "id", frame["id"].astype(str).where(frame["id"].notna(), "").to_numpy(dtype=object))
    return found.assign(accuracy_m=errors)


def measurable(frame: gpd.GeoDataFrame, crs: str, left: Left) -> gpd.GeoDataFrame:
    """The features that can be measured, in metres; areas that cross themselves mended. `left` is told of the rest."""
    storage = frame.crs.to_string()
    shapes, bounds = frame.geometry.to_numpy(), frame.geometry.bounds.to_numpy()
    west, south, east, north = bounds_in(crs, storage)
    fault = np.full(len(frame), "", dtype=object)
    beyond = (bounds[:, 0] < west) | (bounds[:, 1] < south) | (bounds[:, 2] > east) | (bounds[:, 3] > north)
    fault[beyond] = FAR
    fault[(bounds[:, 2] - bounds[:, 0] > 180) & is_degrees(storage)] = ROUND
    fault[shapely.is_missing(shapes) | shapely.is_empty(shapes) | ~np.isfinite(bounds).all(axis=1)] = NOWHERE
    for reason in (NOWHERE, ROUND, FAR):
        left.add(reason, int((fault == reason).sum()), frame["id"][fault == reason].head(5).tolist())
    frame = frame[fault == ""]
    frame = frame if system(crs) == frame.crs.to_epsg() else frame.to_crs(crs)
    shapes = frame.geometry.to_numpy().copy()
    bad = (shapely.get_dimensions(shapes) == 2) & ~shapely.is_valid(shapes)
    if bad.any():
        shapes[bad] = shapely.make_valid(shapes[bad])
        left.add(MENDED, int(bad.sum()), frame["id"][bad].head(5).tolist())
        frame = frame.set_geometry(gpd.array.from_shapely(shapes, crs=frame.crs))
    return frame.reset_index(drop=True)


def write_tiles(source: Path, folder: Path, crs: str, rows: int = _ROWS) -> list[Text]:
    """Write a file that geopandas reads as a folder of GeoParquet, each file with `rows` features that are neighbours.

    Memory: a batch, and some 40 bytes a feature. Positions are in `crs`, those that cannot be measured left out; the
    notes name them. The index comes last: without it the folder is no layer. EngineError for one that is not empty
    or cannot be made, and for ids that are empty or there twice.
    """
    if folder.exists() and not folder.is_dir():
        raise EngineError("no-folder", name=folder)
    if folder.is_dir() and any(folder.iterdir()):
        raise EngineError("not-empty", name=folder)
    left = Left(source.name)
    corners = [middles(frame.geometry.to_numpy()) for frame in _measured(source, crs, left)]
    tile = _tiles_of(np.concatenate(corners) if corners else np.empty((0, 2)), rows)
    folder.mkdir(parents=True, exist_ok=True)
    _spool(source, folder, crs, tile)
    told = []
    for number in range(int(tile.max(initial=-1)) + 1):
        told.append(_finish(folder, number, crs))
    with replacing(folder / INDEX) as fresh:
        fresh.write_text(json.dumps({"crs": crs, "tiles": told}, indent=1), encoding="utf-8")
    return left.notes()


def _measured(source: Path, crs: str, left: Left) -> Iterator[gpd.GeoDataFrame]:
    """What can be measured of each batch; EngineError for an id that is empty or there twice, when all are read."""
    names = Names(source)
    for batch in batches(source):
        names.add(batch["id"].to_numpy(dtype=object))
        yield measurable(batch, crs, left)
    names.again(batch["id"].to_numpy(dtype=object) for batch in batches(source))


def _tiles_of(corners: Numbers, rows: int) -> Places:
    """A tile for each feature: slabs from west to east, each cut from south to north and the next the other way."""
    tile = np.empty(len(corners), dtype=np.int64)
    many = max(1, -(-len(corners) // rows))
    slabs = max(1, round(np.sqrt(many)))
    number = 0
    for slab, members in enumerate(np.array_split(np.argsort(corners[:, 0], kind="stable"), slabs)):
        members = members[np.argsort(corners[members, 1], kind="stable")[:: 1 if slab % 2 == 0 else -1]]
        for part in np.array_split(members, max(1, -(-len(members) // rows))):
            tile[part] = number
            number += 1
    return tile


def _spool(source: Path, folder: Path, crs: str, tile: Places) -> None:
    """The features of each tile, batch by batch, one after the other in a file that `_finish` reads."""
    begin = 0
    for frame in _measured(source, crs, Left("")):
        frame = frame.assign(place=np.arange(begin, begin + len(frame)))
        where = tile[begin : begin + len(frame)]
        begin += len(frame)
        plain = pd.DataFrame(frame.drop(columns="geometry")).assign(geometry=shapely.to_wkb(frame.geometry.to_numpy()))
        for number, part in plain.groupby(where):
            with (folder / f".spool-{number}").open("ab") as out:
                table = pa.Table.from_pandas(part, preserve_index=False)
                with pa.ipc.new_stream(out, table.schema) as writer:
                    writer.write_table(table)


def _finish(folder: Path, number: int, crs: str) -> dict[str, object]:
    """A tile as GeoParquet, in place of its spool; what the index says of it."""
    spool = folder / f".spool-{number}"
    parts = []
    with spool.open("rb") as stream:
        size = spool.stat().st_size
        while stream.tell() < size:
            with pa.ipc.open_stream(stream) as reader:
                parts.append(reader.read_pandas())
    spool.unlink()
    plain = pd.concat(parts, ignore_index=True)
    shapes = shapely.from_wkb(plain["geometry"].to_numpy())
    frame = gpd.GeoDataFrame(plain.drop(columns="geometry"), geometry=shapes, crs=crs)
    name = f"tile-{number:06d}.parquet"
    with replacing(folder / name) as fresh:
        frame.to_parquet(fresh, index=False, compression="zstd", schema_version="1.1.0")
    errors = frame["accuracy_m"].to_numpy(dtype=float)
    return {
        "file": name, "box": frame.total_bounds.tolist(), "rows": len(frame),
        "largest": float(np.nan_to_num(errors, nan=0.0).max(initial=0.0)), "unknown": int(np.isnan(errors).sum()),
    }  # fmt: skip
