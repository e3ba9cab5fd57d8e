"""What is given as a layer and is none is refused in words, not read in part and not with a traceback."""

from __future__ import annotations

import json
import pickle
import re
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from engines import city, layer, written

from analysis.spatial.engines import geoparquet
from analysis.spatial.engines.face import EngineError, Stored, one
from analysis.spatial.engines.geoparquet import opened, write_tiles
from analysis.spatial.engines.inprocess import InProcess

CRS = "EPSG:4547"


@pytest.fixture
def tiles(tmp_path: Path) -> Path:
    written(tmp_path / "given.parquet", city(300, 61))
    write_tiles(tmp_path / "given.parquet", tmp_path / "tiles", CRS, 100)
    return tmp_path / "tiles"


def refused(key: str, ask: Callable[[], object]) -> EngineError:
    with pytest.raises(EngineError) as told:
        ask()
    assert told.value.key == key
    assert re.search(r"[\u4e00-\u9fff]{4}", told.value.text.zh) and re.search(r"[a-z]{4} ", told.value.text.en)
    return told.value


def nearest(path: Path) -> object:
    return one(InProcess().nearest(Stored(path, CRS), city(3, 1)))


def without(folder: Path) -> None:
    (folder / "_tiles.json").unlink()


def broken(folder: Path) -> None:
    (folder / "_tiles.json").write_text('{"crs": "EPSG:4547", "tiles": [{"file"', encoding="utf-8")


def of_others(folder: Path) -> None:
    (folder / "_tiles.json").write_text("[1]", encoding="utf-8")


def spool_alone(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()
    (folder / ".spool-0").write_bytes(b"")


def missing(folder: Path) -> None:
    (folder / "tile-000001.parquet").unlink()


def one_more(folder: Path) -> None:
    (folder / "tile-000009.parquet").write_bytes((folder / "tile-000001.parquet").read_bytes())


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (without, "broken-tiles"), (broken, "broken-tiles"), (of_others, "broken-tiles"), (spool_alone, "broken-tiles"),
        (missing, "changed-tiles"), (one_more, "changed-tiles"),
    ],
)  # fmt: skip
def test_a_folder_of_tiles_that_is_not_whole_is_no_layer(
    change: Callable[[Path], None], key: str, tiles: Path, tmp_path: Path
) -> None:
    change(tiles)
    assert str(tiles) in str(refused(key, lambda: nearest(tiles)))
    refused(key, lambda: write_tiles(tiles, tmp_path / "again", CRS))
    assert not (tmp_path / "again").exists()


@pytest.mark.parametrize("name", ["../given.parquet", "{folder}/tile-000001.parquet", "..", "", "c:tile", "a\\b"])
def test_an_index_names_no_file_elsewhere(name: str, tiles: Path) -> None:
    told = json.loads((tiles / "_tiles.json").read_text(encoding="utf-8"))
    told["tiles"][1]["file"] = name.format(folder=tiles)
    (tiles / "_tiles.json").write_text(json.dumps(told), encoding="utf-8")
    refused("foreign-tile", lambda: nearest(tiles))


def test_tiles_that_are_written_anew_are_read_anew(tiles: Path) -> None:
    before = opened(Stored(tiles, CRS))
    assert before is not None
    ids = set(before.read(0).ids)
    for path in tiles.iterdir():
        path.unlink()
    written(tiles.parent / "given.parquet", city(300, 62, prefix="anew"))
    write_tiles(tiles.parent / "given.parquet", tiles, CRS, 100)
    after = opened(Stored(tiles, CRS))
    assert after is not None and after.tiles[0].path == before.tiles[0].path
    assert ids and all(name.startswith("anew") for name in after.read(0).ids)


def test_a_tile_that_goes_away_in_mid_run_is_said(tiles: Path) -> None:
    found = opened(Stored(tiles, CRS))
    assert found is not None
    (tiles / "tile-000001.parquet").write_bytes(b"PAR1")
    refused("no-file", lambda: found.read(1))
    (tiles / "tile-000001.parquet").unlink()
    told = refused("changed-tiles", lambda: found.read(1))
    # As it comes from a worker.
    again = pickle.loads(pickle.dumps(told))
    assert (again.key, again.text) == (told.key, told.text)


