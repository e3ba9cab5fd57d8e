"""Up and down the river: the sets of the six sections are those of a table made by hand, and each row says why."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import catalogs
import pytest
import shapely

import cli
from analysis.filters import Filter
from analysis.spatial.certainty import CANNOT_TELL, CERTAIN, POSSIBLE
from analysis.spatial.ground import UnknownPlace
from analysis.spatial.rivers import DOWN, UP, is_proven, reaches, rivers_of
from analysis.spatial.upstream import EITHER, RIVER, NoRiver, askable, upstream
from analysis.view import View, look_at
from geodata import CATALOG, Register, read_register
from geodata.codes import FlowRelation, Grade
from geodata.facts import Flow
from geodata.flows import passage
from geodata.positions import to_metric
from geodata.register import read_checked

TABLE = Path(__file__).parent / "data/upstream.csv"
FLOWS = {
    "F1": ("river-shimahe", "river-dongjiang"),
    "F2": ("river-dongjiang", "river-dongjiang-north"),
    "F3": ("river-dongjiang", "river-dongjiang-south"),
    "F4": ("river-dongjiang-north", "river-shiziyang"),
    "F5": ("river-dongjiang-south", "river-shiziyang"),
    "F6": ("river-shiziyang", "river-lingdingyang"),
    "F7": ("river-shiziyang", "river-dasha-channel"),
    "F8": ("river-dasha-channel", "river-shiziyang"),
    "F9": ("river-maozhouhe", "river-lingdingyang"),
}
"""The edges by which two annotators, each alone, explained their rows."""


@pytest.fixture(scope="module")
def by_hand() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_six_sections_are_as_by_hand(view: View, by_hand: list[dict[str, str]]) -> None:
    """Which rivers, sections and works lie up, down, on neither side, or on which side nobody can tell."""
    assert len({row["section"] for row in by_hand}) == 6 and len(by_hand) == 90
    for section in {row["section"] for row in by_hand}:
        found = {row.second: row for row in upstream(view, section)}
        for row in (row for row in by_hand if row["section"] == section):
            answer = found.get(row["item"])
            said = "neither" if answer is None else answer.more["direction"]
            said = "cannot-tell" if said == EITHER else said
            assert answer is None or (answer.sure == CANNOT_TELL) == (said == "cannot-tell")
            assert said == ("neither" if row["relation"] == "own" else row["relation"]), row


def test_each_edge_of_the_table_is_in_the_register(register: Register, by_hand: list[dict[str, str]]) -> None:
    """With a source, or as what only the drawing says."""
    rows = {(row.feature, row.river): row for row in register.rows(Flow) if row.relation == FlowRelation.FLOWS_TO}
    used = {edge for row in by_hand for way in row["flows"].split("; ") for edge in way.split() if edge}
    assert used <= FLOWS.keys() and {FLOWS[edge] for edge in used} <= rows.keys()
    assert rows.keys() == {*FLOWS.values(), ("river-lingdingyang", "river-pearl-estuary")}
    unproven = {edge for edge, pair in FLOWS.items() if not is_proven(rows[pair])}
    assert unproven == {"F7"} and rows[FLOWS["F7"]].grade == Grade.UNVERIFIED


def test_one_outlet_and_every_section_on_its_river(register: Register) -> None:
    rivers = rivers_of(register)
    outlets = set(rivers.courses) - {each.river for each, _ in rivers.passages}
    assert outlets == {"river-pearl-estuary"}
    for river, course in rivers.courses.items():
        ways = [reach.river for reach in reaches(rivers, river, course.length, 0.0, DOWN)]
        assert river in outlets or "river-pearl-estuary" in ways, river
    sections = register.features[(register.features["theme"] == "water-sections") & register.placed]
    assert set(sections["id"]) <= set(rivers.lying)


def test_the_water_that_parts_and_meets_again_is_no_circle(register: Register) -> None:
    """The channel west of the island leaves the Shiziyang and comes back: nothing is upstream of itself."""
    rivers = rivers_of(register)
    above = reaches(rivers, "river-shiziyang", 25_000, 0.0, UP)
    below = {reach.river for reach in reaches(rivers, "river-shiziyang", 25_000, 0.0, DOWN)}
    assert "river-dasha-channel" in {reach.river for reach in above} and "river-dasha-channel" not in below
    held = [reach for reach in above if reach.river == "river-shiziyang"]
    assert not any(reach.holds(25_001, 0.0) for reach in held) and any(reach.holds(20_000, 0.0) for reach in held)


def test_two_things_on_rivers_agree_of_each_other(view: View) -> None:
    """What is upstream of one has the other downstream, as far and as sure."""
    opposite = {UP: DOWN, DOWN: UP}
    lying = [name for name in rivers_of(view.register).lying if name in askable(view)]
    answers = {name: {row.second: row for row in upstream(view, name)} for name in lying}
    for one in lying:
        for other in lying:
            mine, theirs = answers[one].get(other), answers[other].get(one)
            assert (mine is None) == (theirs is None), (one, other)
            if mine is not None and theirs is not None:
                assert mine.sure == theirs.sure and mine.span.metres == pytest.approx(theirs.span.metres, abs=0.01)
                assert mine.sure == CANNOT_TELL or mine.more["direction"] == opposite[theirs.more["direction"]]


def test_what_a_sentence_says(view: View) -> None:
    found = {row.second: row for row in upstream(view, "section-qiping")}
    works = found["water-shimahe"]
    assert works.sure == CERTAIN and works.more["direction"] == DOWN
    assert works.sentence.zh == (
        "石马河河口东江水源保护一期工程在企坪断面下游，沿河约 35.9 km（位置误差 ±4.5 km），"
        "位于石马河（上游观澜河），牵头或责任单位：市水务局、市环保局。"
    )
    assert found["river-dongjiang"].sure == CERTAIN and "s-cwater-shimahe" in found["river-dongjiang"].sources
    dadun = found["section-dadun"]
    assert dadun.sure == POSSIBLE, "its river is an inference"
    assert dadun.more["water_class"] == "ii" and dadun.more["water_period"] == "2021"
    earlier = look_at(view.register, Filter(as_of=date(2019, 12, 30)))
    qiping = {row.second: row for row in upstream(earlier, "water-shimahe")}["section-qiping"]
    assert qiping.more["water_class"] == "worse-than-v", "no class of a year that had not ended"


def test_the_line_of_an_answer_is_as_long_as_its_river(view: View) -> None:
    for row in upstream(view, "section-qiping"):
        drawn = to_metric(row.line, view.register.place.metric_crs)
        gaps = 8_200 if row.second in ("river-lingdingyang", "river-pearl-estuary") else 700
        assert shapely.length(drawn) == pytest.approx(row.span.metres, abs=gaps), row.second


def test_a_bank_is_said_where_a_source_says_it(view: View) -> None:
    rows = [row for row in upstream(view, "river-lingdingyang") if row.second == "section-gonghecun"]
    assert (
        rows and rows[0].more["bank"] == "left" and "左岸" in rows[0].sentence.zh and "Left bank" in rows[0].sentence.en
    )


def test_what_lies_on_no_river_is_told(view: View, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(NoRiver):
        upstream(view, "zone-songshanlake")
    with pytest.raises(UnknownPlace):
        upstream(view, "no-such-feature")
    assert cli.main(["analyse", "upstream", "--feature", "zone-songshanlake"]) == 2
    said = capsys.readouterr().err
    assert "zone-songshanlake" in said and "section-qiping" in said and "river-shimahe" in said


def test_the_terminal_answers(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["analyse", "upstream", "--feature", "企坪断面", "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    wanted = {"from", "to", "distance_m", "low_m", "high_m", "sure", "sentence_zh", "sentence_en", "measures"}
    assert all(wanted | {"agencies", "direction", "river", "how"} <= row.keys() for row in rows)
    assert {row["from"] for row in rows} == {"section-qiping"}
    assert all(row["how"] != RIVER or row["to"].startswith("river-") for row in rows)


def test_a_passage_is_at_the_mouth_or_where_a_branch_leaves() -> None:
    main = shapely.linestrings([(0, 0), (100, 0)])
    assert passage("a", shapely.linestrings([(50, 80), (50, 1)]), "m", main).in_m == 50
    branch = passage("m", main, "b", shapely.linestrings([(30, 2), (30, 90)]))
    assert (branch.out_m, branch.in_m, branch.gap_m) == (30, 0, 2)


Plant = Callable[[list[list[str]]], None]


def planted(tmp_path: Path, edit: Plant) -> list[tuple[str, str, str]]:
    """The faults of a copy of the register whose flows were edited, as (file, field, found)."""
    copy = Path(shutil.copytree(CATALOG, tmp_path / "catalog"))
    rows = catalogs.read_rows(copy / "flows.csv")
    edit(rows)
    catalogs.write_rows(copy / "flows.csv", [rows[0], *sorted(rows[1:])])
    return [(fault.file, fault.field, fault.found.en) for fault in read_checked(copy).faults]


def cell(feature: str, river: str, field: str, value: str) -> Plant:
    def edit(rows: list[list[str]]) -> None:
        row = next(row for row in rows if (row[0], row[2]) == (feature, river))
        row[rows[0].index(field)] = value

    return edit


PLANTS: dict[str, tuple[Plant, str]] = {
    "a circle": (lambda rows: rows.append(["river-dongjiang-north", "flows-to", "river-dongjiang", "50000", "", "",
                                           "unverified", "", ""]), "river"),
    "drawn upside down": (cell("river-shimahe", "river-dongjiang", "river", "river-maozhouhe"), "river"),
    "a section off its river": (cell("section-qiping", "river-shimahe", "river", "river-maozhouhe"), "river"),
    "no source": (cell("river-shimahe", "river-dongjiang", "source", ""), "source"),
    "a bank of a river": (cell("river-shimahe", "river-dongjiang", "bank", "left"), "bank"),
    "a shore in two parts": (cell("section-dadun", "river-dongjiang-north", "river", "shore-west"), "river"),
    "itself": (cell("river-shimahe", "river-dongjiang", "river", "river-shimahe"), "river"),
    "a code that is none": (cell("section-dadun", "river-dongjiang-north", "relation", "joins"), "relation"),
    "a section without a river": (lambda rows: rows.remove(next(r for r in rows if r[0] == "section-dongan")), "id"),
    "two outlets": (lambda rows: rows.append(["river-shiziyang", "flows-to", "shore-longxue", "50000", "", "",
                                              "unverified", "", ""]), "river"),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANTS)
def test_a_fault_in_the_flows_is_found(name: str, tmp_path: Path) -> None:
    edit, field = PLANTS[name]
    found = planted(tmp_path, edit)
    assert found and any(each[1] == field for each in found), found


def test_the_flows_as_they_are_have_no_fault(tmp_path: Path) -> None:
    assert planted(tmp_path, lambda rows: None) == []


def test_a_catalog_from_before_the_flows_is_read(tmp_path: Path) -> None:
    """A dictionary that knows none of the three tables is no fault: that city has no rivers that flow."""
    folder = catalogs.write_tiny(tmp_path / "tiny")
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    late = ("flows", "codelist-flow", "codelist-bank")
    package["resources"] = [each for each in package["resources"] if each["name"] not in late]
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    for name in ("flows.csv", "codelists/flow.csv", "codelists/bank.csv"):
        (folder / name).unlink()
    read = read_checked(folder, thorough=False)
    assert read.faults == [] and read.rows["flows"] == []


def test_what_runs_along_a_river_is_neither_above_nor_below_for_certain(view: View) -> None:
    """A railway that comes near the river all along it, and past the section, may stand on either side."""
    found = {row.second: row for row in upstream(view, "section-gonghecun", 20_000)}
    along_it = found["rail-guangshengang"]
    assert along_it.sure == CANNOT_TELL and along_it.span.high - along_it.span.metres > 10_000


def test_what_lies_on_a_river_is_no_river(tmp_path: Path) -> None:
    """A line that somebody says lies on one has no course of its own."""
    copy = Path(shutil.copytree(CATALOG, tmp_path / "catalog"))
    rows = catalogs.read_rows(copy / "flows.csv")
    rows.append(["rail-dgmetro1", "lies-on", "river-dongjiang-south", "", "", "", "unverified", "", ""])
    catalogs.write_rows(copy / "flows.csv", [rows[0], *sorted(rows[1:])])
    assert "rail-dgmetro1" not in rivers_of(read_register(copy)).courses
