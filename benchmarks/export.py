"""Times the writers of files against ogr2ogr: `python -m benchmarks.export` (see EXPORT.md)."""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import date
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any
from uuid import UUID

import geopandas as gpd
import pandas as pd

from benchmarks import dataset
from geodata import read_register
from geodata.codes import Basis, Grade, Location, Outcome, Relation
from geodata.files import zipped
from geodata.text import Text
from outputs.about import labels
from outputs.extract import Extract
from outputs.fields import tables
from outputs.gis.qgis import Options, write_geopackage
from outputs.gis.qgis.geopackage import fill
from outputs.gis.qgis.plan import PROJECT, make_plan
from outputs.gis.qgis.project import project
from outputs.products import PRODUCTS, products

PAGE = Path(__file__).with_name("EXPORT.md")
BEGIN, END = "<!-- results: begin -->", "<!-- results: end -->"
SIZES = (200, 20_000, 200_000)
REPEATS = 3
DAY = date(2026, 1, 1)
CRS = "EPSG:4490"
THEMES = {"point": "stations", "line": "roads", "polygon": "zones"}
OGR = "ogr2ogr"
BARE, STYLED, EMBEDDED = "gpkg without styles", "gpkg", "gpkg with styles and project"
CONTENT = "the extract alone"
AGENCIES = ("甲局", "乙局", "丙镇")
Row = dict[str, Any]
Result = dict[str, float]


