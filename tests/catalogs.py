"""Writable registers for tests: a small one built in code, and edits that break a copy."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from geodata import CATALOG, Fault, schema
from geodata.place import FILE as PLACE
from geodata.text import LANGS

Feature = dict[str, Any]

HAN = re.compile("[\u4e00-\u9fff]")
QUOTED = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""")
"""What `repr` writes of a text."""

S1, S2, OWN = "s-one", "s-two", "s-text"
TINY: dict[str, list[dict[str, Any]]] = {
    "sources": [
        {"id": S1, "title_zh": "通报一", "grade": "verified", "url": "https://example.org/1"},
        {"id": OWN, "title_zh": "原文", "grade": "seed"},
        {"id": S2, "title_zh": "通报二", "grade": "verified-repost"},
    ],
    "documents": [
        {"id": "old", "title_zh": "旧协议", "title_en": "Old agreement", "date_issued": "2012-02-13"}
        | {"short_title_zh": "旧", "short_title_en": "Old"}
        | {"valid_until": "2022-02-13", "issuer_zh": "市政府", "issuer_en": "City government", "source": OWN},
        {"id": "recent", "title_zh": "新意见", "title_en": "Recent opinions", "date_issued": "2017-11-08"}
        | {"short_title_zh": "新", "short_title_en": "Recent"}
        | {"issuer_zh": "市政府办", "issuer_en": "General office", "source": OWN},
    ],
    "articles": [
        {"id": "old-01-1", "document": "old", "article": 1, "list_kind": "none"},
        {"id": "recent-01-1", "document": "recent", "article": 1, "list_kind": "lead-cooperating"}
        | {"list_text": "牵头单位:甲局;乙局、丙镇按职责分工负责"},
        {"id": "recent-02-1", "document": "recent", "article": 2, "list_kind": "responsible"}
        | {"list_text": "乙局、甲局按职责分工负责"},
    ],
    "agencies": [
        {"id": "bing", "name_zh": "丙镇", "name_en": "Third Town", "kind": "town"},
        {"id": "jia", "name_zh": "甲局", "name_en": "First Bureau", "kind": "city-bureau"},
        {"id": "yi", "name_zh": "乙局", "name_en": "Second Bureau", "kind": "city-bureau"},
    ],
    "assignments": [
        {"article": "recent-01-1", "agency": "bing", "role": "cooperating", "position": 2, "written_as": "丙镇"},
        {"article": "recent-01-1", "agency": "jia", "role": "lead", "position": 1, "written_as": "甲局"},
        {"article": "recent-01-1", "agency": "yi", "role": "cooperating", "position": 1, "written_as": "乙局"},
        {"article": "recent-02-1", "agency": "jia", "role": "responsible", "position": 2, "written_as": "甲局"},
        {"article": "recent-02-1", "agency": "yi", "role": "responsible", "position": 1, "written_as": "乙局"},
    ],
    "measures": [
        {"id": "old-01-1-01", "title_zh": "建设东线", "title_en": "Build the east line", "mappable": "yes"}
        | {"target_stage": "implementation", "counterpart": "guangzhou;shenzhen"},
        {"id": "old-01-1-02", "title_zh": "建成东站", "title_en": "Finish the east station", "mappable": "yes"}
        | {"target_stage": "maintenance", "counterpart": "guangzhou"},
        {"id": "recent-01-1-01", "title_zh": "东线通车", "title_en": "Open the east line", "mappable": "yes"}
        | {"target_stage": "maintenance", "due_date": "2018-12-31", "due_text": "2018年"},
        {"id": "recent-01-1-02", "title_zh": "线站同步", "title_en": "Line and station together", "mappable": "yes"}
        | {"target_stage": "maintenance"},
        {"id": "recent-02-1-01", "title_zh": "定期会商", "title_en": "Meet regularly", "mappable": "no"}
        | {"recurrence": "regular"},
        {"id": "recent-02-1-02", "title_zh": "治理东河", "title_en": "Clean the east river", "mappable": "yes"}
        | {"target_stage": "completion", "due_date": "2020-12-31", "due_text": "2020年"},
    ],
    "targets": [
        {"id": "recent-02-1-01-t1", "measure": "recent-02-1-01", "metric_zh": "会商次数", "metric_en": "Meetings"}
        | {"value": 2, "unit_zh": "次", "unit_en": "meetings", "recurrence": "yearly", "text": "两次"},
    ],
    "links": [
        {"measure": "old-01-1-01", "feature": "line-east", "relation": "target", "locator": "东线"},
        {"measure": "old-01-1-02", "feature": "station-east", "relation": "target", "locator": "东站"},
        {"measure": "recent-01-1-01", "feature": "line-east", "relation": "target", "locator": "东线"},
        {"measure": "recent-01-1-01", "feature": "station-east", "relation": "context", "locator": "东站"},
        {"measure": "recent-01-1-02", "feature": "line-east", "relation": "target", "locator": "线"},
        {"measure": "recent-01-1-02", "feature": "station-east", "relation": "target", "locator": "站"},
        {"measure": "recent-02-1-02", "feature": "river-east", "relation": "target", "locator": "东河"},
        {"measure": "recent-02-1-02", "feature": "station-lost", "relation": "context", "locator": "旧站"},
    ],
    "events": [
        {"id": "line-east-e01", "date": "2012-02-13", "kind": "stage", "stage": "preparation", "grade": "seed"},
        {"id": "line-east-e02", "date": "2014", "kind": "stage", "stage": "implementation", "grade": "verified"},
        {"id": "line-east-e03", "date": "2017-11-08", "kind": "stage", "stage": "preparation", "grade": "seed"},
        {"id": "line-east-e04", "date": "2018-03-01", "kind": "stage", "stage": "maintenance", "grade": "unverified"},
        {
            "id": "line-east-e05",
            "date": "2019-02-10",
            "kind": "progress",
            "stage": "implementation",
            "grade": "verified",
        },
        {"id": "line-east-e06", "date": "2019-06", "kind": "stage", "stage": "maintenance", "grade": "verified-repost"},
        {"id": "line-east-e07", "date": "2020-05-01", "kind": "progress", "restriction": "closed-to-traffic"}
        | {"stage": "maintenance", "grade": "verified"},
        {"id": "line-east-e08", "date": "2021-01-01", "kind": "progress", "restriction": "lifted", "grade": "verified"},
        {"id": "line-east-e09", "date": "XXXX-03-05", "kind": "stage", "stage": "decommissioned", "grade": "verified"},
        {"id": "recent-02-1-01-e01", "feature": "", "measure": "recent-02-1-01", "date": "2018-05-02/2018-05-04"}
        | {"kind": "act", "grade": "verified"},
        {"id": "station-east-e01", "date": "2018-06-01", "kind": "stage", "stage": "implementation"}
        | {"grade": "verified-repost"},
        {"id": "station-east-e02", "date": "2019-01-01", "kind": "other-section", "stage": "maintenance"}
        | {"grade": "verified"},
        {"id": "station-east-e03", "date": "2022-08-01", "kind": "progress", "stage": "implementation"}
        | {"grade": "verified"},
        {"id": "station-east-e04", "date": "", "kind": "gap", "grade": "not-found"},
    ],
    "evidence": [
        {"event": "line-east-e02", "measure": "old-01-1-01", "fit": "direct", "shows": "fulfilled"},
        {"event": "line-east-e05", "measure": "recent-01-1-01", "fit": "direct", "shows": "under-way"},
        {"event": "line-east-e06", "measure": "recent-01-1-01", "fit": "direct", "shows": "fulfilled"},
        {"event": "line-east-e06", "measure": "recent-01-1-02", "fit": "direct", "shows": "part"},
        {"event": "recent-02-1-01-e01", "measure": "recent-02-1-01", "fit": "direct", "shows": "under-way"},
        {"event": "recent-02-1-01-e01", "measure": "recent-02-1-02", "fit": "context", "shows": "nothing"},
        {"event": "station-east-e03", "measure": "old-01-1-02", "fit": "direct", "shows": "not-done"},
    ],
    "observations": [
        {"id": "line-east-o01", "feature": "line-east", "date": "2019-06", "metric": "length", "value": "12"}
        | {"unit": "km", "source": S1, "grade": "verified"},
    ],
    "water-quality": [
        {"id": "station-east-q01", "feature": "station-east", "period": "2020", "span": "year"}
        | {"site_zh": "东桥", "site_en": "East Bridge", "water_class": "iv", "control_target": "iii"}
        | {"source": S1, "grade": "verified"},
        {"id": "station-east-q02", "feature": "station-east", "period": "2021", "span": "year"}
        | {"site_zh": "东桥", "site_en": "East Bridge", "interim_target": "iv", "attained": "yes"}
        | {"source": S1, "grade": "verified"},
    ],
    "searches": [
        {"id": "recent-02-1-01-s01", "measure": "recent-02-1-01", "date": "2023-01-01", "searched": "会商"}
        | {"note_zh": "没有找到", "note_en": "Nothing found"},
    ],
    "flows": [
        {"feature": name, "relation": "lies-on", "river": "river-east", "source": S1, "grade": "verified"}
        for name in ("line-east", "line-east-north")
    ],
    "control-points": [{"feature": "station-east", "lon": "113.72", "lat": "22.95", "source": S1}],
    "features": [
        {"id": "line-east", "theme": "rail", "name_zh": "东线", "name_en": "East line", "aliases": ["快线", "R9"]}
        | {"town": ["town-north", "town-south"], "location": "crossing"}
        | {"geometry": ("LineString", [[113.6, 22.9], [113.8, 23.0]])},
        {"id": "line-east-north", "theme": "rail", "name_zh": "东线北段", "name_en": "East line, north section"}
        | {"part_of": "line-east", "town": ["town-north"], "geometry": ("LineString", [[113.7, 22.95], [113.8, 23.0]])},
        {"id": "station-east", "theme": "stations", "name_zh": "东站", "name_en": "East station"}
        | {"part_of": "line-east", "town": ["town-south"], "geometry": ("Point", [113.72, 22.95])},
        {"id": "station-lost", "theme": "stations", "name_zh": "旧站", "name_en": "Lost station"}
        | {"part_of": "line-east", "town": ["town-north"], "geometry": None},
        {"id": "river-east", "theme": "rivers", "name_zh": "东河", "name_en": "East river", "location": "boundary"}
        | {"position_basis": "schematic", "geometry": ("LineString", [[113.6, 23.0], [113.9, 23.0]])},
        {"id": "river-west", "theme": "rivers", "name_zh": "西河", "name_en": "West river", "location": "boundary"}
        | {"position_basis": "schematic", "geometry": ("LineString", [[113.5, 23.0], [113.6, 23.0]]), "sources": [S2]},
        {"id": "town-north", "theme": "towns", "name_zh": "北镇", "name_en": "North Town"}
        | {"geometry": ("Point", [113.7, 23.05])},
        {"id": "town-south", "theme": "towns", "name_zh": "南镇", "name_en": "South Town"}
        | {"geometry": ("Point", [113.7, 22.85])},
    ],
}
"""Only what a test looks at; `write_tiny` fills in the rest."""


