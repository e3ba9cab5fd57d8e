"""Every planted fault gives exactly one line that names file, row and field; none hides another."""

from __future__ import annotations

import ast
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import catalogs
import pytest
from test_geodata_positions import gcj02

import cli
from geodata import Fault, Register, RegisterError, read_register, schema
from geodata.faults import TEXTS, listed, quoted, shorten
from geodata.place import FILE as PLACE
from geodata.register import read_checked
from geodata.text import BOTH, LANGS, Text

TABLES = schema.shipped().tables
CSV = [table.path for table in TABLES.values() if not table.is_geojson]
LAYERS = [f"features/{row['code']}.geojson" for row in read_checked(schema.CATALOG).rows["codelist-theme"]]
STATIONS, LINES = "features/stations.geojson", "features/rail.geojson"


def faults_of(catalog: Path) -> list[Fault]:
    """All faults of a catalog, each of them a line in either language."""
    faults = read_checked(catalog).faults
    for fault in faults:
        catalogs.check_said(fault)
    return faults


def only(catalog: Path) -> Fault:
    """The one fault of a catalog; fails with all of them if there are more."""
    faults = faults_of(catalog)
    assert len(faults) == 1, "\n".join(str(fault) for fault in faults[:10]) or "no fault found"
    return faults[0]


def test_tiny_is_clean(tiny_catalog: Path) -> None:
    assert faults_of(tiny_catalog) == []


# Whole files, on every table: nothing that refers to a lost file may be blamed for it.


def gone(path: Path) -> None:
    path.unlink()


def empty(path: Path) -> None:
    path.write_bytes(b"")


def blank(path: Path) -> None:
    path.write_bytes(b"\n \n")


def marked(path: Path) -> None:
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())


def in_gbk(path: Path) -> None:
    """Chinese from line 2 on, so that the bad bytes are not on the first line."""
    text = path.read_text(encoding="utf-8")
    path.write_bytes((text + "\n中文").encode("gb18030"))


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("damage", [gone, empty, blank, in_gbk, a_folder], ids=lambda item: item.__name__)
@pytest.mark.parametrize("file", [*CSV, *LAYERS])
def test_a_file_that_cannot_be_read(tiny_catalog: Path, file: str, damage: Callable[[Path], None]) -> None:
    damage(tiny_catalog / file)
    fault = only(tiny_catalog)
    assert fault.file == file
    for lang in LANGS:
        assert ("GBK" in fault.found.in_(lang)) == (damage is in_gbk)


@pytest.mark.parametrize("file", [*CSV, *LAYERS, PLACE, schema.FILE])
def test_a_byte_order_mark_is_passed_over(tiny: Register, tiny_catalog: Path, file: str) -> None:
    """Excel and WPS write one when they save as "CSV UTF-8"; it is no part of the first cell."""
    marked(tiny_catalog / file)
    assert faults_of(tiny_catalog) == []
    again = read_register(tiny_catalog)
    assert again.place == tiny.place and again.dictionary == tiny.dictionary
    for name in TABLES:
        assert again[name].astype(str).equals(tiny[name].astype(str)), name


@pytest.mark.parametrize("file", CSV)
def test_a_wrong_header(tiny_catalog: Path, file: str) -> None:
    rows = catalogs.read_rows(tiny_catalog / file)
    first = rows[0][0]
    rows[0][0] = "nummer"
    catalogs.write_rows(tiny_catalog / file, rows)
    fault = only(tiny_catalog)
    assert (fault.file, fault.row) == (file, 1)
    assert "nummer" in fault.found.en and first in fault.expected.en
    assert fault.found.zh == fault.found.en and fault.expected.zh.endswith(
        fault.expected.en.removeprefix("the header ")
    )


@pytest.mark.parametrize("cut", [-1, 1], ids=["short", "long"])
@pytest.mark.parametrize("file", CSV)
def test_a_row_of_another_length(tiny_catalog: Path, file: str, cut: int) -> None:
    """Also where other tables refer to the row: one mistake, one line."""
    rows = catalogs.read_rows(tiny_catalog / file)
    rows[1] = [*rows[1], ""] if cut > 0 else rows[1][:cut]
    catalogs.write_rows(tiny_catalog / file, rows)
    fault = only(tiny_catalog)
    assert (fault.file, fault.row) == (file, 2)
    for lang in LANGS:
        assert str(len(rows[1])) in fault.found.in_(lang) and str(len(rows[0])) in fault.expected.in_(lang)


