"""Questions of place on synthetic layers of the city's shape, engine beside engine: `python -m benchmarks.spatial`.

Each cell runs in a process of its own, which says its time and its peak of memory; workers count too. `--database URL`
adds PostGIS (a database that may be filled), `--largest N` stops at that size. `--bars` measures what must hold in
memory, and its exit code tells whether it does. Results go to `benchmarks/spatial.json` (see SPATIAL.md).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import threading
import time
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import psutil
import shapely

from analysis.filters import Filter
from analysis.spatial.coordination import coordination
from analysis.spatial.engines.face import Engine, Layer, Stored, Table, one
from analysis.spatial.engines.geoparquet import write_tiles
from analysis.spatial.engines.inprocess import InProcess
from analysis.view import look_at
from geodata import read_register

CRS = "EPSG:4547"
SIZES = (225, 10_000, 100_000, 1_000_000, 10_000_000)
QUESTIONS = ("near", "along", "crossings", "coordination")
ENGINES = ("guantu", "guantu-dask", "guantu-postgis", "geopandas", "duckdb", "postgis")
GOALS = 1_000
"""Features of the second layer of near and crossings: stations, rivers."""
LIMIT = 50.0
"""Metres within which a coordination is looked for; smaller than in the register, whose city is not as full."""
HERE = Path(__file__).parent
TOO_LONG = 600
CITY = (400_000, 2_510_000, 460_000, 2_560_000)
ERRORS = np.array([5.0, 40.0, 100.0, 500.0, 1500.0])


def layer(n: int, seed: int) -> gpd.GeoDataFrame:
    """Points, lines and areas in equal parts. They shrink as they grow in number, as they do in a real cadastre."""
    source = np.random.default_rng(seed)
    middle = source.uniform(CITY[:2], CITY[2:], (n, 2))
    scale = min(1.0, (10_000 / n) ** 0.5)
    kind = np.arange(n) % 3
    shapes = np.empty(n, dtype=object)
    shapes[kind == 0] = shapely.points(middle[kind == 0])
    lines, areas = middle[kind == 1], middle[kind == 2]
    angle, length = source.uniform(0, 2 * np.pi, len(lines)), scale * source.uniform(200, 3_000, len(lines))
    way = np.column_stack([np.cos(angle), np.sin(angle)]) * length[:, None]
    bent = source.normal(0, 30 * scale, (len(lines), 8, 2))
    shapes[kind == 1] = shapely.linestrings(
        lines[:, None] + way[:, None] * np.linspace(-0.5, 0.5, 8)[None, :, None] + bent
    )
    shapes[kind == 2] = shapely.buffer(shapely.points(areas), scale * source.uniform(50, 400, len(areas)), quad_segs=4)
    errors = source.choice(ERRORS, n) * scale
    return gpd.GeoDataFrame({"id": [f"{seed}-{i}" for i in range(n)], "accuracy_m": errors}, geometry=shapes, crs=CRS)


def line() -> gpd.GeoDataFrame:
    """A railway right across the city."""
    x = np.linspace(CITY[0], CITY[2], 400)
    y = (CITY[1] + CITY[3]) / 2 + 8_000 * np.sin(x / 9_000)
    course = shapely.LineString(np.column_stack([x, y]))
    return gpd.GeoDataFrame({"id": ["line"], "accuracy_m": [10.0]}, geometry=[course], crs=CRS)


def make(folder: Path, largest: int) -> None:
    """Files that all engines read; the larger ones as tiles too."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in (("goals", lambda: layer(GOALS, 2)), ("line", line)):
        if not (folder / f"{name}.parquet").exists():
            frame().to_parquet(folder / f"{name}.parquet")
    for n in (size for size in SIZES if size <= largest):
        whole = folder / f"{n}.parquet"
        if not whole.exists():
            layer(n, 1).to_parquet(whole)
        if n >= 100_000 and not (folder / f"{n}" / "_tiles.json").exists():
            write_tiles(whole, folder / f"{n}", CRS)


