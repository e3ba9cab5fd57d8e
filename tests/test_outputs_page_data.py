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
from geodata import Register
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
