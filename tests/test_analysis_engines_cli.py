"""`guantu analyse` on every engine, and of layers of one's own: the same rows, and words for what cannot be done."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from engines import city, written
from postgis import Server, database  # noqa: F401

import cli
from analysis.spatial.engines.face import one
from analysis.spatial.engines.inprocess import IN_PROCESS

ROOT = Path(__file__).parent.parent
DAY = ["--as-of", "2026-03-31"]
pytestmark = pytest.mark.filterwarnings("default")
QUESTIONS = [
    "near --from stations --to rail --k 2", "near --from zones --to stations --within 5000",
    "along --feature rail-suiguanshen", "crossings --from rail --to rivers", "coordination --within 2000 --years 2",
]  # fmt: skip


def asked(line: str, capsys: pytest.CaptureFixture[str], *more: str) -> str:
    assert cli.main(["analyse", *line.split(), *DAY, *more]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("form", ["csv", "json", "geojson", "table"])
def test_the_register_has_the_same_answer_on_postgis(
    question: str, form: str, database: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = asked(question, capsys, "--format", form)
    there = asked(question, capsys, "--format", form, "--engine", "postgis", "--database", database.url())
    assert plain == there and len(plain.splitlines()) > 0


def test_the_register_has_the_same_answer_on_workers(capsys: pytest.CaptureFixture[str]) -> None:
    for question in (QUESTIONS[0], QUESTIONS[3]):
        assert asked(question, capsys, "--format", "csv") == asked(
            question, capsys, "--format", "csv", "--engine", "dask"
        )


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Two files, one of them in tiles too."""
    written(tmp_path / "wells.parquet", city(200, 51, prefix="w"))
    written(tmp_path / "sites.parquet", city(300, 52, prefix="s"))
    assert (
        cli.main(["analyse", "partition", str(tmp_path / "sites.parquet"), str(tmp_path / "tiles"), "--rows", "50"])
        == 0
    )
    return tmp_path


