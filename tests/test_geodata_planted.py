"""Faults planted alone in a copy of the real register: each is found where it stands, and says what is expected."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import catalogs
import numpy as np
import pytest
from test_geodata_positions import gcj02

from analysis.filters import Filter
from analysis.view import look_at
from geodata import CATALOG, Fault, schema
from geodata.faults import MOST, TEXTS, quoted, said
from geodata.place import Place
from geodata.register import read_checked, read_register
from geodata.text import LANGS
from outputs.products import Order, make, products

Plant = Callable[[Path], Any]
E_, S_, M_, L_ = "events.csv", "sources.csv", "measures.csv", "links.csv"
BRIDGES, STATIONS, ZONES = (f"features/{name}.geojson" for name in ("bridges", "stations", "zones"))


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One copy of the register; each test puts back what it changed."""
    return Path(shutil.copytree(CATALOG, tmp_path_factory.mktemp("planted") / "catalog"))


@pytest.fixture
def planted(copy: Path) -> Iterator[Path]:
    """The copy, whole again after the test."""
    before = {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()}
    yield copy
    for path in [*copy.rglob("*")]:
        if path.is_symlink() or not (path.is_dir() or (path in before and path.is_file())):
            path.unlink()
    for path, data in before.items():
        if not path.exists() or path.read_bytes() != data:
            path.write_bytes(data)


def cell(file: str, row: str, field: str, value: str | Callable[[str], str]) -> Plant:
    """Put a value into the cell of the row that starts with `row`."""

    def plant(catalog: Path) -> None:
        path = catalog / file
        rows = catalogs.read_rows(path)
        line, place = next(i for i, cells in enumerate(rows) if cells[0] == row), rows[0].index(field)
        rows[line][place] = value(rows[line][place]) if callable(value) else value
        catalogs.write_rows(path, rows)

    return plant


def more(file: str, row: dict[str, str]) -> Plant:
    """A row more, in its order."""

    def plant(catalog: Path) -> None:
        head, *rows = catalogs.read_rows(catalog / file)
        rows.append([row.get(name, "") for name in head])
        catalogs.write_rows(catalog / file, [head, *sorted(rows)])

    return plant


def prop(file: str, name: str, field: str, value: Any) -> Plant:
    """Put a value into the properties of a feature."""

    def edit(feature: catalogs.Feature) -> None:
        now = feature["properties"][field]
        feature["properties"][field] = value(now) if callable(value) else value

    return lambda catalog: catalogs.edit_feature(catalog / file, edit, name)


def shape(file: str, name: str, kind: str, coordinates: Any) -> Plant:
    """Give a feature another geometry; a function is called with its coordinates."""

    def edit(feature: catalogs.Feature) -> None:
        given = coordinates(feature["geometry"]["coordinates"]) if callable(coordinates) else coordinates
        feature["geometry"] = {"type": kind, "coordinates": given}

    return lambda catalog: catalogs.edit_feature(catalog / file, edit, name)


def moved(place: Any, step: Callable[[float, float], tuple[float, float]]) -> Any:
    return list(step(*place)) if isinstance(place[0], float) else [moved(each, step) for each in place]


def whole(file: str, step: Callable[[float, float], tuple[float, float]]) -> Plant:
    """Every position of a file moved."""

    def plant(catalog: Path) -> None:
        found = catalogs.read_features(catalog / file)
        for feature in found:
            if feature["geometry"]:
                feature["geometry"]["coordinates"] = moved(feature["geometry"]["coordinates"], step)
        catalogs.write_features(catalog / file, found)

    return plant


def bd09(east: float, north: float) -> tuple[float, float]:
    """BD-09 of a position in WGS 84, by the published formula."""
    x, y = gcj02(east, north)
    turn = np.pi * 3000 / 180
    far = np.hypot(x, y) + 0.00002 * np.sin(y * turn)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * turn)
    return float(far * np.cos(angle) + 0.0065), float(far * np.sin(angle) + 0.006)


def text(file: str, change: Callable[[str], str]) -> Plant:
    """The text of a file changed."""

    def plant(catalog: Path) -> None:
        path = catalog / file
        path.write_bytes(change(path.read_bytes().decode()).encode())

    return plant


