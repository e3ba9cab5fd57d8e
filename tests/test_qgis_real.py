"""The export in a real QGIS: everything opens, looks as the symbology says and tells the same rows."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import zipfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import numpy as np
import pytest
import qgis_contents as contents
from fontTools.ttLib import TTFont
from numpy.typing import NDArray
from PIL import Image, ImageColor

from geodata import Register
from layers.symbology import look, rules
from outputs.answers import by_sure
from outputs.extract import Extract
from outputs.gis.qgis import write_package
from outputs.gis.qgis.atlas import PAGE_ROWS, PAGES, layer_of
from outputs.gis.qgis.lists import page_rows
from outputs.gis.qgis.plan import Layer, make_plan, words
from outputs.gis.qgis.sheets import make_sheets

SCRIPT = Path(__file__).with_name("qgis_check.py")
ID = "guantu-layer-"
TYPES = {"string": "String", "integer": "Integer64", "number": "Real", "boolean": "Boolean", "date": "Date"}
"""Types of the dictionary as QGIS calls them."""
SIZE, MIDDLE, INCH = (1600, 1000), (474350, 2532400), 0.0254
SCALES = (100_000, 1_000_000)
HIDDEN = ("history", "online", "sheet")
"""Layers that a planner switches on, by a part of their ids."""
Fact = tuple[Any, Any]
"""What is there and what should be."""


def around(scale: int) -> list[float]:
    """The extent in EPSG:4547 that a picture of the small content shows at a scale."""
    x, y = (pixels * INCH / 96 * scale / 2 for pixels in SIZE)
    return [MIDDLE[0] - x, MIDDLE[1] - y, MIDDLE[0] + x, MIDDLE[1] + y]


def in_colour(picture: NDArray[np.int_], colour: str, tolerance: int = 0) -> NDArray[np.bool_]:
    """Where a picture (rows × columns × red, green, blue) has a colour, to within a tolerance in every channel."""
    found: NDArray[np.bool_] = abs(picture - ImageColor.getrgb(colour)).max(axis=2) <= tolerance
    return found


@cache
def qgis_python() -> str:
    """The Python that has QGIS; skips without it, fails where everything is required."""
    found = os.environ.get("GUANTU_QGIS_PYTHON", "/usr/bin/python3")
    try:
        done = subprocess.run([found, "-c", "import qgis.core"], capture_output=True, timeout=120, check=False)
    except OSError:
        done = None
    if done is None or done.returncode:
        message = "needs QGIS (Debian: python3-qgis), or GUANTU_QGIS_PYTHON with the path of a Python that has it"
        if os.environ.get("GUANTU_REQUIRE_ALL"):
            pytest.fail(message)
        pytest.skip(message)
    return found


def unpacked(folder: Path, content: Extract, crs: str = "EPSG:4490", tianditu_token: str = "") -> Path:
    """The package, written and unpacked in `folder`."""
    write_package(folder / "export.zip", content, crs, tianditu_token=tianditu_token)
    with zipfile.ZipFile(folder / "export.zip") as archive:
        archive.extractall(folder / "export")
    return folder / "export"


def opened(export: Path, **asked: Any) -> dict[str, Any]:
    """What QGIS finds in an unpacked package; `asked` as in qgis_check.py. Pictures come to lie beside it."""
    return all_opened([export], **asked)[0]


def all_opened(
    exports: Sequence[Path], environment: Mapping[str, str] | None = None, **asked: Any
) -> list[dict[str, Any]]:
    """The same of several, by one QGIS; what it prints beside the reports is held against each of them."""
    python, beside = qgis_python(), exports[0].parent
    home, pictures = beside / "home", beside / "pictures"
    for made in (home, pictures):
        made.mkdir(mode=0o700, exist_ok=True)
    done = subprocess.run(
        [python, str(SCRIPT), str(pictures), *map(str, exports)],
        input=json.dumps(asked),
        env={"PATH": os.environ["PATH"], "HOME": str(home), "XDG_RUNTIME_DIR": str(home), "LANG": "C.UTF-8"}
        | {"QT_QPA_PLATFORM": "offscreen", "PYTHONNOUSERSITE": "1"}
        | dict(environment or {}),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    reports: list[dict[str, Any]] = [json.loads(line) for line in done.stdout.splitlines()]
    return [
        report | {"errors": done.stderr, "structure": list(contents.structure(export))}
        for export, report in zip(exports, reports, strict=True)
    ]


def faults(report: dict[str, Any], content: Extract, crs: str = "EPSG:4490") -> list[str]:
    """All that is wrong with a package of `content` stored in `crs`, by the report of `opened`."""
    plan, layers = make_plan(content), report["layers"]
    found = [*report["errors"].splitlines(), *report["log"], *report["structure"], *report["expressions"]]
    links, events = content.tables["links"], content.tables["events"]
    rows = {name: relation["rows"] for name, relation in report["relations"].items()}
    facts: dict[str, Fact] = {
        "opened": (report["opened"], True),
        "bad layers": (report["bad"], []),
        "system": ([report["crs"], report["crs_valid"], report["ellipsoid"]], ["EPSG:4547", True, "EPSG:7030"]),
        "layers": (sorted(layers), sorted([*(layer.id for layer in plan.layers), *sheet_layers(content)])),
        "embedded": (report["embedded"]["bad"], []),
        "relations": ([name for name, each in report["relations"].items() if not each["valid"]], []),
        "links": (report["pairs"], sorted([row.measure, row.feature] for row in links.itertuples())),
        "events": (sum(count for name, count in rows.items() if name.endswith("_events")), len(events)),
        "hidden": ([name for name in report["visible"] if any(part in name for part in HIDDEN)], []),
    }
    for layer in plan.layers:
        if layer.id in layers:
            facts |= {f"{layer.name}: {what}": pair for what, pair in of_layer(layer, content, report, crs).items()}
    return found + [f"{what}: {is_!r}, not {wanted!r}" for what, (is_, wanted) in facts.items() if is_ != wanted]


def sheet_layers(content: Extract) -> list[str]:
    """Ids of the layers that are there for the atlas alone."""
    return [layer_of(name)[0] for name in (PAGES, PAGE_ROWS)] if make_sheets(make_plan(content)).pages else []


def of_layer(layer: Layer, content: Extract, report: dict[str, Any], crs: str) -> dict[str, Fact]:
    """What QGIS finds of a layer, and what it should."""
    found, fields = report["layers"][layer.id], layer.table.fields
    alone = report["alone"].get(layer.id, {})
    facts: dict[str, Fact] = {
        "rows": (found["count"], len(layer.frame)),
        "columns": (found["fields"], [field.name for field in fields]),
        "types": (
            {name: found["types"].get(name) for name in found["fields"]},
            {f.name: TYPES[f.type] for f in fields},
        ),
        "titles": (
            [found["aliases"][name] for name in found["fields"]],
            [field.title(content.lang) for field in fields],
        ),
        "values": (found["values"], {f.name: list(content.codes[f.codelist].index) for f in fields if f.codelist}),
        "alone": (alone, alone | {"renderer": found["renderer"], "aliases": len(fields)}),
        "not drawn": ({name: look["undrawn"] for name, look in found["styles"].items() if look["undrawn"]}, {}),
    }
    if layer.kind:
        facts["system"] = ([found["crs"], found["crs_valid"]], [crs, True])
        facts["names"] = (found["labels"], bool(layer.theme))
        facts["renderer"] = (found["renderer"], "singleSymbol" if layer.context else "categorizedSymbol")
    if layer.kind and layer.is_answer:
        sure = [[code, title, rules()["ground"]["light"]["found"]] for code, title in by_sure(content).items()]
        facts["how sure"] = (found["categories"], sure)
        facts["read only"] = (found["read_only"], True)
    elif layer.kind and not layer.context:
        stages = [[code, title, look("stage", code)["color"]] for code, title in content.titles("stage").items()]
        stages.append(["", words("no-stage", content.lang), look("stage", "unknown")["color"]])
        by = {look["column"]: look["values"] for look in found["styles"].values()}
        leads = {value for value in layer.frame["lead"] if value} if layer.theme else set()
        other = {"outcome": [*content.codes["outcome"].index, ""], "lead": sorted({*leads, ""})} if layer.theme else {}
        facts["stages"] = (found["categories"], stages)
        facts["styles"] = (
            by | ({"lead": sorted(by["lead"])} if "lead" in by else {}),
            {"stage": [*content.codes["stage"].index, ""]} | other,
        )
    return facts


@pytest.fixture(scope="module", params=["zh", "en"])
def content(request: pytest.FixtureRequest, register: Register) -> Extract:
    return contents.small(register, request.param)


@pytest.fixture(scope="module")
def export(content: Extract, tmp_path_factory: pytest.TempPathFactory) -> Path:
    qgis_python()
    return unpacked(tmp_path_factory.mktemp("qgis"), content)


@pytest.fixture(scope="module")
def report(export: Path) -> dict[str, Any]:
    probes = {"solid": contents.SOLID, "hollow": contents.HOLLOW}
    probes |= {"river": contents.RIVER, "far-river": contents.FAR_RIVER}
    probes |= {"town": contents.TOWN, "far-town": contents.FAR_TOWN}
    probes |= {"mark": (*contents.MARK, 6), "hollow-mark": (*contents.HOLLOW_MARK, 6)}
    return opened(
        export,
        probes=probes,
        views={str(scale): {"extent": around(scale), "size": SIZE} for scale in SCALES},
        themes=True,
        sheets=True,
        added=[f"{ID}stations"],
    )


def test_nothing_is_wrong(report: dict[str, Any], content: Extract) -> None:
    assert faults(report, content) == []


def test_the_whole_of_the_map_is_the_city(report: dict[str, Any], content: Extract) -> None:
    assert report["full"] == pytest.approx(make_plan(content).first_view, abs=1)


def test_a_feature_that_is_added_is_drawn_and_has_its_codes(report: dict[str, Any]) -> None:
    found = report["added"][f"{ID}stations"]
    assert found["drawn"]
    expected = {"theme": "stations", "stage": "unknown", "location": "inside", "position_basis": "schematic"}
    assert found["row"].items() >= (expected | {"background": False}).items()


def test_what_follows_is_not_edited(report: dict[str, Any]) -> None:
    """Neither the text of the documents, nor what events and links make of a feature."""
    layers = {name.removeprefix(ID): layer for name, layer in report["layers"].items()}
    writable = {name for name, layer in layers.items() if not layer["read_only"]}
    layers_of_features = {"rail", "rail_line", "stations", "roads", "zones", "rivers", "towns", "unplaced"}
    assert writable == layers_of_features | {"links", "events", "sources"}
    assert {"stage", "stage_since", "restriction", "towns", "sources", "lead", "outcome"} <= set(
        layers["rail"]["fixed"]
    )
    assert {"date_from", "date_to"} <= set(layers["events"]["fixed"])
    assert layers["links"]["references"] == {"measure": f"{ID}measures"}
    assert layers["events"]["references"] == {"source": f"{ID}sources"}


def only_yahei(folder: Path) -> dict[str, str]:
    """Settings under which a machine has the font of a Chinese Windows, by its name alone, and no Noto."""
    shape = TTFont(next(Path("/usr/share/fonts").rglob("DejaVuSans.ttf")))
    for record in shape["name"].names:
        if record.nameID in (1, 4, 16):
            record.string = "Microsoft YaHei"
    shape.save(folder / "yahei.ttf")
    (folder / "fonts.conf").write_text(
        f"<fontconfig><dir>{folder}</dir><cachedir>{folder}/cache</cachedir></fontconfig>", encoding="utf-8"
    )
    return {"FONTCONFIG_FILE": str(folder / "fonts.conf")}


def test_a_machine_without_noto_misses_nothing(content: Extract, export: Path, tmp_path: Path) -> None:
    """As on a Chinese Windows: no warning of a font, whatever is drawn or printed."""
    report = all_opened([export], only_yahei(tmp_path), themes=True, sheets=True)[0]
    assert faults(report, content) == []
    assert not [line for line in [*report["log"], report["errors"]] if "font" in line.lower()]


def test_every_row_arrives_with_its_name(report: dict[str, Any]) -> None:
    counts = {name.removeprefix(ID): layer["count"] for name, layer in report["layers"].items() if layer["spatial"]}
    assert counts == {
        **{"rail": 1, "rail_line": 2, "stations": 2, "roads": 2, "zones": 1, "rivers": 2, "towns": 4},
        **{"history_point": 2, "history_line": 2, "sheet_pages": 1},
    }
    assert contents.HOSTILE in report["layers"][f"{ID}rail_line"]["names"]


def test_forms_are_set(report: dict[str, Any]) -> None:
    rail = report["layers"][f"{ID}rail"]
    assert (rail["widgets"]["uid"], rail["widgets"]["evidence"]) == ("Hidden", "DateTime")
    assert len(rail["tabs"]) == 4 and {"uid", "code"} <= set(rail["unique"])
    assert len(rail["styles"]) == 3 and rail["style"] in ("按阶段", "By stage")


def test_themes_show_their_stage_only(report: dict[str, Any], content: Extract) -> None:
    titles = content.titles("stage")
    used = {row["stage"] for row in contents.FEATURES if row["geometry"] and row["theme"] not in ("rivers", "towns")}
    shown = {code: look("stage", code)["color"] for code in used}
    for code in used:
        theme = next(name for name in report["themes"] if name.endswith(titles[code]))
        seen = {other for other, colour in shown.items() if colour in report["colours"][theme]}
        assert seen == {code}
    everything = next(name for name in report["themes"] if name in ("全部", "All"))
    assert all(colour in report["colours"][everything] for colour in shown.values())


def test_themes_of_agencies_find_them_in_lists(report: dict[str, Any]) -> None:
    theme = next(name for name in report["themes"] if name.endswith("乙局"))
    drawn = {name for name in report["theme_layers"][theme] if name.removeprefix(ID) not in ("rivers", "towns")}
    assert drawn == {f"{ID}rail", f"{ID}rail_line"}
    assert any(contents.AGENCY in name for name in report["themes"])


def test_schematic_positions_are_hollow(report: dict[str, Any]) -> None:
    white = rules()["ground"]["light"]["halo"]
    assert report["probes"]["solid"] == look("stage", "maintenance")["color"]
    assert report["probes"]["mark"] == look("stage", "completion")["color"]
    assert (report["probes"]["hollow"], report["probes"]["hollow-mark"]) == (white, white)


def test_a_stage_of_the_document_alone_has_its_sign(report: dict[str, Any]) -> None:
    """One sheet of paper, not one for every feature."""
    with Image.open(report["views"]["100000"]["path"]) as image:
        found = in_colour(np.asarray(image.convert("RGB"), dtype=int), rules()["on-paper"]["color"])
    assert 20 <= found.sum() <= 80


def test_sheets_are_printed(report: dict[str, Any], content: Extract) -> None:
    sheet, atlas = report["layouts"].values()
    assert (sheet["result"], atlas["result"], sheet["atlas"], atlas["atlas"]) == (0, 0, 0, 1)
    assert (sheet["sheets"], atlas["sheets"]) == (1, 1)
    assert min(sheet["bytes"], atlas["bytes"]) > 20_000
    texts = sheet["pages"][0]["texts"]
    assert texts["title"] == content.title
    # Of a filter that is longer than the line its end is left out; the day stays.
    assert texts["day"].startswith(content.labels["filter"]) and "甲&<乙>" in texts["day"]
    assert texts["day"].endswith(words("as-of", content.lang, day="2026-03-31"))
    assert texts["stamp"] == ("内部使用" if content.lang == "zh" else "Internal use")
    assert texts["block-0"].endswith({"zh": "CGCS2000 / 3° 带 114°E", "en": "CGCS2000 / 3° zone 114°E"}[content.lang])
    assert texts["block-1"] == words("unit", content.lang) + "_" * 16
    assert texts["block-2"].removeprefix(words("drawn", content.lang)) == date.today().isoformat()
    assert texts["system"] == "1 : 150,000"
    assert report["variables"]["guantu_filter"] == contents.HOSTILE
    assert len(report["bookmarks"]) == 5 and report["bookmarks"].count("名town-b") == 2


def test_a_page_of_the_atlas_lists_its_town(report: dict[str, Any], content: Extract) -> None:
    _, atlas = report["layouts"].values()
    (page,) = atlas["pages"]
    (wanted,) = make_sheets(make_plan(content)).pages
    assert page["texts"]["title"] == f"{content.title} · 名town-b"
    assert (page["scale"], page["extent"]) == (pytest.approx(40_000), pytest.approx(wanted.view.box, abs=0.1))
    assert page["rows"] == [[row.number, row.text, row.state] for row in page_rows(make_plan(content), wanted)]
    assert page["rows"][1][:2] == ["6", "名road-a"]
    assert fits(page) and page["tables"][0][1] > 15


def fits(page: dict[str, Any]) -> bool:
    """Whether the table of a page is no wider and no higher than its frame."""
    ((width, height),), ((room, most),) = page["tables"], page["frames"]
    return bool(width <= room + 0.01 and height <= most)


def test_numbers_on_the_map_are_those_of_the_list(report: dict[str, Any], content: Extract) -> None:
    texts = next(iter(report["layouts"].values()))["pages"][0]["texts"]
    listed = {
        text: texts[name.removesuffix("-number")]
        for name, text in texts.items()
        if name.startswith("list-0-") and name.endswith("-number")
    }
    drawn = {text: code for code, layer, text in report["labels"]["drawn"] if text.isdigit()}
    codes = {str(number): code for code, number in make_sheets(make_plan(content)).numbers.items()}
    assert drawn == codes and set(listed) == set(codes)
    assert listed["4"] == "名station-a"


def test_points_have_their_names_on_paper(report: dict[str, Any]) -> None:
    names = {(layer.removeprefix(ID), text) for _, layer, text in report["labels"]["drawn"] if not text.isdigit()}
    assert {
        ("stations", "名station-a"),
        ("stations", "名station-b"),
        ("rail", "名rail-c"),
        ("roads", "名road-a"),
    } <= names


def test_context_is_strong_where_a_measure_of_the_view_names_it(report: dict[str, Any]) -> None:
    """What a measure outside the filter names is background like the rest."""
    context, probes = rules()["context"], report["probes"]
    assert (probes["river"], probes["far-river"]) == (context["named"], context["water"])
    assert (probes["town"], probes["far-town"]) == (rules()["ground"]["light"]["ink"], context["town"])


def test_towns_are_hidden_in_the_overview(report: dict[str, Any]) -> None:
    assert report["layers"][f"{ID}towns"]["scales"] == [rules()["names"]["town"]["drawn"], 0]
    assert report["alone"][f"{ID}towns"]["scales"]
    assert [name for name, layer in report["layers"].items() if layer["scales"]] == [f"{ID}towns"]
    town = rules()["context"]["town"]
    counts = {}
    for scale in SCALES:
        shown = report["views"][str(scale)]
        assert shown["scale"] == pytest.approx(scale, 0.001)
        with Image.open(shown["path"]) as image:
            counts[scale] = int(in_colour(np.asarray(image.convert("RGB"), dtype=int), town).sum())
    assert counts[100_000] >= 8 and counts[1_000_000] == 0


def test_time_is_set_and_off(report: dict[str, Any]) -> None:
    for kind in ("point", "line"):
        assert report["layers"][f"{ID}history_{kind}"]["temporal"] == [True, 2, "date_from", "date_to"]
    day, step, unit = report["time"]
    assert (day, step) == ("2017-07-02", 1.0) and unit == 3


def in_project(change: Callable[[Element], None]) -> Callable[[Path], None]:
    """Plants a fault in the project of an unpacked package."""

    def plant(export: Path) -> None:
        root = contents.project_xml(export)
        change(root)
        with zipfile.ZipFile(export / "guantu.qgz", "w") as archive:
            archive.writestr("guantu.qgs", ElementTree.tostring(root, encoding="utf-8"))

    return plant


def in_base(script: str) -> Callable[[Path], None]:
    """Plants a fault in the GeoPackage of an unpacked package."""

    def plant(export: Path) -> None:
        with closing(sqlite3.connect(export / "guantu.gpkg")) as base:
            base.executescript(script)

    return plant


def schema(table: str, old: str, new: str) -> str:
    """A table declared otherwise; its triggers need functions that only GDAL has, so ALTER TABLE cannot."""
    change = f"""UPDATE sqlite_master SET sql = replace(sql, '{old}', '{new}') WHERE name = '{table}'"""
    return f"PRAGMA writable_schema = ON; {change}; PRAGMA writable_schema = RESET;"


def change(path: str, attribute: str, new: str) -> Callable[[Path], None]:
    """Plants another value in the first element at `path`, `{}` standing for the value before."""

    def set_it(root: Element) -> None:
        found = root.find(path)
        assert found is not None and found.get(attribute)
        found.set(attribute, new.format(found.get(attribute)))

    return in_project(set_it)


def no_provider(root: Element) -> None:
    layer = next(each for each in root.iter("maplayer") if each.findtext("id") == f"{ID}stations")
    layer.remove(layer.findall("provider")[0])


LABEL = f"projectlayers/maplayer[id='{ID}stations']/labeling/rules/rule/settings/text-style"
CATEGORY = f"projectlayers/maplayer[id='{ID}stations']/renderer-v2/categories/category[@value='completion']"
LINK = "relations/relation[@id='rel_stations_links']/fieldRef"
GONE = "visibility-presets/visibility-preset/layer"
PLANTED: list[list[tuple[Callable[[Path], None], *tuple[str, ...]]]] = [
    # Faults that lie together in one package must not hide each other: QGIS takes seconds to look at each package.
    [
        (in_project(no_provider), "stations: no <provider>"),
        (in_base("PRAGMA user_version = 10400"), "not a GeoPackage 1.3"),
        (change(GONE, "id", "{}-gone"), "there is no layer"),
        (change("ProjectTimeSettings", "timeStepUnit", "d"), "the step of time"),
    ],
    [
        (change(LABEL, "fieldName", "{} ||"), "stations: if("),
        (in_base(schema("stations", '"evidence" DATE', '"evidence" TEXT')), "stations: types"),
        (change(LINK, "referencingField", "gone"), "relations: ['rel_stations_links']"),
        (change(GONE, "style", "gone"), "has no style gone"),
    ],
    [
        (change(LABEL, "fieldName", '"name_fr"'), "no column ['name_fr']"),
        (change(CATEGORY, "value", "complete"), "stations: styles", "stations: not drawn"),
        (change(LINK, "referencingField", "locator"), "links: "),
    ],
    [
        (in_base(schema("stations", '"stage"', '"phase"')), "stations: columns"),
        (in_base(f"PRAGMA application_id = {int.from_bytes(b'GP10')}"), "not a GeoPackage 1.3"),
    ],
]


def test_planted_faults_are_found(register: Register, tmp_path: Path) -> None:
    """On the package as it was written nothing is found: see the first test."""
    good = unpacked(tmp_path, contents.small(register))
    exports = [Path(shutil.copytree(good, tmp_path / f"planted-{n}")) for n, _ in enumerate(PLANTED)]
    for export, planted in zip(exports, PLANTED, strict=True):
        for plant, *_ in planted:
            plant(export)
    for planted, report in zip(PLANTED, all_opened(exports), strict=True):
        found = faults(report, contents.small(register))
        for said in (each for _, *saying in planted for each in saying):
            assert any(said in line for line in found), (said, found)


def test_online_basemap_stays_off(register: Register, tmp_path: Path) -> None:
    content = contents.small(register)
    qgis_python()
    report = opened(unpacked(tmp_path, content, "EPSG:4526", "secret"))
    assert faults(report, content, "EPSG:4526") == []
    assert "在线底图" in report["groups"]


def test_the_whole_register_opens(whole: Extract, tmp_path: Path) -> None:
    qgis_python()
    report = opened(unpacked(tmp_path, whole), sheets=True)
    assert faults(report, whole) == []
    sheet, atlas = report["layouts"].values()
    assert (sheet["result"], atlas["result"]) == (0, 0)
    (page,), pages = sheet["pages"], atlas["pages"]
    plan = make_plan(whole)
    sheets = make_sheets(plan)
    assert page["scale"] == pytest.approx(300_000) and page["extent"] == pytest.approx(sheets.view.box, abs=0.1)
    drawn = report["labels"]["drawn"]
    numbers = sorted((text, code) for code, _, text in drawn if text.isdigit())
    assert numbers == sorted((str(number), code) for code, number in sheets.numbers.items()) and len(numbers) == 111
    names = [text for code, _, text in drawn if not text.isdigit() and code in sheets.numbers]
    # As many as the map has room for: each of the others is in the list.
    assert len(names) >= 55 and not any("…" in text for _, _, text in drawn)
    # QGIS does not find the same places twice: three to six of 120 names touch a marker.
    crowded = [text for text in report["labels"]["on_markers"] if not text.isdigit()]
    assert len(crowded) <= 10, crowded
    assert [each["texts"]["title"].partition(" · 东莞措施落实地图 · ")[2] for each in pages] == [
        each.name for each in sheets.pages
    ]
    assert len(pages) == 31 and "东莞市" not in {each.name for each in sheets.pages}
    for found, wanted in zip(pages, sheets.pages, strict=True):
        rows = [[row.number, row.text, row.state] for row in page_rows(plan, wanted)]
        assert found["rows"] == rows and len(rows) >= 3, wanted.name
        assert found["scale"] == pytest.approx(wanted.view.scale), wanted.name
        assert fits(found), wanted.name


def test_a_sheet_of_nothing_says_so(register: Register, tmp_path: Path) -> None:
    """The picture has the plate in the middle, and the project opens without a word."""
    content = contents.small(register)
    context = {theme: content.layers[theme].assign(background=True) for theme in ("rivers", "towns")}
    bare = {**content.tables, **{name: content.tables[name].iloc[:0] for name in ("unplaced", "links", "events")}}
    empty = replace(content, layers=context, history=content.history.iloc[:0], tables=bare)
    qgis_python()
    report = opened(unpacked(tmp_path, empty), sheets=True)
    assert faults(report, empty) == []
    (sheet,) = report["layouts"].values()
    assert sheet["pages"][0]["texts"]["empty"] == words("empty", "zh")