def ours(engine: Engine, question: str, subject: object, folder: Path, goals: object) -> int:
    """Rows of an answer, table by table, as the terminal takes them."""
    if question == "near":
        tables = engine.nearest(subject, goals, 1)  # type: ignore[arg-type]
    elif question == "along":
        tables = engine.along(InProcess().hold(Stored(folder / "line.parquet", CRS)), subject, 500.0)  # type: ignore[arg-type]
    elif question == "crossings":
        tables = engine.crossings(subject, goals)  # type: ignore[arg-type]
    else:
        tables = engine.within(subject, subject, LIMIT * scale_of(folder, subject), once=True)  # type: ignore[arg-type]
    return sum(len(table) for table in tables)


def scale_of(folder: Path, subject: object) -> float:
    """Coordination asks within less where the city is fuller, so that the number of pairs a feature stays the same."""
    name = subject.path.stem if isinstance(subject, Stored) else str(getattr(subject, "name", "x1")).removeprefix("x")
    return min(1.0, (10_000 / int(name)) ** 0.5)


def run(engine: str, question: str, n: int, folder: Path, database: str) -> int:
    """One cell."""
    if engine in ("guantu", "guantu-dask"):
        path = folder / f"{n}" if (folder / f"{n}").is_dir() and (n > 100_000 or engine != "guantu") else (
            folder / f"{n}.parquet")  # fmt: skip
        goals = Stored(folder / "goals.parquet", CRS)
        if engine == "guantu":
            return ours(InProcess(), question, Stored(path, CRS), folder, goals)
        from analysis.spatial.engines.distributed import Distributed

        cluster = Distributed(workers=2, memory="4GB")
        try:
            return ours(cluster, question, Stored(path, CRS), folder, goals)
        finally:
            cluster.close()
    if engine == "guantu-postgis":
        from analysis.spatial.engines.postgis import PostGIS

        return ours(PostGIS(database), question, Table("public", f"x{n}", CRS), folder, Table("public", "xgoals", CRS))
    from benchmarks.spatial_peers import PEERS

    return PEERS[engine](question, n, folder, database)


def cell(engine: str, question: str, n: int, folder: Path, database: str) -> dict[str, object]:
    """A cell in a process of its own: seconds of the question without the start of Python, peak MB of all processes."""
    words = [sys.executable, "-m", "benchmarks.spatial", "--folder", str(folder), "--database", database,
             "--cell", engine, question, str(n)]  # fmt: skip
    begin = time.monotonic()
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=HERE.parent) as process:
        peak, done = [0.0], threading.Event()

        def watch() -> None:
            while not done.wait(0.05):
                peak[0] = max(peak[0], _memory(process.pid))

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            out, error = process.communicate(timeout=TOO_LONG)
        except subprocess.TimeoutExpired:
            for child in psutil.Process(process.pid).children(recursive=True):
                child.kill()
            process.kill()
            out, error = "", f"longer than {TOO_LONG} s"
        done.set()
        watcher.join()
    found = {
        "engine": engine,
        "question": question,
        "n": n,
        "mb": round(peak[0]),
        "whole_s": round(time.monotonic() - begin, 2),
    }
    if not out:
        return found | {"failed": (error.strip().splitlines() or ["nothing"])[-1][:200]}
    return found | json.loads(out.splitlines()[-1])


def _memory(pid: int) -> float:
    try:
        process = psutil.Process(pid)
        return sum(each.memory_info().rss for each in [process, *process.children(recursive=True)]) / 1e6
    except psutil.Error:
        return 0.0


def table(found: list[dict[str, object]]) -> str:
    """The results as a table of Markdown: seconds, MB."""
    lines = []
    for question in QUESTIONS:
        lines += [
            "",
            f"### {question}",
            "",
            "| features | " + " | ".join(ENGINES) + " |",
            "|---" * (len(ENGINES) + 1) + "|",
        ]
        for n in SIZES:
            row = {each["engine"]: each for each in found if each["question"] == question and each["n"] == n}
            if row:
                lines.append(f"| {n:,} | " + " | ".join(_said(row.get(engine)) for engine in ENGINES) + " |")
    return "\n".join(lines)


