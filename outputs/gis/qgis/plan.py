"""Which layers and tables an export has, under which names and in which order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd
from pyproj import Transformer

from geodata.codes import Location
from geodata.place import STORAGE_CRS
from geodata.text import catalogue
from outputs.answers import AnswerTable, answer_tables
from outputs.escape import unrun
from outputs.extract import Extract
from outputs.fields import OutputTable, tables
from outputs.wording import spoken
from outputs.words import TEXTS

VERSIONS = {"3.22": "3.22.16", "3.28": "3.28.15", "3.34": "3.34.15", "3.40": "3.40.6", "3.44": "3.44.0"}
"""Release written into a file for each choice of `Options.qgis`."""
Box = tuple[float, float, float, float]
"""West, south, east and north in metres of `Plan.working_crs`."""
POINT, LINE, POLYGON = "point", "line", "polygon"
_KINDS = {"Point": POINT, "LineString": LINE, "Polygon": POLYGON}


@dataclass(frozen=True)
class Options:
    """Choices of a QGIS export."""

    crs: str
    """In which system the GeoPackage is stored: one of `Place.file_crs`."""
    qgis: str = "3.22"
    """The planner's version, so that QGIS has nothing to remark when it opens the project."""
    tianditu_token: str = ""
    """The user's own key; without one the project holds no online basemap."""


@dataclass(frozen=True, eq=False)
class Layer:
    """A table of the GeoPackage and the layer of the project that shows it."""

    name: str
    title: str
    kind: str
    """point, line or polygon; empty for a table."""
    theme: str
    """Code of the theme; empty for tables and stages over time."""
    context: bool
    """Whether it only gives orientation."""
    table: OutputTable
    frame: pd.DataFrame
    """Its rows; EPSG:4326 where it has a geometry."""
    is_answer: bool = False
    """Whether it holds rows of an answer, told apart by how sure they are."""

    @property
    def id(self) -> str:
        """The id in the project, longer than the ten characters below which QGIS replaces it."""
        return f"guantu-layer-{self.name}"

    @property
    def columns(self) -> set[str]:
        """Names of its columns, the geometry left out."""
        return {field.name for field in self.table.fields}

    @cached_property
    def leads(self) -> frozenset[str]:
        """All values of `lead`."""
        return frozenset(self.frame["lead"])

    @cached_property
    def stages(self) -> frozenset[str]:
        """All values of `stage`."""
        return frozenset(self.frame["stage"])

    @property
    def source(self) -> str:
        """Where the project finds it."""
        return f"./{GEOPACKAGE}|layername={self.name}"

    @property
    def staged(self) -> bool:
        """Whether it is a theme drawn by stage."""
        return bool(self.theme) and not self.context

    @property
    def dated(self) -> bool:
        """Whether it shows stages over time."""
        return bool(self.kind) and not self.theme and not self.is_answer


GEOPACKAGE = "guantu.gpkg"
PROJECT = "guantu.qgz"


words = catalogue(__file__)
"""`words(key, lang, **values)`: a text of this package."""


@dataclass(frozen=True, eq=False)
class Plan:
    """What one export writes."""

    extract: Extract
    layers: tuple[Layer, ...]
    """Themes in the order of the codelist, stages over time, answers, tables."""
    leads: tuple[str, ...]
    """All values of `lead` that features drawn by stage have, the most frequent first."""
    titles: Mapping[str, Mapping[str, str]]
    """Titles of the codes of each codelist in the language of the extract."""

    @cached_property
    def first_view(self) -> Box:
        """The ground of the first view."""
        return _first_view(self)

    @property
    def working_crs(self) -> str:
        """The system of the project, in metres."""
        return self.extract.place.metric_crs

    def said(self, crs: str) -> dict[str, str]:
        """What the files say of themselves when the GeoPackage is stored in `crs`, label to value."""
        extract = self.extract
        return extract.said(extract.count("features", "history", *extract.tables), crs)

    def agencies(self, lead: str) -> list[str]:
        """The agencies that a list names, in its order."""
        return [name for name in lead.split(TEXTS("separator", self.extract.lang)) if name]

    def words(self, key: str, **values: Any) -> str:
        """A text in the language of the extract."""
        return words(key, self.extract.lang, **values)