@pytest.mark.parametrize("file", CSV)
def test_an_unclosed_quote(tiny_catalog: Path, file: str) -> None:
    path = tiny_catalog / file
    lines = path.read_text(encoding="utf-8").split("\n")
    lines[1] = lines[1].replace(",", ',"', 1)
    path.write_text("\n".join(lines), encoding="utf-8")
    fault = only(tiny_catalog)
    assert fault.file == file and fault.row >= 2
    assert "quote" in fault.expected.en


@pytest.mark.parametrize(
    "text",
    [
        '{"type": "FeatureCollection", "features": [\n{"type": "Feature", "id": "x"',
        '{"type": "FeatureCollection", "features": [\n]}}',
        "[]",
        "null",
        "7",
        '{"type": "Feature"}',
        '{"type": "FeatureCollection", "features": {}}',
        '{"type": "FeatureCollection"}',
        "not json",
        "[" * 100_000,
        '{"type": "FeatureCollection", "features": [' + "9" * 5000 + "]}",
    ],
    ids=["cut", "extra", "list", "null", "number", "feature", "dict", "bare", "text", "deep", "huge"],
)
@pytest.mark.parametrize("file", ["features/energy.geojson", "features/towns.geojson", LINES])
def test_broken_geojson(tiny_catalog: Path, file: str, text: str) -> None:
    (tiny_catalog / file).write_text(text, encoding="utf-8")
    assert only(tiny_catalog).file == file


def test_a_crs_member(tiny_catalog: Path) -> None:
    path = tiny_catalog / STATIONS
    path.write_text(path.read_text("utf-8").replace('"features"', '"crs": {"type": "name"}, "features"', 1), "utf-8")
    fault = only(tiny_catalog)
    assert (fault.file, fault.field) == (STATIONS, "crs")


def test_a_missing_catalog(tmp_path: Path) -> None:
    """Without its dictionary nothing says which tables there should be: that is said, and which city it is not."""
    faults = faults_of(tmp_path / "nowhere")
    assert [fault.file for fault in faults] == [schema.FILE, PLACE]
    assert {fault.found for fault in faults} == {Text("没有这个文件", "no such file")}


def test_a_catalog_of_a_dictionary_alone(tiny_catalog: Path) -> None:
    """Every table that the dictionary names is missed."""
    for file in CSV:
        gone(tiny_catalog / file)
    faults = faults_of(tiny_catalog)
    assert {fault.file for fault in faults} == set(CSV)
    assert all("no such file" in fault.found.en for fault in faults)


def test_a_layer_that_no_theme_names(tiny_catalog: Path) -> None:
    """A file beside the codelist would be left out in silence."""
    shutil.copyfile(tiny_catalog / STATIONS, tiny_catalog / "features/trams.geojson")
    assert only(tiny_catalog).file == "features/trams.geojson"


# Cells