@pytest.mark.parametrize(
    ("ids", "key", "said"),
    [
        (["a", "b", "a", "c", "c", "c"], "same-ids", "2 ids that stand in more than one row: a, c."),
        ([7, 8, 7], "same-ids", "1 ids that stand in more than one row: 7."),
        (["a", "", " ", None], "empty-ids", "3 rows without an id"),
        (["a", "bad", "bad"], "same-ids", "bad"),
    ],
)
def test_each_feature_of_ones_own_has_its_own_id(ids: list[object], key: str, said: str, tmp_path: Path) -> None:
    """Those too that cannot be measured."""
    shapes = [None if name == "bad" else shapely.Point(430_000 + at, 2_540_000) for at, name in enumerate(ids)]
    source = tmp_path / "own.parquet"
    gpd.GeoDataFrame({"id": ids}, geometry=shapes, crs=CRS).to_parquet(source)
    assert said in refused(key, lambda: nearest(source)).text.en
    refused(key, lambda: write_tiles(source, tmp_path / "tiles", CRS))
    assert not (tmp_path / "tiles").exists()


def plain(path: Path, geo: object, shapes: list[object] | None = None) -> Path:
    """Parquet with what somebody says of its shapes."""
    table = pa.table({"id": ["a"], "geometry": shapes or [shapely.to_wkb(shapely.Point(430_000, 2_540_000))]})
    told = geo if isinstance(geo, bytes) else json.dumps(geo).encode()
    pq.write_table(table.replace_schema_metadata({"geo": told}), path)
    return path


def about(**more: object) -> dict[str, object]:
    return {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": {"encoding": "WKB"} | more}}


@pytest.mark.parametrize(
    "geo",
    [b"", b"{", b"\xff", [], {}, {"primary_column": "geometry"}, {"primary_column": "x", "columns": {}},
     about(encoding=None) | {"columns": {"geometry": "WKB"}}, about(crs={"bad": 1}), about(crs="EPSG:999999"),
     {"primary_column": "shape", "columns": {"shape": {"encoding": "WKB"}}}],
)  # fmt: skip
def test_metadata_that_say_nothing_are_refused(geo: object, tmp_path: Path) -> None:
    path = plain(tmp_path / "own.parquet", geo)
    assert str(path) in str(refused("bad-geoparquet", lambda: nearest(path)))


def test_shapes_that_are_no_wkb_are_refused(tmp_path: Path) -> None:
    crs = json.loads(gpd.GeoSeries([], crs=CRS).crs.to_json())
    assert len(nearest(plain(tmp_path / "good.parquet", about(crs=crs)))) == 1  # type: ignore[arg-type]
    for junk in (b"junk", 1.5):
        refused("bad-shapes", lambda: nearest(plain(tmp_path / "own.parquet", about(crs=crs), [junk])))  # noqa: B023
    frame = gpd.GeoDataFrame({"id": ["a"]}, geometry=[shapely.Point(430_000, 2_540_000)], crs=CRS)
    frame.to_parquet(tmp_path / "arrow.parquet", geometry_encoding="geoarrow")
    assert "encoded as point" in refused("other-encoding", lambda: nearest(tmp_path / "arrow.parquet")).text.en


def test_where_tiles_cannot_be_written_is_found_before_measuring(
    tiles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def measured(*_: object) -> None:
        raise AssertionError("measured first")

    monkeypatch.setattr(geoparquet, "measurable", measured)
    source = tmp_path / "given.parquet"
    refused("no-folder", lambda: write_tiles(source, source, CRS))
    refused("not-empty", lambda: write_tiles(source, tiles, CRS))
    assert len(gpd.read_parquet(source)) == 300


def test_ids_are_compared_not_their_hashes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two ids of one hash are two ids."""
    monkeypatch.setattr("pandas.util.hash_array", lambda ids, **_: np.zeros(len(ids), dtype=np.uint64))
    written(tmp_path / "own.parquet", layer([(name, shapely.Point(430_000, 2_540_000), 1.0) for name in "abc"]))
    assert len(nearest(tmp_path / "own.parquet")) == 3  # type: ignore[arg-type]
