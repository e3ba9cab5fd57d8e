"""What the screen knows of a register: said once, whole, and nothing that is not for it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from analysis.filters import Filter
from analysis.search import matches
from analysis.view import View, look_at
from geodata import CATALOG, Register, read_register
from geodata.journal.entries import Entry, Kind
from geodata.model import Agency
from geodata.text import LANGS
from outputs.page_data import PageData, in_columns

LIMIT = 400_000
"""Bytes on the wire of all that the screen knows of the register, positions left out."""


@pytest.fixture(scope="module")
def told(view: View) -> dict[str, Any]:
    return PageData(view, LANGS, date.max).all()


def rows(table: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The rows of a table told by column, as the page reads it (`fromColumns` in payload.js)."""
    for place in range(table["n"]):
        yield {
            name: column[place]
            if isinstance(column, list)
            else column["of"][column["at"][place] if column["at"] else 0]
            for name, column in table["columns"].items()
        }


def test_it_fits_the_wire(told: dict[str, Any]) -> None:
    assert len(gzip.compress(json.dumps(told, ensure_ascii=False).encode(), mtime=0)) < LIMIT


def test_columns_lose_nothing(view: View) -> None:
    data = PageData(view, LANGS, date.max)
    expected = [data.measure(place) for place in range(len(view.register["measures"]))]
    assert list(rows(in_columns(expected))) == json.loads(json.dumps(expected))
    assert in_columns([]) == {"n": 0, "columns": {}}


def test_every_row_is_told(told: dict[str, Any], register: Register) -> None:
    assert [row["id"] for row in rows(told["features"])] == list(register.features["id"])
    assert [row["id"] for row in rows(told["measures"])] == list(register["measures"]["id"])
    assert len(told["links"]) == len(register["links"])


def test_each_agency_is_found_by_all_its_names(told: dict[str, Any], register: Register) -> None:
    for row, said in zip(register.rows(Agency), told["agencies"], strict=True):
        plain, spelled = said["text"]
        for name in filter(None, (row.name.zh, row.full_name_zh, row.later_name.zh)):
            assert name.casefold() in plain, row.id
        assert spelled.strip(), row.id


def test_the_text_of_a_row_is_what_search_looks_through(told: dict[str, Any], register: Register) -> None:
    features, _ = matches(register, "humen")
    found = ["humen" in "".join(row["text"]) for row in rows(told["features"])]
    assert found == features.tolist() and any(found)


def test_an_earlier_page_knows_nothing_later(register: Register) -> None:
    day = date(2018, 6, 1)
    data = PageData(look_at(register, Filter(), day), LANGS, day).all()
    days = [turn[0] for table in ("features", "measures") for row in rows(data[table]) for turn in row["turns"]]
    facts = [fact["from"] for row in rows(data["features"]) for fact in row["events"]]
    assert max(days) <= day.isoformat() and max(facts) <= day.isoformat()
    assert len(days) > 700


GRID, TRUNK = "d2017-08-1-11", "d2017-24-1-02"


def test_the_pace_of_a_promised_number_travels_with_its_measure(told: dict[str, Any]) -> None:
    """Three measures have one; the grid tells of one year alone, which is no total."""
    found = {row["id"]: row["pace"] for row in rows(told["measures"]) if row["pace"]}
    assert list(found) == [GRID, "d2017-08-1-12", "d2017-08-1-13"]
    (pace,) = found[GRID]
    assert (pace["begin"], pace["due"]) == ("2017-01-01", "2020-12-31")
    none, part = pace["turns"]
    assert none[:5] == ["", "unknown", 0, 0, ""] and part[:5] == ["2018-12-31", "unknown", 0, 0, ""]
    assert part[5] == [
        "进度无法判断：数值只是其中一段时间的，不是累计",
        "The pace cannot be told: the value is of one part of the time, not the total",
    ]


def test_a_pace_and_a_move_as_the_page_has_them() -> None:
    cells = {"target": f"{GRID}-t1", "date": "2019-03-01", "metric": "target-value", "value": "46", "unit": "亿元"}
    cells |= {"source": "s-cns-grid-investment", "grade": "verified-repost"}
    value = Entry(Kind.ADD, "a", "fagai", "editor", "observations", (), cells)
    dates = {"due_date": "2026-05-31", "due_text": "2026年5月"}
    move = Entry(
        Kind.CHANGE,
        "a",
        "fagai",
        "editor",
        "measures",
        (TRUNK,),
        dates,
        text="会议",
        time="2026-02-01T00:00:00.000000Z",
    )
    register = read_register(CATALOG, [value, move])

    def known(day: date) -> dict[str, dict[str, Any]]:
        data = PageData(look_at(register, Filter(), day), LANGS, day).all()
        return {row["id"]: row for row in rows(data["measures"])}

    now, before = known(date(2026, 3, 31)), known(date(2019, 2, 28))
    last = now[GRID]["pace"][0]["turns"][-1]
    assert last[:5] == ["2019-03-01", "behind", 54, 40, "2019-03-01"]
    values = [each["number"] for each in now[GRID]["targets"][0]["observations"]]
    assert values == [38.85, 46.0], "the newest last, whatever its id"
    assert [turn[0] for turn in before[GRID]["pace"][0]["turns"]] == ["", "2018-12-31"], "nothing of a later day"
    assert [each[0] for each in now[TRUNK]["moved"]] == [
        "期限改过一次，最初承诺 2017-12-31",
        "2017-12-31 改为 2026-05-31（市发改局，2026-02-01：会议）",
    ]
    assert now[GRID]["moved"] == []


def test_each_measure_has_the_colour_of_its_warning(told: dict[str, Any], view: View) -> None:
    for row, verdict in zip(rows(told["measures"]), view.standing.verdicts, strict=True):
        turn = [turn for turn in row["turns"] if turn[0] <= view.day.isoformat()][-1]
        assert (turn[1], turn[4]) == (verdict.outcome, verdict.warning)
    assert list(told["explained"]["warning"]) == ["green", "yellow", "red", "grey"]
