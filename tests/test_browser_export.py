"""The export page in Chromium: the file that a planner downloads is that of the view on the screen."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from browser import Screen

from analysis.filters import Filter
from analysis.view import look_at
from geodata import Register
from outputs.extract import extract
from outputs.products import PRODUCTS
from views.words import TEXTS

pytestmark = pytest.mark.browser
Visit = Callable[..., Screen]
ZH, EN = TEXTS.by_language()["zh"], TEXTS.by_language()["en"]


def to(screen: Screen, page: str) -> None:
    screen.page.locator(".st-key-page").get_by_text(page, exact=True).click()
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
    to(screen, ZH["page-export"])
    assert "page=export" in screen.page.url and "stage=implementation" in screen.page.url
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


def test_the_map_comes_back_as_it_was(visit: Visit) -> None:
    screen = visit("?lang=en&theme=rail&map=12,22.9000,113.7500")
    before = screen.visible()
    to(screen, EN["page-export"])
    assert screen.page.locator("iframe").count() == 0
    to(screen, EN["page-map"])
    screen.map_frame().wait_for_function(
        "() => window.guantu && guantu.bridge && guantu.bridge.drawn && guantu.bridge.seen"
    )
    assert screen.visible() == before
    view = "[guantu.bridge.map.getZoom(), +guantu.bridge.map.getCenter().lat.toFixed(3)]"
    assert screen.ask(view) == [12, 22.9]
    assert not screen.errors


@pytest.mark.parametrize(("lang", "size"), [("zh", (1280, 720)), ("en", (1920, 1080))])
def test_the_page_speaks_one_language_and_nothing_is_cut(visit: Visit, lang: str, size: tuple[int, int]) -> None:
    screen = visit(f"?lang={lang}", size=size)
    to(screen, TEXTS.by_language()[lang]["page-export"])
    main = screen.page.locator("[data-testid=stMain]")
    assert main.evaluate("(node) => node.scrollWidth - node.clientWidth") <= 0
    text = main.inner_text()
    if lang == "en":
        assert not any("\u4e00" <= char <= "\u9fff" for char in text.replace("中文", ""))
    assert TEXTS.by_language()[lang]["no-shapefile"] in text
