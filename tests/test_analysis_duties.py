"""The part of one agency: its measures by role and urgency, what is new, who else acts."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from analysis.duties import URGENT, duties_of, urgency
from analysis.filters import Filter
from analysis.view import View, look_at
from geodata import Register
from geodata.codes import Due, Outcome
from geodata.model import Agency


def test_every_duty_of_the_register_is_found_once_in_its_role(view: View) -> None:
    for agency in view.register.rows(Agency):
        found = duties_of(view, agency.id)
        for role, measures in found.by_role.items():
            kept = view.narrowed(Filter(agency=(agency.id,), role=(role,))).measures
            assert list(measures) == list(kept["id"]), (agency.id, role)


def test_news_serve_its_measures_and_fall_in_time(view: View) -> None:
    found = duties_of(view, "huanbao")
    mine = {name for named in found.by_role.values() for name in named}
    assert len(found.news) > 20 and {name for news in found.news for name in news.measures} <= mine
    assert len({news.event.id for news in found.news}) == len(found.news)
    first = [news.event.date[:4] for news in found.news]
    assert first == sorted(first, reverse=True)
    near = {row.event for rows in view.register.evidence_of.values() for row in rows if row.fit != "context"}
    assert all(news.event.id in near for news in found.news)


def test_a_filter_narrows_the_part(view: View) -> None:
    alone = duties_of(view.narrowed(Filter(document=("d2012",))), "jiaotong")
    assert not alone.by_role and not alone.news and not alone.partners


def test_partners_are_those_of_its_articles(view: View) -> None:
    found = dict(duties_of(view, "jiaotong").partners)
    assert "jiaotong" not in found and list(found.values()) == sorted(found.values(), reverse=True)
    mine = set(view.narrowed(Filter(agency=("jiaotong",))).measures["id"])
    for name, count in found.items():
        assert count == len(mine & set(view.narrowed(Filter(agency=(name,))).measures["id"])), name


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_has_its_place(outcome: Outcome) -> None:
    assert URGENT.count(outcome) == 1


def test_what_is_past_its_date_unseen_comes_first(view: View) -> None:
    ranks = {each.measure.id: (urgency(each), each.verdict) for each in view.measure_status()}
    first = [verdict for rank, verdict in ranks.values() if rank < 0]
    assert first and all(verdict.due == Due.PASSED for verdict in first)


def test_a_fact_of_tomorrow_is_no_news(register: Register) -> None:
    before = look_at(register, Filter(), date(2019, 4, 1)), look_at(register, Filter(), date(2019, 4, 2))
    opened = [
        any(news.event.id == "road-nansha-bridge-e05" for news in duties_of(one, "jiaotong").news) for one in before
    ]
    assert opened == [False, True]


def test_the_page_puts_measures_in_the_same_order() -> None:
    rows = (Path(__file__).parents[1] / "layers" / "web" / "assets" / "rows.js").read_text(encoding="utf-8")
    said = rows.partition("guantu.URGENT = {")[2].partition("features:")[0]
    assert re.findall(r'"([a-z-]+)"', said) == list(URGENT)
