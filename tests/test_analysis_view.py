"""A look at the register is one value: what it keeps, when it is current, and whose day it takes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import catalogs
import numpy as np
import pytest
from test_geodata_place import stop_the_clock

from analysis.filters import OF_FEATURES, OF_MEASURES, Filter, select
from analysis.standing import standing_on
from analysis.view import View, look, look_at
from analysis.words import Speech
from geodata import Register, read_register
from geodata.codes import Role, Stage

FILTERS = [
    Filter(),
    Filter(theme=("rivers",)),
    Filter(theme=("rail", "towns")),
    Filter(stage=(Stage.MAINTENANCE,)),
    Filter(document=("d2017",)),
    Filter(role=(Role.LEAD,), q="虎门"),
    Filter(q="没有这个词"),
]
DAY = date(2023, 1, 1)


@pytest.mark.parametrize("chosen", FILTERS, ids=lambda chosen: str(chosen.to_query()))
def test_what_is_counted_is_the_selection_without_the_backdrop(view: View, chosen: Filter) -> None:
    one = view.narrowed(chosen)
    selection, backdrop = select(view.standing, chosen), view.register.backdrop
    assert (one.selection.features == selection.features).all()
    assert (one.selection.measures == selection.measures).all()
    assert (one.selection.links == selection.links).all()
    assert one.counted.dtype == np.bool_ and (one.counted == (selection.features & ~backdrop)).all()
    names, measures = view.standing.features["id"], view.standing.measures["id"]
    kept = [name for name, ok, behind in zip(names, selection.features, backdrop, strict=True) if ok and not behind]
    asked = [name for name, ok in zip(measures, selection.measures, strict=True) if ok]
    assert list(one.features["id"]) == kept and one.feature_ids == set(kept)
    assert list(one.measures["id"]) == asked and one.measure_ids == set(asked)
    assert [status.feature.id for status in one.feature_status()] == kept
    assert [status.measure.id for status in one.measure_status()] == asked
    assert one.is_empty == (not kept and not asked)


def test_the_backdrop_is_kept_but_not_counted(tiny: Register) -> None:
    """Rivers and towns that no measure names are drawn; who asks for them finds nothing to count."""
    one = look_at(tiny, Filter(), DAY)
    assert one.selection.features.all() and not one.is_empty
    assert set(tiny.features["id"]) - one.feature_ids == {"river-west", "town-north", "town-south"}
    towns = look_at(tiny, Filter(theme=("towns",)), DAY)
    assert towns.selection.features.sum() == 2 and not towns.feature_ids
    assert towns.is_empty == (not towns.measure_ids)


def test_agencies_are_those_of_the_kept_measures(tiny: Register, view: View) -> None:
    assert look_at(tiny, Filter(), DAY).agencies == ("bing", "jia", "yi")
    assert look_at(tiny, Filter(role=(Role.RESPONSIBLE,)), DAY).agencies == ("jia", "yi")
    assert look_at(tiny, Filter(document=("old",)), DAY).agencies == ()
    for chosen in FILTERS:
        one = view.narrowed(chosen)
        named = {code for role in Role for row in one.measures[str(role)] for code in row}
        assert one.agencies == tuple(code for code in view.register["agencies"]["id"] if code in named)


# Identity


def test_two_looks_at_the_same_are_the_same(tiny: Register, tiny_catalog: Path) -> None:
    """Also at a register that was read anew, unchanged."""
    chosen = Filter(theme=("rail",))
    one, other = look_at(tiny, chosen, DAY), look_at(read_register(tiny_catalog), replace(chosen), DAY)
    assert one.identity == other.identity and hash(one.identity) == hash(other.identity)
    assert one.identity == (tiny.version, chosen, DAY, tiny.place.today())


def test_the_identity_changes_with_all_that_it_stands_for(tiny: Register, tiny_catalog: Path) -> None:
    catalogs.set_cell(tiny_catalog / "measures.csv", 2, "note_zh", "备注")
    changed = read_register(tiny_catalog)
    looks = {
        "the same": look_at(tiny, Filter(), DAY),
        "register": look_at(changed, Filter(), DAY),
        "filter": look_at(tiny, Filter(theme=("rail",)), DAY),
        "text": look_at(tiny, Filter(q="东"), DAY),
        "day": look_at(tiny, Filter(), date(2023, 1, 2)),
        "known": look_at(tiny, Filter(), DAY, date(2024, 1, 1)),
    }
    assert len({one.identity for one in looks.values()}) == len(looks)
    assert looks["register"].version == changed.version != tiny.version
    assert looks["known"].known_by == date(2024, 1, 1) and looks["known"].day == DAY
    assert looks["day"].known_by == tiny.place.today(), "until there is a journal, what is known is known today"


# Another filter, another day


def test_narrowing_keeps_the_standing(view: View) -> None:
    """Stages and outcomes are reckoned once a day: only the filter is another one."""
    chosen = Filter(theme=("rail",))
    one = view.narrowed(chosen)
    assert one.standing is view.standing and one.filter == chosen
    assert one.register is view.register and one.day == view.day and one.version == view.version
    back = one.narrowed(Filter())
    assert back.standing is view.standing and back.identity == view.identity
    assert back.feature_ids == view.feature_ids, "it is another filter, not one within the other"


def test_a_look_applies_its_filter(tiny: Register) -> None:
    standing = standing_on(tiny, DAY)
    one = look(standing, Filter(theme=("rail",)))
    assert one.standing is standing and one.feature_ids == {"line-east", "line-east-north"}
    assert set(one.features["theme"]) == {"rail"} and list(one.features.columns) == list(standing.features.columns)
    assert {*OF_FEATURES.values()} <= {*one.features.columns} and {*OF_MEASURES.values()} <= {*one.measures.columns}


def test_without_a_day_it_is_today_in_the_city(tiny: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    """Evening in London is the next morning in China."""
    stop_the_clock(monkeypatch, datetime.fromisoformat("2019-06-29T20:00:00+00:00"))
    one = look_at(tiny, Filter())
    assert one.day == one.known_by == date(2019, 6, 30)
    assert one.standing.feature_status["line-east"].stage.stage == Stage.MAINTENANCE, "since that very day"
    elsewhere = replace(tiny, place=replace(tiny.place, time_zone="Europe/London"))
    assert look_at(elsewhere, Filter()).day == date(2019, 6, 29)


def test_a_given_day_goes_before_that_of_the_filter(tiny: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch, datetime.fromisoformat("2026-01-01T00:00:00+00:00"))
    chosen = Filter(as_of=date(2014, 12, 30))
    assert look_at(tiny, chosen).day == date(2014, 12, 30)
    assert look_at(tiny, chosen, DAY).day == DAY


# Agencies are who they are, not how they are written


def test_two_agencies_written_alike_stay_two(tiny_catalog: Path) -> None:
    """One article writes the first bureau, another one the second as 本局."""
    rows = catalogs.read_rows(tiny_catalog / "assignments.csv")
    for line, row in enumerate(rows, start=1):
        if row[:3] in (["recent-01-1", "jia", "lead"], ["recent-02-1", "yi", "responsible"]):
            catalogs.set_cell(tiny_catalog / "assignments.csv", line, "written_as", "本局")
    register = read_register(tiny_catalog)
    assert sum(register["assignments"]["written_as"] == "本局") == 2
    measures = standing_on(register, DAY).measures.set_index("id")
    assert measures.at["recent-01-1-01", "lead"] == ("jia",)
    assert measures.at["recent-02-1-01", "responsible"] == ("yi", "jia")
    english, chinese = Speech(register, "en"), Speech(register, "zh")
    assert english.assigned("recent-01-1", "lead") == ["First Bureau"]
    assert english.assigned("recent-02-1", "responsible") == ["Second Bureau", "First Bureau"]
    assert chinese.assigned("recent-01-1", "lead") == ["本局"]
    assert chinese.assigned("recent-02-1", "responsible") == ["本局", "甲局"]
    assert look_at(register, Filter(agency=("jia",), role=("lead",)), DAY).agencies == ("bing", "jia", "yi")
    assert look_at(register, Filter(agency=("yi",), role=("lead",)), DAY).agencies == ()