def both(*plants: Plant) -> Plant:
    return lambda catalog: [plant(catalog) for plant in plants]


def headed(file: str) -> Plant:
    return text(file, lambda found: found[: found.index("\n") + 1])


def package(change: Callable[[dict[str, Any]], object]) -> Plant:
    """The data dictionary changed."""

    def plant(catalog: Path) -> None:
        path = catalog / schema.FILE
        found = json.loads(path.read_text(encoding="utf-8"))
        change({resource["name"]: resource for resource in found["resources"]})
        path.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")

    return plant


def field_of(name: str, field: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda found: next(each for each in found[name]["schema"]["fields"] if each["name"] == field)


def special(file: str, make_it: Callable[[Path], object]) -> Plant:
    def plant(catalog: Path) -> None:
        (catalog / file).unlink()
        make_it(catalog / file)

    return plant


EVENT = "road-xinan-bridge-e04"
MEASURE = "d2017-01-1-01"
ZONE = "zone-shigu"
BRIDGE = "road-xinan-bridge"
LONG = "road-nansha-bridge"
URL = "s-sznews-humen-second-bridge"
DAY = date(2023, 1, 1)
DATE, KIND = TEXTS["fault-want-date"], TEXTS["fault-want-no-stage"]
FAULTS: list[tuple[str, Plant, str, str, str]] = [
    # Texts
    (
        "surrogate",
        text(ZONES, lambda t: t.replace('"name_zh": "', '"name_zh": "\\ud800', 1)),
        ZONES,
        "name_zh",
        "U+D800",
    ),
    ("bidi", cell(E_, EVENT, "text_zh", lambda t: "\u202e" + t), E_, "text_zh", "U+202E"),
    ("zero-width", cell(E_, EVENT, "text_zh", lambda t: t[:2] + "\u200b" + t[2:]), E_, "text_zh", "U+200B"),
    ("byte-order-mark-inside", cell(S_, URL, "title_zh", lambda t: "\ufeff" + t), S_, "title_zh", "U+FEFF"),
    ("soft-hyphen", cell(M_, MEASURE, "title_en", lambda t: t + "\u00adx"), M_, "title_en", "U+00AD"),
    ("line-separator", cell(M_, MEASURE, "title_zh", lambda t: t[0] + "\u2028" + t[1:]), M_, "title_zh", "U+2028"),
    ("private-use", prop(ZONES, ZONE, "name_zh", lambda t: t + "\ue000"), ZONES, "name_zh", "U+E000"),
    ("tag", prop(ZONES, ZONE, "name_en", lambda t: t + "\U000e0041"), ZONES, "name_en", "U+E0041"),
    ("filler", prop(ZONES, ZONE, "name_zh", lambda t: t + "\u3164x"), ZONES, "name_zh", "U+3164"),
    ("joiner", prop(ZONES, ZONE, "aliases", ["石\u200d鼓"]), ZONES, "aliases", "U+200D"),
    ("leading", cell(M_, MEASURE, "title_zh", lambda t: " " + t), M_, "title_zh", "without spaces"),
    ("trailing-wide", cell(M_, MEASURE, "title_zh", lambda t: t + "\u3000"), M_, "title_zh", "without spaces"),
    ("double-blank", cell(M_, MEASURE, "title_en", lambda t: t.replace(" ", "  ", 1)), M_, "title_en", "one blank"),
    ("double-blank-feature", prop(ZONES, ZONE, "name_en", "Shigu  area"), ZONES, "name_en", "one blank"),
    ("decomposed", cell(S_, URL, "publisher_en", "Cafe\u0301"), S_, "publisher_en", "NFC"),
    ("compatibility-han", prop(ZONES, ZONE, "name_zh", "\uf900鼓"), ZONES, "name_zh", "NFC"),
    ("lost-character", cell(M_, MEASURE, "title_zh", lambda t: t[:-1] + "\ufffd"), M_, "title_zh", "wrong encoding"),
    ("latin", cell(M_, MEASURE, "title_en", "Bridge of CafÃ©"), M_, "title_en", "wrong encoding"),
    ("utf8-as-1252", cell(M_, MEASURE, "title_zh", "ä¸œèŽž"), M_, "title_zh", "wrong encoding"),
    ("utf8-as-gbk", cell(M_, MEASURE, "title_zh", "涓滆帪"), M_, "title_zh", "wrong encoding"),
    ("entity", cell(E_, EVENT, "text_en", lambda t: t + " R&amp;D"), E_, "text_en", "HTML"),
    ("entity-number", cell(E_, EVENT, "text_zh", lambda t: t + "&#12288;"), E_, "text_zh", "HTML"),
    ("todo", cell(E_, EVENT, "text_zh", "TODO"), E_, "text_zh", "placeholder"),
    ("question-marks", prop(ZONES, ZONE, "name_en", "???"), ZONES, "name_en", "placeholder"),
    ("null-word", prop(ZONES, ZONE, "note_en", "null"), ZONES, "note_en", "placeholder"),
    ("wide-name", prop(ZONES, ZONE, "name_zh", "石鼓Ａ区"), ZONES, "name_zh", "normal width"),
    (
        "turned-round",
        both(prop(ZONES, ZONE, "name_en", "石鼓片区"), prop(ZONES, ZONE, "name_zh", "Shigu area")),
        *(ZONES, "name_zh", "English in the _en field"),
    ),
    ("long-name", prop(ZONES, ZONE, "name_zh", "石" * 201), ZONES, "name_zh", "200 characters"),
    ("long-cell", cell(E_, EVENT, "text_zh", "石" * 40_000), E_, "text_zh", "10000 characters"),
    (
        "long-short",
        cell("codelists/theme.csv", "zones", "short_zh", "区区区区"),
        "codelists/theme.csv",
        "short_zh",
        "3",
    ),
    # Numbers
    (
        "position-30-digits",
        cell("assignments.csv", "d2012-00-1", "position", "9" * 30),
        "assignments.csv",
        "position",
        "whole number",
    ),
    ("leading-zero", cell(M_, MEASURE, "sentence", "01"), M_, "sentence", "whole number"),
    ("plus", cell(M_, MEASURE, "sentence", "+1"), M_, "sentence", "whole number"),
    ("large", cell(M_, MEASURE, "sentence", "100000"), M_, "sentence", "at most 99999"),
    ("exponent", cell("targets.csv", "d2017-08-1-11-t1", "value", "1e3"), "targets.csv", "value", "a number"),
    ("infinite", cell("targets.csv", "d2017-08-1-11-t1", "value", "inf"), "targets.csv", "value", "a number"),
    ("underscore", cell("targets.csv", "d2017-08-1-11-t1", "value", "1_150"), "targets.csv", "value", "a number"),
    ("negative", cell("targets.csv", "d2017-08-1-11-t1", "value", "-115"), "targets.csv", "value", "from 0"),
    (
        "percent",
        cell("observations.csv", "mon-water-o02", "value", "10000"),
        "observations.csv",
        "value",
        "from 0 to 1000",
    ),
    (
        "half-number",
        cell("observations.csv", "mon-water-o02", "value", "100%"),
        "observations.csv",
        "value",
        "a number",
    ),
    (
        "gap-in-positions",
        cell("assignments.csv", "d2012-00-1", "position", "3"),
        "assignments.csv",
        "position",
        "count",
    ),
    ("accuracy-zero", prop(ZONES, ZONE, "accuracy_m", 0), ZONES, "accuracy_m", "at least 1"),
    ("accuracy-huge", prop(ZONES, ZONE, "accuracy_m", 60_000), ZONES, "accuracy_m", "at most 50000"),
    ("accuracy-true", prop(ZONES, ZONE, "accuracy_m", True), ZONES, "accuracy_m", "a number"),
    ("number-as-boolean", prop(ZONES, ZONE, "stage_stretch", 1), ZONES, "stage_stretch", "true or false"),
    # Dates
    ("year-9999", cell(E_, EVENT, "date", "9999"), E_, "date", "1900 to 2100"),
    ("year-1017", cell(E_, EVENT, "date", "1017-04"), E_, "date", "1900 to 2100"),
    ("in-the-future", cell(E_, EVENT, "date", "2099-01-01"), E_, "date", "no later than today"),
    ("no-such-month", cell(E_, EVENT, "date", "XXXX-XX-31"), E_, "date", "exists"),
    ("day-of-no-month", cell(E_, EVENT, "date", "2017-XX-15"), E_, "date", "exists"),
    ("turned-interval", cell(E_, EVENT, "date", "2018/2017"), E_, "date", "exists"),
    ("before-its-source", cell(S_, URL, "date_published", "2017-04-01"), E_, "date", f"its source {URL}"),
    ("published-ahead", cell(S_, URL, "date_published", "2099"), S_, "date_published", "no later than today"),
    ("accessed-first", cell(S_, URL, "date_accessed", "2018-01-01"), S_, "date_accessed", "its publication"),
    (
        "searched-ahead",
        cell("searches.csv", "d2012-00-1-01-s01", "date", "2099-01-01"),
        "searches.csv",
        "date",
        "today",
    ),
    ("due-too-early", cell(M_, "d2017-06-1-06", "due_date", "2015-06-30"), M_, "due_date", "from 2016"),
    ("due-never", cell(M_, "d2017-06-1-06", "due_date", "2099-06-30"), M_, "due_date", "as its document allows"),
    (
        "valid-before-issue",
        cell("documents.csv", "d2012", "valid_until", "2011-01-01"),
        "documents.csv",
        "valid_until",
        "issue of the document",
    ),
    ("period", cell("targets.csv", "d2017-08-1-11-t1", "period", "2017-2020"), "targets.csv", "period", "exists"),
    ("stage-back", cell(E_, "road-nansha-bridge-e05", "stage", "preparation"), E_, "stage", "no stage before"),
    ("two-stages", cell(E_, "road-nansha-bridge-e05", "date", "2013-12-28"), E_, "stage", "one stage on one day"),
    # Events
    ("stage-without-stage", cell(E_, "road-nansha-bridge-e05", "stage", ""), E_, "stage", "of kind stage"),
    ("act-of-feature", cell(E_, "road-nansha-bridge-e04", "kind", "act"), E_, "kind", "about features"),
    ("stage-of-naming", cell(E_, "road-nansha-bridge-e04", "stage", "maintenance"), E_, "stage", "has no stage"),
    ("partial-of-measure", cell(E_, "d2012-01-1-02-e01", "kind", "partial"), E_, "kind", "about measures"),
    # Geometries
    ("point-in-lines", shape(BRIDGES, BRIDGE, "Point", [113.766, 22.746]), BRIDGES, "geometry", "a line"),
    (
        "line-in-points",
        shape(ZONES, ZONE, "LineString", [[113.72, 22.98], [113.73, 22.98]]),
        ZONES,
        "geometry",
        "a point",
    ),
    (
        "polygon-in-points",
        shape(ZONES, ZONE, "Polygon", [[[113.72, 22.98], [113.73, 22.98], [113.73, 22.99], [113.72, 22.98]]]),
        *(ZONES, "geometry", "a point"),
    ),
    (
        "no-length",
        shape(BRIDGES, BRIDGE, "LineString", [[113.7, 22.7]] * 2),
        BRIDGES,
        "geometry",
        "repeats the one before",
    ),
    ("repeated", shape(BRIDGES, BRIDGE, "LineString", lambda c: [c[0], *c]), BRIDGES, "geometry", "number 2 repeats"),
    ("height", shape(ZONES, ZONE, "Point", [113.72, 22.98, 12.5]), ZONES, "geometry", "leave the height away"),
    (
        "short-ring",
        shape(ZONES, ZONE, "Polygon", [[[113.7, 22.9], [113.8, 22.9], [113.7, 22.9]]]),
        *(ZONES, "geometry", "4 positions at least"),
    ),
    (
        "open-ring",
        shape(ZONES, ZONE, "Polygon", [[[113.7, 22.9], [113.8, 22.9], [113.8, 23.0], [113.7, 23.0]]]),
        *(ZONES, "geometry", "ring 1"),
    ),
    (
        "bow-tie",
        shape(ZONES, ZONE, "Polygon", [[[113.7, 22.9], [113.8, 23.0], [113.8, 22.9], [113.7, 23.0], [113.7, 22.9]]]),
        *(ZONES, "geometry", "cross themselves"),
    ),
    (
        "no-area",
        shape(ZONES, ZONE, "Polygon", [[[113.7, 22.9], [113.700001, 22.9], [113.7, 22.900001], [113.7, 22.9]]]),
        *(ZONES, "geometry", "an area"),
    ),
    (
        "too-many",
        shape(BRIDGES, BRIDGE, "LineString", [[113.7 + n / 1e6, 22.7] for n in range(50_001)]),
        *(BRIDGES, "geometry", "50000 positions"),
    ),
    ("collection", shape(ZONES, ZONE, "GeometryCollection", []), ZONES, "geometry", "split"),
    ("same-name", prop(ZONES, ZONE, "name_zh", "水乡新城 / 水乡经济区"), ZONES, "name_zh", "looks like a copy"),
    (
        "null-island",
        shape("features/places.geojson", "place-foshan", "Point", [0, 0]),
        "features/places.geojson",
        "geometry",
        "pole",
    ),
    (
        "pole",
        shape("features/places.geojson", "place-foshan", "Point", [113, 89.9]),
        "features/places.geojson",
        "geometry",
        "pole",
    ),
    (
        "outside-inside",
        prop("features/ports.geojson", "log-rail-port", "location", "outside"),
        "features/ports.geojson",
        "location",
        "any town",
    ),
    # Ties
    (
        "circle-of-two",
        prop("features/rail.geojson", "rail-guanhui", "part_of", "rail-guanhui-dongguan"),
        "features/rail.geojson",
        "part_of",
        "back to their start",
    ),
    (
        "part-of-town",
        prop(ZONES, ZONE, "part_of", "town-nancheng"),
        ZONES,
        "part_of",
        "no project is a part of a place",
    ),
    (
        "line-of-point",
        prop(BRIDGES, BRIDGE, "part_of", "zone-shigu"),
        BRIDGES,
        "part_of",
        "no line is a part of a point",
    ),
    ("town-is-bridge", prop(ZONES, ZONE, "town", ["road-xinan-bridge"]), ZONES, "town", "theme of towns"),
    (
        "town-in-itself",
        prop("features/towns.geojson", "town-humen", "town", ["town-humen"]),
        "features/towns.geojson",
        "town",
        "a town is in no town",
    ),
    ("twice-in-town", prop(ZONES, ZONE, "town", ["town-nancheng"] * 2), ZONES, "town", "each item once"),
    ("twice-in-sources", prop(ZONES, ZONE, "sources", ["own-drawing"] * 2), ZONES, "sources", "each item once"),
    ("no-sources", prop(ZONES, ZONE, "sources", []), ZONES, "sources", "one source"),
    (
        "successor-is-itself",
        cell("agencies.csv", "fazhi", "later_name_zh", lambda _: "市法制局"),
        "agencies.csv",
        "later_name_zh",
        "another one",
    ),
    ("link-twice", text(L_, lambda t: t + t.splitlines()[-1] + "\n"), L_, "measure+feature", "not used before"),
    (
        "evidence-twice",
        text("evidence.csv", lambda t: t + t.splitlines()[-1] + "\n"),
        "evidence.csv",
        "event+measure",
        "not used before",
    ),
    (
        "orphan-source",
        more(S_, {"id": "zz-nobody", "title_zh": "无人引用", "grade": "verified"}),
        S_,
        "id",
        "some row cites",
    ),
    (
        "orphan-agency",
        more("agencies.csv", {"id": "zz-nobody", "name_zh": "某某局", "name_en": "Some Bureau", "kind": "city-bureau"}),
        "agencies.csv",
        "id",
        "some assignment names",
    ),
    ("address-twice", cell(S_, "s-sznews-humen-second-bridge", "url", "https://www.geonames.org/"), S_, "url", "copy"),
    ("number-without-target", cell(M_, "d2012-00-1-01", "promise", "number"), M_, "id", "a row of targets"),
    ("recurring-never", cell(M_, "d2012-00-1-01", "promise", "recurring"), M_, "recurrence", "how often"),
    # Codelists and dictionary
    (
        "code-gone",
        text("codelists/stage.csv", lambda t: re.sub("(?m)^cancelled,.*\n", "", t)),
        "codelists/stage.csv",
        "code",
        "every code",
    ),
    (
        "code-more",
        text("codelists/stage.csv", lambda t: t + "paused,暂停,Paused,,,11\n"),
        "codelists/stage.csv",
        "code",
        "one of identification",
    ),
    (
        "order-twice",
        cell("codelists/region.csv", "shenzhen", "order", "1"),
        "codelists/region.csv",
        "order",
        "'guangzhou' does not have",
    ),
    (
        "title-twice",
        cell("codelists/theme.csv", "zones", "title_zh", "车站"),
        "codelists/theme.csv",
        "title_zh",
        "'stations' does not have",
    ),
    ("no-dictionary", lambda catalog: (catalog / schema.FILE).unlink(), schema.FILE, "", "data package"),
    ("broken-dictionary", text(schema.FILE, lambda t: t[:-20]), schema.FILE, "", "data package"),
    (
        "other-type",
        package(lambda d: field_of("measures", "due_date")(d).update(type="string")),
        schema.FILE,
        "measures.due_date",
        "built-in",
    ),
    (
        "no-pattern",
        package(lambda d: field_of("events", "id")(d)["constraints"].pop("pattern")),
        schema.FILE,
        "events.id",
        "built-in",
    ),
    (
        "not-required",
        package(lambda d: field_of("events", "kind")(d).pop("constraints")),
        schema.FILE,
        "events.kind",
        "built-in",
    ),
    (
        "no-reference",
        package(lambda d: d["links"]["schema"].update(foreignKeys=[])),
        schema.FILE,
        "links.measure",
        "foreign key to measures",
    ),
    ("table-twice", package(lambda d: d["links"].update(path="events.csv")), schema.FILE, "", "data package"),
    # Cut files
    ("cut-line", text(L_, lambda t: t.rstrip("\n")), L_, "", "ends in a line break"),
    *(
        (f"header-{name}", headed(f"{name}.csv"), f"{name}.csv", "", "rows")
        for name in ("links", "events", "evidence", "targets", "assignments", "sources", "agencies", "measures")
    ),
    ("header-controls", headed("control-points.csv"), "control-points.csv", "", "one control point"),
    (
        "name-twice",
        text(ZONES, lambda t: t.replace('"properties": {', '"properties": {"theme": "zones", ', 1)),
        ZONES,
        "theme",
        "each name once",
    ),
    # Addresses
    *(
        (f"address-{name}", cell(S_, URL, "url", value), S_, "url", words)
        for name, value, words in (
            ("blank", "https://example.org/a b", "%20"),
            ("no-host", "https:///page", "public host"),
            ("login", "https://me:pw@example.org/", "password"),
            ("file", "file:///etc/passwd", "http"),
            ("data", "data:text/html,x", "http"),
            ("local", "http://localhost:8501/", "public host"),
            ("private", "http://192.168.1.5/a", "public host"),
            ("loopback", "http://[::1]/a", "public host"),
            ("one-word", "http://intranet/a", "public host"),
            ("inner", "http://files.lan/a", "public host"),
            ("han-host", "https://东莞.中国/a", "public host"),
            ("port", "https://example.org:99999/", "public host"),
            ("stop", "https://example.org/page.", "punctuation"),
            ("comma", "https://example.org/page，", "punctuation"),
            ("bracket", "https://example.org/page)", "punctuation"),
            ("entity", "https://example.org/?a=1&amp;b=2", "%20"),
            ("percent", "https://example.org/%E4%B8%9", "%20"),
            ("long", "https://example.org/search?" + "q=%E4%B8%9C%E8%8E%9E&" * 130, "2079"),
        )
    ),
    # Special files
    ("pipe", special(L_, lambda path: os.mkfifo(path)), L_, "", "readable"),
    ("device", special(L_, lambda path: path.symlink_to("/dev/zero")), L_, "", "readable"),
    ("pipe-dictionary", special(schema.FILE, lambda path: os.mkfifo(path)), schema.FILE, "", "data package"),
    ("pipe-place", special("place.toml", lambda path: os.mkfifo(path)), "place.toml", "", "TOML"),
    # Positions
    (
        "control-off",
        cell("control-points.csv", "log-rail-port", "lat", "22.997"),
        "control-points.csv",
        "lon",
        "150 m at most",
    ),
    (
        "control-swapped",
        text(
            "control-points.csv",
            lambda t: t.replace("station-changan,113.75877,22.78185", "station-changan,22.78185,113.75877"),
        ),
        "control-points.csv",
        "lon",
        "longitude first",
    ),
    ("gcj-bridges", whole(BRIDGES, gcj02), BRIDGES, "geometry", "GCJ-02"),
    ("gcj-towns", whole("features/towns.geojson", gcj02), "features/towns.geojson", "geometry", "GCJ-02"),
    ("gcj-ports", whole("features/ports.geojson", gcj02), "features/ports.geojson", "geometry", "GCJ-02"),
    *(
        (f"{name}-{theme}", whole(f"features/{theme}.geojson", move), f"features/{theme}.geojson", "geometry", said_)
        for theme in ("zones", "institutions", "energy")
        for name, move, said_ in (("gcj", gcj02, "GCJ-02"), ("bd", bd09, "BD-09"))
    ),
    ("gcj-works", whole("features/water-works.geojson", gcj02), "features/water-works.geojson", "geometry", "datum"),
    ("gcj-roads", whole("features/roads.geojson", gcj02), "features/roads.geojson", "geometry", "datum"),
    (
        "gcj-sections",
        whole("features/water-sections.geojson", gcj02),
        "features/water-sections.geojson",
        "geometry",
        "datum",
    ),
    ("bd-stations", whole(STATIONS, bd09), STATIONS, "geometry", "BD-09"),
    ("bd-bridges", whole(BRIDGES, bd09), BRIDGES, "geometry", "BD-09"),
    ("bd-one", shape(STATIONS, "station-changan", "Point", lambda c: list(bd09(*c))), STATIONS, "geometry", "BD-09"),
    (
        "eleven-km",
        shape(STATIONS, "station-changan", "Point", lambda c: [c[0], c[1] + 0.1]),
        "control-points.csv",
        "lon",
        "station-changan",
    ),
    ("thirty-km", shape(ZONES, ZONE, "Point", lambda c: [c[0] + 0.3, c[1]]), ZONES, "geometry", "of its towns"),
    (
        "other-town",
        prop("features/ports.geojson", "log-rail-port", "town", ["town-hengli"]),
        "features/ports.geojson",
        "town",
        "towns close by",
    ),
    ("part-astray", prop(STATIONS, "station-changan", "part_of", "rail-guanhui"), STATIONS, "part_of", "of its whole"),
]


@pytest.mark.parametrize(
    ("plant", "file", "field", "words"), [each[1:] for each in FAULTS], ids=[each[0] for each in FAULTS]
)
def test_a_planted_fault_is_found(planted: Path, plant: Plant, file: str, field: str, words: str) -> None:
    plant(planted)
    faults = read_checked(planted).faults
    for fault in faults:
        catalogs.check_said(fault)
    mine = [fault for fault in faults if (fault.file, fault.field) == (file, field)]
    assert mine and any(words in f"{each.expected.en} {each.found.en}" for each in mine), "\n".join(
        map(str, faults[:5])
    )


def test_there_are_enough_of_them() -> None:
    assert len(FAULTS) >= 97 and len({name for name, *_ in FAULTS}) == len(FAULTS)


def test_what_the_check_alone_looks_for_keeps_no_register_away(planted: Path) -> None:
    """The start of a screen reads what a wrong clock or a neighbour would refuse; see docs/data.md."""
    cell("searches.csv", "d2012-00-1-01-s01", "date", "2099-01-01")(planted)
    shape(ZONES, ZONE, "Point", lambda c: [c[0] + 0.3, c[1]])(planted)
    assert len(read_checked(planted).faults) == 2
    assert len(read_register(planted).features) == len(read_register().features)


# Odd, and yet legal: what the check calls clean, every product takes.


def as_qgis(catalog: Path) -> None:
    """As GDAL writes it: the id beside the properties alone, a name, a crs member, blanks, a height of digits."""
    path = catalog / ZONES
    found = catalogs.read_features(path)
    for feature in found:
        del feature["properties"]["id"]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False, separators=(", ", ": ")) for feature in found)
    head = f'{{\n"type": "FeatureCollection",\n"name": "zones",\n"crs": {json.dumps(crs)},\n"features": [\n'
    path.write_text(head + lines + "\n]\n}\n", encoding="utf-8")


