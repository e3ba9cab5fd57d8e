"""Map, page for a meeting, printed sheet (the picture of slides too) and a real QGIS are the same picture."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser import BEEN_HERE, Screen
from conftest import DAY
from fonts import needs_font
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser, Frame
from pyproj import Transformer
from test_qgis_real import in_colour, opened, qgis_python, unpacked

from analysis.tours import chapter
from analysis.view import View
from geodata import read_register
from layers.paper.paper import Frame as PaperFrame
from layers.symbology import MM_PER_PX, rules
from outputs.extract import extract
from outputs.meeting import poster as sheet
from outputs.meeting import poster_layout
from outputs.meeting.brief import Brief
from outputs.meeting.posters import chapter_sheet
from outputs.meeting.tour_page import write_tour_page

pytestmark = pytest.mark.browser
Mask = NDArray[np.bool_]

PLACES = {"city": (11, 22.95, 113.80), "town": (13, 22.80, 113.68)}
"""Zoom, latitude and longitude of the views that are compared."""
BARE = """([zoom, lat, lng]) => {
  const { map, view } = guantu.page, { layer } = view, style = document.createElement('style');
  style.textContent = '#app, .map-buttons, .leaflet-control-container, #legend, '
    + '[class^=guantu-]:not(canvas, .guantu-layer) { display: none !important }';
  document.head.append(style);
  // Who has moved the map is not taken home when it gets another size.
  view.moved = true;
  guantu.paintLabels = guantu.paintGraticule = () => {};
  map.setView([lat, lng], zoom, { animate: false });
  layer.draw();
  const { x, y } = map.getSize(), corner = (at) => L.CRS.EPSG3857.project(map.containerPointToLatLng(at));
  const first = corner([0, 0]), last = corner([x, y]);
  return { size: [x, y], extent: [first.x, last.y, last.x, first.y], crs: 'EPSG:3857' };
}"""
"""Leaves only the features on the map, and tells what it shows, in metres of Web Mercator."""
ZOOM = 3
"""Dots to a pixel on a side: of a thin line at one dot a pixel, hardly any has the pure colour."""
CHANNEL = 8
"""How far a dot may be from the colour of a stage, of 255 in each channel: above 13, the ink of a town is a stage."""
FEW = 50
"""Fewer dots than this are chance."""
SHARE, RATIO, MOST, REACH, NEAR = 0.06, 1.7, 1.1, 4, 0.95
"""How far apart the two may be. Measured on the register of March 2026, with 43,000 to 144,000 dots in colours of
stages: the share of a stage among them differed by at most 0.039; the number of its dots by a factor of at most 1.35
(letters and broken outlines of markers; 1.55 where hollow markers are nearly all of a stage), of the stage with the
most dots, which are lines, by 1.01 (lines 2 pixels wider: 1.35); and of the dots of one picture 96 % or more had one
of the same stage within 4 pixels in the other (dashes begin elsewhere)."""


def masks(picture: Path, size: tuple[int, int]) -> dict[str, Mask]:
    """Where a picture has the colour of each stage that it shows, cut to a size in dots."""
    with Image.open(picture) as image:
        there = np.asarray(image.convert("RGB").crop((0, 0, *size)), dtype=int)
    found = {code: in_colour(there, rule["color"], CHANNEL) for code, rule in rules()["stage"].items()}
    return {code: mask for code, mask in found.items() if mask.sum() >= FEW}


def near(mask: Mask, other: Mask) -> float:
    """Which part of a mask lies within `REACH` pixels of another."""
    steps = range(-REACH * ZOOM, REACH * ZOOM + 1)
    for axis in (0, 1):
        other = np.logical_or.reduce([np.roll(other, step, axis) for step in steps])
    return float((mask & other).sum() / mask.sum())


def compared(view: str, mine: dict[str, Mask], theirs: dict[str, Mask]) -> None:
    """Fails where two pictures of a view differ by more than symbols may."""
    assert set(mine) == set(theirs) and len(mine) >= 5, view
    dots = {code: (int(mask.sum()), int(theirs[code].sum())) for code, mask in mine.items()}
    here, there = (sum(both) for both in zip(*dots.values(), strict=True))
    for code, mask in mine.items():
        one, other = dots[code]
        assert one / here == pytest.approx(other / there, abs=SHARE), (view, code, dots)
        most = MOST if dots[code] == max(dots.values()) else RATIO
        assert max(one, other) <= most * min(one, other), (view, code, dots)
        assert min(near(mask, theirs[code]), near(theirs[code], mask)) >= NEAR, (view, code)


@pytest.fixture(scope="module")
def views(chromium: Browser, address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What is asked of the others: the views of the map in the app, with a picture of each."""
    folder = tmp_path_factory.mktemp("app")
    context = chromium.new_context(viewport={"width": 1440, "height": 1000}, device_scale_factor=ZOOM)
    context.add_init_script(BEEN_HERE)
    screen = Screen(context.new_page(), address).open(f"?lang=zh&as_of={DAY}")
    yield {name: pictured(screen.map_frame(), place, folder / f"{name}.png") for name, place in PLACES.items()}
    context.close()


