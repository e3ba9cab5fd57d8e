from __future__ import annotations

import json
from datetime import date

import pytest

from analysis.filters import Filter
from analysis.view import View, look_at
from geodata import CATALOG, Register, read_register
from geodata.journal.entries import Entry, Kind
from outputs.tables.listing import TABLES, in_words, listing

FEATURE = [
    *("id", "theme", "name_zh", "name_en", "aliases", "stage", "stage_since", "restriction"),
    *("position_basis", "accuracy_m", "town", "measures", "sources"),
]
MEASURE = ["id", "article", "lead", "cooperating", "responsible", "features", "due", "targets", "outcome", "warning"]


@pytest.mark.parametrize("table", TABLES)
def test_rows_are_ready_for_json(view: View, table: str) -> None:
    found = listing(view, table)
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert [list(row) for row in found] == [list(found[0])] * len(found)
    context = int(view.register.backdrop.sum()) if table == "features" else 0
    assert len(found) == len(view.register[table]) - context


def test_rivers_and_towns_that_no_measure_names_are_listed_when_asked_for(view: View) -> None:
    towns = listing(view.narrowed(Filter(theme=("towns",))), "features")
    assert len(towns) == int((view.register.features["theme"] == "towns").sum())


@pytest.mark.parametrize("table", TABLES)
def test_no_rows_under_an_impossible_filter(view: View, table: str) -> None:
    assert listing(view.narrowed(Filter(q="没有这个词")), table) == []


@pytest.mark.parametrize(("table", "keys"), [("features", FEATURE), ("measures", MEASURE)])
def test_promised_keys(view: View, table: str, keys: list[str]) -> None:
    assert [key for key in keys if key not in listing(view, table)[0]] == []


def test_rows_are_those_the_filter_keeps(view: View) -> None:
    seen = view.narrowed(Filter(theme=("rail",), document=("d2017",)))
    selection = seen.selection
    features = {row["id"] for row in listing(seen, "features")}
    measures = {row["id"] for row in listing(seen, "measures")}
    assert features == set(view.register.features["id"][selection.features]) and features
    assert measures == set(view.register["measures"]["id"][selection.measures]) and measures
    articles = {row["article"] for row in listing(seen, "measures")}
    assert {row["id"] for row in listing(seen, "articles")} == articles
    assert {row["id"] for row in listing(seen, "documents")} == {"d2017"}
    assert {row["article"] for row in listing(seen, "assignments")} <= articles
    assigned = {row["agency"] for row in listing(seen, "assignments")}
    assert {row["id"] for row in listing(seen, "agencies")} == assigned
    events, shown = listing(seen, "events"), listing(seen, "evidence")
    assert {row["feature"] for row in events if row["feature"]} <= features
    assert {row["measure"] for row in shown} <= measures and shown
    serving = {row["event"] for row in shown}
    assert {row["id"] for row in events if row["measure"]} <= serving <= {row["id"] for row in events}
    links = listing(seen, "links")
    assert links and all(row["feature"] in features and row["measure"] in measures for row in links)


def test_agencies_are_those_asked_for(tiny: Register) -> None:
    """Not everybody who stands beside them in a list."""
    view = look_at(tiny, Filter(), date(2023, 1, 1))

    def listed(table: str, key: str, **facets: tuple[str, ...]) -> list[str]:
        return [row[key] for row in listing(view.narrowed(Filter(**facets)), table)]

    assert listed("agencies", "id", agency=("jia",)) == ["jia"]
    assert listed("agencies", "id", role=("lead",)) == ["jia"]
    assert listed("agencies", "id", role=("responsible",)) == ["jia", "yi"]
    assert listed("agencies", "id", theme=("rail",)) == ["bing", "jia", "yi"]
    assert listed("assignments", "written_as", role=("cooperating",)) == ["丙镇", "乙局"]
    assert listed("agencies", "id", document=("old",)) == []


def test_a_measure_by_hand(tiny: Register) -> None:
    by_id = {row["id"]: row for row in listing(look_at(tiny, Filter(), date(2023, 1, 1)), "measures")}
    opened = by_id["recent-01-1-01"]
    assert (opened["due"], opened["due_text"], opened["outcome"]) == ("2018-12-31", "2018年", "met-late")
    assert (opened["lead"], opened["cooperating"], opened["responsible"]) == (["jia"], ["yi", "bing"], [])
    assert opened["features"] == ["line-east", "station-east"]
    assert by_id["old-01-1-01"]["due"] is None
    assert by_id["old-01-1-01"]["counterpart"] == ["guangzhou", "shenzhen"]
    meet = by_id["recent-02-1-01"]
    assert [(target["id"], target["value"], target["unit_zh"]) for target in meet["targets"]] == [
        ("recent-02-1-01-t1", 2.0, "次")
    ]
    assert opened["targets"] == []
    assert opened["reason_zh"] and opened["reason_en"]


def test_words_stand_for_codes_and_names_for_agencies(tiny: Register) -> None:
    """What a reader sees; lists stay lists."""
    view = look_at(tiny, Filter(), date(2023, 1, 1))
    rows = listing(view, "measures")
    said = {lang: {row["id"]: row for row in in_words(tiny, "measures", rows, lang)} for lang in ("zh", "en")}
    opened = {lang: found["recent-01-1-01"] for lang, found in said.items()}
    assert (opened["zh"]["lead"], opened["zh"]["cooperating"]) == (["甲局"], ["乙局", "丙镇"])
    assert (opened["en"]["lead"], opened["en"]["cooperating"]) == (["First Bureau"], ["Second Bureau", "Third Town"])
    assert opened["zh"]["target_stage"] == tiny.titles("stage", "zh")["maintenance"]
    assert opened["en"]["outcome"] == tiny.titles("outcome", "en")["met-late"]
    # Ids of rows stay ids: they are how a row is found.
    assert opened["en"]["features"] == ["line-east", "station-east"]


def test_a_feature_by_hand(tiny: Register) -> None:
    by_id = {row["id"]: row for row in listing(look_at(tiny, Filter(), date(2020, 6, 1)), "features")}
    line = by_id["line-east"]
    assert (line["stage"], line["stage_since"], line["restriction"]) == ("maintenance", "2019-06", "closed-to-traffic")
    assert (line["aliases"], line["town"]) == (["快线", "R9"], ["town-north", "town-south"])
    assert (line["evidence"], line["stale"]) == ("2020-05-01", False)
    assert (by_id["station-lost"]["accuracy_m"], by_id["station-lost"]["of_line"]) == (None, "line-east")
    assert "geometry" not in line


def test_every_target_is_written_once(view: View) -> None:
    written = [target["id"] for row in listing(view, "measures") for target in row["targets"]]
    assert sorted(written) == list(view.register["targets"]["id"])


def test_an_unknown_table_is_refused(view: View) -> None:
    with pytest.raises(KeyError):
        listing(view, "secrets")


def test_a_measure_whose_date_was_moved_says_so(view: View) -> None:
    cells = {"due_date": "2026-05-31", "due_text": "2026年5月"}
    move = Entry(Kind.CHANGE, "a", "fagai", "editor", "measures", ("d2017-24-1-02",), cells)
    moved = {row["id"]: row for row in listing(look_at(read_register(CATALOG, [move]), Filter()), "measures")}
    row = moved["d2017-24-1-02"]
    assert (row["due"], row["first_due"], row["moved"]) == ("2026-05-31", "2017-12-31", 1)
    still = [(row["first_due"], row["moved"]) for row in listing(view, "measures")]
    assert still == [(None, 0)] * len(view.register["measures"])
