"""A measure against its dates, on its card: moves, pace, outcome over time, and how it is judged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from analysis.filters import Filter
from analysis.view import look_at
from geodata import CATALOG, read_register
from geodata.journal.entries import Entry, Kind
from outputs.meeting.brief import Brief
from outputs.meeting.tour_page import write_tour_page

GRID, SCHOOLS = "d2017-08-1-11", "d2017-27-1-10"


def entries() -> list[Entry]:
    """The grid has a total of one day, and its date was moved by two years."""
    value = {"target": f"{GRID}-t1", "date": "2019-03-01", "metric": "target-value", "value": "46", "unit": "亿元"}
    value |= {"source": "s-cns-grid-investment", "grade": "verified-repost"}
    dates = {"due_date": "2022-12-31", "due_text": "2022年"}
    time = "2026-02-01T00:00:00.000000Z"
    return [
        Entry(Kind.ADD, "a", "fagai", "editor", "observations", (), value, time=time),
        Entry(Kind.CHANGE, "a", "fagai", "editor", "measures", (GRID,), dates, text="会议", time=time),
    ]


@pytest.fixture(scope="module")
def page(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    path = tmp_path_factory.mktemp("dates") / "tour.html"
    view = look_at(read_register(CATALOG, entries()), Filter(), date(2026, 3, 31))
    write_tour_page(path, Brief(view, "both"))
    context = chromium.new_context(viewport={"width": 1280, "height": 720}, bypass_csp=True, reduced_motion="reduce")
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(path.as_uri())
    page.wait_for_selector("body[data-ready]")
    page.evaluate("guantu.page.set({ mode: 'explore' })")
    yield page
    assert errors == []
    context.close()


def choose(page: Page, measure: str, lang: str = "en", day: str = "2026-03-31") -> None:
    page.evaluate(
        """([id, lang, day]) => {
          const { page } = guantu;
          page.lang = page.langs.indexOf(lang);
          page.day = day;
          page.choose('measures', page.bundle.measures.findIndex((row) => row.id === id));
          page.render();
        }""",
        [measure, lang, day],
    )


def test_time_and_number_stand_side_by_side_and_the_first_date_is_not_forgotten(page: Page) -> None:
    choose(page, GRID)
    strip = page.locator("#card .pace")
    # 789 of 2190 days.
    assert [each.get_attribute("value") for each in strip.locator("progress").all()] == ["36", "40"]
    assert strip.locator("b").all_inner_texts() == ["36%", "40%"]
    words = (
        "By 2019-03-01, 36% of the time had passed and 40% was done: on time or ahead; "
        "by the date first promised, 2020-12-31, 14 percentage points behind"
    )
    since = "No newer value to compare; by 2022-12-31, 100% of the time had passed"
    assert strip.get_attribute("role") == "img"
    assert strip.get_attribute("aria-label") == (f"Total investment in main and distribution grids · {words} · {since}")
    assert page.get_by_text(words, exact=True).is_visible()
    line = page.locator("#card .notice")
    assert line.inner_text().split("\n")[0] == "date moved once, first promised for 2020-12-31"
    assert "from 2020-12-31 to 2022-12-31 (" in line.inner_text() and "会议" in line.inner_text()


def test_before_the_number_was_known_only_the_time_is_told(page: Page) -> None:
    choose(page, GRID, "zh", "2019-02-28")
    strip = page.locator("#card .pace")
    assert strip.locator("progress").count() == 1 and strip.locator("b").inner_text() == "36%"
    assert "进度无法判断：数值只是其中一段时间的，不是累计" in str(strip.get_attribute("aria-label"))


def test_the_outcome_over_time_is_a_strip_with_words(page: Page) -> None:
    choose(page, GRID)
    strip = page.locator("#card .course")
    label = str(strip.get_attribute("aria-label"))
    assert label.startswith("The outcome over time: 2017-11-08 No evidence → 2018-12-31 Under way → ")
    assert strip.locator("span").count() == label.count("→") + 1
    widths = strip.locator("span").evaluate_all("all => all.map((each) => each.getBoundingClientRect().width)")
    assert abs(sum(widths) + len(widths) - 1 - strip.evaluate("node => node.clientWidth")) < 1
    choose(page, GRID, day="2018-06-30")
    assert page.locator("#card .course").count() == 0, "one outcome is no course"


def test_the_rule_and_the_colour_can_be_unfolded(page: Page) -> None:
    choose(page, GRID, day="2021-06-30")
    fold = page.locator("#card .judged")
    assert fold.evaluate("node => node.open") is False
    fold.locator("summary").click()
    said = fold.inner_text()
    assert "Under way — A source after the document shows work on it" in said
    assert "Yellow — " in said, "the first date had passed"
    assert "red never turns green" in said
    serious = [
        fault["id"]
        for fault in Axe().run(page, context="#card").response["violations"]
        if fault["impact"] in ("serious", "critical")
    ]
    assert serious == []


def test_a_measure_without_numbers_or_moves_has_neither(page: Page) -> None:
    choose(page, SCHOOLS)
    assert page.locator("#card h2").is_visible()
    assert page.locator("#card .pace").count() == page.locator("#card .notice").count() == 0
