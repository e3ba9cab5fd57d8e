"""The register: every table, read, typed and checked. Everything else reads one `Register` value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geodata import checks, schema
from geodata.faults import Fault, RegisterError
from geodata.features import read_features
from geodata.positions import STORAGE_CRS
from geodata.schema import CATALOG
from geodata.tables import Row, read_table

CODELIST = "codelist-"


@dataclass(frozen=True, eq=False)
class Register:
    """What is: the tables of the catalog as frames, in the order of their ids.

    `features` is a GeoDataFrame (EPSG:4326, lon/lat; geometry None = no position known);
    the other tables are DataFrames with the columns of the data dictionary. Lists are
    tuples, dates are `datetime.date` or None, partial dates stay EDTF text.
    """

    features: gpd.GeoDataFrame
    tables: Mapping[str, pd.DataFrame]

    def __getitem__(self, name: str) -> pd.DataFrame:
        """The table `name` of the data dictionary."""
        return self.features if name == "features" else self.tables[name]

    def codelist(self, name: str) -> pd.DataFrame:
        """A codelist, indexed by code, in its own order."""
        return self._codelists[name]

    def titles(self, name: str, lang: str) -> Mapping[str, str]:
        """The title of each code of a codelist in `lang` (zh or en), Chinese where the English is empty."""
        return self._titles[name, lang]

    @cached_property
    def _titles(self) -> dict[tuple[str, str], dict[str, str]]:
        return {
            (name, lang): frame[f"title_{lang}"].where(frame[f"title_{lang}"] != "", frame["title_zh"]).to_dict()
            for name, frame in self._codelists.items()
            for lang in ("zh", "en")
        }

    @cached_property
    def _codelists(self) -> dict[str, pd.DataFrame]:
        return {
            name.removeprefix(CODELIST): frame.sort_values("order").set_index("code")
            for name, frame in self.tables.items()
            if name.startswith(CODELIST)
        }

    def counts(self) -> dict[str, int]:
        """Rows of each table, in the order of the data dictionary."""
        return {name: len(self[name]) for name in schema.tables()}


def read_register(catalog: Path = CATALOG) -> Register:
    """Read and check the whole register in `catalog`.

    Raises RegisterError with every fault of every table at once.
    """
    rows, faults = read_rows(catalog)
    if faults:
        raise RegisterError(faults)
    tables = schema.tables()
    frames = {
        name: pd.DataFrame(
            {field.name: pd.Series([row[field.name] for row in rows[name]], dtype=object) for field in table.fields}
        )
        for name, table in tables.items()
        if not table.is_geojson
    }
    fields = [field.name for field in tables["features"].fields]
    features = gpd.GeoDataFrame(
        {name: pd.Series([row[name] for row in rows["features"]], dtype=object) for name in fields},
        geometry=gpd.GeoSeries([row["geometry"] for row in rows["features"]], crs=STORAGE_CRS),
    )
    return Register(features=features, tables=frames)


def read_rows(catalog: Path) -> tuple[dict[str, list[Row]], list[Fault]]:
    """The raw rows of every table and every fault found in them."""
    faults: list[Fault] = []
    tables = schema.tables()
    rows = {name: read_table(table, catalog, faults) for name, table in tables.items() if not table.is_geojson}
    rows["features"] = read_features(tables["features"], catalog, rows["codelist-theme"], faults)
    # A table that could not be read at all would make every reference to it a fault of its own.
    keys = {field for table in tables.values() for field in table.key}
    broken = {fault.file for fault in faults if fault.unread or (fault.row and fault.field in keys)}
    checks.check_all(tables, rows, broken, faults)
    return rows, sorted(set(faults))
