"""Answers to questions of place in every file of an export, read back with the readers of others."""

from __future__ import annotations

import io
import json
import zipfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import contents
import ezdxf
import frictionless
import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely
import test_qgis_real as real
from PIL import Image
from test_outputs_answers import LINES

import cli
from analysis.spatial.answers import Answer
from analysis.view import View
from layers.symbology import MM_PER_PX, look, rules
from outputs.analyses import ANALYSES
from outputs.answers import answer_tables, answers_to, with_answers
from outputs.extract import Extract, extract
from outputs.fields import answer_fields
from outputs.gis.dxf import APP, write_dxf
from outputs.gis.parts import settings
from outputs.gis.qgis.plan import make_plan
from outputs.gis.qgis.project import variables
from outputs.gis.qgis.sheets import make_sheets
from outputs.gis.shapefile import NAME_LETTERS, columns
from outputs.names import file_name
from outputs.products import ALL, ONE, PRODUCTS, Order, products

NEAR, MEET, COUNT, NONE = (
    "near?from=zones&to=stations&within=5000",
    "coordination",
    "balance",
    "crossings?from=ports&to=ports",
)
"""Lines and one row that is nowhere; lines and points; rows that are counted; no row at all."""
ASKED = (NEAR, MEET, COUNT, NONE)
TITLES = {
    "zh": (
        *("平台与园区最近的车站（各 1 个），5.0 km 以内", "谁与谁相遇：2.0 km 以内、施工相隔 1 年以内"),
        *("有多少、多长、建成多少：按专题", "港口与航道与港口与航道在哪里相交"),
    ),
    "en": (
        "The nearest of Stations to Zones and parks (1 each), within 5.0 km",
        *("Who meets whom: within 2.0 km, works within 1 years", "How many, how long, how much is in use: by theme"),
        "Where Ports and channels cross Ports and channels",
    ),
}
FIRST = {
    "zh": "广东(石龙)铁路国际物流基地在 5.0 km 以内有东莞站：相距约 405 m（位置误差 ±2.5 km）。",
    "en": "Guangdong (Shilong) international rail logistics base has Dongguan station within 5.0 km: about 405 m apart"
    " (positions ±2.5 km).",
}
HEADLINE = {
    "zh": "22 条：确定 7 条、可能 11 条、不能判断 4 条。",
    "en": "22 findings: 7 certain, 11 possible, 4 where nothing can be told.",
}
NOTHING = {"zh": "没有找到。", "en": "Nothing found."}
ROWS = {"answer_near": 22, "answer_coordination": 29, "answer_balance": 11, "answer_crossings": 0}
LAYERS = {
    "answer_near_line": 21,
    "answer_near": 1,
    "answer_coordination_point": 23,
    "answer_coordination_line": 6,
    "answer_balance": 11,
    "answer_crossings": 0,
}
METRIC = "EPSG:4547"
ALL_OF = [name for name, product in products("extract").items() if product.answers == ALL]
ONE_OF = [name for name, product in products("extract").items() if product.answers == ONE]


@pytest.fixture(scope="module", params=["zh", "en"])
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def made(lang: str, view: View) -> Extract:
    """The real register with four answers."""
    return with_answers(extract(view, lang=lang), answers_to(view, ASKED))