def write_tiny(folder: Path) -> Path:
    """A clean register of a handful of rows under `folder`, with the real dictionary and codelists."""
    folder.mkdir(parents=True)
    shutil.copyfile(CATALOG / "datapackage.json", folder / "datapackage.json")
    # What lies on what names features that are not here.
    place, _, _ = (CATALOG / PLACE).read_text(encoding="utf-8").partition("\n# What lies on what")
    (folder / PLACE).write_text(place, encoding="utf-8")
    shutil.copytree(CATALOG / "codelists", folder / "codelists")
    for name, table in schema.shipped().tables.items():
        if name in TINY and not table.is_geojson:
            names = [field.name for field in table.fields]
            rows = [_filled(name, row) for row in TINY[name]]
            write_rows(folder / table.path, [names, *([str(row.get(key, "")) for key in names] for row in rows)])
    (folder / "features").mkdir()
    themes = read_rows(folder / "codelists/theme.csv")
    for theme in (row[0] for row in themes[1:]):
        features = [_feature(row) for row in TINY["features"] if row["theme"] == theme]
        write_features(folder / f"features/{theme}.geojson", features)
    return folder


def _filled(table: str, row: dict[str, Any]) -> dict[str, Any]:
    if table == "articles":
        words = {"title_zh": "条", "title_en": "Article", "section_title_zh": "章", "section_title_en": "Section"}
        return words | {"section": 1, "block": 1} | row
    if table == "measures":
        promise = "recurring" if row.get("recurrence") else "build"
        return {"article": row["id"][:-3], "sentence": 1, "promise": promise, "firmness": "shall"} | row
    if table == "events":
        source = {"seed": OWN, "not-found": ""}.get(row["grade"], S1)
        return {"feature": row["id"][:-4], "text_zh": "事实", "text_en": "A fact", "source": source} | row
    return row