def _said(each: dict[str, object] | None) -> str:
    if each is None:
        return "–"
    return f"{each['s']} s, {each['mb']} MB" if "s" in each else f"– ({each['failed']})"


def bars() -> int:
    """The bars that hold in memory, with nothing read from files: the best of five, taking turns; 1 where one fails."""
    view = look_at(read_register(), Filter(), date(2026, 3, 31))
    frame, goals = layer(100_000, 1), layer(GOALS, 2)
    one_, other = (
        Layer(CRS, each["id"].to_numpy(dtype=object), each.geometry.to_numpy(), each["accuracy_m"].to_numpy())
        for each in (frame, goals)
    )
    asked = {
        "coordination of the register": lambda: coordination(view),
        "near, 100,000 to 1,000": lambda: one(InProcess().nearest(one_, other)),
        "near within 2 km": lambda: one(InProcess().nearest(one_, other, limit=2_000.0)),
        "sjoin_nearest": lambda: gpd.sjoin_nearest(frame, goals, distance_col="metres"),
    }
    least = dict.fromkeys(asked, float("inf"))
    for _ in range(5):
        for name, ask in asked.items():
            begin = time.perf_counter()
            ask()
            least[name] = min(least[name], time.perf_counter() - begin)
    for name, seconds in least.items():
        print(f"{name}: {seconds:.3f} s")
    ratio = least["near, 100,000 to 1,000"] / least["sjoin_nearest"]
    print(f"near is {ratio:.2f} of sjoin_nearest (bar 0.80); coordination of the register under 0.3 s")
    return int(ratio > 0.8 or least["coordination of the register"] > 0.3)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.spatial", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("/tmp/guantu-spatial"))
    parser.add_argument("--database", default="")
    parser.add_argument("--largest", type=int, default=SIZES[-1])
    parser.add_argument("--smallest", type=int, default=SIZES[0])
    parser.add_argument("--only", action="append", default=[], choices=QUESTIONS)
    parser.add_argument("--engines", action="append", default=[], choices=ENGINES)
    parser.add_argument("--cell", nargs=3)
    parser.add_argument("--report", action="store_true")
    parser.add_argument("--bars", action="store_true")
    options = parser.parse_args()
    results = HERE / "spatial.json"
    if options.bars:
        return bars()
    if options.report:
        print(table(json.loads(results.read_text(encoding="utf-8"))))
        return 0
    if options.cell:
        engine, question, n = options.cell
        begin = time.perf_counter()
        rows = run(engine, question, int(n), options.folder, options.database)
        print(json.dumps({"s": round(time.perf_counter() - begin, 2), "rows": rows}), flush=True)
        os._exit(0)
    make(options.folder, options.largest)
    if options.database:
        from benchmarks.spatial_peers import fill

        fill(
            options.database, options.folder, [n for n in SIZES if options.smallest <= n <= min(options.largest, 10**6)]
        )
    found = json.loads(results.read_text(encoding="utf-8")) if results.exists() else []
    for n in (size for size in SIZES if options.smallest <= size <= options.largest):
        for question in options.only or QUESTIONS:
            for engine in options.engines or ENGINES:
                if "postgis" in engine and (not options.database or n > 10**6):
                    continue
                known = [each for each in found if (each["engine"], each["question"]) == (engine, question)]
                found = [each for each in found if each not in known or each["n"] != n]
                if any("failed" in each and each["n"] < n for each in known):
                    continue
                found.append(cell(engine, question, n, options.folder, options.database))
                print(found[-1], flush=True)
                results.write_text(json.dumps(found, indent=1), encoding="utf-8")
    print(table(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
