"""The zip for planners: GeoPackage, project and a note."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from geodata.files import replacing, zipped
from geodata.text import LANGS
from outputs.extract import Extract
from outputs.gis.parts import TEXTS
from outputs.gis.qgis.geopackage import fill
from outputs.gis.qgis.plan import GEOPACKAGE, PROJECT, Options, Plan, make_plan, words
from outputs.gis.qgis.project import project
from outputs.gis.qgis.sheets import make_sheets
from outputs.gis.sld import has_sld, sld

_NOTE, _SLD = "README.txt", "sld"


def write_package(
    path: Path, extract: Extract, crs: str | None = None, qgis: str = "3.22", tianditu_token: str = ""
) -> None:
    """Write the zip with `guantu.gpkg`, `guantu.qgz`, `README.txt` and a style a layer as SLD
    at `path`, geometries in `crs` (the usual one of the place if None).
    `qgis` is the planner's version; `tianditu_token` adds online basemaps, switched off.

    The same arguments give the same bytes. Nothing is left at `path` when it
    fails. ValueError for an unknown storage system or geometry, KeyError for an unknown
    version of QGIS.
    """
    options = Options(crs or extract.place.file_crs[0], qgis, tianditu_token)
    plan = make_plan(extract.within(options.crs))
    sheets = make_sheets(plan)
    archive = zipped({f"{Path(PROJECT).stem}.qgs": project(plan, options, sheets)})
    with replacing(path) as unfinished, TemporaryDirectory(dir=path.parent, prefix=".guantu-") as folder:
        base = Path(folder) / GEOPACKAGE
        fill(base, plan, options.crs, styled=True, project=archive, sheets=sheets)
        parts = {GEOPACKAGE: base.read_bytes(), PROJECT: archive, _NOTE: _note(plan, options).encode("utf-8-sig")}
        layers = [layer for layer in plan.layers if has_sld(layer)]
        unfinished.write_bytes(zipped(parts | {f"{_SLD}/{layer.name}.sld": sld(layer, plan) for layer in layers}))


def _note(plan: Plan, options: Options) -> str:
    """How to handle the files, in both languages, and what the extract says of itself."""
    about = plan.extract.lines(plan.said(options.crs))
    keys = ("sld-note", "token-note") if options.tianditu_token else ("sld-note",)
    notes = ("\n".join((words("readme", lang).strip(), *(TEXTS(key, lang) for key in keys))) for lang in LANGS)
    parts = [plan.extract.title, *notes, "\n".join(about)]
    return "\r\n".join("\n\n".join(parts).splitlines()) + "\r\n"
