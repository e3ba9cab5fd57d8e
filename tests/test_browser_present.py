"""The page for a meeting, opened from a file with the network refused."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import Screen
from conftest import DAY
from playwright.sync_api import Browser, Frame, Locator, Page

from analysis.counts import key_numbers, option_counts
from analysis.filters import Filter
from analysis.spatial.answers import answer
from analysis.spatial.questions import read_question
from analysis.tours import default_tour, tour
from analysis.view import View, look_at
from geodata import read_register
from geodata.codes import Due, Outcome, Role, Stage
from layers.symbology import rules
from outputs.meeting.brief import Brief
from outputs.meeting.tour_page import write_tour_page

pytestmark = pytest.mark.browser
LIMIT = 3_000_000
SERIOUS = {"serious", "critical"}


@pytest.fixture(scope="module")
def file(view: View, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("present") / "tour.html"
    write_tour_page(path, Brief(view, "both"))
    return path


class Opened:
    """The page with all that it asked for and complained of."""

    def __init__(self, page: Page, file: Path) -> None:
        self.page, self.asked, self.errors = page, [], []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda line: self.errors.append(line.text) if line.type == "error" else None)
        page.context.set_offline(True)
        page.goto(file.as_uri())
        page.wait_for_selector("body[data-ready]")
        self.address = file.as_uri()

    def at_rest(self) -> None:
        assert self.asked == [self.address] and self.errors == []


@pytest.fixture
def opened(chromium: Browser, file: Path) -> Iterator[Opened]:
    context = chromium.new_context(viewport={"width": 1280, "height": 720}, reduced_motion="reduce")
    found = Opened(context.new_page(), file)
    yield found
    found.at_rest()
    context.close()


def test_it_is_small_enough_for_a_stick(file: Path) -> None:
    assert file.stat().st_size < LIMIT


def test_keys_walk_the_tour(opened: Opened, view: View) -> None:
    page, chapters = opened.page, tour(view, "zh")

    def title() -> str:
        return page.locator("#panel h1").inner_text()

    assert title() == chapters[0].title
    last = len(chapters) - 1
    for key, at in (("ArrowRight", 1), (" ", 2), ("ArrowLeft", 1), ("End", last), ("ArrowRight", last), ("Home", 0)):
        page.keyboard.press(key)
        assert title() == chapters[at].title, key
    for one in chapters:
        said = page.locator("#panel .say").all_inner_texts()
        assert ["".join(map(str, sentence)) for sentence in one.sentences] == said
        drawn = page.evaluate("guantu.page.chapter().features.map((f) => guantu.page.bundle.features[f].id)")
        assert drawn == list(one.features)
        page.keyboard.press("ArrowRight")


FLIGHT = """() => new Promise((done) => {
  const canvas = document.querySelector('#map canvas'), context = canvas.getContext('2d'), start = performance.now();
  const places = new Set(), found = { frames: 0, empty: 0 };
  const look = (now) => {
    const pixels = context.getImageData(canvas.width / 3, 0, canvas.width / 2, canvas.height).data;
    let ink = 0;
    for (let i = 3; i < pixels.length; i += 40) ink += pixels[i] > 0;
    found.frames += 1;
    found.empty += ink === 0;
    places.add(guantu.page.map.getCenter().toString());
    if (now - start < 1300) requestAnimationFrame(look); else done({ ...found, places: places.size });
  };
  requestAnimationFrame(look);
})"""


def test_a_flight_never_shows_an_empty_map(chromium: Browser, file: Path) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 720})
    page = Opened(context.new_page(), file).page
    for _ in range(4):
        page.keyboard.press("ArrowRight")
        found = page.evaluate(FLIGHT)
        assert found["empty"] == 0 and found["places"] > 5, found
    context.close()


def codes_in_the_legend(page: Page) -> set[str]:
    found = page.locator("#legend li[data-code]").evaluate_all("(rows) => rows.map((row) => row.dataset.code)")
    return {code for code in found if code in rules()["stage"]}


def test_the_legend_explains_the_stages_of_the_chapter(opened: Opened, view: View) -> None:
    page, (one,) = opened.page, tour(view, "zh", [("theme=bridges", "")])
    page.locator("#contents").select_option(label=one.title)
    page.wait_for_timeout(300)
    placed = view.standing.features[
        view.standing.features["id"].isin(one.features) & view.standing.features.geometry.notna()
    ]
    assert codes_in_the_legend(page) == set(placed["stage"])
    page.keyboard.press("e")
    page.locator("#legend #layer-names").wait_for()
    counts = option_counts(view, "stage")
    assert codes_in_the_legend(page) == set(counts)
    for code, count in counts.items():
        assert page.locator(f"#legend-{code} small").inner_text() == str(count), code
    # Of what it also explains nothing is left out.
    explained = {"surveyed", "sketched", "muted", "restriction", "water", "town"}
    for code in explained:
        assert page.locator(f"#legend li[data-code={code}]").is_visible(), code


def rows_of(page: Page) -> list[dict[str, Any]]:
    """All rows of the table, also those that are out of view."""
    page.locator("#table").wait_for()
    for _ in range(100):
        # Asked for anew each time: the file lets no script be made of a text, so the page cannot wait for itself.
        if page.evaluate("guantu.page.gridReady && !guantu.page.later.size"):
            break
        page.wait_for_timeout(50)
    else:
        raise AssertionError("the table was not drawn within 5 s")
    page.wait_for_timeout(200)
    found: list[dict[str, Any]] = page.evaluate("guantu.page.grid.getData()")
    return found


def row_named(page: Page, name: str) -> Locator:
    """The cell of a row that has its name: between two columns a click is for their width."""
    return page.locator("#grid .tabulator-row .named").filter(has_text=name).first


def test_a_number_leads_to_its_rows(opened: Opened) -> None:
    page = opened.page
    figure = page.locator("#panel .figure").nth(1)
    count = int(figure.inner_text())
    figure.click()
    rows = rows_of(page)
    assert len(rows) == count and f" {count}" in page.locator("#table .tabs").inner_text()
    first = page.locator("#grid .tabulator-row .named").first
    name = first.inner_text()
    assert name in {row["name"] for row in rows}
    first.click()
    assert page.locator("#card h2").inner_text() == name
    page.keyboard.press("Escape")
    page.locator("#card").wait_for(state="hidden")
    page.locator("#table").wait_for(state="hidden")


def test_the_number_of_agencies_leads_to_them_and_on_to_what_they_do(opened: Opened, view: View) -> None:
    page = opened.page
    figure = page.locator("#panel .figure").nth(2)
    assert int(figure.inner_text()) == len(set(view.register["assignments"]["agency"]))
    figure.click()
    rows = rows_of(page)
    assert len(rows) == int(figure.inner_text())
    (row,) = (row for row in rows if row["name"] == "市发改局")
    for role in Role:
        kept = view.narrowed(Filter(agency=("fagai",), role=(str(role),)))
        assert row[str(role)] == len(kept.measures), role
    row_named(page, "市发改局").click()
    page.locator("#number-measures").wait_for()
    kept = view.narrowed(Filter(agency=("fagai",)))
    assert page.locator("#number-measures b").inner_text() == str(len(kept.measures))
    assert page.locator("#number-features b").inner_text() == str(key_numbers(kept).projects)
    assert page.locator("[id^=off-agency-]").count() == 1


def filters(view: View) -> list[tuple[Filter, str]]:
    agencies = list(view.register["agencies"]["id"])
    themes = list(view.register.codelist("theme").index)
    lead, met, built = str(Role.LEAD), str(Outcome.MET), str(Stage.MAINTENANCE)
    asked: list[tuple[Filter, str]] = [
        (Filter(stage=(built,)), f"({{stage: ['{built}']}})"),
        (Filter(outcome=(met,)), f"({{outcome: ['{met}']}})"),
        (Filter(role=(lead,)), f"({{role: ['{lead}']}})"),
        (Filter(since=date(2020, 1, 1)), "({since: '2020-01-01'})"),
        (Filter(role=(lead,), since=date(2025, 3, 31)), f"({{role: ['{lead}'], since: '2025-03-31'}})"),
        (Filter(q="hm"), "({q: 'hm'})"),
        (Filter(q="虎门 站"), "({q: '虎门 站'})"),
        (Filter(q="RAIL"), "({q: 'RAIL'})"),
        (Filter(outcome=(met,), q="songshan"), f"({{outcome: ['{met}'], q: 'songshan'}})"),
    ]
    asked += [(Filter(due=(str(code),)), f"({{due: ['{code}']}})") for code in Due]
    asked += [
        (Filter(counterpart=(code,)), f"({{counterpart: ['{code}']}})")
        for code in view.register.codelist("region").index
    ]
    asked += [(Filter(theme=(code,), role=(lead,)), f"({{theme: ['{code}'], role: ['{lead}']}})") for code in themes]
    for place, code in enumerate(agencies):
        asked.append((Filter(agency=(code,)), f"({{agency: [{place}]}})"))
        own = f"({{agency: [{place}], role: ['{lead}'], stage: ['{built}']}})"
        asked.append((Filter(agency=(code,), role=(lead,), stage=(built,)), own))
    return asked


def test_its_filters_keep_what_the_app_keeps(chromium: Browser, view: View, file: Path) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(file.as_uri())
    page.wait_for_selector("body[data-ready]")
    ids = "(table) => guantu.page.bundle[table].map((row) => row.id)"
    rows = {table: page.evaluate(ids, table) for table in ("features", "measures")}
    for chosen, change in filters(view):
        selection = view.narrowed(chosen)
        kept = page.evaluate(f"guantu.applyFilter(guantu.page.bundle, {values(change)})")
        features, measures = ([rows[table][place] for place in kept[table]] for table in ("features", "measures"))
        assert features == list(selection.features["id"]), chosen
        assert measures == list(selection.measures["id"]), chosen
    counts = page.evaluate("[...guantu.countOptions(guantu.page.bundle, guantu.emptyFilter(), 'agency')]")
    names = list(view.register["agencies"]["id"])
    assert {names[place]: count for place, count in counts} == option_counts(view, "agency")
    context.close()


@pytest.mark.parametrize("base", [Filter(theme=("rail",)), Filter(agency=("fagai",), role=("lead",)), Filter(q="虎门")])
def test_filters_of_a_narrowed_page_keep_what_the_app_keeps(
    chromium: Browser, view: View, tmp_path: Path, base: Filter
) -> None:
    write_tour_page(tmp_path / "a.html", Brief(view.narrowed(base), "zh", (("overview", ""),)))
    context = chromium.new_context()
    page = context.new_page()
    page.goto((tmp_path / "a.html").as_uri())
    page.wait_for_selector("body[data-ready]")
    ids = "(table) => guantu.page.bundle[table].map((row) => row.id)"
    rows = {table: page.evaluate(ids, table) for table in ("features", "measures")}
    agencies = list(view.register["agencies"]["id"])
    asked: list[tuple[Filter, str]] = [(base, "({})")]
    asked += [(replace(base, stage=(str(code),)), f"({{stage: ['{code}']}})") for code in Stage]
    asked += [(replace(base, outcome=(str(code),)), f"({{outcome: ['{code}']}})") for code in Outcome]
    asked += [(replace(base, due=(str(code),)), f"({{due: ['{code}']}})") for code in Due]
    asked += [(replace(base, since=day), f"({{since: '{day}'}})") for day in (date(2017, 12, 31), date(2025, 3, 31))]
    if not base.agency:
        asked += [(replace(base, agency=(code,)), f"({{agency: [{place}]}})") for place, code in enumerate(agencies)]
    kept_any = 0
    for chosen, change in asked:
        selection = view.narrowed(chosen)
        kept = page.evaluate(f"guantu.applyFilter(guantu.page.bundle, {values(change)})")
        features, measures = ([rows[table][place] for place in kept[table]] for table in ("features", "measures"))
        assert features == list(selection.features["id"]), chosen
        assert measures == list(selection.measures["id"]), chosen
        kept_any += bool(features or measures)
    assert kept_any > 4
    context.close()


def values(change: str) -> str:
    """A filter as the page holds it: sets in place of lists."""
    pairs = f"Object.entries({{...guantu.emptyFilter(), ...{change}}})"
    return f"Object.fromEntries({pairs}.map(([key, value]) => [key, Array.isArray(value) ? new Set(value) : value]))"


def numbers(page: Page) -> list[int]:
    """Measures and projects as the line that answers has them."""
    return [int(page.locator(f"#number-{table} b").inner_text()) for table in ("measures", "features")]


def test_a_filter_by_hand(opened: Opened, view: View) -> None:
    page = opened.page
    page.keyboard.press("e")
    assert page.locator("#filters").is_hidden(), "over the map a sheet is opened by whoever wants it"
    page.locator("#filters-button").click()
    page.locator(f"#stage-{Stage.MAINTENANCE}").check()
    selection = view.narrowed(Filter(stage=(str(Stage.MAINTENANCE),)))
    assert numbers(page) == [len(selection.measures), key_numbers(selection).projects]
    page.locator("#q").fill("nothing-of-the-kind")
    page.locator("#hits li").last.click()
    notice = page.get_by_role("status").filter(has_text="没有符合全部条件")
    notice.wait_for()
    assert numbers(page) == [0, 0]
    # Each way back says what it would keep, and keeps it.
    (way,) = notice.locator("p button").all()
    assert re.findall(r"\d+", way.inner_text()) == [str(len(selection.measures)), str(len(selection.features))]
    way.click()
    notice.wait_for(state="hidden")
    assert numbers(page) == [len(selection.measures), key_numbers(selection).projects]
    page.locator("#q").fill("nothing-of-the-kind")
    page.locator("#hits li").last.click()
    page.locator("#reset-zero").click()
    notice.wait_for(state="hidden")
    assert numbers(page) == [len(view.measures), key_numbers(view).projects]
    page.keyboard.press("l")
    page.locator("#filters h2").filter(has_text="Filters").wait_for()
    assert page.evaluate("document.documentElement.lang") == "en"


def test_the_line_that_answers_counts_as_the_product_does(opened: Opened, view: View) -> None:
    page, counts = opened.page, key_numbers(view)
    page.keyboard.press("e")
    page.locator("#number-measures").wait_for()
    assert numbers(page) == [counts.measures, counts.projects]
    assert page.locator("#number-past-due b").inner_text() == str(counts.past_due)
    outcomes = option_counts(view, "outcome")
    for codes in page.evaluate("guantu.ANSWERS"):
        shown, count = page.locator(f"#number-{codes[0]} b"), sum(outcomes.get(code, 0) for code in codes)
        assert (shown.inner_text() if count else "0") == str(count), codes
    changed = view.narrowed(Filter(since=date(DAY.year - 1, DAY.month, DAY.day)))
    assert page.locator("#number-changed b").inner_text() == str(len(changed.measures) + key_numbers(changed).projects)
    page.locator("#number-past-due").click()
    assert numbers(page)[0] == counts.past_due
    assert page.locator("#number-past-due").get_attribute("aria-pressed") == "true"
    page.locator("#number-past-due").click()
    assert numbers(page) == [counts.measures, counts.projects]


def test_a_click_on_the_map_opens_the_card(opened: Opened) -> None:
    page = opened.page
    page.keyboard.press("e")
    page.wait_for_timeout(300)
    at = page.evaluate(
        """() => {
          const { view, map } = guantu.page, { layer } = view, { data } = layer;
          const box = map.getContainer().getBoundingClientRect();
          for (let f = 0; f < data.n; f++) {
            if (data.kind[f] !== 0 || data.context[f] || !layer._inView(f)) continue;
            const v = guantu.firstVertex(data, f), at = map.unproject(L.point(data.x[v], data.y[v]), 0);
            const point = map.latLngToContainerPoint(at), x = box.x + point.x, y = box.y + point.y;
            // Not what lies under the legend or a button.
            if (document.elementFromPoint(x, y) === map.getContainer()) return [x, y, data.ids[f]];
          }
        }"""
    )
    page.mouse.click(*at[:2])
    page.locator("#card h2").wait_for()
    assert page.evaluate("guantu.page.selected.table") == "features" and "show=features:" in page.url


def test_the_presenter_sees_notes_and_a_clock(chromium: Browser, view: View, tmp_path: Path) -> None:
    picked = (("overview", "先讲<b>结论</b>"), ("theme=bridges", ""))
    write_tour_page(tmp_path / "a.html", Brief(view, "zh", picked))
    context = chromium.new_context()
    page = Opened(context.new_page(), tmp_path / "a.html").page
    with context.expect_page() as waiting:
        page.keyboard.press("p")
    other = waiting.value
    assert other.locator(".note").inner_text() == "先讲<b>结论</b>"
    assert ":" in other.locator("#clock").inner_text()
    other.keyboard.press("ArrowRight")
    assert page.locator("#panel h1").inner_text() == other.locator("h1").inner_text() == "桥梁与过江通道"
    context.close()


def test_it_prints_every_chapter(opened: Opened, view: View) -> None:
    data = opened.page.pdf()
    assert data.startswith(b"%PDF")
    opened.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert opened.page.locator("#paper article").count() == len(default_tour(view))
    opened.page.evaluate("window.dispatchEvent(new Event('afterprint'))")


def test_colours_of_the_chart_are_those_of_the_symbology(opened: Opened, view: View) -> None:
    page = opened.page
    page.keyboard.press("ArrowRight")
    (one,) = tour(view, "zh", [(default_tour(view)[1], "")])
    bars = page.locator(".chart .fill").evaluate_all("(nodes) => nodes.map((node) => node.style.background)")
    wanted = [rules()["stage"][code]["color"] for code, _, _ in one.chart.bars]
    assert bars == [f"rgb({int(c[1:3], 16)}, {int(c[3:5], 16)}, {int(c[5:7], 16)})" for c in wanted]


def test_hostile_names_stay_text(chromium: Browser, catalog: Path, tmp_path: Path) -> None:
    path = catalog / "features" / "bridges.geojson"
    bad = "</script><script>window.hacked=1</script><img src=x onerror=window.hacked=1>"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r'("name_zh": ?)"[^"]*"', rf'\1"{bad}"', text, count=1), encoding="utf-8")
    view = look_at(read_register(catalog), Filter(), DAY)
    write_tour_page(tmp_path / "a.html", Brief(view, "zh", (("theme=bridges", ""),)))
    context = chromium.new_context()
    opened = Opened(context.new_page(), tmp_path / "a.html")
    page = opened.page
    page.locator("#panel .figure").first.click()
    assert bad in {row["name"] for row in rows_of(page)}
    # What a table shows of a cell that is pointed at is text too.
    row_named(page, "window.hacked").hover()
    page.wait_for_timeout(1000)
    assert page.evaluate("window.hacked === undefined"), "the name is markup where its cell is pointed at"
    row_named(page, "window.hacked").click()
    assert page.locator("#card h2").inner_text() == bad
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    page.locator("#q").fill("window.hacked")
    page.locator("#hits li b").filter(has_text=bad).first.click()
    assert page.locator("#card h2").inner_text() == bad
    page.mouse.move(640, 400)
    assert page.evaluate("window.hacked === undefined") and page.locator("img").count() == 0
    opened.at_rest()
    context.close()


def test_an_empty_tour_says_so(chromium: Browser, view: View, tmp_path: Path) -> None:
    write_tour_page(
        tmp_path / "a.html", Brief(view.narrowed(Filter(q="nothing-of-the-kind")), "en", (("overview", ""),))
    )
    context = chromium.new_context()
    opened = Opened(context.new_page(), tmp_path / "a.html")
    assert opened.page.locator("#panel .say").inner_text() == "Nothing here under this filter."
    opened.at_rest()
    context.close()


def serious(page: Page | Frame, **options: Any) -> list[str]:
    found = Axe().run(page, options=options)
    worst = [each for each in found.response["violations"] if each["impact"] in SERIOUS]
    return [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in worst]


def sheets(page: Page) -> Iterator[str]:
    """Opens one thing after the other, from the tour on; yields what is open."""
    page.wait_for_timeout(300)
    yield "tour"
    page.locator("#panel .figure").nth(1).click()
    page.locator("#grid .tabulator-row .named").first.click()
    page.locator("#card h2").wait_for()
    yield "tour with table and card"
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    page.locator("#number-measures").wait_for()
    page.wait_for_timeout(300)
    yield "explore"
    page.locator("#filters-button").click()
    for facet in page.locator("#filters details:not([open]) > summary").all_inner_texts():
        page.locator("#filters summary").filter(has_text=facet).first.click()
    page.locator("#filters details:not([open])").first.wait_for(state="detached")
    page.locator(f"#stage-{Stage.MAINTENANCE}").check()
    page.wait_for_timeout(300)
    yield "filters, all unfolded, with a chip"
    page.locator("#reset").click()
    page.locator("#close-filters").click()
    for table in ("measures", "features", "agencies"):
        if page.locator("#table").is_hidden():
            page.locator("#table-button").click()
        page.locator(f"#tab-{table}").click()
        page.wait_for_timeout(500)
        yield f"table of {table}"
        if table != "agencies":
            page.locator("#grid .tabulator-row .named").nth(1).click()
            page.locator("#card h2").wait_for()
            page.wait_for_timeout(300)
            yield f"card of {table}"
            page.locator("#close-details").click()
    page.locator("#columns").click()
    page.locator("#columns-dialog").wait_for()
    yield "columns"
    page.keyboard.press("Escape")
    page.locator("#close-table").click()
    if page.locator("#legend").get_attribute("open") is None:
        page.locator("#legend-head").click()
    page.wait_for_timeout(300)
    yield "legend"
    page.locator("#q").fill("hm")
    page.locator("#hits li").first.wait_for()
    yield "hits"
    page.locator("#q").fill("nothing-of-the-kind")
    page.locator("#hits li").last.click()
    page.locator("#reset-zero").wait_for()
    yield "nothing found"
    page.locator("#reset-zero").click()
    page.locator("#day").fill("2018-06-01")
    page.locator("#day").press("Enter")
    page.wait_for_timeout(500)
    page.locator("#day").fill("nonsense")
    page.locator("#day").press("Enter")
    yield "another day, and one that cannot be"
    page.locator("#menu-button").click()
    page.locator("#menu").wait_for()
    yield "menu"
    page.keyboard.press("Escape")
    for part in ("keys", "glossary", "about-data"):
        page.locator("#menu-button").click()
        page.locator(f"#menu-{part}").click()
        page.locator("#help").wait_for()
        yield part
        page.keyboard.press("Escape")
    page.locator("#menu-button").click()
    page.locator("#menu-show-around").click()
    page.locator("#walk").wait_for()
    yield "walk"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_axe_finds_nothing_serious_whatever_is_open(chromium: Browser, file: Path, lang: str) -> None:
    """In both themes; the dark one differs by its colours alone."""
    context = chromium.new_context(
        viewport={"width": 1280, "height": 720}, bypass_csp=True, reduced_motion="reduce", color_scheme="light"
    )
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{file.as_uri()}#lang={lang}")
    page.wait_for_selector("body[data-ready]")
    assert page.evaluate("document.documentElement.lang").startswith(lang)
    found = {}
    for what in sheets(page):
        found[what, "light"] = serious(page)
        page.emulate_media(color_scheme="dark")
        page.wait_for_selector("body[data-theme=dark]")
        found[what, "dark"] = serious(page, runOnly=["color-contrast"])
        page.emulate_media(color_scheme="light")
        page.wait_for_selector("body[data-theme=light]")
    assert {what: faults for what, faults in found.items() if faults} == {} and len(found) >= 36
    assert errors == []
    context.close()


def test_the_meeting_page_opens_the_tour(visit: Callable[..., Screen]) -> None:
    screen = visit()
    page = screen.page
    page.goto(f"{screen.address}/?page=meeting&lang=zh")
    assert page.get_by_role("link", name="打开讲解页").count() == 0, "nothing is made before it is asked for"
    page.get_by_role("button", name="生成讲解页").click()
    link = page.get_by_role("link", name="打开讲解页")
    link.wait_for()
    with page.context.expect_page() as waiting:
        link.click()
    waiting.value.wait_for_selector("body[data-ready]")
    assert waiting.value.locator("#panel h1").inner_text() == "总览"


def chapters_on(page: Page) -> list[str]:
    titles: list[str] = page.locator("ol li .title").all_text_contents()
    return titles


def test_chapters_are_moved_by_hand_and_by_keys_and_stay(visit: Callable[..., Screen]) -> None:
    screen = visit("?page=meeting&lang=zh&theme=bridges")
    page = screen.page
    row = page.locator("ol li").nth
    row(0).wait_for()
    before = chapters_on(page)
    assert before[:3] == ["总览", "重点项目", "桥梁与过江通道"]
    # By keys, with the focus kept and the new place said.
    row(2).locator("input").focus()
    page.keyboard.press("Alt+ArrowUp")
    page.keyboard.press("Alt+ArrowUp")
    assert chapters_on(page) == ["桥梁与过江通道", "总览", "重点项目", *before[3:]]
    assert page.locator("ol li:first-child input:focus").count() == 1
    assert page.locator("[aria-live]").filter(has_text="桥梁与过江通道：第 1").count() == 1
    # By its button, and by dragging the handle.
    row(1).locator("button", has_text="↓").click()
    assert chapters_on(page)[:3] == ["桥梁与过江通道", "重点项目", "总览"]
    row(2).locator(".handle").drag_to(row(0), target_position={"x": 60, "y": 6})
    assert chapters_on(page)[:3] == ["总览", "桥梁与过江通道", "重点项目"]
    note = row(0).locator("textarea")
    low = note.bounding_box()
    note.fill("第一行\n第二行\n第三行\n第四行")
    high = note.bounding_box()
    assert low and high and high["height"] > low["height"] * 1.8
    row(2).locator("input").uncheck()
    screen.settle()
    # Another page and back leave them as they are, and so does the file.
    screen.map_frame().locator("#page-export").click()
    page.get_by_text("生成文件").wait_for()
    screen.map_frame().locator("#page-meeting").click()
    row(0).wait_for()
    assert chapters_on(page)[:3] == ["总览", "桥梁与过江通道", "重点项目"]
    assert row(0).locator("textarea").input_value() == "第一行\n第二行\n第三行\n第四行"
    with page.expect_download() as saved:
        page.get_by_text("保存讲解文件").click()
    told = json.loads(Path(saved.value.path()).read_text(encoding="utf-8"))["chapters"]
    assert [one["chapter"] for one in told][:2] == ["overview", "theme=bridges"]
    assert "projects" not in [one["chapter"] for one in told] and told[0]["note"].count("\n") == 3


@pytest.mark.parametrize(
    "query",
    [
        *("?lang=zh", "?lang=en&table=measures", "?lang=en&page=meeting", "?lang=zh&page=meeting"),
        *("?lang=zh&page=export", "?lang=en&page=export", "?lang=zh&page=analyse", "?lang=en&page=analyse"),
    ],
)
def test_axe_finds_nothing_serious_on_the_screen(visit: Callable[..., Screen], query: str) -> None:
    screen = visit(query, color_scheme="light")
    screen.node("#number-measures").wait_for()
    if "page=" in query:
        screen.page.locator(".st-key-page button").first.wait_for()
    for theme in ("light", "dark"):
        screen.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        screen.settle(1000)
        assert screen.ask("document.body.dataset.theme") == theme
        # The page that the server makes follows, as the map does.
        ground = "getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
        assert sum(map(int, re.findall(r"\d+", screen.page.evaluate(ground))[:3])) > 600 or theme == "dark"
        assert sum(map(int, re.findall(r"\d+", screen.page.evaluate(ground))[:3])) < 150 or theme == "light"
        assert serious(screen.page) == []
        # Of a frame axe only hears when it is asked inside it, where it wants the title that the page around it has.
        found = [fault for fault in serious(screen.map_frame()) if not fault.startswith("document-title")]
        assert found == [] and screen.page.title() and screen.page.locator("iframe").first.get_attribute("title")


def test_a_chapter_shows_the_lines_of_an_answer(chromium: Browser, view: View, tmp_path: Path) -> None:
    """Each by how sure it is, with a key in words; the next chapter takes them away."""
    picked = (("question=near?from=zones&to=stations&within=5000", ""), ("overview", ""))
    path = tmp_path / "asked.html"
    write_tour_page(path, Brief(view, "both", picked))
    errors: list[str] = []
    page = chromium.new_page(viewport={"width": 1280, "height": 720})
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(path.as_uri())
    page.wait_for_selector("path.finding")
    found = answer(view, read_question("near?from=zones&to=stations&within=5000", view.register))
    for sure in ("certain", "possible", "cannot-tell"):
        drawn = sum(row.sure == sure and row.line is not None for row in found.rows)
        assert page.locator(f"path.finding-{sure}").count() == drawn > 0
    assert page.locator("#panel svg.sure-sample").count() == 3 and "不能判断" in page.locator("#panel").inner_text()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("!document.querySelector('path.finding')")
    assert errors == []
    page.close()
