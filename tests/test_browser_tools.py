"""What is taken from the screen: a picture of the map, its rows, distances; and what stands on paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from analysis.view import View
from geodata.model import Measure
from layers.symbology import rules
from outputs.meeting.brief import Brief
from outputs.meeting.tour_page import write_tour_page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def file(view: View, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tools") / "tour.html"
    write_tour_page(path, Brief(view, "both", (("overview", ""),)))
    return path


@pytest.fixture
def page(chromium: Browser, file: Path) -> Iterator[Page]:
    context = chromium.new_context(
        viewport={"width": 1280, "height": 720}, reduced_motion="reduce", bypass_csp=True, accept_downloads=True
    )
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.goto(f"{file.as_uri()}#page=map&stage=maintenance")
    opened.wait_for_selector("body[data-ready]")
    yield opened
    assert errors == []
    context.close()


def test_a_picture_of_the_map_is_what_is_seen(page: Page, tmp_path: Path) -> None:
    with page.expect_download() as waiting:
        page.evaluate("guantu.savePicture(guantu.page)")
    path = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(path)
    assert path.suffix == ".png" and "2026-03-31" in path.name
    with Image.open(path) as picture:
        size = page.evaluate("() => { const s = guantu.page.map.getSize(); return [s.x, s.y] }")
        assert picture.size[0] == size[0] and picture.size[1] > size[1]
        colour = rules()["stage"]["maintenance"]["color"]
        wanted = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
        assert (np.asarray(picture.convert("RGB")) == wanted).all(axis=2).sum() > 500


def test_the_table_is_copied_as_it_stands(page: Page, view: View) -> None:
    page.locator("#number-measures").click()
    page.locator("#grid .tabulator-row").first.wait_for()
    copied = page.evaluate(
        """() => new Promise((done) => {
          document.addEventListener("copy", (event) => done(event.clipboardData.getData("text/plain")));
          document.getElementById("copy-table").click();
        })"""
    )
    lines = copied.strip().split("\n")
    assert lines[0].split("\t")[:2] == ["名称", "措施结果"]
    kept = page.evaluate("guantu.page.found.measures.map((m) => guantu.page.bundle.measures[m].name[0])")
    assert sorted(line.split("\t")[0] for line in lines[1:]) == sorted(kept)
    outcomes = {row.title.zh for row in view.register.codes("outcome").values()}
    assert {line.split("\t")[1] for line in lines[1:]} <= outcomes
    assert "行已复制" in page.locator("#told").inner_text()


def test_a_distance_is_measured_with_its_warning(page: Page) -> None:
    page.evaluate("guantu.startMeasuring(guantu.page)")
    box = page.locator("#map").bounding_box()
    assert box
    x, y = box["x"] + 300, box["y"] + 300
    page.mouse.click(x, y)
    page.mouse.click(x + 200, y)
    metres = page.evaluate(
        """([x, y]) => {
          const { map } = guantu.page, at = (px) => map.containerPointToLatLng([px, y]);
          return map.distance(at(x), at(x + 200));
        }""",
        [300, 300],
    )
    said = page.locator("#told").inner_text()
    assert f"{metres / 1000:.{1 if metres < 10000 else 0}f} km" in said and "示意线" in said
    assert page.evaluate("guantu.page.selected") is None, "a click that measures chooses nothing"
    page.keyboard.press("Escape")
    assert page.locator("#told").is_hidden() and page.evaluate("guantu.page.measuring") is None


def test_the_place_under_the_pointer_is_said(page: Page) -> None:
    box = page.locator("#map").bounding_box()
    assert box
    page.mouse.move(box["x"] + 400, box["y"] + 200)
    page.wait_for_function("document.querySelector('.guantu-at').textContent.includes('E')")
    said = page.locator(".guantu-at").inner_text()
    at = page.evaluate("() => { const p = guantu.page.map.containerPointToLatLng([400, 200]); return [p.lng, p.lat] }")
    assert said == f"{at[0]:.4f}°E {at[1]:.4f}°N"


def test_paper_has_the_map_and_no_buttons(page: Page) -> None:
    page.locator("#number-features").click()
    page.emulate_media(media="print")
    for name in ("top", "answer", "days"):
        assert page.locator(f"#{name}").is_hidden(), name
    assert page.locator("#map").is_visible() and page.locator("#table").is_visible()
    assert page.pdf().startswith(b"%PDF")


def test_layers_are_switched_and_the_stages_stay(page: Page) -> None:
    shown = "guantu.page.view.layer.stats.byStage"
    before = page.evaluate(shown)
    page.evaluate("guantu.page.set({ open: { ...guantu.page.open, legend: true } })")
    for name in ("names", "towns", "water", "rings", "grid"):
        page.locator(f"#layer-{name}").uncheck()
        assert page.evaluate(f"guantu.page.view.layer.view.{name}") is False
    assert page.evaluate(shown) == before


def test_what_needs_a_hand_stands_first(page: Page, view: View) -> None:
    """A date that has passed without evidence leads; what nobody knows anything of comes last."""
    page.evaluate("guantu.page.reset()")
    page.locator("#number-measures").click()
    page.locator("#grid .tabulator-row").first.wait_for()
    rows = page.evaluate(
        "guantu.byUrgency(guantu.page, 'measures', guantu.page.found.measures)"
        ".map((m) => [guantu.page.bundle.measures[m].past, guantu.page.bundle.measures[m].outcome])"
    )
    silent = (["passed", "no-evidence"], ["passed", "not-searched"])
    late = sum(row in silent for row in rows)
    assert late and all(row in silent for row in rows[:late])
    assert rows[-1][1] == "not-searched" and len(rows) == len(view.register.rows(Measure))
