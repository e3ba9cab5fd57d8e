"""The map in the browser and the package in a real QGIS are the same picture."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser import Screen
from conftest import DAY
from numpy.typing import NDArray
from PIL import Image
from test_qgis_real import in_colour, opened, qgis_python, unpacked

from analysis.content import content
from analysis.filters import Filter
from analysis.join import Joined
from layers.symbology import rules

pytestmark = pytest.mark.browser
Mask = NDArray[np.bool_]

PLACES = {"city": (11, 22.95, 113.80), "town": (13, 22.80, 113.68)}
"""Zoom, latitude and longitude of the views that are compared."""
BARE = """([zoom, lat, lng]) => {
  const { map, layer } = guantu.bridge, style = document.createElement('style');
  style.textContent = '.leaflet-control-container, [class^=guantu-]:not(canvas) { display: none !important }';
  document.head.append(style);
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
SHARE, RATIO, MOST, REACH, NEAR = 0.06, 1.5, 1.1, 4, 0.95
"""How far apart the two may be. Measured on the register of March 2026, with 43,000 to 144,000 dots in colours of
stages: the share of a stage among them differed by at most 0.039; the number of its dots by a factor of at most 1.35
(letters and broken outlines of markers), of the stage with the most dots, which are lines, by 1.01 (lines 2 pixels
wider: 1.35); and of the dots of one picture 96 % or more had one of the same stage within 4 pixels in the other (dashes
begin elsewhere)."""


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


def test_both_show_the_same(visit: Callable[..., Screen], joined: Joined, tmp_path: Path) -> None:
    qgis_python()
    screen = visit(f"?lang=zh&as_of={DAY}", device_scale_factor=ZOOM)
    views: dict[str, Any] = {}
    for name, place in PLACES.items():
        views[name] = screen.ask(BARE, place) | {"zoom": ZOOM}
        screen.map_frame().locator(".leaflet-container").screenshot(path=tmp_path / f"{name}.png")
    report = opened(unpacked(tmp_path, content(joined, Filter(), lang="zh")), views=views)
    for name, asked in views.items():
        drawn, (width, height) = report["views"][name], asked["size"]
        assert drawn["extent"] == pytest.approx(asked["extent"], abs=1)
        web, qgis = (masks(path, (width * ZOOM, height * ZOOM)) for path in (tmp_path / f"{name}.png", drawn["path"]))
        assert set(web) == set(qgis) and len(web) >= 5
        dots = {code: (int(mask.sum()), int(qgis[code].sum())) for code, mask in web.items()}
        here, there = (sum(both) for both in zip(*dots.values(), strict=True))
        for code, mask in web.items():
            mine, theirs = dots[code]
            assert mine / here == pytest.approx(theirs / there, abs=SHARE), (name, code, dots)
            most = MOST if dots[code] == max(dots.values()) else RATIO
            assert max(mine, theirs) <= most * min(mine, theirs), (name, code, dots)
            assert min(near(mask, qgis[code]), near(qgis[code], mask)) >= NEAR, (name, code)