def with_windows_lines(catalog: Path) -> None:
    """As a spreadsheet of Windows saves it."""
    for path in catalog.glob("*.csv"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))


def with_pictures(catalog: Path) -> None:
    """A family of pictures, letters beyond the first plane, signs of mark-up and of formulas."""
    prop(ZONES, ZONE, "name_zh", "石鼓 👨\u200d👩\u200d👧 𠮷野 <b>")(catalog)
    prop(ZONES, ZONE, "note_en", "=1+1 & <script>alert(1)</script> {x} [% 1 %]")(catalog)
    cell(M_, MEASURE, "title_en", "+86 #read $x$")(catalog)


def with_leftovers(catalog: Path) -> None:
    """What editors and desktops leave, a link that leads nowhere among it."""
    for name in (".DS_Store", "features/.zones.geojson.swp", "features/Thumbs.db", "features/~$zones.geojson"):
        (catalog / name).write_bytes(b"x")
    for name in (".#links.csv", "features/.#zones.geojson"):
        (catalog / name).symlink_to("me@host.1")


def with_long_words(catalog: Path) -> None:
    """Each at its bound."""
    prop(ZONES, ZONE, "name_zh", "石" * 200)(catalog)
    prop(ZONES, ZONE, "note_zh", "鼓" * 10_000)(catalog)
    cell(S_, URL, "url", "https://example.org/?" + "q" * 2058)(catalog)


