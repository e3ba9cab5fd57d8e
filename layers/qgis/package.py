"""The zip for planners: GeoPackage, project and a note."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from geodata.outputs import Content, replacing, zipped
from layers.qgis.geopackage import fill
from layers.qgis.plan import GEOPACKAGE, PROJECT, Options, Plan, make_plan, words
from layers.qgis.project import project

_NOTE = "README.txt"


def write_package(path: Path, content: Content, options: Options) -> None:
    """Write the zip with `guantu.gpkg`, `guantu.qgz` and `README.txt` at `path`.

    The same content and options give the same bytes. Nothing is left at `path` when it
    fails. ValueError for an unknown storage system or geometry, KeyError for an unknown
    version of QGIS.
    """
    plan = make_plan(content)
    archive = zipped({f"{Path(PROJECT).stem}.qgs": project(plan, options)})
    with replacing(path) as unfinished, TemporaryDirectory(dir=path.parent, prefix=".guantu-") as folder:
        base = Path(folder) / GEOPACKAGE
        fill(base, plan, options.crs, styled=True, project=archive)
        parts = {GEOPACKAGE: base.read_bytes(), PROJECT: archive, _NOTE: _note(plan, options.crs).encode("utf-8-sig")}
        unfinished.write_bytes(zipped(parts))


def _note(plan: Plan, crs: str) -> str:
    """How to handle the files, in both languages, and what the content says of itself."""
    about = plan.content.lines(plan.said(crs))
    parts = [plan.content.title, *(words("readme", lang).strip() for lang in ("zh", "en")), "\n".join(about)]
    return "\r\n".join("\n\n".join(parts).splitlines()) + "\r\n"