CELLS = [
    ("measures.csv", 2, "mappable", "perhaps"),
    ("measures.csv", 2, "mappable", ""),
    ("measures.csv", 2, "counterpart", "guangzhou;atlantis"),
    ("measures.csv", 2, "counterpart", "guangzhou;guangzhou"),
    ("measures.csv", 2, "target_stage", "delayed"),
    ("measures.csv", 2, "target_stage", "unknown"),
    ("measures.csv", 4, "due_date", "2017-02-30"),
    ("measures.csv", 4, "due_date", "20181231"),
    ("measures.csv", 4, "due_date", "2018-W52-1"),
    ("measures.csv", 4, "due_date", "31/12/2018"),
    ("measures.csv", 4, "due_text", ""),
    ("measures.csv", 2, "sentence", "0"),
    ("measures.csv", 2, "sentence", "first"),
    ("measures.csv", 2, "sentence", "1_0"),
    ("measures.csv", 2, "sentence", "１"),
    ("measures.csv", 2, "sentence", "1.0"),
    ("measures.csv", 2, "title_zh", ""),
    ("measures.csv", 2, "title_zh", " 建设东线"),
    ("measures.csv", 2, "title_zh", "建设\n东线"),
    ("measures.csv", 2, "title_zh", "建设\t东线"),
    ("measures.csv", 2, "title_zh", "建设\x00东线"),
    ("measures.csv", 2, "title_zh", "建设\x7f东线"),
    ("articles.csv", 3, "list_kind", "some"),
    ("agencies.csv", 2, "kind", "club"),
    ("agencies.csv", 2, "later_name_date", "2017-02-30"),
    ("agencies.csv", 2, "later_name_grade", "sure"),
    ("assignments.csv", 2, "role", "boss"),
    ("assignments.csv", 2, "position", "0"),
    ("events.csv", 3, "date", "2017-02-30"),
    ("events.csv", 3, "date", "2017-13"),
    ("events.csv", 3, "date", "soon"),
    ("events.csv", 3, "date", "２０１４"),
    ("events.csv", 3, "kind", "rumour"),
    ("events.csv", 3, "stage", "unknown"),
    ("events.csv", 3, "stage", "delayed"),
    ("events.csv", 8, "restriction", "shut"),
    ("events.csv", 3, "source", "s-nobody"),
    ("events.csv", 3, "source", ""),
    ("events.csv", 15, "kind", "progress"),
    ("events.csv", 15, "stage", "completion"),
    ("sources.csv", 2, "url", "javascript:alert(1)"),
    ("sources.csv", 2, "url", "www.example.org"),
    ("sources.csv", 2, "grade", "good"),
    ("sources.csv", 2, "date_published", "yesterday"),
    ("documents.csv", 2, "date_issued", "2012-02-31"),
    ("documents.csv", 2, "date_issued", ""),
    ("documents.csv", 2, "valid_until", "2022-2-13"),
    ("links.csv", 2, "feature", "line-west"),
    ("links.csv", 2, "relation", "cousin"),
    ("targets.csv", 2, "value", "two"),
    ("targets.csv", 2, "value", "nan"),
    ("targets.csv", 2, "value", "inf"),
    ("observations.csv", 2, "metric", "beauty"),
    ("observations.csv", 2, "date", "2019-06-31"),
    ("control-points.csv", 2, "lon", "nan"),
    ("control-points.csv", 2, "lat", "23N"),
    ("codelists/theme.csv", 2, "context", "no"),
    ("codelists/theme.csv", 2, "holds_towns", "no"),
    ("codelists/theme.csv", 2, "holds_towns", ""),
    ("documents.csv", 2, "short_title_zh", ""),
    ("documents.csv", 2, "short_title_en", ""),
    ("searches.csv", 2, "measure", "old-01-1-09"),
    ("searches.csv", 2, "measure", ""),
    ("searches.csv", 2, "date", "2023"),
    ("searches.csv", 2, "date", ""),
    ("searches.csv", 2, "searched", ""),
    ("codelists/theme.csv", 2, "geometry", "blob"),
    ("codelists/stage.csv", 2, "order", "-1"),
]


@pytest.mark.parametrize(("file", "line", "field", "value"), CELLS)
def test_one_bad_cell(tiny_catalog: Path, file: str, line: int, field: str, value: str) -> None:
    catalogs.set_cell(tiny_catalog / file, line, field, value)
    fault = only(tiny_catalog)
    # A gap that claims a stage is a fault of its kind as much as of its stage.
    named = {field, "kind"} if (file, line) == ("events.csv", 15) else {field}
    assert (fault.file, fault.row) == (file, line) and fault.field in named
    assert fault.expected