def _feature(row: dict[str, Any]) -> Feature:
    shape = row["geometry"]
    base: dict[str, Any] = {
        "aliases": [],
        "town": [],
        "town_drawn": False,
        "location": "inside",
        "part_of": None,
        "stage_stretch": False,
    }
    base |= {"kind": "place" if row["theme"] in ("rivers", "towns") else "project"}
    base |= {"position_basis": "osm" if shape else "none", "accuracy_m": 50 if shape else None, "sources": [S1]}
    given = {key: value for key, value in row.items() if key != "geometry"}
    fields = [field.name for field in schema.shipped().tables["features"].fields]
    merged = dict.fromkeys(fields) | base | given
    geometry = shape and {"type": shape[0], "coordinates": shape[1]}
    return {"type": "Feature", "id": row["id"], "properties": merged, "geometry": geometry}


def read_rows(path: Path) -> list[list[str]]:
    """Header and rows of a CSV file as plain lists."""
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))


def write_rows(path: Path, rows: list[list[str]]) -> None:
    """Write rows the way the register keeps them: UTF-8, LF, no byte-order mark."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def set_cell(path: Path, line: int, field: str, value: str) -> None:
    """Put `value` into one cell; lines count from 1, the header."""
    rows = read_rows(path)
    rows[line - 1][rows[0].index(field)] = value
    write_rows(path, rows)


def read_features(path: Path) -> list[Feature]:
    """The features of a GeoJSON file."""
    return json.loads(path.read_text(encoding="utf-8"))["features"]


def write_features(path: Path, features: list[Feature]) -> None:
    """Write features one a line."""
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False) for feature in features)
    path.write_text(f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n', encoding="utf-8")


def edit_feature(path: Path, edit: Callable[[Feature], object], name: str | None = None) -> int:
    """Apply `edit` to the feature called `name` (the first if None); returns its line."""
    features = read_features(path)
    place = next(i for i, feature in enumerate(features) if name in (None, feature["id"]))
    edit(features[place])
    write_features(path, features)
    return place + 2


def check_said(fault: Fault) -> None:
    """Assert that a fault is one line in either language, and speaks no other but in what it quotes."""
    zh, en = (QUOTED.sub("", fault.in_(lang)) for lang in LANGS)
    assert str(fault) == fault.in_("en")
    assert all(fault.in_(lang).isprintable() for lang in LANGS), "more than a line, or control characters"
    for part in (fault.found, fault.expected):
        assert QUOTED.fullmatch(part.zh) or HAN.search(QUOTED.sub("", part.zh)), part
    assert HAN.search(zh) and not HAN.search(en), "the wrong language"
    assert not re.search("[{}]", zh), "a value that was not filled in"
    assert not re.search("[{}]", en.replace("[0-9]{2}", "")), "a value that was not filled in"
