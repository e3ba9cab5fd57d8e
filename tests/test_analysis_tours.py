"""Chapters say what the register says: every figure counts the rows that a filter gives."""

from __future__ import annotations

from datetime import date

import pytest
from test_outputs_page_data import rows

from analysis.chapters import Chapter, Figure
from analysis.counts import MET
from analysis.filters import Filter
from analysis.standing import Standing, standing_on
from analysis.tourfile import BadTour, read_tour, write_tour
from analysis.tours import BRIEFING, NoChapter, briefing, chapter, default_tour, keys, titles, tour
from analysis.view import View, look_at
from geodata import Register
from geodata.codes import Due, FeatureKind, Outcome, Relation, Stage
from outputs.meeting.tour_data import tour_data
from outputs.tables.listing import listing


def figures(one: Chapter) -> list[Figure]:
    return [item for sentence in one.sentences for item in sentence if isinstance(item, Figure)]


def test_the_usual_tour_has_every_kind(view: View) -> None:
    found = default_tour(view)
    kinds = [key.partition("=")[0] for key in found]
    assert list(dict.fromkeys(kinds)) == [
        *("overview", "projects", "theme", "section", "asks", "agency", "town", "changes"),
    ]
    assert kinds.count("agency") == kinds.count("town") == kinds.count("changes") == 1
    assert kinds.count("section") == len(keys(view)["section"]) >= 19
    assert len(set(found)) == len(found)


def test_messages_say_the_numbers_of_their_rows(view: View) -> None:
    bridges = chapter(view, "theme=bridges", "zh")
    frame = view.features[view.features["theme"] == "bridges"]
    built = int(frame["stage"].isin([Stage.COMPLETION, Stage.MAINTENANCE]).sum())
    closed = int((frame["restriction"] != "").sum())
    assert bridges.message.startswith(f"{bridges.title}：{built} 处建成或投用、")
    assert closed == 1 and bridges.message.endswith("，其中 1 处封闭或限行")
    outcomes = view.measures["outcome"]
    met, going = int(outcomes.isin(MET).sum()), int((outcomes == Outcome.UNDER_WAY).sum())
    whole = chapter(view, "overview", "en").message
    assert whole.startswith(f"Of {len(outcomes)} measures: {met} met, {going} under way, ")
    assert " 0 " not in whole
    nothing = view.narrowed(Filter(theme=("rail",)))
    assert chapter(nothing, "theme=bridges", "zh").message == bridges.title


def test_the_main_projects_are_those_that_most_measures_act_on(view: View) -> None:
    links, register = view.register["links"], view.register
    weight = links[links["relation"] == Relation.TARGET]["feature"].value_counts()
    kind = dict(zip(register.features["id"], register.features["kind"], strict=True))
    own = dict(zip(register.features["id"], register.placed & ~register.sections, strict=True))
    ranked = [count for name, count in weight.items() if own[name] and kind[name] == FeatureKind.PROJECT]
    main = chapter(view, "projects", "zh").features
    assert sorted((weight[name] for name in main), reverse=True) == ranked[:10]


def test_what_is_asked_is_what_presses(view: View) -> None:
    one = chapter(view, "asks", "zh")
    frame = view.measures.set_index("id")
    late = (Outcome.OVERDUE, Outcome.NOT_MET, Outcome.UNREACHABLE)
    silent = (Outcome.NO_EVIDENCE, Outcome.NOT_SEARCHED)
    unseen = (frame["due"] == Due.PASSED) & frame["outcome"].isin(silent)
    pressing = list(frame.index[frame["outcome"].isin(late) | unseen])
    assert list(one.measures) == pressing and f" {len(pressing)} 项" in one.message
    nobody = chapter(view.narrowed(Filter(theme=("stations",))), "asks", "en")
    assert nobody.message == nobody.title and "No measure is late" in nobody.text


