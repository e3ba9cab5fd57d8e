"""Questions of place: the answers are those of a plain computation, and no guess is called certain within its error."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, Point

import cli
from analysis.filters import Filter
from analysis.spatial.along import along, along_line
from analysis.spatial.balance import GROUPS, balance
from analysis.spatial.certainty import CANNOT_TELL, CERTAIN, POSSIBLE, span, within
from analysis.spatial.compare import compare
from analysis.spatial.coordination import coordination
from analysis.spatial.crossings import certainly_cross, crossings
from analysis.spatial.engines.face import one as whole
from analysis.spatial.engines.inprocess import IN_PROCESS
from analysis.spatial.ground import Ground, ground_of
from analysis.spatial.near import near
from analysis.spatial.works import Works, gap_years, works_of
from analysis.stages import History, Step, histories
from analysis.tours import chapter
from analysis.view import View
from geodata.codes import FeatureKind, Relation, Stage
from geodata.text import Text
from outputs.analyses import ANALYSES

metres = st.floats(0, 50_000)
errors = st.floats(0, 5_000)


@given(metres, errors, errors, metres)
def test_what_is_certain_holds_for_every_true_position(d: float, a: float, b: float, limit: float) -> None:
    found = span(d, a, b)
    assert 0 <= found.low <= found.metres <= found.high and span(d, b, a) == found
    sure = within(found, limit)
    assert (sure == CERTAIN) == (d + (a + b) <= limit)
    assert (sure == "") == (max(0.0, d - (a + b)) > limit)


@given(metres, errors, errors, metres, st.floats(1, 5_000))
def test_words_weaken_with_distance_and_error_alone(d: float, a: float, b: float, limit: float, more: float) -> None:
    if within(span(d + more, a, b), limit) == CERTAIN or within(span(d, a + more, b), limit) == CERTAIN:
        assert within(span(d, a, b), limit) == CERTAIN
    if within(span(d, a, b), limit) == "":
        assert within(span(d + more, a, b), limit) == ""
    wide = within(span(d, limit + more, 0), limit)
    assert wide in (CANNOT_TELL, ""), "an error larger than what is asked tells nothing"
    assert within(span(d, float("nan"), b), limit) == CANNOT_TELL


def plane(*given_: tuple[str, float, float, float]) -> Ground:
    """Points on the ground: id, east, north and error in metres."""
    ids = np.array([name for name, *_ in given_], dtype=object)
    shapes = np.array([Point(x, y) for _, x, y, _ in given_], dtype=object)
    names = {name: Text(name, name) for name, *_ in given_}
    return Ground("EPSG:4547", ids, shapes, np.array([error for *_, error in given_]), names)


def test_the_nearest_is_certain_only_where_no_other_can_be_nearer() -> None:
    start = plane(("a", 0, 0, 10))

    def nearest(goal: Ground) -> list[tuple[object, ...]]:
        found = whole(IN_PROCESS.nearest(start, goal))
        return list(found[["second", "metres", "sure"]].itertuples(index=False, name=None))

    assert nearest(plane(("b", 100, 0, 10), ("c", 300, 0, 10))) == [("b", 100, CERTAIN)]
    assert nearest(plane(("b", 100, 0, 10), ("c", 300, 0, 170))) == [("b", 100, CERTAIN)], "120 m at most, 120 at least"
    assert nearest(plane(("b", 100, 0, 10), ("c", 300, 0, 171))) == [("b", 100, POSSIBLE)]
    assert nearest(plane(("b", 100, 0, 10), ("c", 9_000, 0, float("nan")))) == [("b", 100, POSSIBLE)]
    assert nearest(plane(("b", 100, 0, float("nan")), ("c", 300, 0, 0))) == [("b", 100, CANNOT_TELL)]
    assert nearest(plane(("a", 0, 0, 10), ("c", 300, 0, 0))) == [("c", 300, CERTAIN)], "nobody is his own neighbour"
    assert nearest(plane()) == []


@pytest.mark.parametrize(("first", "second"), [("zones", "stations"), ("ports", "rail"), ("stations", "stations")])
def test_the_nearest_are_those_of_geopandas(view: View, first: str, second: str) -> None:
    found = near(view, first, second)
    frame = view.standing.features.to_crs("EPSG:4547")
    placed = frame[frame.geometry.notna() & frame["id"].isin(view.feature_ids)]
    left, right = (placed[placed["theme"] == theme][["id", "geometry"]] for theme in (first, second))
    joined = gpd.sjoin_nearest(left, right, distance_col="d", exclusive=first == second)
    expected = joined.groupby("id_left")["d"].min()
    assert {each.first: each.span.metres for each in found} == pytest.approx(expected.to_dict(), abs=0.01)
    for each in found:
        # The line is the distance: as long, from the one to the other.
        assert each.line is not None
        drawn = gpd.GeoSeries([each.line], crs="EPSG:4326").to_crs("EPSG:4547").length.iloc[0]
        assert drawn == pytest.approx(each.span.metres, abs=0.05)
        shapes = [frame.geometry[frame["id"] == name].iloc[0] for name in (each.first, each.second)]
        ends = gpd.GeoSeries([Point(each.line.coords[0]), Point(each.line.coords[-1])], crs="EPSG:4326").to_crs(
            "EPSG:4547"
        )
        assert [shape.distance(end) for shape, end in zip(shapes, ends, strict=True)] == pytest.approx([0, 0], abs=0.05)


def test_k_nearest_and_all_within(view: View) -> None:
    three = near(view, "zone-binhaiwan", "stations", k=3)
    assert len(three) == 3 and [each.span.metres for each in three] == sorted(each.span.metres for each in three)
    assert three[0].second == near(view, "zone-binhaiwan", "stations")[0].second
    frame = view.features[view.features["theme"] == "stations"]
    wide = near(view, "zone-binhaiwan", "stations", k=len(frame), limit=8_000)
    assert all(each.second and each.span.low <= 8_000 for each in wide) and len(wide) > 3


def test_that_there_is_none_is_said_for_certain_alone(view: View) -> None:
    gaps = [each for each in near(view, "zones", "stations", limit=5_000) if not each.second]
    assert [each.first for each in gaps] == ["park-shaoguan"]
    (gap,) = gaps
    assert gap.sure == CERTAIN and gap.span.low > 5_000 and gap.line is None
    assert "确定没有车站" in gap.sentence.zh and "certainly none of “Stations”" in gap.sentence.en


@pytest.mark.parametrize("wrong", ["nothing", "d2017-07-2"])
def test_what_is_neither_theme_nor_feature_is_refused(view: View, wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        near(view, wrong, "stations")
    with pytest.raises(ValueError, match=wrong):
        along(view, wrong, 100)
    with pytest.raises(ValueError, match="k"):
        near(view, "zones", "stations", k=0)


def test_along_a_line_comes_by_chainage_and_side(view: View) -> None:
    found = along(view, "rail-suiguanshen", 300)
    assert [each.more["from_m"] for each in found] == sorted(each.more["from_m"] for each in found)
    stations = {each.second: each for each in found if each.second.startswith("station-")}
    assert len(stations) >= 10 and all(each.sure in (CERTAIN, POSSIBLE) for each in stations.values())
    # A section is the line itself.
    assert not any(each.second.startswith("rail-suiguanshen") for each in found)
    line = view.standing.features.to_crs("EPSG:4547").set_index("id").geometry["rail-suiguanshen"]
    for each in found:
        assert 0 <= each.more["from_m"] <= each.more["to_m"] <= line.length + 1
        assert each.span.low <= 300


def test_a_drawn_line_has_sides_and_no_error_of_its_own(view: View) -> None:
    features = view.register.features
    station = features[features["theme"] == "stations"].iloc[0]
    x, y = station.geometry.x, station.geometry.y
    east = along_line(view, LineString([(x - 0.02, y - 0.002), (x + 0.02, y - 0.002)]), 500)
    west = along_line(view, LineString([(x + 0.02, y - 0.002), (x - 0.02, y - 0.002)]), 500)
    one, other = ({each.second: each for each in found}[station["id"]] for found in (east, west))
    assert (one.more["side"], other.more["side"]) == ("left", "right")
    assert one.span.high - one.span.metres == pytest.approx(station["accuracy_m"])
    total = one.more["from_m"] + other.more["from_m"]
    assert total == pytest.approx(0.04 * 102_600, rel=0.01)


def lines(*given_: tuple[str, list[tuple[float, float]], float]) -> Ground:
    """Lines on the ground: id, east and north of their points, error in metres."""
    ids = np.array([name for name, *_ in given_], dtype=object)
    shapes = np.array([LineString(points) for _, points, _ in given_], dtype=object)
    names = {name: Text(name, name) for name, *_ in given_}
    return Ground("EPSG:4547", ids, shapes, np.array([error for *_, error in given_]), names)


@pytest.mark.parametrize(
    ("reach", "error", "expected"),
    [(1000, 100, CERTAIN), (1000, 499, CERTAIN), (150, 100, POSSIBLE), (1000, float("nan"), CANNOT_TELL)],
)
def test_a_crossing_is_certain_where_both_go_on_beyond_their_errors(reach: float, error: float, expected: str) -> None:
    start = lines(("a", [(500_000 - reach, 2_500_000), (500_000 + reach, 2_500_000)], error))
    goal = lines(("b", [(500_000, 2_500_000 - reach), (500_000, 2_500_000 + reach)], error))
    assert certainly_cross(start, 0, goal, 0) == certainly_cross(goal, 0, start, 0) == (expected == CERTAIN)
    assert not certainly_cross(start, 0, plane(("c", 500_000, 2_500_000, 1)), 0)
    for pair in ((start, goal), (goal, start)):
        (row,) = whole(IN_PROCESS.crossings(*pair)).itertuples(index=False)
        assert (row.sure, row.x, row.y) == (expected, 500_000, 2_500_000)


def test_crossings_are_those_of_shapely_and_of_no_line_with_itself(view: View) -> None:
    found = crossings(view, "rail", "rivers")
    frame = view.standing.features.to_crs("EPSG:4547").set_index("id")
    for each in found:
        assert frame.geometry[each.first].distance(frame.geometry[each.second]) == pytest.approx(0, abs=1e-6)
        here = gpd.GeoSeries([each.line], crs="EPSG:4326").to_crs("EPSG:4547").iloc[0]
        assert frame.geometry[each.first].distance(here) < 0.2 > frame.geometry[each.second].distance(here)
    rails = crossings(view, "rail", "rail")
    pairs = {frozenset((each.first, each.second)) for each in rails}
    assert pairs and all(len(pair) == 2 for pair in pairs)
    sections = set(view.register.features["id"][view.register.sections])
    assert not {name for pair in pairs for name in pair} & sections
    assert any(each.sure == CERTAIN for each in rails)
    # One may ask for a section by its id.
    assert {each.first for each in crossings(view, "rail-ganshen", "rail")} == {"rail-ganshen"}


def steps(*given_: tuple[str, str]) -> History:
    return History(tuple(Step(date.fromisoformat(day), stage, "e", "verified", day, True) for day, stage in given_))


def test_works_begin_and_end_as_their_sources_say() -> None:
    today = date(2026, 1, 1)
    built = steps(("2013-01-01", Stage.IMPLEMENTATION), ("2019-12-15", Stage.MAINTENANCE))
    assert works_of(built, today) == Works(date(2013, 1, 1), date(2019, 12, 15))
    assert works_of(built, date(2015, 1, 1)) == Works(date(2013, 1, 1), None)
    assert works_of(steps(("2018-01-01", Stage.PREPARATION)), today) == Works(None, None, date(2018, 1, 1))
    assert works_of(steps(("2011-12-26", Stage.MAINTENANCE)), today) is None
    assert works_of(History(), today) is None


def test_gaps_between_works() -> None:
    day = date(2026, 1, 1)
    first, later = Works(date(2013, 1, 1), date(2015, 1, 1)), Works(date(2017, 1, 1), None)
    assert gap_years(first, later, day) == gap_years(later, first, day) == pytest.approx(2.0, abs=0.01)
    assert gap_years(first, Works(date(2014, 1, 1), None), day) == 0
    ahead = Works(None, None, date(2020, 1, 1))
    assert gap_years(ahead, later, day) == 0 and gap_years(ahead, first, day) is None
    assert gap_years(ahead, ahead, day) == 0


def leads_of(view: View, *features: str) -> set[str]:
    """Who leads or answers for what acts on features and their sections, reckoned from the plain tables."""
    links, frame = view.register["links"], view.register.features
    family = {*features, *frame.loc[frame["part_of"].isin(features), "id"]}
    acting = links[(links["relation"] == Relation.TARGET) & links["feature"].isin(family)]["measure"]
    measures = view.standing.measures.set_index("id").loc[acting]
    return {agency for row in (*measures["lead"], *measures["responsible"]) for agency in row}


def test_who_meets_whom_leads_different_agencies_and_is_no_family(view: View) -> None:
    found = [each for each in coordination(view, 2_000, 2) if each.more["kind"] == "pair"]
    frame = view.standing.features.set_index("id")
    assert found and [each.sure for each in found] == sorted(
        (each.sure for each in found), key=[CERTAIN, POSSIBLE, CANNOT_TELL].index
    )
    pairs = [frozenset((each.first, each.second)) for each in found]
    assert len(set(pairs)) == len(pairs)
    for each in found:
        one, other = leads_of(view, each.first), leads_of(view, each.second)
        assert (one or other) and not one & other and set(each.agencies) == one | other
        assert (one and other) or each.more["partners"], "one here, and a partner there"
        assert frame.at[each.first, "part_of"] != each.second != frame.at[each.first, "part_of"]
        assert each.span.low <= 2_000 and each.more["gap_years"] <= 2
        assert each.sentence.zh.endswith("。") and "{" not in each.sentence.zh + each.sentence.en


def test_a_section_is_told_with_its_whole(view: View) -> None:
    """What acts on the Dongguan section of a line acts on the line: one row for both, with the measures of both."""
    found = coordination(view)
    frame = view.register.features
    sections = set(frame["id"][view.register.sections & (frame["theme"] == "rail").to_numpy()])
    assert not sections & {name for each in found for name in (each.first, each.second)}
    (row,) = [each for each in found if (each.first, each.second) == ("rail-dgmetro1", "rail-suiguanshen")]
    assert {"d2012-01-1-04", "d2012-03-1-02"} & set(row.measures) or len(row.measures) > 2
    assert row.more["partners"] == ("guangzhou",) and "与广州合作（文件未列牵头单位）" in row.sentence.zh


def test_what_is_known_too_roughly_is_left_out_unless_drawn_across(view: View) -> None:
    for each in coordination(view, 2_000):
        if each.more["kind"] == "pair" and each.sure == CANNOT_TELL:
            assert each.span.metres < 1 or each.span.high - each.span.metres <= 3_000


def test_several_works_in_one_town_in_one_year(view: View) -> None:
    """Each project of a row lies in the town and is built in each of its years, and not all are of one agency."""
    rows = [each for each in coordination(view) if each.more["kind"] == "worksites"]
    register = view.register
    frame = register.features.set_index("id")
    told = {frozenset((each.first, each.second)) for each in coordination(view) if each.second}
    courses = histories(register)
    assert len(rows) >= 10 and not any(each.second for each in rows)
    for each in rows:
        names = each.more["projects"]
        assert len(names) >= 2 and frozenset(names) not in told
        for name in names:
            assert each.first in frame.at[name, "town"], (each.first, name)
            works = works_of(courses[name], view.day)
            assert works and works.begin and works.begin.year <= each.more["begin"]
            assert (works.end or view.day).year >= each.more["end"]
        alone = all(frame.at[name, "town"] == (each.first,) for name in names)
        assert each.sure == (CERTAIN if alone else POSSIBLE)
    shatian = [each for each in rows if each.first == "town-shatian" and each.more["begin"] == 2019]
    assert {"rail-suiguanshen", "road-guanfan", "road-nansha-bridge"} <= set(shatian[0].more["projects"])


def test_whom_an_agency_has_to_talk_to(view: View, capsys: pytest.CaptureFixture[str]) -> None:
    everything, mine = coordination(view), coordination(view, party="jiaotong")
    assert mine == [each for each in everything if "jiaotong" in each.agencies]
    assert 0 < len(mine) < len(everything)
    assert cli.main(["analyse", "coordination", "--party", "市交通局", "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["from"] for row in rows] == [each.first for each in mine]
    assert cli.main(["analyse", "coordination", "--party", "市交通厅"]) == 2
    assert "市交通局" in capsys.readouterr().err


def test_a_guess_is_never_certain_within_its_error(view: View) -> None:
    """Planted: every position is a guess of five kilometres, and nothing within two is certain any more."""
    register = view.register
    features = register.features.copy()
    features["accuracy_m"] = 5_000
    rough = View(replace(view.standing, register=replace(register, features=features)), view.filter, view.selection)
    for found in (
        near(rough, "zones", "stations", limit=2_000),
        along(rough, "rail-suiguanshen", 2_000),
        coordination(rough, 2_000, 5),
    ):
        # What crosses farther on both sides than both may be off does so wherever they are.
        crossing = {each.second for each in found if "overlap_years" in each.more and each.span.high == 0}
        assert all(each.sure == CANNOT_TELL for each in found if each.second and each.second not in crossing)
    assert any(each.sure == CERTAIN for each in near(view, "stations", "rail", limit=2_000))


def test_the_order_of_features_changes_nothing(view: View) -> None:
    register = view.register
    mask = view.counted
    ground = ground_of(view, mask)
    turned = Ground(ground.crs, ground.ids[::-1], ground.shapes[::-1], ground.errors[::-1], ground.names)
    tables = [whole(IN_PROCESS.nearest(each, each)) for each in (ground, turned)]
    one, other = (dict(zip(table["first"], table["second"], strict=True)) for table in tables)
    for name, mate in one.items():
        here = ground.at[name]
        equal = [shapely.distance(ground.shapes[here], ground.shapes[ground.at[each]]) for each in (mate, other[name])]
        assert equal[0] == pytest.approx(equal[1], abs=1e-6)
    assert register.place.metric_crs == ground.crs


def test_an_empty_view_has_no_findings(view: View) -> None:
    nothing = view.narrowed(Filter(q="没有这样的东西zz"))
    assert coordination(nothing) == [] and near(nothing, "zones", "stations") == []
    assert along(nothing, "rail-suiguanshen", 500) == []


@pytest.mark.parametrize("command", [
    "coordination --within 2000 --years 2", "along --feature rail-suiguanshen --width 300",
    "near --from zones --to stations --k 1 --within 5000", "crossings --from rail --to rivers",
    "balance --by agency", "compare --with 2017-11-08",
])  # fmt: skip
def test_the_terminal_gives_the_rows(command: str, view: View, capsys: pytest.CaptureFixture[str]) -> None:
    line = ["analyse", *command.split(), "--as-of", view.day.isoformat()]
    assert cli.main([*line, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    keys = {"sentence_zh", "sentence_en"}
    if command.split()[0] not in ("balance", "compare"):
        keys |= {"from", "to", "distance_m", "low_m", "high_m", "sure", "measures", "agencies"}
    assert found and all(keys <= set(row) for row in found)
    analysis = ANALYSES[command.split()[0]]
    told: dict[str, tuple[object, ...]] = {
        "crossings": ("rail", "rivers"),
        "balance": ("agency",),
        "compare": (date(2017, 11, 8),),
        "coordination": (2000.0, 2.0),
        "along": ("rail-suiguanshen", 300.0),
        "near": ("zones", "stations", 1, 5000.0),
    }
    assert found == json.loads(json.dumps(analysis.rows(analysis.answer(view, *told[analysis.name]))))
    assert cli.main([*line, "--format", "geojson"]) == 0
    shapes = json.loads(capsys.readouterr().out)
    assert len(shapes["features"]) == len(found) and shapes == json.loads(
        json.dumps(analysis.geojson(analysis.answer(view, *told[analysis.name])))
    )
    assert cli.main([*line, "--lang", "en"]) == 0
    out = capsys.readouterr().out
    assert len(out.splitlines()) == len(found) and found[0]["sentence_en"] in out
    assert cli.main([*line, "--format", "csv"]) == 0
    assert capsys.readouterr().out.startswith(",".join(list(found[0])[:3]))


def test_the_terminal_says_what_it_does_not_know(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["analyse", "near", "--from", "zone", "--to", "stations"]) == 2
    said = capsys.readouterr().err
    assert "zone" in said and "zones" in said and "没有这样的专题" in said


def test_a_balance_counts_each_project_once_and_its_whole_length(view: View) -> None:
    frame = view.features[(view.features["kind"] == FeatureKind.PROJECT).to_numpy()]
    sections = set(view.register.features["id"][view.register.sections])
    own = frame[~frame["id"].isin(sections)].to_crs("EPSG:4547")
    for by, column in (("theme", "theme"), ("stage", "stage")):
        found = {each.group: each for each in balance(view, by)}
        expected = own.groupby(column)
        assert {group: len(each.features) for group, each in found.items()} == expected.size().to_dict()
        length = {group: rows_.geometry.length.sum() / 1000 for group, rows_ in expected}
        assert {group: each.km for group, each in found.items()} == pytest.approx(length, abs=0.01)
    opened = own[own["stage"].isin([Stage.COMPLETION, Stage.MAINTENANCE])]
    assert sum(len(each.open) for each in balance(view, "theme")) == len(opened)
    years = balance(view, "year")
    assert [each.group for each in years] == [*sorted(each.group for each in years if each.group), ""]
    closed = view.standing.features.set_index("id")["stage"]
    left = {name for each in years if each.group for name in set(each.features) - set(each.open)}
    assert all(closed[name] == Stage.DECOMMISSIONED for name in left), "what came into use is, or was closed"
    with pytest.raises(ValueError, match="colour"):
        balance(view, "colour")


@pytest.mark.parametrize("by", GROUPS)
def test_every_balance_has_titles_in_both_languages(view: View, by: str) -> None:
    for each in balance(view, by):
        assert each.title.zh and each.title.en and each.km_open <= each.km + 1e-9 and "{" not in each.sentence.zh


def test_two_days_compared_are_the_changes_of_the_chapter(view: View) -> None:
    found = compare(view, date(2017, 11, 8))
    one = chapter(view, "changes=2017-11-08", "en")
    assert [(each.table, each.id, each.before, each.after) for each in found] == [
        (change.table, change.id, change.before, change.after) for change in one.changes
    ]
    assert [each.name.en for each in found] == [change.name for change in one.changes] and len(found) > 50
    assert compare(view, view.day) == []


def test_the_terminal_takes_names_too(capsys: pytest.CaptureFixture[str]) -> None:
    outs = []
    for first, second in (("zones", "stations"), ("平台与园区", "车站"), ("Zones and parks", "Stations")):
        assert cli.main(["analyse", "near", "--from", first, "--to", second, "--format", "json"]) == 0
        outs.append(capsys.readouterr().out)
    assert outs[0] == outs[1] == outs[2]
    assert cli.main(["analyse", "along", "--feature", "虎门二桥（南沙大桥）"]) == 0
    assert cli.main(["analyse", "along", "--feature", "穗莞深城际"]) in (0, 2)
    assert cli.main(["analyse", "along", "--feature", "穗莞深城"]) == 2
    assert "rail-suiguanshen" in capsys.readouterr().err


@pytest.mark.parametrize(
    "wrong", ["--k 0", "--k x", "--k 1e9", "--within -1", "--within nan", "--within inf", "--within x"]
)
def test_numbers_that_cannot_be_asked_are_refused(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["analyse", "near", "--from", "zones", "--to", "stations", *wrong.split()])
    assert ended.value.code == 2 and "…" in capsys.readouterr().err


def test_years_in_which_things_are_built_and_used(view: View) -> None:
    """Line 1 was built from 2016 to 2025 and is used from then on; what is built in a year is no more than all."""
    built = {group.group: set(group.features) for group in balance(view, "built-in")}
    used = {group.group: group for group in balance(view, "used-in")}
    years = range(2012, view.day.year + 1)
    assert all(("rail-dgmetro1" in built[str(year)]) == (2016 <= year <= 2025) for year in years)
    assert "rail-dgmetro1" in used["2025"].features and "rail-dgmetro1" not in used["2024"].features
    kilometres = [used[str(year)].km for year in years]
    assert kilometres == sorted(kilometres) and kilometres[-1] > kilometres[0]
    assert "当年在建的项目 23 个" in next(g.sentence.zh for g in balance(view, "built-in") if g.group == "2020")


def test_what_is_shared_with_a_city(view: View) -> None:
    shared = {group.group: set(group.features) for group in balance(view, "city")}
    wholes = {"rail-dgmetro1", "rail-suiguanshen", "port-channel"}
    assert wholes <= shared["guangzhou"], "what acts on a section acts on its whole"


def test_two_views_side_by_side(view: View, capsys: pytest.CaptureFixture[str]) -> None:
    other = Filter(agency=("jiaotong",))
    rows = compare(view, against=other)
    mine, theirs = balance(view), balance(view.narrowed(other))
    assert [row.mine for row in rows if row.mine.features] == mine
    assert [row.theirs for row in rows if row.theirs.features] == theirs and 0 < len(theirs) < len(mine)
    assert cli.main(["analyse", "compare", "--against", "agency=市交通局", "--format", "json"]) == 0
    assert [row["other_features"] for row in json.loads(capsys.readouterr().out)] == [
        list(row.theirs.features) for row in rows
    ]
    assert cli.main(["analyse", "compare", "--against", "agency=nobody"]) == 2
    assert "theme=rail" in capsys.readouterr().err


def test_without_a_day_what_changed_since_the_newest_document(view: View) -> None:
    assert compare(view) == compare(view, date(2017, 11, 8))


def test_round_a_point_the_nearest_comes_first(view: View) -> None:
    found = along(view, "section-qiping", 5_000)
    assert len(found) > 3 and [each.span.metres for each in found] == sorted(each.span.metres for each in found)
    assert all(each.sentence.zh.startswith("企坪断面附近：") and " km：" not in each.sentence.zh for each in found)


def test_what_was_closed_is_no_longer_in_use(view: View) -> None:
    """The rail yard closed in 2024: it counts for the years before, and for none after."""
    used = {group.group: group.features for group in balance(view, "used-in")}
    years = [year for year, names in used.items() if "log-rail-port" in names]
    assert years and max(years) == "2023"
