"""Layers in tiles, in this process and on workers of their own: the tables of layers in memory; and what goes wrong."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import dask_geopandas
import geopandas as gpd
import numpy as np
import pytest
import shapely
from engines import MEETINGS, both, city, equal, layer, meeting, written

from analysis.spatial.engines.distributed import Distributed
from analysis.spatial.engines.face import Engine, EngineError, Layer, Stored, one
from analysis.spatial.engines.geoparquet import opened, read_whole, write_tiles
from analysis.spatial.engines.inprocess import IN_PROCESS, InProcess

CRS = "EPSG:4547"
# dask and distributed warn of what they and Python do themselves: sockets that close late, a fork of threads.
pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Distributed]:
    found = Distributed(workers=2)
    yield found
    found.close()


@pytest.fixture(params=["in process", "on workers"])
def engine(request: pytest.FixtureRequest) -> Engine:
    return InProcess() if request.param == "in process" else request.getfixturevalue("cluster")


def tiled(folder: Path, given: Layer, rows: int = 100) -> Stored:
    """A layer as tiles, by way of a file."""
    source = folder.with_suffix(".parquet")
    written(source, given)
    assert write_tiles(source, folder, CRS, rows) == []
    return Stored(folder, CRS)


def by_rank(table):  # type: ignore[no-untyped-def]
    """In the order of a layer in memory; the ids of `city` count."""
    return table.sort_values("first", key=lambda ids: ids.str[1:].astype(int), kind="stable", ignore_index=True)


def test_tiles_are_neighbours_and_hold_everything_once(tmp_path: Path) -> None:
    given = city(1050, 31)
    stored = tiled(tmp_path / "tiles", given)
    tiles = opened(stored)
    assert tiles is not None and len(tiles.tiles) == 12 and max(tile.rows for tile in tiles.tiles) <= 100
    parts = [tiles.read(number) for number in range(12)]
    assert sorted(name for part in parts for name in part.ids) == sorted(given.ids)
    for part in parts:
        assert (given.ids[part.order] == part.ids).all()
        assert shapely.equals(given.shapes[part.order], part.shapes).all()
    # Others read the same folder: a tile of nine million square metres in three thousand.
    frame = dask_geopandas.read_parquet(stored.path)
    assert frame.npartitions == 12 and len(frame) == 1050
    assert np.median([box.area for box in frame.spatial_partitions]) < 60_000 * 50_000 / 5
    whole, _, notes = read_whole(stored)
    assert sorted(whole.ids) == sorted(given.ids) and notes == []


@pytest.mark.parametrize("k", [1, 3])
@pytest.mark.parametrize("errors", [(1.0,), (1.0, 1.0, 1.0, 20_000.0), (5.0, 40.0, 100.0, 500.0)])
def test_nearest_from_tiles_is_that_of_memory(
    tmp_path: Path, engine: Engine, k: int, errors: tuple[float, ...]
) -> None:
    first, second = city(600, 32, prefix="a", errors=errors), city(900, 33, prefix="b", errors=errors)
    one_, other = tiled(tmp_path / "first", first), tiled(tmp_path / "second", second)
    for limit in (None, 600.0):
        expected = one(IN_PROCESS.nearest(first, second, k, limit))
        for pair in ((one_, other), (first, other), (one_, second)):
            equal(by_rank(one(engine.nearest(*pair, k, limit))), by_rank(expected))
    equal(by_rank(one(engine.nearest(one_, one_, k))), by_rank(one(IN_PROCESS.nearest(first, first, k))))


def test_an_error_that_nobody_states_counts_wherever_it_lies(tmp_path: Path, engine: Engine) -> None:
    first, second = city(400, 34, prefix="a", errors=(1.0,)), city(500, 35, prefix="b", errors=(1.0,))
    second.errors[11] = np.nan
    stored = tiled(tmp_path / "second", second, 50)
    expected = one(IN_PROCESS.nearest(first, second))
    assert set(expected["sure"]) == {"possible"}
    equal(by_rank(one(engine.nearest(first, stored))), by_rank(expected))


def test_pairs_crossings_and_corridors_from_tiles(tmp_path: Path, engine: Engine) -> None:
    first, second = city(500, 36, prefix="a"), city(600, 37, prefix="b")
    one_, other = tiled(tmp_path / "first", first), tiled(tmp_path / "second", second)
    equal(by_rank(one(engine.within(one_, other, 700))), by_rank(one(IN_PROCESS.within(first, second, 700))))
    expected = one(IN_PROCESS.within(first, first, 300, once=True))
    equal(by_rank(one(engine.within(one_, one_, 300, once=True))), by_rank(expected))
    for pair, plain in (((one_, other), (first, second)), ((one_, one_), (first, first))):
        equal(by_rank(one(engine.crossings(*pair))), by_rank(one(IN_PROCESS.crossings(*plain))))
    line = first.part([1])
    equal(one(engine.along(line, other, 3_000)), one(IN_PROCESS.along(line, second, 3_000)))


@pytest.mark.parametrize("name", MEETINGS)
def test_what_touches_does_not_certainly_cross_from_tiles(name: str, tmp_path: Path, engine: Engine) -> None:
    one_, other, sure = meeting(name)
    first, second = tiled(tmp_path / "first", one_), tiled(tmp_path / "second", other)
    found = one(engine.crossings(first, second))
    assert found["sure"].tolist() == ["certain" if each else "possible" for each in sure]
    whole = tiled(tmp_path / "both", both(one_, other))
    assert one(engine.within(whole, whole, 10, once=True))["crosses"].tolist() == [any(sure)]


def test_an_empty_layer_has_no_tiles_and_no_rows(tmp_path: Path, engine: Engine) -> None:
    nothing, some = tiled(tmp_path / "nothing", city(0, 1)), city(30, 38)
    for pair in ((nothing, some), (some, nothing), (nothing, nothing)):
        assert len(one(engine.nearest(*pair))) == len(one(engine.within(*pair, 10.0))) == 0
        assert len(one(engine.crossings(*pair))) == 0


def test_what_cannot_be_measured_is_named_when_tiles_are_written(tmp_path: Path) -> None:
    bow = shapely.Polygon([(113.8, 22.9), (113.81, 22.91), (113.81, 22.9), (113.8, 22.91)])
    shapes = [None, shapely.Point(), shapely.LineString([(179.9, 22), (-179.9, 22)]), shapely.Point(22.9, 113.8), bow,
              shapely.Point(113.9, 22.9)]  # fmt: skip
    ids = ["none", "empty", "round", "swapped", "bow", "good"]
    source = tmp_path / "own.parquet"
    gpd.GeoDataFrame({"id": ids, "accuracy_m": [-1.0, 1, 1, 1, np.inf, 5]}, geometry=shapes, crs=4326).to_parquet(
        source
    )
    notes = " ".join(f"{note.en} {note.zh}" for note in write_tiles(source, tmp_path / "tiles", CRS))
    assert "2 features have no position and are left out: none, empty" in notes
    assert "left out: round" in notes and "left out: swapped" in notes and "MakeValid: bow" in notes
    assert "不参加计算" in notes
    found = one(InProcess().nearest(Stored(tmp_path / "tiles", CRS), Stored(tmp_path / "tiles", CRS)))
    assert found["first"].tolist() == ["bow", "good"] and set(found["sure"]) == {"cannot-tell"}
    direct = InProcess()
    equal(one(direct.nearest(Stored(source, CRS), Stored(source, CRS))), found)
    assert " ".join(f"{note.en} {note.zh}" for note in direct.notes) == notes


def test_other_formats_become_tiles_too(tmp_path: Path) -> None:
    given = city(250, 39)
    source = tmp_path / "given.gpkg"
    gpd.GeoDataFrame({"id": given.ids, "accuracy_m": given.errors}, geometry=given.shapes, crs=CRS).to_file(source)
    assert write_tiles(source, tmp_path / "tiles", CRS, 60) == []
    stored = Stored(tmp_path / "tiles", CRS)
    equal(by_rank(one(InProcess().nearest(stored, stored))), by_rank(one(IN_PROCESS.nearest(given, given))))


def test_folders_that_are_not_ours_are_said(tmp_path: Path, cluster: Distributed) -> None:
    stored = tiled(tmp_path / "tiles", city(300, 40))
    with pytest.raises(EngineError, match="not empty"):
        write_tiles(tmp_path / "tiles.parquet", stored.path, CRS)
    with pytest.raises(EngineError, match="EPSG:4526"):
        list(cluster.nearest(Stored(stored.path, "EPSG:4526"), city(3, 1)))
    with pytest.raises(EngineError, match="cannot be read"):
        list(cluster.nearest(Stored(tmp_path / "nowhere.parquet", CRS), city(3, 1)))
    (tmp_path / "plain.csv").write_text("id,x\n1,2\n", encoding="utf-8")
    shutil.copy(sorted(stored.path.glob("tile-*"))[0], stored.path / "tile-000009.parquet")
    with pytest.raises(EngineError, match="was changed"):
        list(cluster.nearest(stored, city(3, 1)))


def test_no_scheduler_is_said() -> None:
    with pytest.raises(EngineError, match="dask scheduler") as told:
        Distributed("tcp://127.0.0.1:1")
    assert told.value.key == "no-scheduler" and "tcp://127.0.0.1:1" in told.value.text.zh


def processes(engine: Distributed) -> list[int]:
    return list(engine.client.run(os.getpid).values())


def test_a_worker_that_is_killed_once_costs_no_row(tmp_path: Path) -> None:
    first, second = city(2_000, 41, prefix="a"), city(2_000, 42, prefix="b")
    one_, other = tiled(tmp_path / "first", first), tiled(tmp_path / "second", second)
    engine = Distributed(workers=2)
    try:
        tables = engine.nearest(one_, other)
        parts = [next(tables)]
        os.kill(processes(engine)[0], signal.SIGKILL)
        parts += tables
        equal(by_rank(one(iter(parts))), by_rank(one(IN_PROCESS.nearest(first, second))))
    finally:
        engine.close()


def test_a_tile_that_kills_its_workers_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = tiled(tmp_path / "tiles", city(300, 43))
    engine = Distributed(workers=2)
    engine.client.run_on_scheduler(_no_second_try)
    monkeypatch.setattr("analysis.spatial.engines.distributed.run_whole", _dies)
    try:
        with pytest.raises(EngineError, match="smaller tiles") as told:
            list(engine.nearest(stored, stored))
        assert told.value.key == "killed-worker" and "内存不够" in told.value.text.zh
    finally:
        engine.close()


def _no_second_try(dask_scheduler) -> None:  # type: ignore[no-untyped-def]
    dask_scheduler.allowed_failures = 0


def _dies(task: object, second: object) -> None:
    os._exit(1)


def test_an_answer_that_nobody_wants_any_more_is_broken_off(tmp_path: Path, cluster: Distributed) -> None:
    stored = tiled(tmp_path / "tiles", city(2_000, 44))
    tables = cluster.nearest(stored, stored)
    assert len(next(tables)) > 0
    tables.close()
    for _ in range(100):
        if not cluster.client.processing() or not any(cluster.client.processing().values()):
            break
        time.sleep(0.05)
    assert not any(cluster.client.processing().values())


def test_one_feature_in_tiles_beside_itself(tmp_path: Path, engine: Engine) -> None:
    alone = tiled(tmp_path / "alone", layer([("a", shapely.Point(430_000, 2_540_000), 1.0)]))
    assert len(one(engine.nearest(alone, alone))) == 0 == len(one(engine.within(alone, alone, 5.0, once=True)))