def test_a_briefing_keeps_to_its_size_and_its_notes(view: View) -> None:
    found = briefing(view, (("overview", "讲一分钟"), ("theme=places", "不讲")))
    kinds = [key.partition("=")[0] for key, _ in found]
    assert len(found) == BRIEFING and found[0] == ("overview", "讲一分钟")
    assert kinds == ["overview", "projects", *["theme"] * 5, "document", "document", "asks", "changes"]
    narrow = briefing(view.narrowed(Filter(theme=("bridges",))))
    assert [key for key, _ in narrow if key.startswith("theme=")] == ["theme=bridges"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_chapter_of_the_usual_tour_is_told(view: View, lang: str) -> None:
    for one in tour(view, lang):
        assert one.title and one.text and "{" not in one.text, one.key
        for figure in figures(one):
            frame = view.register[figure.table] if figure.table == "agencies" else getattr(view.standing, figure.table)
            assert set(figure.ids) <= set(frame["id"]) and len(set(figure.ids)) == len(figure.ids)
        if one.bounds:
            west, south, east, north = one.bounds
            assert west <= east and south <= north


def test_figures_are_those_of_the_list(view: View) -> None:
    for code in keys(view)["theme"]:
        one = chapter(view, f"theme={code}", "zh")
        assert list(one.features) == [row["id"] for row in listing(view.narrowed(Filter(theme=(code,))), "features")]
        assert list(one.measures) == [row["id"] for row in listing(view.narrowed(Filter(theme=(code,))), "measures")]
    for code in keys(view)["agency"][:12]:
        one = chapter(view, f"agency={code}", "zh")
        listed = figures(one)[0]
        assert list(listed.ids) == [row["id"] for row in listing(view.narrowed(Filter(agency=(code,))), "measures")]
        assert set(one.measures) <= set(listed.ids)


def test_the_overview_counts_what_the_list_counts(view: View) -> None:
    one = chapter(view, "overview", "zh")
    measures = listing(view, "measures")
    numbers = [len(figure.ids) for figure in figures(one)]
    projects = [row for row in listing(view, "features") if row["kind"] == FeatureKind.PROJECT]
    assert numbers[:3] == [len(measures), len(projects), len(listing(view, "agencies"))]
    done = sum(row["outcome"] in MET for row in measures)
    going = sum(row["outcome"] == Outcome.UNDER_WAY for row in measures)
    late = sum(row["outcome"] in (Outcome.OVERDUE, Outcome.NOT_MET, Outcome.UNREACHABLE) for row in measures)
    assert numbers[3:6] == [done, going, late]
    assert one.bounds is None
    assert one.chart and sum(len(rows_.ids) for _, _, rows_ in one.chart.bars) == len(measures)


def test_a_chapter_stays_within_the_filter(view: View) -> None:
    chosen = Filter(stage=(Stage.MAINTENANCE,))
    narrow = view.narrowed(chosen)
    kept = set(view.standing.features.loc[narrow.selection.features & ~view.register.backdrop, "id"])
    for one in tour(narrow, "en"):
        if not one.key.startswith("changes"):
            assert set(one.features) <= kept, one.key
    code = keys(view)["theme"][0]
    other = keys(view)["theme"][1]
    empty = chapter(view.narrowed(Filter(theme=(other,))), f"theme={code}", "en")
    assert not empty.features and empty.sentences == (("Nothing here under this filter.",),)


def test_changes_are_between_the_two_days(register: Register) -> None:
    later = look_at(register, Filter(), date(2024, 6, 1))
    before, after = standing_on(register, date(2017, 12, 1)), later.standing
    one = chapter(later, "changes=2017-12-01", "zh")
    old, new = (dict(zip(each.features["id"], each.features["stage"], strict=True)) for each in (before, after))
    assert {c.id for c in one.changes if c.table == "features"} == {code for code in new if new[code] != old[code]}
    assert one.changes and all(change.before != change.after and change.name for change in one.changes)


@pytest.mark.parametrize(
    "key",
    ["", "nothing", "theme=", "theme=nothing", "overview=1", "changes=2999-01-01", "changes=20170101", "town=x\0"],
)
def test_a_chapter_that_is_not_there(view: View, key: str) -> None:
    with pytest.raises(NoChapter, match="no such chapter") as raised:
        chapter(view, key, "zh")
    assert isinstance(raised.value, ValueError)
    assert raised.value.text.zh and repr(key) in raised.value.text.en
    assert titles(view.standing, [key], "zh") == {}


def test_a_tour_survives_its_file(view: View) -> None:
    picked = tuple((key, "备注 <b>\n二") for key in default_tour(view))
    assert read_tour(write_tour(picked)) == picked
    assert read_tour(write_tour(picked).encode("utf-8-sig")) == picked


@pytest.mark.parametrize(
    "text",
    [
        b"", b"\xff\xfe", b"[]", b"{}", b'{"format": "guantu-tour", "chapters": []}', b'{"format": "guantu-tour"}',
        b'{"format": "guantu-tour", "chapters": [3]}', b'{"format": "guantu-tour", "chapters": [{"chapter": 3}]}',
        b'{"format": "guantu-tour", "chapters": [{"chapter": "overview", "note": 3}]}', b"[" * 100_000,
        b'{"format": "guantu-tour", "chapters": [{"chapter": "overview", "note": "\\ud800"}]}',
        b'{"format": "guantu-tour", "chapters": [{"chapter": "\\udfff"}]}', b"1" * 6000,
    ],
)  # fmt: skip
def test_a_broken_tour_file_is_said(text: bytes) -> None:
    with pytest.raises(BadTour, match="tour file") as raised:
        read_tour(text)
    assert isinstance(raised.value, ValueError)
    assert raised.value.text.zh and raised.value.text.en and "tour-" not in raised.value.text.en


def test_the_data_of_the_page_refer_to_its_own_rows(view: View) -> None:
    narrow = view.narrowed(Filter(agency=(keys(view)["agency"][0],)))
    standing, selection = narrow.standing, narrow.selection
    found = tour_data(narrow, {"zh": tour(narrow, "zh")})
    features, measures = list(rows(found["features"])), list(rows(found["measures"]))
    assert [row["id"] for row in measures] == list(standing.measures.loc[selection.measures, "id"])
    kept = [row["id"] for row in features if row["kept"]]
    assert kept == list(standing.features.loc[selection.features & ~view.register.backdrop, "id"])
    assert len(found["links"]) == int(selection.links.sum())
    assert found["links"]
    for feature, measure, relation, locator, *_ in found["links"]:
        assert features[feature]["id"] in found_features(standing, measures[measure]["id"])
        links = view.register["links"]
        said = (links["feature"] == features[feature]["id"]) & (links["measure"] == measures[measure]["id"])
        assert (relation, locator) in set(zip(links["relation"][said], links["locator"][said], strict=True))
    assert found["narrowed"] == [False, True]


def found_features(standing: Standing, measure: str) -> tuple[str, ...]:
    return standing.measures.set_index("id").at[measure, "features"]


def test_the_day_moves_the_chapters(register: Register) -> None:
    early = chapter(look_at(register, Filter(), date(2013, 1, 1)), "overview", "zh")
    late = chapter(look_at(register, Filter(as_of=date(2026, 1, 1))), "overview", "zh")
    assert early.text != late.text