def main() -> None:
    """Print the table and the bars, with --write into EXPORT.md; the exit code tells whether all bars hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, action="append", help="number of features; may be given again")
    parser.add_argument("--only", action="append", help="only this writer; may be given again")
    parser.add_argument("--write", action="store_true", help="fill the tables in EXPORT.md")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    sizes = options.n or SIZES
    if options.child:
        print(json.dumps(measured(options.only[0], sizes[0])))
        return
    results: dict[tuple[str, int], Result] = {}
    for n in sizes:
        for name in options.only or [
            CONTENT,
            OGR,
            BARE,
            STYLED,
            EMBEDDED,
            *(key for key in products("extract") if key != STYLED),
        ]:
            results[name, n] = apart(name, n)
            print(f"{n:>9,} {name}: {results[name, n]}", file=sys.stderr, flush=True)
    judged = list(bars(results, sizes))
    text = f"{machine()}\n\n{table(results, sizes)}\n\n" + "\n".join(line for line, _ in judged)
    print(text)
    if options.write:
        head, tail = PAGE.read_text(encoding="utf-8").split(BEGIN)[0], PAGE.read_text(encoding="utf-8").split(END)[1]
        PAGE.write_text(f"{head}{BEGIN}\n{text}\n{END}{tail}", encoding="utf-8")
    raise SystemExit(not all(holds for _, holds in judged))


def apart(name: str, n: int) -> Result:
    """One writer in a process of its own, so that its peak of memory is its own."""
    command = [sys.executable, "-m", "benchmarks.export", "--child", "--only", name, "--n", str(n)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found: Result = json.loads(done.stdout)
    return found


def measured(name: str, n: int) -> Result:
    """Median seconds, size of the file and peak memory of one writer, in this process."""
    extract = synthetic(n)
    with tempfile.TemporaryDirectory() as folder:
        source, path = Path(folder) / "source.gpkg", Path(folder) / "out.gpkg"
        if name == OGR:
            write_geopackage(source, extract, CRS, styled=False)
        work = writer(name, extract, source, path)
        taken, busy = [], []
        for _ in range(REPEATS):
            path.unlink(missing_ok=True)
            start, before = time.perf_counter(), _processor()
            work()
            taken.append(time.perf_counter() - start)
            busy.append(_processor() - before)
        peak = _peak_of_ogr(source, path) if name == OGR else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        size = path.stat().st_size / 1e6 if path.exists() else 0.0
    return {
        "seconds": round(statistics.median(taken), 2),
        "processor": round(statistics.median(busy), 2),
        "mb": round(size, 2),
        "peak_mb": round(peak / 1024),
    }


def _peak_of_ogr(source: Path, path: Path) -> int:
    """Most memory of ogr2ogr in KB, asked of a small parent: a program inherits the peak of the one that starts it."""
    path.unlink()
    script = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True); "
    script += "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    command = [sys.executable, "-c", script, *_ogr(source, path)]
    return int(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)


def _ogr(source: Path, path: Path) -> list[str]:
    return [OGR, "-f", "GPKG", str(path), str(source)]


def _processor() -> float:
    """Seconds of processor that this process and its children took so far."""
    return sum(os.times()[:4])


def writer(name: str, extract: Extract, source: Path, path: Path) -> Callable[[], object]:
    """What is timed under a name."""
    own: dict[str, Callable[[], object]] = {
        CONTENT: lambda: None,
        OGR: lambda: subprocess.run(_ogr(source, path), check=True),
        BARE: lambda: write_geopackage(path, extract, CRS, styled=False),
        STYLED: lambda: write_geopackage(path, extract, CRS),
        EMBEDDED: lambda: embedded(path, extract),
    }
    return own.get(name) or (lambda: written(name, path, extract))


def written(name: str, path: Path, extract: Extract) -> None:
    """A file of a product, by its writer alone."""
    product = PRODUCTS[name]
    module, _, function = product.writer.partition(":")
    crs = next(iter(product.crs(extract.place)), None)
    getattr(import_module(module), function)(path, extract, crs)


def embedded(path: Path, extract: Extract) -> None:
    """The GeoPackage as the package for QGIS holds it, before it is zipped."""
    plan, name = make_plan(extract), Path(PROJECT).stem
    archive = zipped({f"{name}.qgs": project(plan, Options(crs=CRS))})
    fill(path, plan, CRS, styled=True, project=archive)


def synthetic(n: int) -> Extract:
    """`n` features with all columns, a stage over time for every second and a link for each, 500 measures."""
    register = read_register()
    shapes = dataset.features(n)
    rows = list(_features(shapes))
    placed = gpd.GeoDataFrame(_frame("features", rows), geometry=shapes.geometry.to_list(), crs=shapes.crs)
    half = placed[::2]
    history = [
        {name: row[name] for name in ("code", "name_zh", "name_en", "theme", "stage", "stage_grade")}
        | {"uid": _uid(n + i), "date_from": DAY}
        for i, row in enumerate(rows[::2])
    ]
    measures = [_measure(i) for i in range(500)]
    links = [
        {"uid": _uid(2 * n + i), "measure": measures[i % 500]["code"], "feature": row["code"]}
        | {"relation": str(Relation.TARGET), "locator": row["name_zh"]}
        for i, row in enumerate(rows)
    ]
    found = {"measures": measures, "links": links}
    frames = {name: _frame(name, found.get(name, [])) for name in tables() if name not in ("features", "history")}
    agencies = {name: Text(name) for name in (*AGENCIES, *dict.fromkeys(shapes["agency"]))}
    return Extract(
        title="benchmark",
        lang="zh",
        as_of=DAY,
        about={"title": "benchmark", "day": DAY.isoformat()},
        labels=labels("zh"),
        place=register.place,
        licences=register.dictionary.licences,
        layers={theme: placed[placed["theme"] == theme].reset_index(drop=True) for theme in THEMES.values()},
        history=gpd.GeoDataFrame(_frame("history", history), geometry=half.geometry.to_list(), crs=shapes.crs),
        tables=frames,
        codes={name: register.codelist(name) for name in register.codelists},
        names={
            "agencies": agencies,
            "features": {name: Text(name) for name in ("北镇", "南镇")},
            "sources": {name: Text(name) for name in ("通报一", "通报二")},
            "documents": {"doc": Text("文件")},
            "articles": {"doc-1": Text("条文")},
            "targets": {},
        },
        whole=frames,
    )


def _features(shapes: gpd.GeoDataFrame) -> Iterable[Row]:
    for i, row in enumerate(shapes.itertuples()):
        yield {
            **{"uid": _uid(i), "code": row.id, "name_zh": f"要素{row.name}", "name_en": row.name},
            **{"theme": THEMES[row.kind], "background": False, "stage": row.stage, "stage_since": "2024-05"},
            **{"stage_grade": str(Grade.VERIFIED), "stage_stretch": False, "evidence": DAY, "stale": i % 3 == 0},
            **{"outcome": str(Outcome.OVERDUE), "measures": 1, "measure_codes": (f"m-{i % 500:03d}",)},
            **{"lead_codes": (row.agency,), "cooperating_codes": ("乙局", "丙镇")},
            **{"town_codes": ("北镇", "南镇"), "location": str(Location.INSIDE), "position_basis": str(Basis.OSM)},
            **{"accuracy_m": 50.0, "source_codes": ("通报一", "通报二"), "note_zh": f"第 {i} 行的说明"},
        }


def _measure(i: int) -> Row:
    return {
        **{"uid": _uid(10**7 + i), "code": f"m-{i:03d}", "title_zh": f"措施{i}", "title_en": f"Measure {i}"},
        **{"document_code": "doc", "article_code": "doc-1", "sentence": i, "due_date": DAY, "due_text": "2025年底"},
        **{"lead_codes": ("甲局",), "cooperating_codes": ("乙局",), "mappable": "yes"},
        **{"outcome": str(Outcome.OVERDUE)},
    }


def _uid(i: int) -> str:
    return str(UUID(int=i))


def _frame(table: str, rows: Iterable[Row]) -> pd.DataFrame:
    """Rows with the data columns of a table; what a row does not say is empty."""
    fields = tables()[table].data
    empty = {field.name: () if field.is_list else "" if field.type == "string" else None for field in fields}
    cells = [list({**empty, **row}.values()) for row in rows]
    return pd.DataFrame(cells, columns=list(empty), dtype=object)


def bars(results: dict[tuple[str, int], Result], sizes: Iterable[int]) -> Iterable[tuple[str, bool]]:
    """Each bar in words, and whether it holds."""
    for n in sizes:
        seconds = {name: row["seconds"] for (name, size), row in results.items() if size == n}
        if {OGR, BARE} <= set(seconds):
            ratio = seconds[BARE] / seconds[OGR]
            yield (
                f"- {n:,} features, GeoPackage: {ratio:.2f} × ogr2ogr (bar 1.5): {_verdict(ratio <= 1.5)}",
                ratio <= 1.5,
            )
        if {EMBEDDED, BARE} <= set(seconds):
            more = seconds[EMBEDDED] - seconds[BARE]
            yield f"- {n:,} features, styles and project: {more:+.2f} s (bar 0.5): {_verdict(more <= 0.5)}", more <= 0.5


def _verdict(holds: bool) -> str:
    return "holds" if holds else "**fails**"


def table(results: dict[tuple[str, int], Result], sizes: Iterable[int]) -> str:
    """Seconds, size and peak memory of every writer at every size."""
    head = "".join(f" {n:,}: s | CPU s | MB | peak MB |" for n in sizes)
    lines = [f"| |{head}", "|---|" + "---:|" * 4 * len(list(sizes))]
    for name in dict.fromkeys(name for name, _ in results):
        cells = [results.get((name, n), {}) for n in sizes]
        row = "".join(f" {c.get(key, '')} |" for c in cells for key in ("seconds", "processor", "mb", "peak_mb"))
        lines.append(f"| {name} |{row}")
    return "\n".join(lines)


def machine() -> str:
    """The machine and the versions that matter."""
    cpu = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        platform.machine(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    ogr = subprocess.run([OGR, "--version"], capture_output=True, text=True, check=True).stdout.split(",")[0]
    libraries = ", ".join(
        f"{name} {version(name)}" for name in ("geopandas", "pyogrio", "pyarrow", "xlsxwriter", "ezdxf")
    )
    return (
        f"{os.cpu_count()} cores ({cpu}), {memory:.0f} GB, {platform.system()}, "
        f"Python {platform.python_version()}, {libraries}; {OGR} of {ogr}. Medians of {REPEATS}."
    )


if __name__ == "__main__":
    main()
