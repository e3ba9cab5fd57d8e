"""The export page in Chromium: the file that a planner downloads is that of the view on the screen."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from browser import Screen
from catalogs import HAN

from analysis.filters import Filter
from analysis.view import look_at
from geodata import Register
from outputs.extract import extract
from outputs.fields import tables
from outputs.products import PRODUCTS
from views.words import TEXTS

pytestmark = pytest.mark.browser
Visit = Callable[..., Screen]
ZH, EN = TEXTS.by_language()["zh"], TEXTS.by_language()["en"]


def to(screen: Screen, page: str) -> None:
    screen.click(f"#page-{page}")
    made = screen.page.locator(".st-key-make-file")
    made.wait_for(state="visible" if page == "export" else "detached", timeout=60_000)
    screen.settle()


def choose(screen: Screen, label: str, option: str) -> None:
    screen.page.get_by_test_id("stSelectbox").filter(has_text=label).locator("input").click()
    screen.page.locator("[role=option]").filter(has_text=option).first.click()
    screen.settle()


def download(screen: Screen, make: str, folder: Path) -> Path:
    screen.page.get_by_role("button", name=make).click()
    screen.page.locator(".st-key-download button").wait_for(timeout=60_000)
    with screen.page.expect_download() as waiting:
        screen.page.locator(".st-key-download button").click()
    target = folder / waiting.value.suggested_filename
    waiting.value.save_as(target)
    return target


def test_the_file_is_the_view_on_the_screen(visit: Visit, register: Register, tmp_path: Path) -> None:
    screen = visit("?lang=zh&stage=implementation&as_of=2020-01-01")
    to(screen, "export")
    assert screen.query() == {"stage": "implementation", "as_of": "2020-01-01", "page": "export"}
    choose(screen, ZH["format"], PRODUCTS["geojson"].title.zh)
    path = download(screen, ZH["make-file"], tmp_path)
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    day = date(2020, 1, 1)
    expected = extract(look_at(register, Filter(stage=("implementation",), as_of=day)), lang="zh")
    placed = {
        code for frame in expected.layers.values() for code in frame.loc[~frame["background"].astype(bool), "code"]
    }
    assert {row["id"] for row in found["features"] if row["geometry"]} == placed
    assert found["about"] == expected.said(expected.count("features", "unplaced"), "EPSG:4326")
    assert not screen.errors and not screen.foreign()


def test_the_file_is_that_of_the_address_and_of_what_was_chosen_since(
    visit: Visit, register: Register, tmp_path: Path
) -> None:
    """Whoever sends an address of the export page sends what is exported; the filter goes on counting there."""
    screen = visit("?page=export&lang=en&theme=rail")
    screen.page.locator(".st-key-make-file").wait_for(timeout=60_000)
    screen.settle()
    screen.click("#number-met")
    screen.page.get_by_text("Measures", exact=False).first.wait_for()
    choose(screen, EN["format"], PRODUCTS["geojson"].title.en)
    path = download(screen, EN["make-file"], tmp_path)
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    chosen = Filter(theme=("rail",), outcome=("met", "met-late", "already-so"))
    expected = extract(look_at(register, chosen), lang="en")
    assert found["about"] == expected.said(expected.count("features"), "EPSG:4326")
    assert not screen.errors and not screen.foreign()


def test_the_map_comes_back_as_it_was(visit: Visit) -> None:
    screen = visit("?lang=en&theme=rail&map=12,22.9000,113.7500&show=features:rail-guanhui")
    screen.ask("window.mark = 'same page'")
    before = screen.visible()
    to(screen, "export")
    # The screen keeps its bar above the page of the server, and nothing of the map lies over that.
    frame, made = screen.page.locator("iframe").bounding_box(), screen.page.locator(".st-key-make-file").bounding_box()
    assert frame and made and frame["height"] < 120 and made["y"] >= frame["height"]
    assert screen.node("#map").is_hidden() and screen.node("#card").is_hidden()
    to(screen, "map")
    assert screen.visible() == before
    assert screen.map_view() == [12, 22.9, 113.75]
    assert screen.selected() == "features:rail-guanhui" and screen.node("#card").is_visible()
    assert screen.ask("window.mark") == "same page"
    assert screen.page.locator("iframe").bounding_box() == {"x": 0, "y": 0, "width": 1440, "height": 1000}
    assert not screen.errors


def test_the_day_and_the_filter_that_were_chosen_on_the_map_are_exported(visit: Visit, register: Register) -> None:
    """The server hears of the state when its page is asked for, not before."""
    screen = visit("?lang=zh")
    screen.node("#day").fill("2018-06-01")
    screen.node("#day").press("Enter")
    screen.settle()
    screen.pick("theme", "bridges")
    to(screen, "export")
    said = screen.page.locator(".gt-export").inner_text()
    kept = look_at(register, Filter(theme=("bridges",)), date(2018, 6, 1))
    assert "2018-06-01" in said and f"{tables()['measures'].title('zh')} {len(kept.measures)}" in said


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("page", ["export", "meeting"])
def test_the_page_speaks_one_language_and_nothing_is_cut(visit: Visit, page: str, lang: str) -> None:
    screen = visit(f"?lang={lang}&page={page}", size=(1280, 720))
    screen.page.locator(f".st-key-{'make-file' if page == 'export' else 'make-slides'}").wait_for(timeout=60_000)
    screen.settle()
    text = screen.page.locator("[data-testid=stMain]").inner_text()
    if lang == "en":
        # The switch of the languages names each in itself.
        assert not HAN.search(text.replace("中文", ""))
    if page == "export":
        assert PRODUCTS["qgis"].hint.in_(lang) in text
    for size in ((1280, 720), (1920, 1080), (1024, 768), (820, 1180), (390, 844)):
        screen.page.set_viewport_size({"width": size[0], "height": size[1]})
        screen.settle()
        nothing_is_cut(screen, size)
    assert not screen.errors


def nothing_is_cut(screen: Screen, size: tuple[int, int]) -> None:
    main = screen.page.locator("[data-testid=stMain]")
    assert main.evaluate("(node) => node.scrollWidth - node.clientWidth") <= 0, size
    assert screen.page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert screen.node("#top").is_visible() and screen.node("#answer").is_visible()
    # The first thing of the page lies below the bar, and can be clicked.
    button = main.locator("button:visible").first
    box, frame = button.bounding_box(), screen.page.locator("iframe").bounding_box()
    assert box and frame and box["y"] >= frame["height"], size
    # The menu may lie over the page, and then the page is there again.
    screen.click("#menu-button")
    menu, tall = screen.node("#menu").bounding_box(), screen.page.locator("iframe").bounding_box()
    assert menu and tall and menu["y"] + menu["height"] <= tall["height"] <= size[1]
    screen.page.keyboard.press("Escape")
    screen.settle()
    assert screen.page.locator("iframe").bounding_box() == frame


def test_the_language_of_the_page_follows_the_switch(visit: Visit) -> None:
    screen = visit("?lang=zh&page=export")
    screen.page.get_by_role("button", name=ZH["make-file"]).wait_for(timeout=60_000)
    screen.click("#lang")
    screen.page.get_by_role("button", name=EN["make-file"]).wait_for(timeout=30_000)
    assert not screen.errors
