"""Chapters say what the register says: every figure counts the rows that a filter gives."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from analysis.bundle import bundle
from analysis.chapters import Chapter, Figure
from analysis.filters import Filter, apply
from analysis.join import Joined, join
from analysis.rows import rows
from analysis.summary import is_context
from analysis.tourfile import read_tour, write_tour
from analysis.tours import chapter, default_tour, keys, titles, tour
from geodata import Register
from geodata.codes import Outcome, Stage


def figures(one: Chapter) -> list[Figure]:
    return [item for sentence in one.sentences for item in sentence if isinstance(item, Figure)]


def test_the_usual_tour_has_every_kind(joined: Joined) -> None:
    found = default_tour(joined, Filter())
    kinds = [key.partition("=")[0] for key in found]
    assert list(dict.fromkeys(kinds)) == ["overview", "theme", "section", "agency", "town", "changes"]
    assert kinds.count("agency") == kinds.count("town") == kinds.count("changes") == 1
    assert kinds.count("section") == len(keys(joined, Filter())["section"]) >= 19
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_chapter_of_the_usual_tour_is_told(joined: Joined, lang: str) -> None:
    for one in tour(joined, Filter(), lang):
        assert one.title and one.text and "{" not in one.text, one.key
        for figure in figures(one):
            frame = joined.register[figure.table] if figure.table == "agencies" else getattr(joined, figure.table)
            assert set(figure.ids) <= set(frame["id"]) and len(set(figure.ids)) == len(figure.ids)
        if one.bounds:
            west, south, east, north = one.bounds
            assert west <= east and south <= north


def test_figures_are_those_of_the_list(joined: Joined) -> None:
    for code in keys(joined, Filter())["theme"]:
        one = chapter(joined, Filter(), f"theme={code}", "zh")
        assert list(one.features) == [row["id"] for row in rows(joined, Filter(theme=(code,)), "features")]
        assert list(one.measures) == [row["id"] for row in rows(joined, Filter(theme=(code,)), "measures")]
    for code in keys(joined, Filter())["agency"][:12]:
        one = chapter(joined, Filter(), f"agency={code}", "zh")
        listed = figures(one)[0]
        assert list(listed.ids) == [row["id"] for row in rows(joined, Filter(agency=(code,)), "measures")]
        assert set(one.measures) <= set(listed.ids)


def test_the_overview_counts_what_the_list_counts(joined: Joined) -> None:
    one = chapter(joined, Filter(), "overview", "zh")
    measures = rows(joined, Filter(), "measures")
    numbers = [len(figure.ids) for figure in figures(one)]
    assert numbers[:3] == [len(measures), *(len(rows(joined, Filter(), table)) for table in ("features", "agencies"))]
    done = sum(row["outcome"] in (Outcome.MET, Outcome.MET_LATE) for row in measures)
    late = sum(row["outcome"] in (Outcome.OVERDUE, Outcome.NOT_MET) for row in measures)
    assert numbers[3:5] == [done, late]
    assert one.bounds is None
    assert one.chart and sum(len(rows_.ids) for _, _, rows_ in one.chart.bars) == len(measures)


def test_a_chapter_stays_within_the_filter(joined: Joined) -> None:
    chosen = Filter(status=(Stage.MAINTENANCE,))
    kept = set(joined.features.loc[apply(joined, chosen).features & ~is_context(joined), "id"])
    for one in tour(joined, chosen, "en"):
        if not one.key.startswith("changes"):
            assert set(one.features) <= kept, one.key
    code = keys(joined, Filter())["theme"][0]
    other = keys(joined, Filter())["theme"][1]
    empty = chapter(joined, Filter(theme=(other,)), f"theme={code}", "en")
    assert not empty.features and empty.sentences == (("Nothing here under this filter.",),)


def test_changes_are_between_the_two_days(register: Register) -> None:
    later = join(register, date(2024, 6, 1))
    before = join(register, date(2017, 12, 1))
    one = chapter(later, Filter(), "changes=2017-12-01", "zh")
    old, new = (dict(zip(each.features["id"], each.features["stage"], strict=True)) for each in (before, later))
    assert {c.id for c in one.changes if c.table == "features"} == {code for code in new if new[code] != old[code]}
    assert one.changes and all(change.before != change.after and change.name for change in one.changes)


@pytest.mark.parametrize(
    "key",
    ["", "nothing", "theme=", "theme=nothing", "overview=1", "changes=2999-01-01", "changes=20170101", "town=x\0"],
)
def test_a_chapter_that_is_not_there(joined: Joined, key: str) -> None:
    with pytest.raises(ValueError, match="no such chapter"):
        chapter(joined, Filter(), key, "zh")
    assert titles(joined, [key], "zh") == {}


def test_a_tour_survives_its_file(joined: Joined) -> None:
    picked = tuple((key, "备注 <b>\n二") for key in default_tour(joined, Filter()))
    assert read_tour(write_tour(picked)) == picked
    assert read_tour(write_tour(picked).encode("utf-8-sig")) == picked


@pytest.mark.parametrize(
    "text",
    [
        b"", b"\xff\xfe", b"[]", b"{}", b'{"format": "guantu-tour", "chapters": []}', b'{"format": "guantu-tour"}',
        b'{"format": "guantu-tour", "chapters": [3]}', b'{"format": "guantu-tour", "chapters": [{"chapter": 3}]}',
        b'{"format": "guantu-tour", "chapters": [{"chapter": "overview", "note": 3}]}', b"[" * 100_000,
    ],
)  # fmt: skip
def test_a_broken_tour_file_is_said(text: bytes) -> None:
    with pytest.raises(ValueError, match="tour file"):
        read_tour(text)


def test_the_bundle_refers_to_its_own_rows(joined: Joined) -> None:
    chosen = Filter(agency=(keys(joined, Filter())["agency"][0],))
    found = bundle(joined, chosen, {"zh": tour(joined, chosen, "zh")})
    selection = apply(joined, chosen)
    assert [row["id"] for row in found["measures"]] == list(joined.measures.loc[selection.measures, "id"])
    kept = [row["id"] for row in found["features"] if row["kept"]]
    assert kept == list(joined.features.loc[selection.features & ~is_context(joined), "id"])
    assert len(found["links"]) == int(selection.links.sum())
    for feature, measure, _ in found["links"]:
        assert found["features"][feature]["id"] in found_features(joined, found["measures"][measure]["id"])
    assert found["narrowed"] == [False, True]


def found_features(joined: Joined, measure: str) -> tuple[str, ...]:
    return joined.measures.set_index("id").at[measure, "features"]


def test_the_day_moves_the_chapters(register: Register) -> None:
    early = chapter(join(register, date(2013, 1, 1)), Filter(), "overview", "zh")
    late = chapter(join(register, date(2026, 1, 1)), replace(Filter(), as_of=date(2026, 1, 1)), "overview", "zh")
    assert early.text != late.text
