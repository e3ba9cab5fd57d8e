"""The rules of OC4IDS 0.9.5 that its project and package schemas state, checked one by one.

Read in the public repository of the standard (open-contracting/infrastructure), Apache 2.0:
required fields, closed codelists, no empty texts or lists, date-times with a time zone.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import contents
import pytest
from shapely.geometry import shape

from analysis.filters import Filter
from analysis.view import View
from geodata import Register
from outputs.errors import NothingToWrite
from outputs.extract import extract
from outputs.tables.oc4ids import package, projects, rules, write_oc4ids

STATUS = {
    *("identification", "preparation", "implementation", "completion", "maintenance"),
    *("decommissioning", "decommissioned", "cancelled", "completed"),
}
SECTOR = {
    *("education", "health", "energy", "communications", "waterAndWaste", "governance", "economy", "transport"),
    *("cultureSportsAndRecreation", "socialHousing", "naturalResources"),
    *("transport.air", "transport.water", "transport.rail", "transport.road", "transport.urban"),
}
MILESTONE = {"scheduled", "met", "notMet", "partiallyMet"}
GEOMETRY = {"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"}
PROJECT = {
    *("id", "identifiers", "title", "description", "status", "sector", "locations", "publicAuthority"),
    *("parties", "documents", "milestones"),
}
MOMENTS = {"publishedDate", "datePublished", "dueDate"}


@pytest.fixture(scope="module", params=["zh", "en"])
def found(request: pytest.FixtureRequest, view: View) -> dict[str, Any]:
    return package(extract(view, lang=request.param))


def walk(value: Any) -> Any:
    """Every object and list inside a value, and the value."""
    yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from walk(inner)


def test_the_package(found: dict[str, Any]) -> None:
    assert {"uri", "version", "publishedDate", "publisher", "projects"} <= set(found)
    assert found["version"] == "0.9" and found["publisher"]["name"] and found["uri"].startswith("urn:uuid:")
    assert found["license"].startswith("https://opendatacommons.org/")
    ids = [project["id"] for project in found["projects"]]
    assert ids and len(set(ids)) == len(ids) and all(name.startswith("guantu-") for name in ids)


def test_nothing_is_empty_and_every_moment_has_a_zone(found: dict[str, Any]) -> None:
    for value in walk(found["projects"]):
        assert value not in ("", None, [], {})
        for name in MOMENTS & set(value if isinstance(value, dict) else ()):
            assert datetime.fromisoformat(value[name]).utcoffset() is not None
    assert datetime.fromisoformat(found["publishedDate"]).utcoffset() is not None


def test_projects(found: dict[str, Any]) -> None:
    for project in found["projects"]:
        assert set(project) <= PROJECT and project["title"]
        assert project.get("status", "completion") in STATUS
        assert set(project.get("sector", [])) <= SECTOR
        for list_of in ("locations", "parties", "documents", "milestones", "identifiers"):
            ids = [item["id"] for item in project.get(list_of, [])]
            assert len(set(ids)) == len(ids), (project["id"], list_of)
        for location in project.get("locations", []):
            assert location["geometry"]["type"] in GEOMETRY
        for item in project.get("milestones", []):
            assert item.get("status", "met") in MILESTONE
        for item in project.get("documents", []):
            assert item["title"] and item.get("url", "http").startswith("http")


def test_the_authority_is_a_party_and_the_only_lead(found: dict[str, Any]) -> None:
    with_authority = [project for project in found["projects"] if "publicAuthority" in project]
    assert with_authority
    for project in found["projects"]:
        leads = [party for party in project.get("parties", []) if "lead" in party["roles"]]
        assert ("publicAuthority" in project) == (len(leads) == 1)
        if len(leads) == 1:
            assert project["publicAuthority"] == {"id": leads[0]["id"], "name": leads[0]["name"]}
            assert leads[0]["roles"][0] == "publicAuthority"


def test_which_features_are_projects(found: dict[str, Any], view: View, register: Register) -> None:
    themes = register.features.set_index("id")["theme"]
    codes = [project["id"].removeprefix("guantu-") for project in found["projects"]]
    assert not register.codelist("theme")["context"].loc[list(set(themes[codes]))].any()
    features = view.standing.features
    known = features[(~features["stage"].isin(["unknown", "not-applicable"])) & ~features["stage_stretch"].astype(bool)]
    assert set(known["id"]) <= set(codes)
    assert not set(features.loc[features["stage_stretch"].astype(bool), "id"]) & set(codes)
    statuses = Counter(project.get("status") for project in found["projects"])
    assert statuses["maintenance"] == (known["stage"] == "maintenance").sum()


def test_the_policy_document_has_its_address(found: dict[str, Any]) -> None:
    documents = [item for project in found["projects"] for item in project.get("documents", [])]
    policy = [item for item in documents if item["id"] == "doc-d2017"]
    assert policy and all(item["url"].startswith("http://zwgk.dg.gov.cn/") for item in policy)
    assert all("136" in item["title"] for item in policy if "〔2017〕" in item["title"])


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("chosen", "themes"),
    [
        (Filter(agency=("jiaotong",)), ()),
        (Filter(document=("d2012",)), ()),
        (Filter(role=("lead",), theme=("roads",)), ()),
        (Filter(q="站"), ("stations",)),
    ],
)
def test_a_project_says_the_same_in_every_export(
    chosen: Filter, themes: tuple[str, ...], lang: str, view: View
) -> None:
    whole = {item["id"]: item for item in projects(extract(view, lang=lang))}
    found = projects(extract(view.narrowed(chosen), lang=lang, themes=themes))
    assert 0 < len(found) < len(whole)
    for item in found:
        assert item == whole[item["id"]]


def test_parties_are_the_agencies_of_the_feature(view: View, register: Register) -> None:
    """The same bodies in the same roles as the columns of the feature name them; one id, one name."""
    found = extract(view, lang="zh")
    rows = {row.code: row for frame in [*found.layers.values(), found.tables["unplaced"]] for row in frame.itertuples()}
    names: dict[str, str] = {}
    for project in projects(found):
        row = rows[project["id"].removeprefix("guantu-")]
        for role in ("lead", "cooperating", "responsible"):
            own = {party["id"] for party in project.get("parties", []) if role in party["roles"]}
            assert own == set(getattr(row, f"{role}_codes")), (project["id"], role)
        for party in project.get("parties", []):
            assert names.setdefault(party["id"], party["name"]) == party["name"]
            assert party["name"] == found.names["agencies"][party["id"]].zh
    assert names and set(names) <= set(register["agencies"]["id"])


def test_two_documents_of_one_source(tiny: Register) -> None:
    """Both documents of the tiny register stand in one publication; a rail line has measures of both."""
    line = next(item for item in projects(contents.small(tiny)) if item["id"] == "guantu-line-east")
    assert {item["title"] for item in line["documents"]} >= {"旧协议", "新意见"}
    assert len({item["id"] for item in line["documents"]}) == len(line["documents"])


def test_longitude_comes_first(found: dict[str, Any]) -> None:
    project = next(item for item in found["projects"] if item["id"].endswith("rail-dongguannan"))
    point = shape(project["locations"][0]["geometry"])
    assert (round(point.x, 2), round(point.y, 2)) == (114.06, 22.85)


def test_hard_names_and_the_same_bytes(tiny: Register, tmp_path: Path) -> None:
    hard = contents.hard(tiny)
    contents.check_writer(write_oc4ids, hard, tmp_path / "a.json")
    found = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    titles = {item["id"].removeprefix("guantu-"): item["title"] for item in found["projects"]}
    named = contents.names(hard)
    assert set(named) & set(titles) and set(titles) - set(named) <= {"station-lost"}, "it has no position"
    assert all(named[code] == title for code, title in titles.items() if code in named)
    assert found["about"] == hard.said({"features": len(found["projects"])}, "EPSG:4326")


def test_no_project_and_no_metres(tiny: Register, tmp_path: Path) -> None:
    with pytest.raises(NothingToWrite, match="widen it or take another format"):
        write_oc4ids(tmp_path / "a.json", contents.nothing(tiny))
    with pytest.raises(ValueError, match="always EPSG:4326"):
        write_oc4ids(tmp_path / "a.json", contents.small(tiny), "EPSG:4547")
    assert list(tmp_path.iterdir()) == []


def test_the_rules_name_codes_of_the_register(register: Register) -> None:
    assert set(rules()["sector"]) <= set(register.codelist("theme").index)
    assert set(rules()["milestone"]) <= set(register.codelist("outcome").index)