@pytest.fixture(scope="module")
def folder(lang: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every layered product with four answers, as the terminal makes them."""
    folder = tmp_path_factory.mktemp(lang)
    for name in ALL_OF:
        assert export(folder / f"{name}{PRODUCTS[name].endings[0]}", name, *ASKED, lang=lang) == 0
    return folder


def export(path: Path, name: str, *asked: str, lang: str = "zh", more: tuple[str, ...] = ()) -> int:
    told = [word for line in asked for word in ("--ask", line)]
    return cli.main(["export", str(path), "--format", name, "--lang", lang, "--as-of", "2026-03-31", *told, *more])


def near(made: Extract) -> gpd.GeoDataFrame:
    """The first answer as it should be."""
    return answer_tables(made)[0].frame


def unzipped(path: Path) -> Path:
    folder = path.with_suffix("")
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    return folder


def is_near(found: Any, wanted: Any, tolerance: float = 1e-6) -> bool:
    """Whether shapes have the same points in the same order."""
    pairs = zip(map(shapely.get_coordinates, found), map(shapely.get_coordinates, wanted), strict=True)
    return all(one.shape == other.shape and bool((abs(one - other) <= tolerance).all()) for one, other in pairs)


@cache
def shapes_of(view: View) -> list[Any]:
    """The shapes of the nearest stations as the analysis has them."""
    return [row.line for row in answers_to(view, (NEAR,))[0].rows if row.line is not None]


def test_which_products_hold_answers() -> None:
    assert ALL_OF == ["qgis", "gpkg", "kml", "dxf", "shapefile", "xlsx", "csv"]
    assert ONE_OF == ["geojson", "geoparquet", "flatgeobuf"]
    assert [name for name in products("extract") if name not in (*ALL_OF, *ONE_OF)] == ["oc4ids"]
    assert not any(product.answers for product in products("brief").values())


@pytest.mark.parametrize("line", LINES)
def test_every_column_of_an_answer_is_in_the_dictionary(line: str, view: View) -> None:
    """Whatever `analyse` says of a row is in the file, and short enough for every format."""
    found = answers_to(view, (line,))
    (table,) = answer_tables(with_answers(extract(view, lang="zh"), found))
    rows = ANALYSES[found[0].asked.question.name].rows(found[0].found)
    assert rows and len(table.frame) == len(rows)
    said = {name.removesuffix("_zh").removesuffix("_en") for row in rows for name in row}
    names = [field.name for field in table.table.fields]
    assert said <= set(names) and list(table.frame) == [*names, "geometry"]
    assert list(table.frame["number"]) == list(range(1, len(rows) + 1))
    assert list(table.frame["sentence"]) == [row["sentence_zh"] for row in rows]
    short = [column.name for column in columns(table.table)]
    assert len(set(short)) == len(short) and all(len(name) <= NAME_LETTERS and name.isascii() for name in short)
    for field in table.table.fields:
        assert field.title_zh and field.title_en and field.title_zh != field.title_en
        kinds = {"string": str, "integer": int, "number": int | float}[field.type]
        assert all(cell is None or isinstance(cell, kinds) for cell in table.frame[field.name])


def test_codes_are_said_in_the_language_of_the_extract(made: Extract, lang: str) -> None:
    first = near(made).iloc[0]
    names = {"zh": ("广东(石龙)铁路国际物流基地", "东莞站", "确定")}
    names["en"] = ("Guangdong (Shilong) international rail logistics base", "Dongguan station", "certain")
    assert (first["from"], first["to"], first["sure"]) == ("log-shilong-rail", "station-dongguan", "certain")
    assert (first["from_name"], first["to_name"], first["sure_title"]) == names[lang]
    assert first["sentence"] == FIRST[lang] and first["sources"] == "own-drawing;doc-d2017;osm"
    assert (first["distance_m"], first["low_m"], first["high_m"]) == (404.9, 0.0, 2944.9)


def test_turns_and_groups_have_words_beside_their_codes(view: View) -> None:
    made = with_answers(extract(view, lang="en"), answers_to(view, ("compare?with=2017-11-08", "balance?by=town")))
    turn, group = (each.frame.iloc[0].to_dict() for each in answer_tables(made))
    assert (turn["before"], turn["before_title"]) == ("implementation", made.titles("stage")["implementation"])
    assert (turn["after"], turn["after_title"]) == ("maintenance", made.titles("stage")["maintenance"])
    assert (group["group"], group["count"], group["count_open"], group["km"]) == ("town-changan", 12, 6, 245.118)


def test_a_geopackage_has_a_layer_a_kind_and_a_table_of_what_is_nowhere(
    folder: Path, made: Extract, lang: str, view: View
) -> None:
    path = folder / "gpkg.gpkg"
    layers = {name: kind for name, kind in pyogrio.list_layers(path) if name.startswith("answer_")}
    assert {name: len(pyogrio.read_dataframe(path, layer=name, use_arrow=True)) for name in layers} == LAYERS
    assert {name for name, kind in layers.items() if kind is None} == {
        "answer_near",
        "answer_balance",
        "answer_crossings",
    }
    lines = gpd.read_file(path, layer="answer_near_line")
    assert lines.crs == "EPSG:4490" and is_near(lines.geometry, shapes_of(view))
    wanted = near(made)
    kept = wanted[wanted.geometry.notna()]
    names = [field.name for field in answer_fields("near")]
    assert lines[names].to_dict("records") == kept[names].to_dict("records")
    assert lines["sentence"][0] == FIRST[lang]
    (nowhere,) = pyogrio.read_dataframe(path, layer="answer_near").to_dict("records")
    assert nowhere["to"] == "" and nowhere["number"] == wanted["number"][wanted.geometry.isna()].item()
    about = pyogrio.read_dataframe(path, layer="about").set_index("label")["value"]
    asked = about["所问" if lang == "zh" else "Asked"]
    assert all(title in asked for title in TITLES[lang]) and HEADLINE[lang] in asked and NOTHING[lang] in asked


def test_metres_where_they_are_asked_for(tmp_path: Path, view: View) -> None:
    assert export(tmp_path / "a.gpkg", "gpkg", NEAR, more=("--crs", METRIC)) == 0
    lines = gpd.read_file(tmp_path / "a.gpkg", layer="answer_near_line")
    assert lines.crs == METRIC and lines.length[0] == pytest.approx(404.9, abs=0.5)
    assert is_near(lines.to_crs("EPSG:4326").geometry, shapes_of(view))


def test_what_lies_far_outside_a_system_has_no_shape_in_it(view: View, tmp_path: Path) -> None:
    """The line from Ethiopia to the nearest station is no line in metres of Dongguan."""
    made = with_answers(extract(view, lang="zh"), answers_to(view, ("near?from=places&to=stations",)))
    (whole,), (metric,) = answer_tables(made), answer_tables(made.within(METRIC))
    gone = whole.frame["from"][whole.frame.geometry.notna() & metric.frame.geometry.isna()]
    assert set(gone) == contents.FAR and len(metric.frame) == len(whole.frame)
    write_dxf(tmp_path / "a.dxf", made)
    east = [x for line in ezdxf.readfile(tmp_path / "a.dxf").modelspace().query("LWPOLYLINE") for x, *_ in line]
    assert all(0 < x < 1_000_000 for x in east)


def test_an_earth_viewer_has_a_folder_an_answer(folder: Path, made: Extract, lang: str, view: View) -> None:
    with zipfile.ZipFile(folder / "kml.kmz") as archive:
        root = ET.parse(io.BytesIO(archive.read("doc.kml"))).getroot()
    space = "{http://www.opengis.net/kml/2.2}"
    folders = root.findall(f"{space}Document/{space}Folder")[: len(ASKED)]
    assert tuple(each.findtext(f"{space}name") for each in folders) == TITLES[lang]
    assert [len(each.findall(f"{space}Placemark")) for each in folders] == list(ROWS.values())
    assert folders[0].findtext(f"{space}description") == HEADLINE[lang]
    assert folders[3].findtext(f"{space}description") == NOTHING[lang]
    places = folders[0].findall(f"{space}Placemark")
    first, sure = near(made).iloc[0], "〔确定〕" if lang == "zh" else " [certain]"
    assert places[0].findtext(f"{space}name") == f"1 {first['from_name']} – {first['to_name']}{sure}"
    said = {
        each.get("name"): each.findtext(f"{space}value")
        for each in places[0].iterfind(f"{space}ExtendedData/{space}Data")
    }
    assert said["sentence"] == FIRST[lang] and said["distance_m"] == "404.9" and said["sure"] == "certain"
    drawn = [each.findtext(f"{space}LineString/{space}coordinates") for each in places]
    lines = [
        shapely.LineString([tuple(map(float, pair.split(","))) for pair in text.split()]) for text in drawn if text
    ]
    assert is_near(lines, shapes_of(view))
    styles = {each.get("id"): each.findtext(f"{space}LineStyle/{space}width") for each in root.iter(f"{space}Style")}
    assert {name: wide for name, wide in styles.items() if name and name.startswith("finding-")} == {
        f"finding-{sure}": f"{look('finding', sure)['width']:g}" for sure in ("certain", "possible", "cannot-tell")
    }


def test_a_drawing_has_a_layer_an_answer(folder: Path, made: Extract, lang: str, view: View) -> None:
    drawing = ezdxf.readfile(folder / "dxf.dxf")
    audit, space, tail = drawing.audit(), drawing.modelspace(), "注记" if lang == "zh" else "names"
    assert (audit.errors, audit.fixes) == ([], [])
    titles = [title.replace(":", "_").replace(",", "_") for title in TITLES[lang]]
    assert all(name in drawing.layers for title in titles for name in (title, f"{title}_{tail}"))
    counts = Counter(entity.dxf.layer for entity in space)
    drawn, said = [counts[title] for title in titles], [counts[f"{title}_{tail}"] for title in titles]
    assert drawn == said == [21, 29, 0, 0]
    lines = [line for line in space.query("LWPOLYLINE") if line.dxf.layer == titles[0]]
    wanted = gpd.GeoSeries(shapes_of(view), crs="EPSG:4326").to_crs(METRIC)
    assert is_near([shapely.LineString([point[:2] for point in line]) for line in lines], wanted, tolerance=0.2)
    dashes = {"certain": "CONTINUOUS", "possible": "GUANTU-POSSIBLE", "cannot-tell": "GUANTU-CANNOT-TELL"}
    for line, (_, row) in zip(lines, near(made)[near(made).geometry.notna()].iterrows(), strict=True):
        assert [tag.value for tag in line.get_xdata(APP)] == [
            f"{name}={row[name]}" for name in ("number", "from", "to", "sure")
        ]
        assert line.dxf.linetype == dashes[row["sure"]]
    per_px = settings()["dxf"]["metres_per_px"]
    for sure in ("possible", "cannot-tell"):
        found = drawing.linetypes.get(dashes[sure]).pattern_tags
        lengths = [tag.value for tag in found.tags if tag.code == 49]
        dash, gap = (part * per_px for part in look("finding", sure)["dash"])
        assert lengths == [dash, -gap]
    text = next(text for text in space.query("MTEXT") if text.dxf.layer == f"{titles[0]}_{tail}")
    assert text.plain_text().startswith("1〔确定〕" if lang == "zh" else "1 [certain]")


def test_shapefiles_have_a_dictionary_of_each_answer(folder: Path, made: Extract, lang: str, view: View) -> None:
    files = unzipped(folder / "shapefile.zip")
    names = {each.stem for each in files.glob("answer_*.shp")}
    assert names == {"answer_near_line", "answer_coordination_point", "answer_coordination_line"}
    tables = {each.stem: len(pd.read_csv(each)) for each in files.glob("answer_*.csv")}
    found = {name: len(gpd.read_file(files / f"{name}.shp")) for name in names}
    assert found | tables == LAYERS
    lines = gpd.read_file(files / "answer_near_line.shp")
    assert lines.crs == "EPSG:4490" and is_near(lines.geometry, shapes_of(view))
    assert lines["sentence"][0] == FIRST[lang] and list(lines["sure"]) == [
        sure for sure, shape in zip(near(made)["sure"], near(made).geometry, strict=True) if shape is not None
    ]
    rows = pd.read_csv(files / "fields_answer_near.csv", keep_default_na=False).to_numpy().tolist()
    assert [row[0] for row in rows] == list(lines.drop(columns="geometry"))
    title = "量得距离（米）" if lang == "zh" else "Distance as measured (m)"
    assert ["distance_m", "distance_m", title, "number", "m", ""] in rows
    note = (files / "README.txt").read_text("utf-8-sig")
    assert HEADLINE[lang] in note and f"answer_near_line.shp  {TITLES[lang][0]}" in note
    style = ET.parse(files / "answer_near_line.sld").getroot()
    sld = "{http://www.opengis.net/sld}"
    assert [each.text for each in style.iterfind(f".//{sld}Rule/{sld}Name")] == ["certain", "possible", "cannot-tell"]
    strokes = [each.text for each in style.iter(f"{sld}CssParameter") if each.get("name") == "stroke-dasharray"]
    assert strokes == ["9 5", "2 6"]


def test_a_workbook_has_a_sheet_an_answer(folder: Path, made: Extract, lang: str) -> None:
    book = openpyxl.load_workbook(folder / "xlsx.xlsx")
    sheets = book.sheetnames[1:5]
    assert [sheet.partition(" ")[0] for sheet in sheets] == ["1", "2", "3", "4"]
    assert all(len(sheet) <= 31 for sheet in sheets) and sheets[0][2:12] == TITLES[lang][0][:10]
    assert [book[sheet].max_row - 1 for sheet in sheets] == list(ROWS.values())
    first = book[sheets[0]]
    heads = [cell.value for cell in first[1]]
    row = dict(zip(heads, (cell.value for cell in first[2]), strict=True))
    title = {field.name: field.title(lang) for field in answer_fields("near")}
    assert row[title["sentence"]] == FIRST[lang] and row[title["distance_m"]] == 404.9
    assert row[title["sure_title"]] == ("确定" if lang == "zh" else "certain")
    hidden = {heads[first[f"{name}1"].column - 1] for name, each in first.column_dimensions.items() if each.hidden}
    assert {title["from"], title["to"], title["sure"]} <= hidden and title["sentence"] not in hidden
    cover = [cell.value for line in book.worksheets[0].iter_rows() for cell in line if isinstance(cell.value, str)]
    assert any(TITLES[lang][0] in text and HEADLINE[lang] in text for text in cover)
    assert any(TITLES[lang][3] in text and NOTHING[lang] in text for text in cover)


def test_a_data_package_describes_each_answer(folder: Path, made: Extract, lang: str, view: View) -> None:
    files = unzipped(folder / "csv.zip")
    report = frictionless.Package(str(files / "datapackage.json")).validate()
    assert report.valid, report.to_summary()
    package = json.loads((files / "datapackage.json").read_text("utf-8"))
    found = {each["name"]: each for each in package["resources"] if each["name"].startswith("answer")}
    assert [each["title"] for each in found.values()] == list(TITLES[lang])
    assert found["answer_near"]["description"] == HEADLINE[lang] and HEADLINE[lang] in package["description"]
    assert {name: len(pd.read_csv(files / f"{name}.csv")) for name in found} == ROWS
    rows = pd.read_csv(files / "answer_near.csv", keep_default_na=False)
    assert list(rows) == [field["name"] for field in found["answer_near"]["schema"]["fields"]]
    assert rows["sentence"][0] == FIRST[lang]
    assert is_near(shapely.from_wkt([text for text in rows["wkt"] if text]), shapes_of(view))


@pytest.mark.parametrize("name", ONE_OF)
def test_the_answer_is_the_one_table(name: str, tmp_path: Path, view: View, made: Extract, lang: str) -> None:
    path = tmp_path / f"a{PRODUCTS[name].endings[0]}"
    assert export(path, name, NEAR, lang=lang) == 0
    found = gpd.read_parquet(path) if name == "geoparquet" else gpd.read_file(path)
    assert len(found) == 22 and found["sentence"][0] == FIRST[lang] and found.crs.to_epsg() in (4326, 4490)
    assert list(found["number"]) == list(range(1, 23))
    assert is_near([shape for shape in found.geometry if shape is not None], shapes_of(view))
    assert found["sure"].value_counts().to_dict() == {"certain": 7, "possible": 11, "cannot-tell": 4}
    assert HEADLINE[lang].encode() in path.read_bytes().replace(b"\\u", b"")
    assert export(path, name, COUNT, lang=lang) == 0
    found = gpd.read_parquet(path) if name == "geoparquet" else pyogrio.read_dataframe(path)
    assert len(found) == 11 and found.geometry.isna().all() and found["count"].sum() > 100
    assert export(path, name, NONE, lang=lang) == 0
    assert len(gpd.read_parquet(path) if name == "geoparquet" else pyogrio.read_dataframe(path)) == 0


@pytest.mark.parametrize("name", [*ONE_OF, "oc4ids"])
def test_what_holds_no_second_answer_says_what_does(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = (NEAR, COUNT) if name in ONE_OF else (NEAR,)
    assert export(tmp_path / f"a{PRODUCTS[name].endings[0]}", name, *asked) == 2
    said = capsys.readouterr().err
    takers = [PRODUCTS[each].title for each in ALL_OF] + [PRODUCTS[each].title for each in ONE_OF if name not in ONE_OF]
    assert all(title.zh in said and title.en in said for title in takers) and name in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("nothing", "nothing"),
        ("near?from=zones", "to"),
        ("near?from=zones&to=<script>", "to=<script>"),
        ("near?from=zones&to=stations&within=1e999", "within=1e999"),
        ("near?from=zones&to=stations&k=0", "k=0"),
        ("near?from=zones&to=%ff", "near?from=zones"),
        ("near?" + "&".join(f"a{n}=1" for n in range(500)), "near?a0=1"),
        ("along?feature=mon-water", "mon-water"),
        ("upstream?feature=zone-shigu", "zone-shigu"),
        ("balance?by=mood", "by=mood"),
        ("compare?with=2017-13-40", "with=2017-13-40"),
        ("", "没有这样的问题"),
    ],
)
def test_what_cannot_be_asked_is_said_with_what_can(
    line: str, word: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert export(tmp_path / "a.gpkg", "gpkg", NEAR, line) == 2
    said = capsys.readouterr().err
    assert word in said and "没有写出 not written" in said and "可以问： What may be asked:" in said
    assert (
        '--ask "near?from=…&to=…[&k=N][&within=N]"' in said and '--ask "compare?[&with=YYYY-MM-DD][&against=…]"' in said
    )
    assert len(said) < 3000 and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", [*ALL_OF, *ONE_OF])
def test_the_same_questions_give_the_same_bytes(name: str, tmp_path: Path) -> None:
    asked = (MEET,) if name in ONE_OF else (MEET, MEET, COUNT)
    paths = [tmp_path / f"{place}{PRODUCTS[name].endings[0]}" for place in range(2)]
    assert [export(path, name, *asked, more=("--theme", "bridges,rail")) for path in paths] == [0, 0]
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_a_question_that_is_asked_again_has_a_number(view: View) -> None:
    made = with_answers(extract(view, lang="zh"), answers_to(view, (NEAR, COUNT, "near?from=zones&to=ports")))
    assert [each.table.name for each in answer_tables(made)] == ["answer_near", "answer_balance", "answer_near_2"]
    names = [layer.name for layer in make_plan(made).layers]
    assert len(set(names)) == len(names) and {"answer_near_line", "answer_near_2_line"} <= set(names)


def test_what_is_asked_is_part_of_a_file(view: View) -> None:
    plain, asked = Order(view, "zh"), Order(view, "zh", asked=(NEAR,))
    assert plain.identity != asked.identity
    assert file_name(PRODUCTS["gpkg"], asked) == file_name(PRODUCTS["gpkg"], plain).replace("gpkg-", "gpkg-near-")
    bare = extract(view, lang="zh")
    assert with_answers(bare, ()) is bare and "asked" not in bare.about


def hard(answer: Answer) -> Answer:
    """The answer with sentences that break careless writers."""
    said = [*contents.HARD, "@SUM(1)", "\tx", "a\x0bb\x00c"]
    found = [
        replace(each, sentence=replace(each.sentence, zh=text)) for each, text in zip(answer.found, said, strict=False)
    ]
    title = replace(answer.title, zh="=1+1 [%@user%] <b>'甲'</b>/\\:*?")
    return replace(answer, title=title, found=tuple(found), rows=answer.rows[: len(found)])


def test_hostile_texts_are_texts(view: View, tmp_path: Path) -> None:
    (found,) = answers_to(view, (NEAR,))
    made = with_answers(extract(view, lang="zh"), (hard(found),))
    for name in (*ALL_OF, *ONE_OF):
        module, _, function = PRODUCTS[name].writer.partition(":")
        write, systems = getattr(import_module(module), function), PRODUCTS[name].crs(made.place)
        write(tmp_path / f"{name}{PRODUCTS[name].endings[0]}", made, systems[0])
    text = (unzipped(tmp_path / "csv.zip") / "answer_near.csv").read_text("utf-8-sig")
    assert "'=1+1 & <b>" in text and "'+86" in text and "'@SUM(1)" in text and "'\tx" in text
    sheet = openpyxl.load_workbook(tmp_path / "xlsx.xlsx").worksheets[1]
    assert {cell.data_type for line in sheet.iter_rows() for cell in line if cell.value is not None} <= {"s", "n"}
    assert sheet.title == "1 =1+1 %@user% <b> 甲 < b>"
    ET.parse(io.BytesIO(zipfile.ZipFile(tmp_path / "kml.kmz").read("doc.kml")))
    audit = ezdxf.readfile(tmp_path / "dxf.dxf").audit()
    assert (audit.errors, audit.fixes) == ([], [])
    titles = {layer.title for layer in make_plan(made).layers if layer.is_answer}
    assert titles and not any("[%" in title for title in titles)


@pytest.fixture(scope="module")
def report(made: Extract, tmp_path_factory: pytest.TempPathFactory) -> tuple[Mapping[str, Any], Path]:
    """What a real QGIS finds in the package."""
    real.qgis_python()
    export = real.unpacked(tmp_path_factory.mktemp("qgis"), made)
    views = {"answers": {"extent": real.around(400_000), "size": real.SIZE}}
    return real.opened(export, views=views), export


def test_qgis_has_a_group_of_answers(report: tuple[Mapping[str, Any], Path], made: Extract, lang: str) -> None:
    found, export = report
    assert real.faults(dict(found), made) == []
    layers = {name.removeprefix(real.ID): each["count"] for name, each in found["layers"].items() if "answer" in name}
    assert layers == LAYERS and found["groups"][0] == ("分析" if lang == "zh" else "Analyses")
    assert found["layers"][f"{real.ID}answer_balance"]["name"] == TITLES[lang][2]
    assert f"{real.ID}answer_near_line" in found["visible"]
    everything = found["theme_layers"]["全部" if lang == "zh" else "All"]
    assert {f"{real.ID}answer_near_line", f"{real.ID}answer_coordination_point"} <= set(everything)
    picture = np.asarray(Image.open(export.parent / "pictures/answers.png").convert("RGB")).astype(int)
    assert real.in_colour(picture, rules()["ground"]["light"]["found"]).sum() > 200


@pytest.mark.parametrize("name", ["answer_near_line", "answer_coordination_point"])
def test_how_sure_a_row_is_shows_by_dash_and_width(
    name: str, report: tuple[Mapping[str, Any], Path], lang: str
) -> None:
    root = real.contents.project_xml(report[1])
    layer = next(each for each in root.iter("maplayer") if each.findtext("id") == f"{real.ID}{name}")
    renderer = layer.find("renderer-v2")
    assert renderer is not None and renderer.get("attr") == "sure"
    found = {}
    for category in renderer.iter("category"):
        symbol = next(each for each in renderer.findall("symbols/symbol") if each.get("name") == category.get("symbol"))
        options = {each.get("name"): each.get("value") for each in symbol.findall("layer")[1].iter("Option")}
        kind = "outline_" if name.endswith("point") else "line_"
        dash = options.get("customdash") or options.get("outline_style")
        found[category.get("value")] = (options[f"{kind}width"], dash)
    mm = {sure: f"{look('finding', sure)['width'] * MM_PER_PX:.4g}" for sure in ("certain", "possible", "cannot-tell")}
    dashes = {
        sure: ";".join(f"{part * MM_PER_PX:.4g}" for part in look("finding", sure)["dash"]) or None for sure in mm
    }
    if name.endswith("point"):
        dashes = {"certain": "solid", "possible": "dash", "cannot-tell": "dot"}
    assert found == {sure: (mm[sure], dashes[sure]) for sure in mm}


def test_what_was_asked_pushes_nothing_off_the_sheet(view: View, lang: str) -> None:
    """Licence and accuracy stand first; of ten questions there is what the note has room for."""
    bare = extract(view, lang=lang)
    plain, one, ten = (
        note_of(with_answers(bare, answers_to(view, asked))) for asked in ((), (NEAR,), (NEAR, COUNT) * 5)
    )
    assert one.replace("\n", "").startswith(plain.replace("\n", ""))
    assert one.replace("\n", "").endswith(HEADLINE[lang]) if lang == "zh" else HEADLINE[lang][:10] in one
    assert ten.endswith("…") and len(ten.splitlines()) == max(6, len(plain.splitlines()))
    assert bare.about["sources"].replace(" ", "") in ten.replace("\n", "").replace(" ", "")


def note_of(made: Extract) -> str:
    plan = make_plan(made)
    return variables(plan, "EPSG:4490", make_sheets(plan))["guantu_note"]


def test_the_printed_sheet_has_its_signs(report: tuple[Mapping[str, Any], Path], lang: str) -> None:
    texts = {each.get("labelText") for each in real.contents.project_xml(report[1]).iter("LayoutItem")}
    wanted = ("分析：确定", "分析：可能", "分析：不能判断")
    if lang == "en":
        wanted = ("Analysis: certain", "Analysis: possible", "Analysis: cannot tell")
    assert set(wanted) <= texts


def test_two_views_have_columns_of_their_own(tmp_path: Path, view: View) -> None:
    assert export(tmp_path / "a.xlsx", "xlsx", "compare?against=agency%3Djiaotong") == 0
    found = with_answers(extract(view, lang="zh"), answers_to(view, ("compare?against=agency%3Djiaotong",)))
    (table,) = answer_tables(found)
    rail = table.frame[table.frame["group"] == "rail"].iloc[0]
    assert rail["count"] > 0 and rail["other_count"] == 0 and rail["other_km"] == 0.0