def test_layers_of_ones_own_have_the_same_rows_on_all_engines(
    own: Path, database: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    wells, sites = (city(n, seed, prefix=prefix) for n, seed, prefix in ((200, 51, "w"), (300, 52, "s")))
    database.put("wells", wells)
    database.put("sites", sites)
    capsys.readouterr()
    expected = one(IN_PROCESS.nearest(wells, sites, 2))
    found = []
    for words in (
        ["--from", str(own / "wells.parquet"), "--to", str(own / "sites.parquet")],
        ["--from", str(own / "wells.parquet"), "--to", str(own / "tiles")],
        ["--from", "public.wells", "--to", "public.sites", "--engine", "postgis", "--database", database.url()],
        ["--from", str(own / "wells.parquet"), "--to", str(own / "tiles"), "--engine", "dask"],
    ):
        out = asked("near --k 2 --format csv", capsys, *words)
        rows = list(csv.DictReader(io.StringIO(out)))
        assert list(rows[0])[:8] == [
            "from",
            "to",
            "distance_m",
            "low_m",
            "high_m",
            "sure",
            "sentence_zh",
            "sentence_en",
        ]
        found.append(sorted((row["from"], row["to"], row["distance_m"], row["sure"]) for row in rows))
    plain = expected[["first", "second", "metres", "sure"]].itertuples(index=False, name=None)
    assert found[0] == sorted((a, b, str(round(d, 1)), sure) for a, b, d, sure in plain)
    assert found[0] == found[1] == found[2] == found[3]


def test_a_layer_of_ones_own_meets_the_register(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    tiles = str(own / "tiles")
    near = json.loads(asked("near --from zones --format json", capsys, "--to", tiles))
    assert len(near) > 10 and all(re.fullmatch(r"s\d+", row["to"]) and row["to"] in row["sentence_zh"] for row in near)
    crossing = json.loads(asked("crossings --to rail --format geojson", capsys, "--from", tiles))["features"]
    assert crossing and all(each["geometry"]["type"] == "Point" for each in crossing)
    along = json.loads(asked("along --feature rail-suiguanshen --width 2000 --format json", capsys, "--layer", tiles))
    assert [row["from_m"] for row in along] == sorted(row["from_m"] for row in along) and len(along) > 5
    assert along[0]["from"] == "rail-suiguanshen" and asked(
        "along --feature rail-suiguanshen", capsys, "--layer", tiles
    )


def test_projects_of_ones_own_meet(tmp_path: Path, database: Server, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [
        ("a", "东江路", "", "A", "2020-01-01", "2024-01-01", 0), ("b", "", "Second", "B", "2023-01-01", "", 500),
        ("c", "", "", "B", "2024-07-01", "2025-01-01", 900), ("d", "", "", "A", "2020-01-01", "", 300),
        ("e", "", "", "C", "2030-01-01", "", 100), ("f", "", "", "D", "", "2023-06-01", 200),
    ]  # fmt: skip
    names = ("id", "name_zh", "name_en", "lead", "begin", "end")
    columns = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    shapes = [shapely.Point(430_000 + row[6], 2_540_000) for row in rows]
    frame = gpd.GeoDataFrame({**columns, "accuracy_m": 5.0}, geometry=shapes, crs=4547)
    frame.to_parquet(tmp_path / "works.parquet")
    words = ["--layer", str(tmp_path / "works.parquet"), "--format", "json"]
    assert cli.main(["analyse", "coordination", "--within", "600", "--years", "1", *DAY, *words]) == 0
    out, said = capsys.readouterr()
    found = json.loads(out)
    # c and d lie 600 m apart, within ten metres; e begins years after a has ended, d and b are still being built.
    assert [(row["from"], row["to"], row["sure"], row["gap_years"]) for row in found] == [
        ("a", "b", "certain", 0), ("b", "d", "certain", 0), ("b", "e", "certain", 0), ("c", "d", "possible", 0),
        ("d", "e", "certain", 0),
    ]  # fmt: skip
    assert found[0]["sentence_zh"] == "东江路（A）与Second（B）相距约 500 m（位置误差 ±10 m），施工时间重叠。"
    assert found[0]["agencies"] == ["A", "B"]
    # f has an end alone: that does not tell when it is built.
    assert "1 features have an end but no begin" in said and "left out: f" in said and "不知何时施工" in said
    frame[frame["id"] == "f"].to_parquet(tmp_path / "works.parquet")
    assert json.loads(asked("coordination", capsys, *words)) == []
    frame = frame.drop(columns="lead")
    frame.to_parquet(tmp_path / "works.parquet")
    assert cli.main(["analyse", "coordination", *words]) == 2
    assert "lead and begin" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["near", "--from", "zones", "--to", "nowhere.parquet"], "cannot be read"),
        (["near", "--from", "zones", "--to", "public.wells"], "public.wells"),
        (["near", "--from", "zones", "--to", "stations", "--engine", "postgis"], "--database"),
        (
            ["near", "--from", "zones", "--to", "rail", "--engine", "dask", "--scheduler", "tcp://127.0.0.1:1"],
            "dask worker",
        ),
        (["coordination", "--layer", "public.wells"], "no GeoParquet"),
        (["near", "--from", "{own}/wells.parquet", "--to", "zones", "--format", "geojson"], "--format csv"),
        (["partition", "{own}/sites.parquet", "{own}/tiles"], "not empty"),
    ],
)
def test_what_cannot_be_asked_is_said(
    words: list[str], said: str, own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["analyse", *(word.format(own=own) for word in words)]) == 2
    error = capsys.readouterr().err
    assert said in error and re.search(r"[\u4e00-\u9fff]{4}", error)


@pytest.mark.parametrize("form", ["csv", "json", "table"])
def test_what_is_refused_writes_no_row(form: str, own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (own / "tiles" / "tile-000001.parquet").unlink()
    capsys.readouterr()
    words = ["near", "--from", str(own / "wells.parquet"), "--to", str(own / "tiles"), "--format", form]
    assert cli.main(["analyse", *words]) == 2
    out, said = capsys.readouterr()
    assert out == "" and "was changed" in said


@pytest.mark.parametrize("engine", ["shapely", "dask"])
def test_a_run_that_is_stopped_says_so_and_leaves_nothing_behind(engine: str, tmp_path: Path) -> None:
    written(tmp_path / "many.parquet", city(60_000, 53))
    assert (
        cli.main(["analyse", "partition", str(tmp_path / "many.parquet"), str(tmp_path / "tiles"), "--rows", "3000"])
        == 0
    )
    command = [sys.executable, "-m", "cli", "analyse", "near", "--from", str(tmp_path / "tiles"), "--to",
               str(tmp_path / "tiles"), "--k", "20", "--engine", engine, "--format", "csv"]  # fmt: skip
    run = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    assert run.stdout and run.stdout.readline().startswith(b"from,to")
    run.send_signal(signal.SIGINT)
    _, error = run.communicate(timeout=60)
    assert run.returncode == 130 and "已中断，结果不完整。" in error.decode() and "Traceback" not in error.decode()
    for _ in range(100):
        try:
            os.killpg(run.pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    raise AssertionError("workers are still there")