def test_a_search_is_for_one_thing(tiny_catalog: Path) -> None:
    """For a measure or for a feature: what was looked for in vain must be told in one place."""
    path = tiny_catalog / "searches.csv"
    catalogs.set_cell(path, 2, "feature", "line-east")
    fault = only(tiny_catalog)
    assert (fault.file, fault.row, fault.field) == ("searches.csv", 2, "measure")
    assert "recent-02-1-01" in fault.found.en and "line-east" in fault.found.en
    catalogs.set_cell(path, 2, "measure", "")
    assert faults_of(tiny_catalog) == []
    catalogs.set_cell(path, 2, "feature", "line-west")
    fault = only(tiny_catalog)
    assert (fault.row, fault.field) == (2, "feature") and "line-west" in fault.found.en


@pytest.mark.parametrize("file", ["agencies.csv", "events.csv", "codelists/theme.csv"])
@pytest.mark.parametrize("value", ["Bad", "a_b", "甲", ""])
def test_a_bad_id(tiny_catalog: Path, file: str, value: str) -> None:
    """Whoever refers to the row is not to blame, and its place in the order is no second fault."""
    path = tiny_catalog / file
    catalogs.set_cell(path, 2, catalogs.read_rows(path)[0][0], value)
    fault = only(tiny_catalog)
    assert (fault.file, fault.row) == (file, 2)


@pytest.mark.parametrize("value", ["1st", "a--b", "a-", "-a", "a b", "a.b", "é", "a\n", "x" * 3000 + "_"])
def test_ids_that_are_refused(value: str) -> None:
    """No underscore, no capital, a letter first; and a long one is refused at once."""
    pattern = next(field.pattern for field in TABLES["agencies"].fields if field.name == "id")
    assert pattern is not None and not pattern.fullmatch(value)
    assert all(pattern.fullmatch(good) for good in ("a", "a1", "d2017-07-2-05", "a-1-b"))


@pytest.mark.parametrize(
    ("file", "line", "value"),
    [
        ("articles.csv", 2, "old-02-1"),
        ("measures.csv", 2, "old-01-2-01"),
        ("measures.csv", 2, "old-01-1-001"),
        ("measures.csv", 2, "old-01-1-x"),
        ("targets.csv", 2, "recent-02-1-01-x1"),
        ("events.csv", 2, "line-west-e01"),
    ],
)
def test_an_id_that_does_not_say_its_parent(tiny_catalog: Path, file: str, line: int, value: str) -> None:
    """Ids read document, article, block, number: `d2017-07-2-05`."""
    catalogs.set_cell(tiny_catalog / file, line, "id", value)
    faults = [fault for fault in faults_of(tiny_catalog) if fault.file == file and fault.row == line]
    assert [fault.field for fault in faults] == ["id"]


def test_an_unsorted_table(tiny_catalog: Path) -> None:
    rows = catalogs.read_rows(tiny_catalog / "agencies.csv")
    catalogs.write_rows(tiny_catalog / "agencies.csv", [rows[0], rows[2], rows[1], rows[3]])
    fault = only(tiny_catalog)
    assert (fault.file, fault.row, fault.field) == ("agencies.csv", 3, "id")
    assert "order" in fault.expected.en


@pytest.mark.parametrize("file", [path for path in CSV if not path.startswith("codelists/")])
def test_a_row_twice(tiny_catalog: Path, file: str) -> None:
    rows = catalogs.read_rows(tiny_catalog / file)
    catalogs.write_rows(tiny_catalog / file, [rows[0], rows[1], *rows[1:]])
    fault = only(tiny_catalog)
    assert (fault.file, fault.row) == (file, 3)
    for lang in LANGS:
        assert f"{file}:2" in fault.expected.in_(lang), "says where the key was used first"


def test_a_code_twice(tiny_catalog: Path) -> None:
    """Even that of a theme: its layer must not be read twice and blamed for itself."""
    rows = catalogs.read_rows(tiny_catalog / "codelists/theme.csv")
    catalogs.write_rows(tiny_catalog / "codelists/theme.csv", [*rows, rows[1]])
    assert only(tiny_catalog).file == "codelists/theme.csv"


def test_a_blank_line(tiny_catalog: Path) -> None:
    path = tiny_catalog / "agencies.csv"
    path.write_text(path.read_text("utf-8").replace("\n", "\n\n", 1), "utf-8")
    fault = only(tiny_catalog)
    assert (fault.file, fault.row) == ("agencies.csv", 2)


