"""The export in a real QGIS: everything opens, looks as the symbology says and tells the same rows."""

from __future__ import annotations

import json
import os
import subprocess
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import qgis_contents as contents

from analysis.content import content as content_of
from analysis.filters import Filter
from analysis.join import Joined
from geodata import Register
from geodata.outputs import Content
from layers.qgis import Options, write_package
from layers.symbology import look, rules

SCRIPT = Path(__file__).with_name("qgis_check.py")
ID = "guantu-layer-"


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


def check(folder: Path, content: Content, options: Options = Options()) -> dict[str, Any]:  # noqa: B008
    """Write the package, unpack it, open it in QGIS; nothing may appear in the log or on the error stream."""
    python = qgis_python()
    write_package(folder / "export.zip", content, options)
    home, pictures = folder / "home", folder / "pictures"
    for made in (home, pictures):
        made.mkdir(mode=0o700)
    with zipfile.ZipFile(folder / "export.zip") as archive:
        archive.extractall(folder / "export")
    probes = {
        "solid": contents.SOLID,
        "hollow": contents.HOLLOW,
        "mark": [*contents.MARK, 6],
        "hollow-mark": [*contents.HOLLOW_MARK, 6],
    }
    done = subprocess.run(
        [python, str(SCRIPT), str(folder / "export"), str(pictures)],
        input=json.dumps({"probes": probes}),
        env={"PATH": os.environ["PATH"], "HOME": str(home), "XDG_RUNTIME_DIR": str(home), "LANG": "C.UTF-8"}
        | {"QT_QPA_PLATFORM": "offscreen", "PYTHONNOUSERSITE": "1"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    report: dict[str, Any] = json.loads(done.stdout)
    assert report["log"] == []
    return report


@pytest.fixture(scope="module", params=["zh", "en"])
def content(request: pytest.FixtureRequest, register: Register) -> Content:
    return contents.small(register, request.param)


@pytest.fixture(scope="module")
def report(content: Content, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return check(tmp_path_factory.mktemp("qgis"), content)


def test_project_and_all_layers_open(report: dict[str, Any]) -> None:
    assert report["opened"] and report["bad"] == []
    assert (report["crs"], report["crs_valid"], report["ellipsoid"]) == ("EPSG:4547", True, "EPSG:7030")
    for layer in report["layers"].values():
        assert not layer["spatial"] or (layer["crs"], layer["crs_valid"]) == ("EPSG:4490", True)


def test_every_row_arrives_with_its_name(report: dict[str, Any], content: Content) -> None:
    counts = {name.removeprefix(ID): layer["count"] for name, layer in report["layers"].items()}
    assert counts == {
        **{"rail": 1, "rail_line": 2, "stations": 2, "roads": 2, "zones": 1, "rivers": 1, "towns": 3},
        **{"history_point": 2, "history_line": 2},
        **{name: len(frame) for name, frame in content.tables.items()},
    }
    assert contents.HOSTILE in report["layers"][f"{ID}rail_line"]["names"]
    types = report["layers"][f"{ID}stations"]["types"]
    assert (types["evidence"], types["stale"], types["accuracy_m"]) == ("Date", "Boolean", "Real")


def test_stages_have_their_colours_and_titles(report: dict[str, Any], content: Content) -> None:
    wanted = [[code, title, look("stage", code)["color"]] for code, title in content.titles("stage").items()]
    for name in ("rail", "rail_line", "stations", "roads", "zones", "history_point", "history_line"):
        assert report["layers"][ID + name]["categories"] == wanted
    for name in ("rivers", "towns"):
        assert report["layers"][ID + name]["renderer"] == "singleSymbol"
    assert len(report["layers"][f"{ID}rail"]["styles"]) == 3
    assert report["layers"][f"{ID}rail"]["style"] in ("按阶段", "By stage")


def test_fields_speak_the_language(report: dict[str, Any], content: Content) -> None:
    rail = report["layers"][f"{ID}rail"]
    assert rail["aliases"]["stage"] == ("阶段" if content.lang == "zh" else "Stage")
    assert rail["values"]["stage"] == list(content.codes["stage"].index)
    assert (rail["widgets"]["uid"], rail["widgets"]["evidence"]) == ("Hidden", "DateTime")
    assert len(rail["tabs"]) == 4 and {"uid", "code"} <= set(rail["unique"])
    for name in ("rail", "stations", "rivers", "towns"):
        assert report["layers"][ID + name]["labels"]
    assert report["expressions"] == []


def test_relations_return_the_links(report: dict[str, Any]) -> None:
    assert all(relation["valid"] for relation in report["relations"].values())
    assert report["pairs"] == sorted(list(pair) for pair in contents.LINKS)
    assert report["relations"]["rel_measures_links"]["rows"] == len(contents.LINKS)
    assert report["relations"]["rel_rail_line_events"]["rows"] == 1


def test_themes_show_their_stage_only(report: dict[str, Any], content: Content) -> None:
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


def test_sheets_are_printed(report: dict[str, Any], content: Content) -> None:
    sheet, atlas = report["layouts"].values()
    assert (sheet["result"], atlas["result"], atlas["pages"]) == (0, 0, 3)
    assert min(sheet["bytes"], atlas["bytes"]) > 20_000
    texts = "\n".join(sheet["texts"])
    assert content.title in texts and "2026-03-31" in texts and contents.HOSTILE in texts
    assert ("内部使用" if content.lang == "zh" else "Internal use") in texts
    assert report["variables"]["guantu_filter"] == contents.HOSTILE
    assert len(report["bookmarks"]) == 4


def test_time_is_set_and_off(report: dict[str, Any]) -> None:
    for kind in ("point", "line"):
        assert report["layers"][f"{ID}history_{kind}"]["temporal"] == [True, 2, "date_from", "date_to"]
        assert f"{ID}history_{kind}" not in report["visible"]
    day, step, unit = report["time"]
    assert (day, step) == ("2017-07-02", 1.0) and unit == 3


def test_geopackage_stands_alone(report: dict[str, Any]) -> None:
    assert report["embedded"] == {"opened": True, "layers": len(report["layers"]), "bad": []}
    for name, layer in report["layers"].items():
        assert report["alone"][name]["renderer"] == layer["renderer"]
        assert report["alone"][name]["aliases"] == len(layer["fields"])


def test_online_basemap_stays_off(register: Register, tmp_path: Path) -> None:
    content = contents.small(register)
    report = check(tmp_path, content, Options(crs="EPSG:4526", tianditu_token="secret"))
    assert report["bad"] == [] and "在线底图" in report["groups"]
    assert not [name for name in report["visible"] if "online" in name]
    assert {layer["crs"] for layer in report["layers"].values() if layer["spatial"]} == {"EPSG:4526"}


def test_the_whole_register_opens(joined: Joined, tmp_path: Path) -> None:
    whole = content_of(joined, Filter(), lang="zh")
    report = check(tmp_path, whole)
    assert report["bad"] == [] and report["expressions"] == []
    links = whole.tables["links"]
    assert report["pairs"] == sorted([row.measure, row.feature] for row in links.itertuples())
    counts = {name.removeprefix(ID): layer["count"] for name, layer in report["layers"].items()}
    assert sum(len(frame) for frame in whole.layers.values()) == sum(
        count for name, count in counts.items() if name not in whole.tables and not name.startswith("history")
    )
    assert [layout["result"] for layout in report["layouts"].values()] == [0, 0]
    assert report["embedded"]["bad"] == []
