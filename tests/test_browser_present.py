"""The page for a meeting, opened from a file with the network refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import Screen
from conftest import DAY
from playwright.sync_api import Browser, Page

from analysis.counts import option_counts
from analysis.filters import Filter
from analysis.tours import default_tour, tour
from analysis.view import View, look_at
from geodata import read_register
from geodata.codes import Outcome, Role, Stage
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


def test_the_legend_explains_the_stages_of_the_chapter(opened: Opened, view: View) -> None:
    page, (one,) = opened.page, tour(view, "zh", [("theme=bridges", "")])
    page.locator("#contents").select_option(label=one.title)
    placed = view.standing.features[
        view.standing.features["id"].isin(one.features) & view.standing.features.geometry.notna()
    ]
    shown = page.locator(".guantu-legend li:not([hidden])").evaluate_all(
        "(rows) => rows.map((row) => row.dataset.code)"
    )
    assert {code for code in shown if code in rules()["stage"]} == set(placed["stage"])
    page.keyboard.press("e")
    assert page.locator(".guantu-legend li[hidden]").count() == 0


def test_a_number_leads_to_its_rows(opened: Opened) -> None:
    page = opened.page
    figure = page.locator("#panel .figure").nth(1)
    count = int(figure.inner_text())
    figure.click()
    assert page.locator("#table tbody tr").count() == count
    page.locator("#table tbody button").first.click()
    assert page.locator("#details h2").inner_text() == page.locator("#table tbody button").first.inner_text()
    page.keyboard.press("Escape")
    assert page.locator("#details").is_hidden() and page.locator("#table").is_hidden()


def test_the_number_of_agencies_leads_to_them_and_on_to_what_they_do(opened: Opened, view: View) -> None:
    page = opened.page
    figure = page.locator("#panel .figure").nth(2)
    assert int(figure.inner_text()) == len(set(view.register["assignments"]["agency"]))
    figure.click()
    assert page.locator("#table tbody tr").count() == int(figure.inner_text())
    row = page.locator("#table tbody tr").filter(has_text="市发改局")
    lead = view.narrowed(Filter(agency=("fagai",), role=(str(Role.LEAD),)))
    assert row.locator("td").nth(1).inner_text() == str(len(lead.measures))
    row.get_by_role("button").click()
    kept = view.narrowed(Filter(agency=("fagai",)))
    assert page.locator("#counts b").first.inner_text() == str(len(kept.measures))


def filters(view: View) -> list[tuple[Filter, str]]:
    agencies = list(view.register["agencies"]["id"])
    themes = list(view.register.codelist("theme").index)
    lead, met, built = str(Role.LEAD), str(Outcome.MET), str(Stage.MAINTENANCE)
    asked: list[tuple[Filter, str]] = [
        (Filter(stage=(built,)), f"({{stage: ['{built}']}})"),
        (Filter(outcome=(met,)), f"({{outcome: ['{met}']}})"),
        (Filter(role=(lead,)), f"({{role: ['{lead}']}})"),
        (Filter(q="hm"), "({q: 'hm'})"),
        (Filter(q="虎门 站"), "({q: '虎门 站'})"),
        (Filter(q="RAIL"), "({q: 'RAIL'})"),
        (Filter(outcome=(met,), q="songshan"), f"({{outcome: ['{met}'], q: 'songshan'}})"),
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


def test_a_filter_by_hand(opened: Opened, view: View) -> None:
    page = opened.page
    page.keyboard.press("e")
    page.locator(f"#stage-{Stage.MAINTENANCE}").check()
    selection = view.narrowed(Filter(stage=(str(Stage.MAINTENANCE),)))
    numbers = [int(text) for text in page.locator("#counts b").all_inner_texts()]
    assert numbers == [len(selection.measures), len(selection.features)]
    page.locator("#q").fill("nothing-of-the-kind")
    page.get_by_role("status").filter(has_text="请放宽").wait_for()
    page.locator("#reset").click()
    page.keyboard.press("l")
    assert page.locator("#panel h1").inner_text() == "Filters"
    assert page.evaluate("document.documentElement.lang") == "en"


def test_a_click_on_the_map_opens_the_details(opened: Opened) -> None:
    page = opened.page
    page.keyboard.press("e")
    at = page.evaluate(
        """() => {
          const { bridge, map } = guantu.page, layer = bridge.layer, data = layer.data;
          const f = data.ids.findIndex((id, i) => data.kind[i] === 0 && data.context[i] === 0 && layer._inView(i));
          const v = guantu.firstVertex(data, f), at = map.unproject(L.point(data.x[v], data.y[v]), 0);
          const point = map.latLngToContainerPoint(at);
          const box = map.getContainer().getBoundingClientRect();
          return [box.x + point.x, box.y + point.y];
        }"""
    )
    page.mouse.click(*at)
    page.locator("#details h2").wait_for()


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
    opened.page.locator("#panel .figure").first.click()
    assert bad in opened.page.locator("#table tbody").inner_text()
    assert opened.page.evaluate("window.hacked === undefined")
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


def serious(page: Page) -> list[str]:
    found = Axe().run(page)
    worst = [each for each in found.response["violations"] if each["impact"] in SERIOUS]
    return [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in worst]


@pytest.mark.parametrize("mode", ["tour", "explore"])
def test_axe_finds_nothing_serious_in_the_page(chromium: Browser, file: Path, mode: str) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 720}, bypass_csp=True, reduced_motion="reduce")
    page = context.new_page()
    page.goto(file.as_uri())
    page.wait_for_selector("body[data-ready]")
    if mode == "explore":
        page.keyboard.press("e")
        page.locator("#table tbody button").first.click()
    assert serious(page) == []
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


@pytest.mark.parametrize("query", ["?lang=zh", "?lang=en&page=meeting"])
def test_axe_finds_nothing_serious_on_the_screen(visit: Callable[..., Screen], query: str) -> None:
    screen = visit()
    screen.page.goto(f"{screen.address}/{query}")
    screen.page.get_by_text("510").first.wait_for()
    screen.page.wait_for_timeout(2000)
    assert serious(screen.page) == []