def test_rows_are_counted_as_an_editor_counts_them(tiny_catalog: Path) -> None:
    """A quoted line break makes one record two lines: the next fault must still name its own line."""
    path = tiny_catalog / "agencies.csv"
    catalogs.set_cell(path, 2, "note_zh", "一\n二")
    catalogs.set_cell(path, 4, "kind", "club")
    assert [(fault.row, fault.field) for fault in faults_of(tiny_catalog)] == [(2, "note_zh"), (5, "kind")]


# Features


def put(field: str, value: object) -> Callable[[catalogs.Feature], object]:
    return lambda feature: feature["properties"].__setitem__(field, value)


def at(*coordinates: object, kind: str = "Point") -> Callable[[catalogs.Feature], object]:
    place = coordinates[0] if kind != "Point" else list(coordinates)
    return lambda feature: feature.__setitem__("geometry", {"type": kind, "coordinates": place})


FEATURES: list[tuple[str, Callable[[catalogs.Feature], object], str, str]] = [
    ("outside", at(116.4, 39.9), "geometry", "location = outside"),
    ("swapped", at(22.95, 113.72), "geometry", "longitude first"),
    ("metres", at(471_000, 2_540_000), "geometry", "4326"),
    ("null-island", at(0, 0), "geometry", "longitude"),
    ("not-a-number", at(float("nan"), 22.9), "geometry", "geometry"),
    ("infinite", at(float("inf"), 22.9), "geometry", "geometry"),
    ("none-in-it", at(None, 22.9), "geometry", "geometry"),
    ("text-in-it", at("113.72", "22.95"), "geometry", "geometry"),
    ("height", at(113.72, 22.95, 8), "geometry", "two coordinates"),
    ("one-number", at(113.72), "geometry", "geometry"),
    ("no-vertices", at([], kind="LineString"), "geometry", "2 positions at least"),
    ("one-vertex", at([[113.7, 22.9]], kind="LineString"), "geometry", "2 positions at least"),
    (
        "bow-tie",
        at([[[113, 22.9], [114, 23], [114, 22.9], [113, 23], [113, 22.9]]], kind="Polygon"),
        "geometry",
        "cross",
    ),
    (
        "odd-kind",
        at(113.72, 22.95, kind="Point") and (lambda f: f["geometry"].update(type="Dot")),
        "geometry",
        "points, lines or polygons",
    ),
    ("a-list", lambda feature: feature.__setitem__("geometry", [1, 2]), "geometry", "points, lines"),
    ("collection", lambda f: f.update(geometry={"type": "GeometryCollection", "geometries": []}), "geometry", "split"),
    ("lost-whole", put("part_of", "line-west"), "part_of", "features"),
    ("own-part", put("part_of", "station-east"), "part_of", ""),
    ("lost-town", put("town", ["town-west"]), "town", "features"),
    ("lost-source", put("sources", ["s-nobody"]), "sources", "sources"),
    ("town-text", put("town", "town-north"), "town", "list"),
    ("town-numbers", put("town", [1]), "town", "list"),
    ("blank-alias", put("aliases", [""]), "aliases", "list"),
    ("theme", put("theme", "roads"), "theme", "stations"),
    ("location", put("location", "near"), "location", "codelist-location"),
    ("basis", put("position_basis", "guess"), "position_basis", "codelist-position-basis"),
    ("basis-none", put("position_basis", "none"), "accuracy_m", "basis"),
    ("accuracy-gone", put("accuracy_m", None), "accuracy_m", "accuracy"),
    ("accuracy-zero", put("accuracy_m", 0), "accuracy_m", "1"),
    ("accuracy-text", put("accuracy_m", "50"), "accuracy_m", "number"),
    ("accuracy-true", put("accuracy_m", True), "accuracy_m", "number"),
    ("accuracy-nan", put("accuracy_m", float("nan")), "accuracy_m", ""),
    ("accuracy-long", put("accuracy_m", int("9" * 400)), "accuracy_m", "number"),
    ("stretch", put("stage_stretch", "no"), "stage_stretch", "true or false"),
    ("name-gone", put("name_zh", ""), "name_zh", "empty"),
    ("name-number", put("name_zh", 7), "name_zh", "text"),
    ("name-break", put("name_zh", "东\n站"), "name_zh", ""),
    ("name-blank", put("name_en", " East station "), "name_en", ""),
    ("field-gone", lambda feature: feature["properties"].pop("note_en"), "properties", "note_en"),
    ("field-more", put("colour", "red"), "properties", "exactly"),
    ("properties-gone", lambda feature: feature.update(properties=None), "", "properties"),
    ("id-differs", lambda feature: feature.update(id="station-west"), "id", "station-east"),
    ("type", lambda feature: feature.update(type="Thing"), "", "Feature"),
]


