"""Files before the validators of those who define their formats."""

from __future__ import annotations

import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import contents
import geopandas as gpd
import pyarrow.parquet as pq
import pytest
from validators import geopackage_errors, geoparquet_errors, openxml_errors

from analysis.view import View
from geodata import Register
from outputs.extract import extract
from outputs.gis.geoparquet import write_geoparquet
from outputs.gis.qgis import write_geopackage, write_package
from outputs.tables.workbook import write_xlsx


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_workbook_is_valid_open_xml(lang: str, view: View, tiny: Register, tmp_path: Path) -> None:
    found = {"whole": extract(view, lang=lang), "hard": contents.hard(tiny), "nothing": contents.nothing(tiny, lang)}
    for name, each in found.items():
        write_xlsx(tmp_path / f"{name}.xlsx", each)
        assert openxml_errors(tmp_path / f"{name}.xlsx") == [], name


def test_a_broken_workbook_is_found(tiny: Register, tmp_path: Path) -> None:
    """That the validator looks at all."""
    write_xlsx(tmp_path / "a.xlsx", contents.small(tiny))
    with zipfile.ZipFile(tmp_path / "a.xlsx") as whole, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as broken:
        for name in whole.namelist():
            broken.writestr(name, whole.read(name).replace(b"<sheetData>", b'<sheetData wrong="1">'))
    assert any("wrong" in error for error in openxml_errors(tmp_path / "b.xlsx"))
    (tmp_path / "c.xlsx").write_bytes(b"no zip")
    assert len(openxml_errors(tmp_path / "c.xlsx")) == 1


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:4547"])
def test_a_geopackage_is_valid(crs: str, view: View, tmp_path: Path) -> None:
    whole = extract(view, lang="zh")
    write_geopackage(tmp_path / "a.gpkg", whole, crs)
    write_package(tmp_path / "a.zip", whole, crs)
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        (tmp_path / "b.gpkg").write_bytes(archive.read("guantu.gpkg"))
    for name in ("a.gpkg", "b.gpkg"):
        assert geopackage_errors(tmp_path / name) == []


def test_a_broken_geopackage_is_found(tiny: Register, tmp_path: Path) -> None:
    write_geopackage(tmp_path / "a.gpkg", contents.small(tiny))
    with closing(sqlite3.connect(tmp_path / "a.gpkg")) as base:
        base.execute("UPDATE gpkg_contents SET data_type = 'nonsense' WHERE table_name = 'rail'")
        base.commit()
    assert geopackage_errors(tmp_path / "a.gpkg")


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:4547", "EPSG:4526", "EPSG:4326"])
def test_geoparquet_is_valid(crs: str, view: View, tiny: Register, tmp_path: Path) -> None:
    for found in (extract(view, lang="en"), contents.hard(tiny), contents.nothing(tiny)):
        write_geoparquet(tmp_path / "a.parquet", found, crs)
        assert geoparquet_errors(tmp_path / "a.parquet") == []


def test_broken_geoparquet_is_found(tiny: Register, tmp_path: Path) -> None:
    write_geoparquet(tmp_path / "a.parquet", contents.small(tiny))
    table = pq.read_table(tmp_path / "a.parquet")
    broken = (table.schema.metadata or {})[b"geo"].replace(b'"WKB"', b'"TEXT"')
    pq.write_table(table.replace_schema_metadata({b"geo": broken}), tmp_path / "b.parquet")
    assert geoparquet_errors(tmp_path / "b.parquet")
    assert len(gpd.read_parquet(tmp_path / "a.parquet"))
