"""The card of a body: its numbers are those of the register, each leads to its rows, the address holds it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from analysis.duties import duties_of
from analysis.filters import Filter
from analysis.view import View
from outputs.meeting.brief import Brief
from outputs.meeting.tour_page import write_tour_page

pytestmark = pytest.mark.browser
AGENCY = "fagai"


@pytest.fixture(scope="module")
def file(view: View, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("agency") / "tour.html"
    write_tour_page(path, Brief(view, "both", (("overview", ""),)))
    return path


def test_the_card_of_a_body(chromium: Browser, file: Path, view: View) -> None:
    mine = view.narrowed(Filter(agency=(AGENCY,)))
    counts = Counter(str(row.verdict.outcome) for row in mine.measure_status())
    name = view.register["agencies"].set_index("id").loc[AGENCY, "name_zh"]
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(f"{file.as_uri()}#lang=zh&page=map&agency={AGENCY}")
    page.wait_for_selector("body[data-ready]")
    page.locator("#answer .chip button").first.click()
    card = page.locator("#card")
    assert card.locator("h2").inner_text() == name
    assert f"show=agencies%3A{AGENCY}" in page.url or f"show=agencies:{AGENCY}" in page.url
    codes = view.register.codelist("outcome")["title_zh"]
    for code, n in counts.items():
        assert card.get_by_role("button", name=f"{codes[code]} {n}", exact=True).is_visible()
    said = card.inner_text()
    assert f"措施 {len(mine.measures)}" in said and "最新进展" in said and "共同承担的机构" in said
    code = max(counts, key=lambda each: counts[each])
    card.get_by_role("button", name=f"{codes[code]} {counts[code]}", exact=True).click()
    found = page.evaluate("() => guantu.page.found.measures.map((m) => guantu.page.bundle.measures[m].id)")
    asked = view.narrowed(Filter(agency=(AGENCY,), outcome=(code,)))
    assert found == list(asked.measures["id"])
    page.go_back()
    page.wait_for_timeout(200)
    assert card.locator("h2").inner_text() == name
    context.close()


def test_the_page_and_the_sheet_tell_the_same_of_every_body(chromium: Browser, file: Path, view: View) -> None:
    """Measures by role, news and partners: looked up in the page, worked out for the sheet."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{file.as_uri()}#lang=zh&page=map&as_of={view.day}")
    page.wait_for_selector("body[data-ready]")
    told = page.evaluate(
        """() => {
          const { page } = guantu, { bundle } = page, id = (m) => bundle.measures[m].id;
          return Object.fromEntries(bundle.agencies.map((agency, row) => {
            const roles = guantu.dutiesOf(bundle, row);
            const mine = [...new Set([...roles.values()].flat())].sort((a, b) => a - b);
            return [agency.id, {
              roles: [...roles].filter(([, list]) => list.length).map(([role, list]) => [role, list.map(id)]),
              news: guantu.newsOf(page, mine)
                .map(({ fact, served }) => [fact.date, page.of(fact.text), served.map(id)]),
              partners: guantu.partnersOf(bundle, row, mine).map(([each, n]) => [bundle.agencies[each].id, n]),
            }];
          }));
        }"""
    )
    assert len(told) == len(view.register["agencies"]) > 60
    for agency, said in told.items():
        found = duties_of(view, agency)
        assert said["roles"] == [[role, list(named)] for role, named in found.by_role.items()], agency
        assert said["partners"] == [list(pair) for pair in found.partners], agency
        news = [[each.event.date, each.event.text.zh, list(each.measures)] for each in found.news]
        assert said["news"] == news, agency
    context.close()