@pytest.mark.parametrize(
    ("edit", "field", "words"), [item[1:] for item in FEATURES], ids=[item[0] for item in FEATURES]
)
def test_one_bad_feature(
    tiny_catalog: Path, edit: Callable[[catalogs.Feature], object], field: str, words: str
) -> None:
    line = catalogs.edit_feature(tiny_catalog / STATIONS, edit, "station-east")
    fault = only(tiny_catalog)
    assert (fault.file, fault.row) == (STATIONS, line)
    assert fault.field in {field, "type"} and words in f"{fault.found.en} {fault.expected.en}"


def test_half_a_character_is_no_text(tiny_catalog: Path) -> None:
    """JSON can say it by its number; no file of ours could hold it."""
    path = tiny_catalog / "features" / "stations.geojson"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"name_en": "', '"name_en": "\\ud800', 1), encoding="utf-8")
    faults = read_checked(tiny_catalog).faults
    assert [(fault.file, fault.field) for fault in faults] == [("features/stations.geojson", "name_en")]


def test_a_feature_that_is_no_object(tiny_catalog: Path) -> None:
    features = catalogs.read_features(tiny_catalog / "features/energy.geojson")
    catalogs.write_features(tiny_catalog / "features/energy.geojson", [*features, 3])  # type: ignore[list-item]
    assert only(tiny_catalog).file == "features/energy.geojson"


def test_a_feature_id_in_two_layers(tiny_catalog: Path) -> None:
    copy = catalogs.read_features(tiny_catalog / STATIONS)[0]
    copy["properties"]["theme"] = "zones"
    catalogs.write_features(tiny_catalog / "features/zones.geojson", [copy])
    fault = only(tiny_catalog)
    assert "not used before" in fault.expected.en
    assert {fault.file, fault.expected.en.partition("(")[2].partition(":")[0]} == {STATIONS, "features/zones.geojson"}


def test_unsorted_features(tiny_catalog: Path) -> None:
    path = tiny_catalog / STATIONS
    catalogs.write_features(path, catalogs.read_features(path)[::-1])
    fault = only(tiny_catalog)
    assert (fault.file, fault.row) == (STATIONS, 3) and "order" in fault.expected.en


# The real catalog


def test_a_file_in_gcj02(catalog: Path) -> None:
    """A whole layer digitised on a Chinese web map: one line, with the remedy."""

    def shift(place: list[object]) -> list[object]:
        return [shift(item) for item in place] if isinstance(place[0], list) else list(gcj02(*place))  # type: ignore

    path = catalog / STATIONS
    features = catalogs.read_features(path)
    for feature in features:
        if feature["geometry"]:
            feature["geometry"]["coordinates"] = shift(feature["geometry"]["coordinates"])
    catalogs.write_features(path, features)
    fault = only(catalog)
    for lang in LANGS:
        said = fault.expected.in_(lang)
        assert fault.file == STATIONS and "GCJ-02" in said and "WGS 84" in said


def test_one_feature_in_gcj02(catalog: Path) -> None:
    control = catalogs.read_rows(catalog / "control-points.csv")
    stations = {feature["id"] for feature in catalogs.read_features(catalog / STATIONS)}
    name = next(row[0] for row in control if row[0] in stations)

    def shift(feature: catalogs.Feature) -> None:
        feature["geometry"]["coordinates"] = list(gcj02(*feature["geometry"]["coordinates"]))

    catalogs.edit_feature(catalog / STATIONS, shift, name)
    fault = only(catalog)
    assert fault.file == STATIONS and "GCJ-02" in fault.expected.en