def make_plan(extract: Extract) -> Plan:
    """The layers and tables for a extract; ValueError for a geometry that is neither point, line nor area."""
    layers = tuple(_layers(extract))
    return Plan(extract, layers, tuple(_leads(layers)), {name: _titles(extract, name) for name in extract.codes})


def _layers(extract: Extract) -> Iterator[Layer]:
    lang = extract.lang
    themes, titles = extract.codes["theme"], _titles(extract, "theme")
    for code in [code for code in themes.index if code in extract.layers]:
        parts = _by_kind(spoken(extract, extract.layers[code], "features"))
        for kind, frame in parts.items():
            # The first kind keeps the plain name, be it all lines or the points of a mixture.
            plain = kind == next(iter(parts))
            name = _table(code) if plain else f"{_table(code)}_{kind}"
            title = titles[code] if len(parts) == 1 else words("of-kind", lang, of=titles[code], kind=words(kind, lang))
            yield Layer(name, title, kind, code, bool(themes["context"][code]), tables()["features"], frame)
    history = tables()["history"]
    for kind, frame in _by_kind(spoken(extract, extract.history, history.name)).items():
        title = words("of-kind", lang, of=history.title(lang), kind=words(kind, lang))
        yield Layer(f"{history.name}_{kind}", title, kind, "", False, history, frame)
    for each in answer_tables(extract):
        yield from _of_answer(each, lang)
    for name, table in tables().items():
        if name in extract.tables:
            rows = spoken(extract, extract.tables[name], name)
            yield Layer(_table(name), table.title(lang), "", "", False, table, rows)


def _of_answer(each: AnswerTable, lang: str) -> Iterator[Layer]:
    """A layer a kind of shape, and a table of what is nowhere; of an empty answer the table alone."""
    table, title = each.table, unrun(each.table.title(lang))
    there = each.frame.geometry.notna()
    parts: dict[str, pd.DataFrame] = dict(_by_kind(each.frame[there]))
    if not there.all() or not parts:
        parts[""] = pd.DataFrame(each.frame[~there].drop(columns="geometry"))
    for kind, frame in parts.items():
        said = title if len(parts) == 1 else words("of-kind", lang, of=title, kind=words(kind or "nowhere", lang))
        yield Layer("_".join(filter(None, (table.name, kind))), said, kind, "", False, table, frame, is_answer=True)


def _table(code: str) -> str:
    """The code of a theme as the name of a table: SQL takes no hyphen without quotes."""
    return code.replace("-", "_")


def _by_kind(frame: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Points, lines and polygons apart, in this order; ValueError for any other geometry."""
    if frame.empty:
        return {}
    kinds = frame.geometry.geom_type.str.removeprefix("Multi").map(_KINDS)
    if kinds.isna().any():
        row = frame[kinds.isna()].iloc[0]
        raise ValueError(f"{row['code']}: a {row.geometry.geom_type} is neither point nor line nor polygon")
    return {kind: frame[kinds == kind] for kind in _KINDS.values() if (kinds == kind).any()}


def _titles(extract: Extract, codelist: str) -> dict[str, str]:
    """Titles of a codelist, for names and labels of which QGIS would run what is written like an expression."""
    return {code: unrun(title) for code, title in extract.titles(codelist).items()}


def _first_view(plan: Plan) -> Box:
    """All towns, else all features that do not lie outside the city, else the city."""
    layers = [layer for layer in plan.layers if layer.theme]
    chosen = [layer for layer in layers if layer.context and layer.kind == POINT] or layers
    near = [layer.frame[layer.frame["location"] != Location.OUTSIDE] for layer in chosen]
    to_metres = Transformer.from_crs(STORAGE_CRS, plan.working_crs, always_xy=True)
    boxes = [to_metres.transform_bounds(*frame.total_bounds) for frame in near if len(frame)]
    if not boxes:
        box: Box = to_metres.transform_bounds(*plan.extract.place.first_view)
        return box
    west, south = (float(min(box[i] for box in boxes)) for i in (0, 1))
    east, north = (float(max(box[i] for box in boxes)) for i in (2, 3))
    edge = max(east - west, north - south, 2000) * 0.06
    return west - edge, south - edge, east + edge, north + edge


def _leads(layers: Iterable[Layer]) -> list[str]:
    values = Counter(value for layer in layers if layer.staged for value in layer.frame["lead"] if value)
    return sorted(values, key=lambda value: (-values[value], value))
