"""A small catalog of another city: its own dictionary, place, licence, themes and one document."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from catalogs import write_features, write_rows

from geodata import CATALOG

PLACE = """
name_zh = "苏州"
name_en = "Suzhou"
title_zh = "苏州绿色行动地图"
title_en = "Green action map of Suzhou"
heading_zh = "绿色行动地图"
heading_en = "Green action map"
subtitle_zh = "一份行动计划的措施与项目"
subtitle_en = "Measures of one action plan"
box = [119.9, 30.7, 121.4, 32.1]
first_view = [120.4, 31.1, 120.9, 31.5]
metric_crs = "EPSG:4549"
metric_belt = [117.0, 123.0]
file_crs = ["EPSG:4490", "EPSG:4549", "EPSG:4326"]
time_zone = "Asia/Shanghai"
datum_shift_m = []
attribution = "苏州市测绘 (CC BY 4.0)"
licence_zh = "位置：苏州市测绘，CC BY 4.0。"
licence_en = "Positions: Suzhou survey, CC BY 4.0."
notice_zh = "位置：苏州市测绘，CC BY 4.0。"
notice_en = "Positions: Suzhou survey, CC BY 4.0."
accuracy_zh = "位置误差见列。"
accuracy_en = "The error of a position stands beside it."
"""
THEMES = [
    ("trams", "有轨电车", "Trams", "line", "false", "false", "电", "T"),
    ("wetlands", "湿地", "Wetlands", "point", "false", "false", "湿", "W"),
    ("lakes", "湖泊", "Lakes", "line", "true", "false", "", ""),
    ("districts", "区县", "Districts", "point", "true", "true", "", ""),
]
TABLES: dict[str, list[dict[str, Any]]] = {
    "sources": [
        {"id": "s-news", "title_zh": "市府通报", "title_en": "City bulletin", "grade": "verified"}
        | {"date_published": "2025-03-01"},
        {"id": "s-text", "title_zh": "计划原文", "title_en": "Text of the plan", "grade": "seed"},
    ],
    "documents": [
        {"id": "plan", "title_zh": "绿色行动计划", "title_en": "Green action plan", "short_title_zh": "行动计划"}
        | {"short_title_en": "Action plan", "issuer_zh": "苏州市政府", "issuer_en": "City of Suzhou"}
        | {"date_issued": "2024-01-15", "source": "s-text"},
    ],
    "articles": [
        {"id": "plan-01-1", "document": "plan", "section": 1, "section_title_zh": "出行", "section_title_en": "Travel"}
        | {"article": 1, "block": 1, "title_zh": "电车与湿地", "title_en": "Trams and wetlands"}
        | {"list_kind": "lead-cooperating", "list_text": "交通局"},
    ],
    "agencies": [{"id": "jiaotong", "name_zh": "苏州交通局", "name_en": "Suzhou Transport", "kind": "city-bureau"}],
    "assignments": [
        {"article": "plan-01-1", "agency": "jiaotong", "role": "lead", "position": 1, "written_as": "苏州交通局"},
    ],
    "measures": [
        {"id": "plan-01-1-01", "article": "plan-01-1", "sentence": 1, "title_zh": "建电车", "title_en": "Build a tram"}
        | {"target_stage": "maintenance", "due_date": "2025-12-31", "due_text": "2025年底", "mappable": "yes"}
        | {"promise": "build", "firmness": "shall"},
        {"id": "plan-01-1-02", "article": "plan-01-1", "sentence": 2, "title_zh": "护湿地", "title_en": "Keep wetlands"}
        | {"mappable": "yes", "promise": "ongoing", "firmness": "encourage"},
    ],
    "links": [
        {"measure": "plan-01-1-01", "feature": "tram-one", "relation": "target", "locator": "电车"},
        {"measure": "plan-01-1-02", "feature": "wetland-east", "relation": "target", "locator": "湿地"},
    ],
    "events": [
        {"id": "tram-one-e01", "feature": "tram-one", "date": "2025-03", "kind": "stage", "stage": "implementation"}
        | {"text_zh": "开工", "text_en": "Work began", "source": "s-news", "grade": "verified"},
    ],
    "water-quality": [],
    "observations": [
        {"id": "wetland-east-o01", "feature": "wetland-east", "date": "2025", "metric": "length", "value": "3"}
        | {"unit": "km", "source": "s-news", "grade": "verified"},
    ],
    "flows": [],
    "control-points": [{"feature": "wetland-east", "lon": "120.7", "lat": "31.3", "source": "s-news"}],
}
FEATURES: list[dict[str, Any]] = [
    {"id": "tram-one", "theme": "trams", "name_zh": "电车一号", "name_en": "Tram 1", "town": ["district-gusu"]}
    | {"geometry": ("LineString", [[120.5, 31.2], [120.8, 31.4]])},
    {"id": "wetland-east", "theme": "wetlands", "name_zh": "东湿地", "name_en": "East wetland"}
    | {"geometry": ("Point", [120.7, 31.3])},
    {"id": "lake-tai", "theme": "lakes", "name_zh": "太湖岸", "name_en": "Lake shore"}
    | {"geometry": ("LineString", [[120.4, 31.1], [120.45, 31.3]])},
    {"id": "district-gusu", "theme": "districts", "name_zh": "姑苏", "name_en": "Gusu"}
    | {"geometry": ("Point", [120.6, 31.3])},
]
TRACES = (
    "东莞",
    "莞图",
    "Dongguan",
    "ODbL",
    "OpenStreetMap",
    "两份",
    "Two Dongguan",
    "two documents",
    "EPSG:4547",
    "EPSG:4526",
)
"""What no product of this catalog may hold."""


def write_foreign(folder: Path) -> Path:
    """The catalog under `folder`."""
    folder.mkdir(parents=True)
    package = json.loads((CATALOG / "datapackage.json").read_text(encoding="utf-8"))
    licence = {"name": "CC-BY-4.0", "title": "Creative Commons Attribution 4.0"}
    package |= {
        "name": "suzhou",
        "title": "Green action",
        "title_zh": "绿色行动",
        "description": "",
        "contributors": [],
    }
    package["licenses"] = [licence | {"path": "https://creativecommons.org/licenses/by/4.0/"}]
    (folder / "datapackage.json").write_text(json.dumps(package, ensure_ascii=False), encoding="utf-8")
    (folder / "place.toml").write_text(PLACE, encoding="utf-8")
    shutil.copytree(CATALOG / "codelists", folder / "codelists")
    head = ["code", "title_zh", "title_en", "description_zh", "description_en", "order", "geometry", "context"]
    rows = [[c, zh, en, "", "", str(n), *rest] for n, (c, zh, en, *rest) in enumerate(THEMES, start=1)]
    write_rows(folder / "codelists/theme.csv", [[*head, "holds_towns", "short_zh", "short_en"], *rows])
    for path in (folder / "codelists").glob("*.csv"):
        text = path.read_text(encoding="utf-8").replace("OpenStreetMap", "Survey")
        path.write_text(text.replace("Dongguan", "Suzhou").replace("东莞", "苏州"), encoding="utf-8")
    for resource in package["resources"]:
        if resource["path"].endswith(".csv") and not resource["name"].startswith("codelist-"):
            names = [field["name"] for field in resource["schema"]["fields"]]
            found = TABLES.get(resource["name"], [])
            cells = [[str(row.get(name, "")) for name in names] for row in found]
            write_rows(folder / resource["path"], [names, *cells])
    (folder / "features").mkdir()
    fields = next(r for r in package["resources"] if r["name"] == "features")["schema"]["fields"]
    for code, *_ in THEMES:
        mine = [_feature(row, [field["name"] for field in fields]) for row in FEATURES if row["theme"] == code]
        write_features(folder / f"features/{code}.geojson", mine)
    return folder


def _feature(row: dict[str, Any], names: list[str]) -> dict[str, Any]:
    kind, coordinates = row["geometry"]
    base = {
        "kind": "place" if row["theme"] in ("lakes", "districts") else "project",
        "aliases": [],
        "town": [],
        "location": "inside",
        "stage_stretch": False,
        "town_drawn": False,
        "position_basis": "published",
    }
    given = base | {"accuracy_m": 20, "sources": ["s-news"]} | {k: v for k, v in row.items() if k != "geometry"}
    geometry = {"type": kind, "coordinates": coordinates}
    properties = dict.fromkeys(names) | given
    return {"type": "Feature", "id": row["id"], "properties": properties, "geometry": geometry}
