"""What befalls a page that stays open: a server that restarts, no network, blocked storage, an old browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from browser import Screen, free_port, serve
from playwright.sync_api import Browser, Page

from analysis.view import View
from geodata import Register
from layers.web.config import config_of
from layers.web.document import document
from outputs.meeting.brief import Brief
from outputs.meeting.tour_page import write_tour_page

pytestmark = pytest.mark.browser
Visit = Callable[..., Screen]
TOLD = ("overview", "projects", "theme=rail", "theme=bridges", "asks", "changes=2017-11-08")
SHOWN = "() => JSON.stringify([guantu.page.found, guantu.page.day, guantu.page.view.layer.stats.byStage])"


@pytest.fixture(scope="module")
def file(view: View, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("trouble") / "tour.html"
    write_tour_page(path, Brief(view, "both", tuple((key, "") for key in TOLD)))
    return path


def test_a_restarted_server_is_asked_with_the_last_act(visit: Visit) -> None:
    """What was chosen while nobody answered counts on the next page."""
    port = free_port()
    with serve(port=port) as address:
        screen = visit(at=address)
        frame = screen.map_frame()
        frame.locator("#number-met").click()
    frame.locator("#legend-maintenance").click()
    chosen = frame.evaluate(SHOWN)
    with serve(port=port):
        page = screen.page
        # Streamlit knocks at the door again in ever longer steps.
        page.wait_for_function(
            "document.querySelector('[data-testid=stApp]').dataset.testConnectionState === 'CONNECTED'",
            timeout=60_000,
        )
        screen.settle()
        assert screen.map_frame().evaluate(SHOWN) == chosen
        screen.map_frame().locator("#page-export").click()
        page.get_by_text("生成文件").wait_for(timeout=60_000)
        said = page.locator(".gt-export").inner_text()
        assert "已达成" in said and "投用运营" in said
        screen.map_frame().locator("#page-map").click()
        screen.settle()
        assert screen.map_frame().evaluate(SHOWN) == chosen


def test_it_is_explored_without_a_network(visit: Visit) -> None:
    screen = visit(fresh=True)
    screen.page.context.set_offline(True)
    frame = screen.map_frame()
    before = len(screen.requests)
    frame.locator("#number-met").click()
    frame.locator("#table-button").click()
    frame.locator(".tabulator-row").first.click()
    frame.locator("#card h2").wait_for()
    frame.locator("#day").fill("2018-06-01")
    frame.locator("#day").press("Enter")
    frame.wait_for_function("guantu.page.bundle.standsOn === '2018-06-01'")
    assert not [url for url in screen.requests[before:] if "_stcore" not in url]


def test_two_tabs_do_not_know_each_other(visit: Visit) -> None:
    first, second = visit("?theme=rail"), visit("?theme=bridges")
    for screen, theme in ((first, "rail"), (second, "bridges")):
        screen.map_frame().locator("#number-met").click()
        assert f"theme={theme}" in screen.page.url
        kept = screen.ask("[...new Set(guantu.page.found.features.map((f) => guantu.page.bundle.features[f].theme))]")
        assert kept == [theme]


OLD = {
    "no newer lists": "delete Array.prototype.findLast",
    "no dialogs": "const made = document.createElement.bind(document);"
    " document.createElement = (tag) => made(tag === 'dialog' ? 'div' : tag);",
}


@pytest.mark.parametrize("missing", OLD)
def test_an_old_browser_is_told_in_both_languages(chromium: Browser, file: Path, missing: str) -> None:
    context = chromium.new_context(bypass_csp=True)
    page = context.new_page()
    page.add_init_script(OLD[missing])
    page.goto(file.as_uri())
    said = page.locator("#too-old").inner_text()
    assert "浏览器太旧" in said and "too old" in said
    assert_chapters_are_read(page)
    context.close()


def assert_chapters_are_read(page: Page) -> None:
    """The chapters stand there as text, and one can get to the last."""
    heads = page.locator("#plain h2")
    assert heads.count() == 2 * len(TOLD) and heads.first.is_visible()
    heads.last.scroll_into_view_if_needed()
    assert heads.last.is_visible()
    box = heads.last.bounding_box()
    assert box and 0 <= box["y"] < 720


def test_an_engine_that_cannot_read_the_scripts_shows_the_chapters(
    chromium: Browser, file: Path, tmp_path: Path
) -> None:
    old = tmp_path / "old.html"
    text = file.read_text(encoding="utf-8")
    # A script that does not parse, as that of today does not in an engine of 2018.
    old.write_text(text.replace("window.guantu = {};", "window.guantu = {}; let = = 1;"), encoding="utf-8")
    context = chromium.new_context(bypass_csp=True)
    page = context.new_page()
    page.add_init_script(OLD["no newer lists"])
    page.goto(old.as_uri())
    assert "浏览器太旧" in page.locator("#too-old").inner_text()
    assert_chapters_are_read(page)
    context.close()


def test_the_file_needs_nothing_to_unpack_it(chromium: Browser, file: Path) -> None:
    context = chromium.new_context(bypass_csp=True)
    page = context.new_page()
    page.add_init_script("delete window.DecompressionStream")
    page.goto(file.as_uri())
    page.wait_for_selector("body[data-ready]")
    assert page.locator("#too-old").count() == page.locator("#plain").count() == 0
    assert page.evaluate("guantu.page.view.layer.data.n") > 100
    context.close()


def test_the_app_says_that_it_has_to_unpack(chromium: Browser, register: Register, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(document(("a.gz", "b.gz"), config_of(register)), encoding="utf-8")
    context = chromium.new_context(bypass_csp=True)
    page = context.new_page()
    page.add_init_script("delete window.DecompressionStream")
    page.goto((tmp_path / "a.html").as_uri())
    assert "浏览器太旧" in page.locator("#too-old").inner_text()
    context.close()


def test_without_scripts_the_file_says_what_to_do(chromium: Browser, file: Path) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(file.as_uri())
    assert "脚本" in page.locator("noscript").inner_text()
    assert_chapters_are_read(page)
    context.close()


def test_a_blocked_window_leaves_the_notes_in_the_page(chromium: Browser, view: View, tmp_path: Path) -> None:
    write_tour_page(tmp_path / "a.html", Brief(view, "zh", (("overview", "先讲\n数字"), ("theme=rail", ""))))
    context = chromium.new_context(bypass_csp=True)
    page = context.new_page()
    page.add_init_script("window.open = () => null")
    page.goto((tmp_path / "a.html").as_uri())
    page.wait_for_selector("body[data-ready]")
    page.keyboard.press("p")
    here = page.locator("#notes-here")
    assert "拦住" in here.inner_text() and "先讲" in here.inner_text()
    page.keyboard.press("ArrowRight")
    assert "先讲" not in here.inner_text()
    page.keyboard.press("p")
    assert here.count() == 0
    context.close()


@pytest.mark.parametrize("ratio", [0.75, 1.5, 3])
def test_it_is_sharp_at_every_pixel_ratio(chromium: Browser, file: Path, ratio: float) -> None:
    context = chromium.new_context(device_scale_factor=ratio, viewport={"width": 900, "height": 600}, bypass_csp=True)
    page = context.new_page()
    page.goto(f"{file.as_uri()}#page=map")
    page.wait_for_selector("body[data-ready]")
    wide = page.evaluate("() => { const c = guantu.page.view.layer.canvas; return [c.width, c.offsetWidth] }")
    assert wide[0] == round(wide[1] * ratio)
    context.close()


def test_the_browsers_own_zoom_draws_anew(chromium: Browser, file: Path) -> None:
    context = chromium.new_context(viewport={"width": 900, "height": 600}, bypass_csp=True)
    page = context.new_page()
    page.goto(f"{file.as_uri()}#page=map")
    page.wait_for_selector("body[data-ready]")
    session = context.new_cdp_session(page)
    session.send(
        "Emulation.setDeviceMetricsOverride", {"width": 450, "height": 300, "deviceScaleFactor": 2, "mobile": False}
    )
    page.wait_for_function(
        "() => { const c = guantu.page.view.layer.canvas; return c.width === Math.round(c.offsetWidth * 2) }"
    )
    context.close()


@pytest.mark.parametrize("width", [320, 480, 1023, 1024, 1439, 1440, 3840])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_width_needs_scrolling_sideways(chromium: Browser, file: Path, width: int, lang: str) -> None:
    """The map keeps at least half of what the window leaves, and nothing of the bar is out of reach."""
    context = chromium.new_context(viewport={"width": width, "height": 720}, bypass_csp=True)
    page = context.new_page()
    page.goto(f"{file.as_uri()}#page=map&lang={lang}")
    page.wait_for_selector("body[data-ready]")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for name in ("q", "menu-button", "filters-button", "table-button", "play", "day", "home"):
        box = page.locator(f"#{name}").bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= width, name
    map_box = page.locator("#map").bounding_box()
    assert map_box and map_box["width"] * map_box["height"] > 0.5 * width * 720
    context.close()
