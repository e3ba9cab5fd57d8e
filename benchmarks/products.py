"""Makes every product for six filters, two languages and two days, and keeps or compares their hashes.

`python -m benchmarks.products keep FILE` writes a JSON object of SHA-256 by product; `compare FILE` makes all of them
again, names those that differ, appeared or went, and exits with 1 if there are any. It goes through the terminal
alone, so it stays the same whatever moves behind that door. Hashes hold for one set of fonts and library versions.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import product
from pathlib import Path

DAYS = ("2018-06-30", "2026-03-31")
LANGS = ("zh", "en")
FILTERS: dict[str, tuple[str, ...]] = {
    "all": (),
    "themes": ("--theme", "bridges,rail"),
    "lead": ("--agency", "市发改局", "--role", "lead"),
    "stage": ("--stage", "maintenance", "--location", "crossing"),
    "document": ("--document", "d2012", "--outcome", "no-evidence"),
    "search": ("--town", "town-humen", "--q", "hm"),
}
EXPORTS = {
    "qgis": "zip",
    "gpkg": "gpkg",
    "geojson": "geojson",
    "geoparquet": "parquet",
    "flatgeobuf": "fgb",
    "kml": "kmz",
    "shapefile": "zip",
    "dxf": "dxf",
    "xlsx": "xlsx",
    "csv": "zip",
    "oc4ids": "json",
}
TABLES = ("documents", "articles", "measures", "agencies", "assignments", "features", "links", "events")
SHEETS = (
    ("A4.pdf", "--size", "A4", "--portrait"),
    ("A3.png", "--size", "A3", "--dpi", "50"),
    ("A0.pdf", "--size", "A0"),
)


def jobs() -> Iterator[tuple[str, tuple[str, ...], str]]:
    """Name of each product, the arguments that make it, and the ending of its file (empty: standard output)."""
    for (name, chosen), lang, day in product(FILTERS.items(), LANGS, DAYS):
        told = (*chosen, "--lang", lang, "--as-of", day)
        for kind, end in EXPORTS.items():
            yield f"{name}/{lang}/{day}/export-{kind}.{end}", ("export", "OUT", "--format", kind, *told), end
        yield f"{name}/{lang}/{day}/present.html", ("present", "OUT", *told), "html"
        yield f"{name}/{lang}/{day}/slides.pptx", ("slides", "OUT", *told), "pptx"
        for file, *size in SHEETS:
            yield f"{name}/{lang}/{day}/sheet-{file}", ("sheet", "OUT", *size, *told), file.partition(".")[2]
        for table, form in product(TABLES, ("table", "csv", "json")):
            yield f"{name}/{lang}/{day}/list-{table}.{form}", ("list", table, "--format", form, *told), ""
        yield f"{name}/{lang}/{day}/list-features.geojson", ("list", "features", "--format", "geojson", *told), ""
    for lang in LANGS:
        told = ("--agency", "市交通局,市环保局", "--lang", lang, "--as-of", DAYS[1])
        yield f"agencies/{lang}.zip", ("sheet", "OUT", "--each-agency", *told), "zip"


def make(job: tuple[str, tuple[str, ...], str], folder: str = "") -> tuple[str, str]:
    """Name and hash of one product; the exit code and the message stand for one that is refused.

    `folder` keeps the products to be looked at.
    """
    import cli

    name, arguments, end = job
    with tempfile.TemporaryDirectory() as empty:
        out = Path(empty) / f"product.{end}"
        spoken, complaint = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(spoken), contextlib.redirect_stderr(complaint):
            code = cli.main([str(out) if word == "OUT" else word for word in arguments])
        data = out.read_bytes() if end and code == 0 else spoken.getvalue().encode()
        if code:
            data = f"{code} {complaint.getvalue()}".replace(str(out), "OUT").encode()
    if folder:
        kept = Path(folder) / name
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(data)
    return name, hashlib.sha256(data).hexdigest()


def hashes(wanted: Sequence[tuple[str, tuple[str, ...], str]], folder: str = "", workers: int = 2) -> dict[str, str]:
    """SHA-256 of each product by its name."""
    with ProcessPoolExecutor(workers) as pool:
        return dict(pool.map(partial(make, folder=folder), wanted, chunksize=8))


def main() -> int:
    """Keep or compare."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.products")
    parser.add_argument("act", choices=("keep", "compare"))
    parser.add_argument("file", type=Path)
    parser.add_argument("--only", default="", help="part of the names of the products to make")
    parser.add_argument("--folder", default="", help="where to keep the products themselves")
    options = parser.parse_args()
    found = hashes([job for job in jobs() if options.only in job[0]], options.folder)
    if options.act == "keep":
        options.file.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        print(f"{len(found)} products kept")
        return 0
    kept = {name: each for name, each in json.loads(options.file.read_text("utf-8")).items() if options.only in name}
    other = sorted(name for name in kept.keys() | found.keys() if kept.get(name) != found.get(name))
    for name in other:
        print(f"{'differs' if name in kept and name in found else 'new' if name in found else 'gone'}: {name}")
    print(f"{len(found)} products, {len(other)} not as kept")
    return int(bool(other))


if __name__ == "__main__":
    sys.exit(main())