@pytest.mark.parametrize("file", ["sources.csv", "agencies.csv", "features/towns.geojson", "codelists/theme.csv"])
def test_saved_in_gbk(catalog: Path, file: str) -> None:
    path = catalog / file
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    fault = only(catalog)
    assert fault.file == file and "GBK" in fault.found.en


def test_an_unclosed_quote_in_a_long_file(catalog: Path) -> None:
    path = catalog / "sources.csv"
    lines = path.read_text(encoding="utf-8").split("\n")
    lines[9] = lines[9].replace(",", ',"', 1)
    path.write_text("\n".join(lines), encoding="utf-8")
    fault = only(catalog)
    assert fault.file == "sources.csv" and fault.row >= 10


# Several at once


def plant_three(catalog: Path) -> list[tuple[str, int, str]]:
    catalogs.set_cell(catalog / "agencies.csv", 3, "kind", "club")
    catalogs.set_cell(catalog / "measures.csv", 3, "mappable", "perhaps")
    line = catalogs.edit_feature(catalog / STATIONS, put("location", "near"))
    return [("agencies.csv", 3, "kind"), (STATIONS, line, "location"), ("measures.csv", 3, "mappable")]


def test_three_faults_in_three_tables(tiny_catalog: Path) -> None:
    planted = plant_three(tiny_catalog)
    assert [(fault.file, fault.row, fault.field) for fault in faults_of(tiny_catalog)] == planted
    with pytest.raises(RegisterError) as raised:
        read_register(tiny_catalog)
    assert len(str(raised.value).split("\n")) == len(raised.value.faults) == 3


