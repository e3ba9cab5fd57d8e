from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
from frictionless import Package

from geodata import CATALOG, schema

HAN = re.compile("[\u4e00-\u9fff]")
PACKAGE = json.loads((CATALOG / "datapackage.json").read_text(encoding="utf-8"))
RESOURCES = {resource["name"]: resource for resource in PACKAGE["resources"]}
TABULAR = [name for name, resource in RESOURCES.items() if resource["path"].endswith(".csv")]


def tabular(folder: Path) -> Package:
    """The package without the GeoJSON folder, which is no tabular resource, and without references to it."""
    package = copy.deepcopy(PACKAGE)
    package["resources"] = [resource for resource in package["resources"] if resource["name"] in TABULAR]
    for resource in package["resources"]:
        keys = resource["schema"].get("foreignKeys", [])
        resource["schema"]["foreignKeys"] = [key for key in keys if key["reference"]["resource"] in TABULAR]
    return Package.from_descriptor(package, basepath=str(folder))


def test_frictionless_finds_every_table_valid() -> None:
    report = tabular(CATALOG).validate()
    assert report.valid, report.flatten(["name", "type", "message"])
    assert {task.name for task in report.tasks} == set(TABULAR)


def test_frictionless_would_notice(catalog: Path) -> None:
    file = catalog / "agencies.csv"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("central-body", "no-such-kind", 1), encoding="utf-8")
    assert not tabular(catalog).validate().valid


def test_files_equal_resources() -> None:
    """Nothing lies in the catalog that the dictionary does not name, and nothing is missing."""
    found = {path.relative_to(CATALOG).as_posix() for path in CATALOG.rglob("*") if path.is_file()}
    themes = [line.partition(",")[0] for line in (CATALOG / "codelists/theme.csv").read_text("utf-8").splitlines()[1:]]
    named = {RESOURCES[name]["path"] for name in TABULAR} | {f"features/{theme}.geojson" for theme in themes}
    assert found - {"datapackage.json", "place.toml", "LICENSE", "README.md"} == named


@pytest.mark.parametrize("name", RESOURCES)
def test_titles_in_two_languages(name: str) -> None:
    def titled(item: dict[str, Any]) -> bool:
        zh, en = item.get("title_zh", ""), item.get("title", "")
        return bool(HAN.search(zh)) and bool(en) and not HAN.search(en)

    resource = RESOURCES[name]
    assert titled(resource)
    assert [field["name"] for field in resource["schema"]["fields"] if not titled(field)] == []


@pytest.mark.parametrize("name", RESOURCES)
def test_keys_and_references_name_fields_that_exist(name: str) -> None:
    def fields(resource: str) -> set[str]:
        return {field["name"] for field in RESOURCES[resource]["schema"]["fields"]}

    table = RESOURCES[name]["schema"]
    assert set(table["primaryKey"]) <= fields(name)
    for key in table.get("foreignKeys", []):
        assert key["fields"] in fields(name)
        assert [key["reference"]["fields"]] == RESOURCES[key["reference"]["resource"]]["schema"]["primaryKey"]
    for field in table["fields"]:
        target = field.get("list", {}).get("reference")
        assert target is None or target in RESOURCES


@pytest.mark.parametrize("name", RESOURCES)
def test_every_coded_field_is_a_reference(name: str) -> None:
    """A field called like a codelist must be held to it."""
    lists = {other.removeprefix("codelist-") for other in RESOURCES if other.startswith("codelist-")}
    table = RESOURCES[name]["schema"]
    held = {key["fields"] for key in table.get("foreignKeys", [])}
    coded = {field["name"] for field in table["fields"] if field["name"].replace("_", "-") in lists}
    assert coded <= held


def test_schema_reads_what_the_package_says() -> None:
    tables = schema.shipped().tables
    assert list(tables) == list(RESOURCES)
    for name, table in tables.items():
        raw = RESOURCES[name]["schema"]
        assert [field.name for field in table.fields] == [field["name"] for field in raw["fields"]]
        required = {field["name"] for field in raw["fields"] if field.get("constraints", {}).get("required")}
        assert {field.name for field in table.fields if field.required} == required
        assert {(ref.field, ref.table) for ref in table.references} == {
            (key["fields"], key["reference"]["resource"]) for key in raw.get("foreignKeys", [])
        }
        assert table.is_geojson == (name not in TABULAR)
    licences = schema.shipped().licences
    assert [vars(licence) for licence in licences] == PACKAGE["licenses"]


def test_the_codelist_of_a_field_is_the_one_it_refers_to() -> None:
    found = schema.shipped()
    assert found.codelist_of("events", "stage") == "stage"
    assert found.codelist_of("events", "kind") == "event-kind"
    assert found.codelist_of("events", "source") == "", "another table is no codelist"
    assert found.codelist_of("events", "text_zh") == found.codelist_of("events", "no-such-field") == ""