def pictured(frame: Frame, place: tuple[float, float, float], path: Path) -> dict[str, Any]:
    """A view of a map that `frame` holds, and what it shows of the stages."""
    asked: dict[str, Any] = frame.evaluate(BARE, place)
    frame.locator(".leaflet-container").screenshot(path=path)
    return asked | {"zoom": ZOOM, "masks": masks(path, tuple(side * ZOOM for side in asked["size"]))}


def test_qgis_shows_what_the_map_shows(views: dict[str, Any], view: View, tmp_path: Path) -> None:
    qgis_python()
    asked = {name: {key: value for key, value in view.items() if key != "masks"} for name, view in views.items()}
    report = opened(unpacked(tmp_path, extract(view, lang="zh")), views=asked)
    for name, view in views.items():
        drawn = report["views"][name]
        assert drawn["extent"] == pytest.approx(view["extent"], abs=1)
        compared(name, view["masks"], masks(drawn["path"], tuple(side * ZOOM for side in view["size"])))


def test_the_page_for_a_meeting_shows_what_the_map_shows(
    views: dict[str, Any], chromium: Browser, view: View, tmp_path: Path
) -> None:
    write_tour_page(tmp_path / "tour.html", Brief(view, "zh"))
    context = chromium.new_context(viewport={"width": 1440, "height": 1000}, device_scale_factor=ZOOM)
    page = context.new_page()
    page.goto((tmp_path / "tour.html").as_uri())
    page.wait_for_selector("body[data-ready]")
    page.keyboard.press("e")
    page.wait_for_selector("body[data-mode=explore]")
    for name, place in PLACES.items():
        width, height = views[name]["size"]
        size = f"inset: 0 auto auto 0 !important; width: {width}px; height: {height}px"
        page.add_style_tag(content=f"#app {{ display: none !important }} body #map {{ {size} }}")
        page.evaluate("guantu.page.map.invalidateSize({ pan: false })")
        shown = pictured(page.main_frame, place, tmp_path / f"{name}.png")
        assert shown["extent"] == pytest.approx(views[name]["extent"], abs=1)
        compared(name, views[name]["masks"], shown["masks"])
    context.close()


def test_the_printed_map_shows_what_the_map_shows(
    views: dict[str, Any], view: View, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs_font()
    one = chapter_sheet(Brief(view, "zh"), chapter(view, "overview", "zh"), "zh")
    monkeypatch.setattr(poster_layout, "names_on", lambda *_: [])
    for name, shown in views.items():
        zoom, lat, lng = PLACES[name]
        width, height = (side * MM_PER_PX for side in shown["size"])
        metres = 156543.033928 / 2**zoom * np.cos(np.radians(lat))
        crs = read_register().place.metric_crs
        east, north = (side[0] for side in Transformer.from_crs(4326, crs, always_xy=True).transform([lng], [lat]))
        scale = metres * 1000 / MM_PER_PX
        west, top = east - width * scale / 2000, north + height * scale / 2000
        # The key stands below the map: there is more paper than the view.
        frame = partial(PaperFrame, crs, True, west, top, width, scale=scale)
        monkeypatch.setattr(poster_layout, "fit", lambda *given, margin, frame=frame: frame(height=given[2]))
        path = tmp_path / f"{name}.png"
        path.write_bytes(sheet.picture(one, width, height + 40, dpi=96 * ZOOM))
        size = tuple(side * ZOOM for side in shown["size"])
        free = np.ones(size[::-1], dtype=bool)
        # The scale bar and the arrow to the north stand in corners, degrees at the edges.
        free[-250:, :600] = free[:250, -250:] = free[:50] = free[:, :150] = False
        mine = {code: mask & free for code, mask in shown["masks"].items()}
        theirs = {code: mask & free for code, mask in masks(path, size).items()}
        compared(name, *({code: mask for code, mask in each.items() if mask.sum() >= FEW} for each in (mine, theirs)))
