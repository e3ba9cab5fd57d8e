"""Times the meeting kit against its own bars: `python -m benchmarks.kit`; the exit code tells whether all hold."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import sync_playwright

from analysis.filters import Filter
from analysis.tours import default_tour
from analysis.view import look_at
from benchmarks.browser import launch
from geodata import read_register
from outputs.meeting.brief import Brief
from outputs.meeting.deck import write_deck
from outputs.meeting.posters import agencies, write_agency_sheets, write_sheets
from outputs.meeting.tour_page import write_tour_page

CHAPTERS, FLIGHTS = 12, 14
SMOOTH = 34.0
"""Milliseconds of two frames of a screen."""
FLIGHT = """() => new Promise((done) => {
  guantu.page.go(guantu.page.at + 1);
  const found = [];
  let first = 0, last = 0;
  const look = (now) => {
    if (first) found.push(now - last);
    first ||= now;
    last = now;
    if (now - first < 1200) requestAnimationFrame(look); else done(found);
  };
  requestAnimationFrame(look);
})"""


def main() -> None:
    view = look_at(read_register(), Filter())
    brief = Brief(view, "zh")
    twelve = Brief(view, "zh", tuple((key, "") for key in default_tour(view)[:CHAPTERS]))
    count = len(agencies(brief))
    work: list[tuple[str, str, float, Callable[[Path], object]]] = [
        (
            "page of the whole register, both languages",
            "a.html",
            2,
            lambda to: write_tour_page(to, Brief(view, "both")),
        ),
        (
            f"deck of {CHAPTERS} chapters",
            "a.pptx",
            15,
            lambda to: write_deck(to, twelve),
        ),
        ("A0 wall map", "a.pdf", 10, lambda to: write_sheets(to, brief, "A0")),
        (f"{count} agency sheets, A3", "a.zip", 180, lambda to: write_agency_sheets(to, brief)),
    ]
    print("| | s | bar s | | MB |\n|---|---:|---:|---|---:|")
    holds = True
    with tempfile.TemporaryDirectory() as folder:
        for name, file, bar, make in work:
            start = time.perf_counter()
            make(Path(folder) / file)
            taken = time.perf_counter() - start
            holds &= taken <= bar
            size = (Path(folder) / file).stat().st_size / 1e6
            print(f"| {name} | {taken:.2f} | {bar:g} | {'holds' if taken <= bar else '**fails**'} | {size:.2f} |")
        frames = flights(Path(folder) / "a.html")
    slowest, hundredth = max(frames), sorted(frames)[int(len(frames) * 0.99)]
    holds &= hundredth <= SMOOTH
    print(f"\nCamera moves of {FLIGHTS} chapters at 1920 × 1080: {len(frames)} frames, 99 in 100")
    print(f"within {hundredth:.0f} ms (bar {SMOOTH:g}), the slowest {slowest:.0f} ms.")
    raise SystemExit(not holds)


def flights(page: Path) -> list[float]:
    """Milliseconds of each frame while the tour walks through its chapters; needs Chromium."""
    with sync_playwright() as driver:
        browser = launch(driver)
        shown = browser.new_page(viewport={"width": 1920, "height": 1080})
        shown.goto(page.as_uri())
        shown.wait_for_selector("body[data-ready]")
        found: list[float] = []
        for _ in range(FLIGHTS):
            found += shown.evaluate(FLIGHT)
        browser.close()
    return found


if __name__ == "__main__":
    main()
