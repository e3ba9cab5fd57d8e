"""The register: every table, read, put together, typed and checked. Everything else reads one `Register` value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar, cast

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata import catalog_files, checks
from geodata.facts import Event, Evidence, Observation, Search, WaterQuality
from geodata.faults import RegisterError
from geodata.journal.entries import Entry
from geodata.journal.replay import Change, replay, version_with
from geodata.model import Article, Assignment, Code, Document, Feature, Link, Measure, Target, Theme, columns_of
from geodata.place import STORAGE_CRS, Place
from geodata.schema import CATALOG, CODELIST, Dictionary
from geodata.tables import Row
from geodata.text import Text

T = TypeVar("T")
Mask = NDArray[np.bool_]
THEMES = "theme"
"""The codelist of themes, whose codes have more to them than a title."""


@dataclass(frozen=True, eq=False)
class Register:
    """What is: the tables of a catalog, in the order of their ids, as rows by id and as frames where bulk pays.

    `features` is a GeoDataFrame (EPSG:4326, lon/lat; geometry None = no position known);
    the other tables are DataFrames with the columns of the data dictionary. Lists are
    tuples, dates are `datetime.date` or None, partial dates stay EDTF text.
    """

    features: gpd.GeoDataFrame
    tables: Mapping[str, pd.DataFrame]
    place: Place
    dictionary: Dictionary
    version: str
    """Changes with every change of the catalog: what was made from a register is current while this is the same."""
    changes: tuple[Change, ...] = ()
    """What entries of a journal made of rows that were there, in the order in which they took effect."""
    _typed: dict[str, Any] = field(default_factory=dict, init=False, repr=False)

    def __getitem__(self, name: str) -> pd.DataFrame:
        """The table `name` of the data dictionary."""
        return self.features if name == "features" else self.tables[name]

    def rows(self, kind: type[T]) -> tuple[T, ...]:
        """All rows of the table of a row class (see `geodata.model`), in order."""
        table: str = kind.table  # type: ignore[attr-defined]
        if table not in self._typed:
            self._typed[table] = tuple(_typed(kind, self[table]))
        return cast("tuple[T, ...]", self._typed[table])

    def derived(self, compute: Callable[[Register], T]) -> T:
        """What `compute` makes of this register, made once."""
        key = f"{compute.__module__}.{compute.__qualname__}"
        if key not in self._typed:
            self._typed[key] = compute(self)
        return cast("T", self._typed[key])

    def by_id(self, kind: type[T]) -> Mapping[str, T]:
        """The rows of a row class by their id."""
        key = f"{kind.table} by id"  # type: ignore[attr-defined]
        if key not in self._typed:
            self._typed[key] = {row.id: row for row in self.rows(kind)}  # type: ignore[attr-defined]
        return cast("Mapping[str, T]", self._typed[key])

    def codes(self, name: str) -> Mapping[str, Code]:
        """The codes of a codelist by code, in its own order."""
        return self._codes[name]

    @property
    def themes(self) -> Mapping[str, Theme]:
        """The codes of the codelist of themes by code, in its own order."""
        return cast("Mapping[str, Theme]", self._codes[THEMES])

    def codelist(self, name: str) -> pd.DataFrame:
        """A codelist as a frame, indexed by code, in its own order."""
        return self._codelists[name]

    @property
    def codelists(self) -> tuple[str, ...]:
        """The names of all codelists."""
        return tuple(self._codelists)

    def titles(self, name: str, lang: str) -> Mapping[str, str]:
        """The title of each code of a codelist in `lang` (zh or en), Chinese where the English is empty."""
        return self._titles[name, lang]

    @cached_property
    def _codes(self) -> dict[str, dict[str, Code]]:
        return {
            name: {row.code: row for row in _typed(Theme if name == THEMES else Code, frame.reset_index())}
            for name, frame in self._codelists.items()
        }

    @cached_property
    def _titles(self) -> dict[tuple[str, str], dict[str, str]]:
        return {
            (name, lang): {code: row.title.in_(lang) for code, row in codes.items()}
            for name, codes in self._codes.items()
            for lang in ("zh", "en")
        }

    @cached_property
    def _codelists(self) -> dict[str, pd.DataFrame]:
        return {
            name.removeprefix(CODELIST): frame.sort_values("order").set_index("code")
            for name, frame in self.tables.items()
            if name.startswith(CODELIST)
        }

    @cached_property
    def events_of(self) -> Mapping[str, tuple[Event, ...]]:
        """Events by feature; an empty tuple for one without any."""
        return _grouped([row for row in self.rows(Event) if row.feature], "feature")

    @cached_property
    def evidence_of(self) -> Mapping[str, tuple[Evidence, ...]]:
        """What facts show of each measure."""
        return _grouped(self.rows(Evidence), "measure")

    @cached_property
    def observations_of(self) -> Mapping[str, tuple[Observation, ...]]:
        """Observations by feature or by target."""
        rows = self.rows(Observation)
        return _Groups({**_grouped(rows, "feature"), **_grouped(rows, "target")})

    @cached_property
    def water_of(self) -> Mapping[str, tuple[WaterQuality, ...]]:
        """What is known of the water, by feature."""
        return _grouped(self.rows(WaterQuality), "feature")

    @cached_property
    def links_of(self) -> Mapping[str, tuple[Link, ...]]:
        """Links by feature."""
        return _grouped(self.rows(Link), "feature")

    @cached_property
    def targets_of(self) -> Mapping[str, tuple[Target, ...]]:
        """Targets by measure."""
        return _grouped(self.rows(Target), "measure")

    @cached_property
    def searches_of(self) -> Mapping[str, tuple[Search, ...]]:
        """Searches by measure."""
        return _grouped(self.rows(Search), "measure")

    @cached_property
    def assignments_of(self) -> Mapping[str, tuple[Assignment, ...]]:
        """Assignments by article, in the order of the text."""
        return _grouped(sorted(self.rows(Assignment), key=lambda row: row.position), "article")

    def document_of(self, measure: Measure) -> Document:
        """The document that a measure stands in."""
        return self.by_id(Document)[self.by_id(Article)[measure.article].document]

    @cached_property
    def backdrop(self) -> Mask:
        """Which features are drawn for orientation and never counted: of a context theme and named by no measure."""
        context = [code for code, theme in self.themes.items() if theme.context]
        named = self.features["id"].isin(set(self["links"]["feature"])).to_numpy()
        found: Mask = self.features["theme"].isin(context).to_numpy() & ~named
        return found

    @cached_property
    def context(self) -> Mask:
        """Which features are of a context theme, be they named by a measure or not."""
        context = [code for code, theme in self.themes.items() if theme.context]
        found: Mask = self.features["theme"].isin(context).to_numpy()
        return found

    @cached_property
    def placed(self) -> Mask:
        """Which features have a position."""
        found: Mask = self.features.geometry.notna().to_numpy()
        return found

    @cached_property
    def sections(self) -> Mask:
        """Which features are a section of a whole of the same theme."""
        theme_of = dict(zip(self.features["id"], self.features["theme"], strict=True))
        pairs = zip(self.features["part_of"], self.features["theme"], strict=True)
        return np.array([theme_of.get(whole) == theme for whole, theme in pairs], dtype=bool)

    @cached_property
    def towns(self) -> tuple[Feature, ...]:
        """The features that other features name as their towns."""
        named = {town for row in self.features["town"] for town in row}
        return tuple(row for row in self.rows(Feature) if row.id in named)

    @cached_property
    def newest_source(self) -> str:
        """The newest day on which a source was published (EDTF); those with an unknown part do not count."""
        return max((day for day in self["sources"]["date_published"] if day and "X" not in day), default="")

    def counts(self) -> dict[str, int]:
        """Rows of each table, in the order of the data dictionary."""
        return {name: len(self[name]) for name in self.dictionary.tables}


def _typed(kind: type[T], frame: pd.DataFrame) -> Iterator[T]:
    """The rows of a frame as values of a row class."""
    size = len(frame)
    columns = [
        map(Text, *(frame[name] for name in names)) if len(names) > 1 else frame[names[0]].tolist()
        for _, names in columns_of(kind)
    ]
    return (kind(*values) for values in zip(*columns, strict=True)) if size else iter(())


def _grouped(rows: Any, column: str) -> Mapping[str, Any]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, column)].append(row)
    return _Groups({key: tuple(group) for key, group in found.items()})


class _Groups(dict[str, Any]):
    """Rows by what they belong to; an empty tuple where there are none."""

    def __missing__(self, key: str) -> tuple[()]:
        return ()


def read_register(catalog: Path = CATALOG, entries: Sequence[Entry] = ()) -> Register:
    """Read and check the whole register in `catalog`, with entries of a journal put in where rows are put together.

    Raises RegisterError with every fault of every table at once, but for those that `read_checked` alone looks for.
    """
    read = read_checked(catalog, thorough=False, entries=entries)
    if read.faults or read.place is None or read.dictionary is None:
        raise RegisterError(read.faults)
    return assemble(read.rows, read.place, read.dictionary, read.version, read.changes)


def read_checked(catalog: Path, thorough: bool = True, entries: Sequence[Entry] = ()) -> catalog_files.Source:
    """The raw rows of every table of `catalog` and every fault found in them.

    Rows are put together first and checked afterwards, so that a row obeys the same checks wherever it comes from.
    Only a thorough reading holds positions against each other and dates against today: the first takes too long for
    the start of a screen, the second would take a good register away from a machine whose clock is wrong.
    """
    return checked(put_in(catalog_files.read(catalog), entries), thorough)


def put_in(source: catalog_files.Source, entries: Sequence[Entry], first: int = 1) -> catalog_files.Source:
    """A catalog with entries of a journal in its rows, and what was wrong with them; `source` stays as it is.

    Faults name an entry by its place, the first one's being `first`.
    """
    if not entries or source.dictionary is None or source.place is None:
        return source
    put = replay(source.rows, source.dictionary.tables, entries, source.place.box, first)
    version = version_with(source.version, entries)
    changes = (*source.changes, *put.changes)
    return replace(source, rows=put.rows, faults=[*source.faults, *put.faults], version=version, changes=changes)


def checked(
    source: catalog_files.Source, thorough: bool = True, changed: Set[str] | None = None
) -> catalog_files.Source:
    """A catalog with every fault of its rows; see `read_checked`. With `changed`, all was sound before these tables
    were."""
    faults = list(source.faults)
    if source.dictionary is not None and source.place is not None:
        tables = source.dictionary.tables
        # A table that could not be read at all would make every reference to it a fault of its own.
        keys = {name for table in tables.values() for name in table.key}
        broken = {fault.file for fault in faults if fault.unread or (fault.row and fault.field in keys)}
        today = source.place.today() if thorough else None
        checks.check_all(tables, source.rows, source.place, broken, today, faults, changed)
    return replace(source, faults=sorted(set(faults)))


def assemble(
    rows: Mapping[str, list[Row]],
    place: Place,
    dictionary: Dictionary,
    version: str,
    changes: tuple[Change, ...] = (),
) -> Register:
    """The register of rows that were checked, with what entries changed of them."""
    tables = dictionary.tables
    frames = {
        name: pd.DataFrame(
            {each.name: pd.Series([row[each.name] for row in rows[name]], dtype=object) for each in table.fields}
        )
        for name, table in tables.items()
        if not table.is_geojson
    }
    names = [each.name for each in tables["features"].fields]
    features = gpd.GeoDataFrame(
        {name: pd.Series([row[name] for row in rows["features"]], dtype=object) for name in names},
        geometry=gpd.GeoSeries([row["geometry"] for row in rows["features"]], crs=STORAGE_CRS),
    )
    return Register(
        features=features, tables=frames, place=place, dictionary=dictionary, version=version, changes=changes
    )