ODD = [as_qgis, with_windows_lines, with_pictures, with_leftovers, with_long_words]


@pytest.mark.parametrize("odd", ODD, ids=lambda each: each.__name__)
def test_what_is_clean_every_product_takes(planted: Path, tmp_path: Path, odd: Plant) -> None:
    odd(planted)
    assert [str(fault) for fault in read_checked(planted).faults] == []
    seen = look_at(read_register(planted), Filter(theme=("zones", "bridges")), DAY)
    for name, product in products("extract").items():
        out = tmp_path / f"{name}{product.endings[0]}"
        assert list(make(product, out, Order(seen, "zh"))) == [out] and out.stat().st_size > 0


def test_a_file_that_qgis_saved_names_its_own_lines(planted: Path) -> None:
    as_qgis(planted)
    path = planted / ZONES
    path.write_text(path.read_text("utf-8").replace('"accuracy_m": 2500', '"accuracy_m": 0', 1), "utf-8")
    (fault,) = read_checked(planted).faults
    line = path.read_text("utf-8").split("\n")[fault.row - 1]
    assert (fault.file, fault.field) == (ZONES, "accuracy_m") and '"accuracy_m": 0' in line


# Many equal faults


def test_equal_faults_are_counted() -> None:
    many = [Fault(E_, n, "date", quoted(f"{n}"), DATE) for n in range(2, 162)]
    other = Fault(E_, 300, "kind", quoted("x"), KIND)
    for lang in LANGS:
        lines = said(sorted([*many, other]), lang)
        assert lines[:MOST] == [fault.in_(lang) for fault in many[:MOST]]
        assert "150" in lines[MOST] and E_ in lines[MOST] and DATE.in_(lang) in lines[MOST]
        assert lines[MOST + 1 :] == [other.in_(lang)]


def test_few_faults_are_all_shown() -> None:
    few = [Fault(E_, n, "date", quoted(f"{n}"), DATE) for n in range(2, 2 + MOST)]
    assert said(few, "en") == [str(fault) for fault in few]


def test_a_clock_that_is_wrong_blames_no_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Place, "today", lambda place: date(1999, 5, 1))
    assert read_checked(CATALOG).faults == []
