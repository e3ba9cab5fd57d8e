"""The jobs of a planner, each with the clicks that it may take: by mouse, by keyboard alone, by finger."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import DAY
from playwright.sync_api import Browser, Page

from analysis.counts import past_due
from analysis.filters import Filter
from analysis.view import View, look_at
from geodata import Register
from outputs.meeting.brief import Brief
from outputs.meeting.tour_page import write_tour_page

pytestmark = pytest.mark.browser
COUNT = """() => {
  window.clicks = 0;
  addEventListener("click", (event) => { if (event.isTrusted && event.detail > 0) window.clicks += 1; }, true);
}"""
KEPT = """() => ({
  measures: guantu.page.found.measures.map((m) => guantu.page.bundle.measures[m].id),
  features: guantu.page.found.features.map((f) => guantu.page.bundle.features[f].id),
})"""
SIZES = {"mouse": (1440, 900), "keyboard": (1440, 900), "finger": (390, 844)}


@pytest.fixture(scope="module")
def file(view: View, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("jobs") / "tour.html"
    write_tour_page(path, Brief(view, "both", (("overview", ""),)))
    return path


class Hand:
    """Does things with one of them, and counts clicks."""

    def __init__(self, page: Page, by: str) -> None:
        self.page, self.by = page, by
        page.evaluate(COUNT)

    def on(self, name: str) -> None:
        """Press what is called `name`, whatever that takes."""
        node = self.page.locator(f"#{name}")
        if self.by == "keyboard":
            node.focus()
            self.page.keyboard.press("Space" if node.get_attribute("type") == "checkbox" else "Enter")
        elif self.by == "finger":
            node.tap()
        else:
            node.click()
        self.page.wait_for_timeout(120)

    def find(self, words: str) -> None:
        """Search and go to the first hit."""
        if self.by == "keyboard":
            self.page.keyboard.press("/")
        else:
            self.on("q")
        self.page.keyboard.type(words)
        self.page.keyboard.press("Enter")
        self.page.wait_for_timeout(150)

    def unfold(self, facet: str) -> None:
        """Open the filters, and one of them, where they are not."""
        if self.page.locator("#filters").is_hidden():
            self.on("filters-button")
        if not self.page.locator(f"details:has(> #facet-{facet})").get_attribute("open") is not None:
            self.on(f"facet-{facet}")

    @property
    def clicks(self) -> int:
        return int(self.page.evaluate("window.clicks"))

    def kept(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = self.page.evaluate(KEPT)
        return found

    def card(self) -> str:
        return self.page.locator("#card").inner_text()


@pytest.fixture(params=SIZES)
def hand(request: pytest.FixtureRequest, chromium: Browser, file: Path) -> Iterator[Hand]:
    width, height = SIZES[request.param]
    context = chromium.new_context(
        viewport={"width": width, "height": height},
        has_touch=request.param == "finger",
        reduced_motion="reduce",
        bypass_csp=True,
    )
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{file.as_uri()}#page=map")
    page.wait_for_selector("body[data-ready]")
    yield Hand(page, request.param)
    assert errors == []
    context.close()


def at_most(hand: Hand, clicks: int) -> None:
    """Taps count as clicks; the keyboard needs none."""
    assert hand.clicks <= (0 if hand.by == "keyboard" else clicks)


def expected(view: View, **chosen: object) -> dict[str, list[str]]:
    found = view.narrowed(Filter(**chosen))  # type: ignore[arg-type]
    return {"measures": list(found.measures["id"]), "features": list(found.features["id"])}


def test_my_bureau_and_what_it_leads(hand: Hand, view: View) -> None:
    hand.find("jtj")
    hand.unfold("role")
    hand.on("role-lead")
    assert hand.kept() == expected(view, agency=("jiaotong",), role=("lead",))
    at_most(hand, 4 if hand.by == "finger" else 2)


def test_what_is_late(hand: Hand, view: View) -> None:
    hand.on("number-past-due")
    late = view.standing.measures["id"][past_due(view.standing)]
    assert hand.kept()["measures"] == list(late) and len(late)
    at_most(hand, 1)


@pytest.mark.parametrize("words", ["赣深", "ganshen", "gs", "ganzhou-shenzhen"])
def test_a_railway_by_characters_pinyin_and_initials(hand: Hand, words: str) -> None:
    hand.page.locator("#q").focus()
    hand.page.keyboard.type(words)
    titles = hand.page.locator("#hits b").all_inner_texts()
    assert any("赣深" in title for title in titles[:3]), titles
    place = next(at for at, title in enumerate(titles) if "赣深" in title)
    for _ in range(place):
        hand.page.keyboard.press("ArrowDown")
    hand.page.keyboard.press("Enter")
    assert "赣深" in hand.page.locator("#card h2").inner_text()
    at_most(hand, 0)


def test_from_the_map_to_the_source(hand: Hand, register: Register) -> None:
    """One click on the map: the card says stage, measures, agencies and sources, with links to them."""
    hand.page.evaluate(
        "guantu.page.choose('features', guantu.page.bundle.features.findIndex((f) => f.id === 'rail-ganshen'))"
    )
    card = hand.card()
    assert "投用运营" in card and "赣深客专东莞段动工" in card and "来源" in card
    assert hand.page.locator("#card a[href^=http]").count() > 1
    link = hand.page.locator("#card li .row").first
    if hand.by == "keyboard":
        link.focus()
        hand.page.keyboard.press("Enter")
    else:
        link.scroll_into_view_if_needed()
        link.click()
    assert "条文" in hand.card() and "文件" in hand.card()
    at_most(hand, 1)


def test_bridges_in_operation_of_an_agency_in_a_town(hand: Hand, view: View) -> None:
    hand.unfold("theme")
    hand.on("theme-bridges")
    hand.on("stage-maintenance")
    hand.unfold("town")
    hand.on("town-town-shatian")
    hand.on("agency-jiaotong")
    wanted = {"theme": ("bridges",), "stage": ("maintenance",), "town": ("town-shatian",), "agency": ("jiaotong",)}
    assert hand.kept() == expected(view, **wanted) and hand.kept()["features"]
    at_most(hand, 6)
    if hand.by != "finger":
        hand.on("fit-result")
        assert hand.page.evaluate("guantu.page.map.getZoom()") > 11


def test_how_it_stood_at_the_end_of_2017(hand: Hand, register: Register) -> None:
    box = hand.page.locator("#day")
    if hand.by == "keyboard":
        box.focus()
    else:
        hand.on("day")
    hand.page.keyboard.press("Control+a")
    hand.page.keyboard.type("2017-12-31\n")
    hand.page.wait_for_function("guantu.page.bundle.standsOn === '2017-12-31'")
    day = DAY.replace(year=2017, month=12, day=31)
    counts = look_at(register, Filter(), day).measures["outcome"].value_counts()
    for codes in hand.page.evaluate("guantu.ANSWERS"):
        shown = hand.page.locator(f"#number-{codes[0]} b")
        assert (int(shown.inner_text()) if shown.count() else 0) == sum(counts.get(code, 0) for code in codes), codes
    at_most(hand, 1)


def test_what_has_changed(hand: Hand, view: View) -> None:
    hand.on("number-changed")
    since = DAY.replace(year=DAY.year - 1)
    assert hand.kept() == expected(view, since=since)
    at_most(hand, 1)


def test_a_measure_on_schools_and_its_agencies(hand: Hand) -> None:
    hand.find("学校")
    card = hand.card()
    assert "学校" in hand.page.locator("#card h2").inner_text() and "市教育局" in card
    at_most(hand, 1)


def test_ten_seconds(hand: Hand, view: View) -> None:
    """Without any click: how many there are, how many are met, what is late, what has changed."""
    line = hand.page.locator("#numbers").inner_text()
    assert str(len(view.measures)) in line and "已达成" in line and "期限已过" in line and "一年内变化" in line
    assert "截至" in hand.page.locator("#days").inner_text() or hand.by == "finger"