def test_check_prints_three_faults_in_both_languages(tiny_catalog: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It does not know who reads it: the Chinese line, and the English one indented under it."""
    planted = plant_three(tiny_catalog)
    faults = faults_of(tiny_catalog)
    assert cli.main(["--catalog", str(tiny_catalog), "check"]) == 1
    out, err = capsys.readouterr()
    assert "clean" not in out
    *lines, count = err.strip().split("\n")
    assert lines == [line for fault in faults for line in (fault.in_("zh"), "    " + fault.in_("en"))]
    assert [line.partition(":")[0] for line in lines[::2]] == [file for file, _, _ in planted]
    assert "3" in count and "Traceback" not in err


@pytest.mark.parametrize(
    ("options", "lang"), [([], "zh"), (["--lang", "zh"], "zh"), (["--lang", "en"], "en")], ids=["none", "zh", "en"]
)
def test_a_command_with_a_language_prints_the_faults_in_it(
    tiny_catalog: Path, capsys: pytest.CaptureFixture[str], options: list[str], lang: str
) -> None:
    plant_three(tiny_catalog)
    assert cli.main(["--catalog", str(tiny_catalog), "list", "features", *options]) == 1
    out, err = capsys.readouterr()
    assert out == "" and err.split("\n")[:3] == [fault.in_(lang) for fault in faults_of(tiny_catalog)]


def test_a_product_in_both_languages_prints_the_faults_in_both(
    tiny_catalog: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plant_three(tiny_catalog)
    made = tmp_path / "tour.html"
    assert cli.main(["--catalog", str(tiny_catalog), "present", str(made), "--lang", BOTH]) == 1
    assert len(capsys.readouterr().err.strip().split("\n")) == 7 and not made.exists()


def test_one_row_with_two_bad_cells(tiny_catalog: Path) -> None:
    catalogs.set_cell(tiny_catalog / "agencies.csv", 2, "kind", "club")
    catalogs.set_cell(tiny_catalog / "agencies.csv", 2, "later_name_date", "2017-02-30")
    assert [fault.field for fault in faults_of(tiny_catalog)] == ["kind", "later_name_date"]


@pytest.mark.parametrize("bad", [("measures.csv", 2, "sentence", "x"), ("agencies.csv", 2, "later_name_date", "x")])
def test_a_bad_cell_hides_nothing_below_it(tiny_catalog: Path, bad: tuple[str, int, str, str]) -> None:
    catalogs.set_cell(tiny_catalog / bad[0], *bad[1:])
    catalogs.set_cell(tiny_catalog / "links.csv", 9, "feature", "line-west")
    catalogs.set_cell(tiny_catalog / "events.csv", 12, "source", "s-nobody")
    found = {(fault.file, fault.row) for fault in faults_of(tiny_catalog)}
    assert found == {(bad[0], bad[1]), ("links.csv", 9), ("events.csv", 12)}


def test_a_lost_table_hides_nothing_elsewhere(tiny_catalog: Path) -> None:
    (tiny_catalog / "sources.csv").unlink()
    catalogs.set_cell(tiny_catalog / "links.csv", 9, "feature", "line-west")
    catalogs.edit_feature(tiny_catalog / LINES, put("location", "near"))
    assert {fault.file for fault in faults_of(tiny_catalog)} == {"sources.csv", "links.csv", LINES}


def test_a_bad_geometry_does_not_make_its_feature_unknown(tiny_catalog: Path) -> None:
    catalogs.edit_feature(tiny_catalog / LINES, at(22.9, 113.7), "line-east")
    assert only(tiny_catalog).field == "geometry"


# The fault itself


def test_a_fault_reads_as_one_line() -> None:
    fault = Fault("a.csv", 3, "kind", quoted("x\ny"), TEXTS["fault-want-one-of"].filled(names=listed(("a", "b"))))
    assert str(fault) == fault.in_("en") == "a.csv:3 [kind]: found 'x\\ny'; expected one of a, b"
    assert fault.in_("zh") == "a.csv:3 [kind]：发现 'x\\ny'；应为 以下之一：a、b"
    whole = Fault("a.csv", 0, "", Text("空文件", "an empty file"), Text("数据", "rows"))
    assert whole.in_("en") == "a.csv: found an empty file; expected rows"
    assert whole.in_("zh") == "a.csv：发现 空文件；应为 数据"


@pytest.mark.parametrize("name", ["a\nb", "a\r\x1b[2J", "a\u2028b", "a\u202eb", "a\udc80"])
def test_a_name_that_is_no_plain_text_stays_on_its_line(name: str) -> None:
    """Names of files and fields may be hostile: no new line, no command to the terminal, no lone surrogate."""
    fault = Fault(f"features/{name}", 0, name, TEXTS["fault-stray-layer"], Text(name, name))
    for lang in LANGS:
        assert fault.in_(lang).isprintable() and fault.in_(lang).encode()
        assert fault.in_(lang).count(repr(name)[1:-1]) == 3


def test_faults_are_sorted() -> None:
    """By place, then by what the English says; the Chinese has no say in it."""
    empty, x, y = Text(), Text("乙", "x"), Text("甲", "y")
    places = [("a", 9, ""), ("a", 9, "id"), ("a", 10, ""), ("b", 1, "")]
    ordered = [Fault(*place, found, expected) for place in places for found in (empty, x, y) for expected in (x, y)]
    assert list(RegisterError(ordered[::-1]).faults) == sorted(ordered[::-1]) == ordered
    assert len({*ordered, *(replace(fault) for fault in ordered)}) == len(ordered)


def test_a_quoted_value_is_the_same_in_both_languages() -> None:
    assert quoted("中\n文") == Text(repr("中\n文"), repr("中\n文"))
    assert quoted(Text("中", "middle"), 3) == Text("'中'", "'mi…'")


def test_every_wording_is_used() -> None:
    """And every one that the code asks for is there."""
    found = {
        node.value
        for path in (Path(schema.__file__).parent).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("fault-")
    }
    assert found == set(TEXTS)


def test_long_values_are_cut() -> None:
    assert len(shorten("x" * 5000)) <= 62 and "…" in shorten("x" * 5000)
    assert shorten("x" * 60) == repr("x" * 60)


def test_the_tiny_dictionary_is_the_real_one(tiny_catalog: Path) -> None:
    package = json.loads((tiny_catalog / "datapackage.json").read_text(encoding="utf-8"))
    assert [resource["name"] for resource in package["resources"]] == list(TABLES)
