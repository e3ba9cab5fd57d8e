from __future__ import annotations

import json
from datetime import date

import pytest

from analysis.filters import Filter, apply
from analysis.join import Joined, join
from analysis.rows import names, rows
from analysis.summary import is_context
from geodata import Register

FEATURE = [
    *("id", "theme", "name_zh", "name_en", "aliases", "stage", "stage_since", "restriction"),
    *("position_basis", "accuracy_m", "town", "measures", "sources"),
]
MEASURE = ["id", "article", "lead", "cooperating", "responsible", "features", "due", "targets", "outcome", "warning"]


@pytest.mark.parametrize("table", names())
def test_rows_are_ready_for_json(joined: Joined, table: str) -> None:
    found = rows(joined, Filter(), table)
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert [list(row) for row in found] == [list(found[0])] * len(found)
    context = int(is_context(joined).sum()) if table == "features" else 0
    assert len(found) == len(joined.register[table]) - context


def test_rivers_and_towns_that_no_measure_names_are_listed_when_asked_for(joined: Joined) -> None:
    towns = rows(joined, Filter(theme=("towns",)), "features")
    assert len(towns) == int((joined.features["theme"] == "towns").sum())


@pytest.mark.parametrize("table", names())
def test_no_rows_under_an_impossible_filter(joined: Joined, table: str) -> None:
    assert rows(joined, Filter(q="没有这个词"), table) == []


@pytest.mark.parametrize(("table", "keys"), [("features", FEATURE), ("measures", MEASURE)])
def test_promised_keys(joined: Joined, table: str, keys: list[str]) -> None:
    assert [key for key in keys if key not in rows(joined, Filter(), table)[0]] == []


def test_rows_are_those_the_filter_keeps(joined: Joined) -> None:
    chosen = Filter(theme=("rail",), document=("d2017",))
    selection = apply(joined, chosen)
    features = {row["id"] for row in rows(joined, chosen, "features")}
    measures = {row["id"] for row in rows(joined, chosen, "measures")}
    assert features == set(joined.features["id"][selection.features]) and features
    assert measures == set(joined.measures["id"][selection.measures]) and measures
    articles = {row["article"] for row in rows(joined, chosen, "measures")}
    assert {row["id"] for row in rows(joined, chosen, "articles")} == articles
    assert {row["id"] for row in rows(joined, chosen, "documents")} == {"d2017"}
    assert {row["article"] for row in rows(joined, chosen, "assignments")} <= articles
    assigned = {row["agency"] for row in rows(joined, chosen, "assignments")}
    assert {row["id"] for row in rows(joined, chosen, "agencies")} == assigned
    assert {row["feature"] for row in rows(joined, chosen, "events")} <= features
    links = rows(joined, chosen, "links")
    assert links and all(row["feature"] in features and row["measure"] in measures for row in links)


def test_agencies_are_those_asked_for(tiny: Register) -> None:
    """Not everybody who stands beside them in a list."""
    joined = join(tiny, date(2023, 1, 1))

    def listed(table: str, key: str, **facets: tuple[str, ...]) -> list[str]:
        return [row[key] for row in rows(joined, Filter(**facets), table)]

    assert listed("agencies", "id", agency=("jia",)) == ["jia"]
    assert listed("agencies", "id", role=("lead",)) == ["jia"]
    assert listed("agencies", "id", role=("responsible",)) == ["jia", "yi"]
    assert listed("agencies", "id", theme=("rail",)) == ["bing", "jia", "yi"]
    assert listed("assignments", "written_as", role=("cooperating",)) == ["丙镇", "乙局"]
    assert listed("agencies", "id", document=("old",)) == []


def test_a_measure_by_hand(tiny: Register) -> None:
    joined = join(tiny, date(2023, 1, 1))
    by_id = {row["id"]: row for row in rows(joined, Filter(), "measures")}
    opened = by_id["recent-01-1-01"]
    assert (opened["due"], opened["due_text"], opened["outcome"]) == ("2018-12-31", "2018年", "met-late")
    assert (opened["lead"], opened["cooperating"], opened["responsible"]) == (["甲局"], ["乙局", "丙镇"], [])
    assert opened["features"] == ["line-east", "station-east"]
    assert by_id["old-01-1-01"]["due"] is None
    assert by_id["old-01-1-01"]["counterpart"] == ["guangzhou", "shenzhen"]
    meet = by_id["recent-02-1-01"]
    assert [(target["id"], target["value"], target["unit_zh"]) for target in meet["targets"]] == [
        ("recent-02-1-01-t1", 2.0, "次")
    ]
    assert opened["targets"] == []


def test_a_feature_by_hand(tiny: Register) -> None:
    joined = join(tiny, date(2020, 6, 1))
    by_id = {row["id"]: row for row in rows(joined, Filter(), "features")}
    line = by_id["line-east"]
    assert (line["stage"], line["stage_since"], line["restriction"]) == ("maintenance", "2019-06", "closed-to-traffic")
    assert (line["aliases"], line["town"]) == (["快线", "R9"], ["town-north", "town-south"])
    assert (line["evidence"], line["stale"]) == ("2020-05-01", False)
    assert (by_id["station-lost"]["accuracy_m"], by_id["station-lost"]["evidence"]) == (None, None)
    assert "geometry" not in line


def test_every_target_is_written_once(joined: Joined) -> None:
    written = [target["id"] for row in rows(joined, Filter(), "measures") for target in row["targets"]]
    assert sorted(written) == list(joined.register["targets"]["id"])


def test_an_unknown_table_is_refused(joined: Joined) -> None:
    with pytest.raises(KeyError):
        rows(joined, Filter(), "secrets")
