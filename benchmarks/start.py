"""Start of the app with its register, beside the empty app: `python -m benchmarks.start` prints a table.

The first picture is kept in a folder of its own: "nothing kept" finds it empty, "kept" finds what that start left.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
from pathlib import Path
from unittest.mock import patch

from playwright.sync_api import Browser, sync_playwright

from benchmarks.browser import launch, serve, visit
from benchmarks.measure import Sample, sign_of

LIMIT = 60.0
MAP = {"kind": "map"}
"""The sign that the map is drawn, whatever it shows."""
EMPTY = sign_of("empty", "all", {})


def main() -> None:
    """Measure all in turns and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=7)
    repeats = parser.parse_args().repeats
    samples: dict[str, list[Sample]] = {"empty": [], "nothing kept": [], "kept": []}
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for _ in range(repeats):
            samples["empty"].append(_one(browser, "empty", ""))
            with tempfile.TemporaryDirectory() as folder:
                room = str(Path(folder) / "room")
                for case in ("nothing kept", "kept"):
                    samples[case].append(_one(browser, "app", room))
        browser.close()
    print("| app | server start → drawn | new page → drawn |\n|---|---:|---:|")
    floor = {name: statistics.median(each[name] for each in samples["empty"]) for name in ("start", "page")}
    for case, found in samples.items():
        medians = {name: statistics.median(each[name] for each in found) for name in floor}
        cells = (f"{value:.0f} ms ({value / floor[name]:.2f} ×)" for name, value in medians.items())
        print(f"| {case} | {' | '.join(cells)} |")


def _one(browser: Browser, app: str, room: str) -> Sample:
    """One server: from its start to the first visitor's map, and from the navigation of a second one to his."""
    sign = EMPTY if app == "empty" else MAP
    with patch.dict(os.environ, GUANTU_CACHE=room), serve(app, 0) as server:
        with visit(browser, server, sign, LIMIT) as (seen, _, drawn_at):
            start = (drawn_at - server.started) * 1000
            seen.page.locator("[data-testid=stText], .st-key-screen iframe").wait_for()
        with visit(browser, server, sign, LIMIT) as (_, drawn, _):
            return {"start": start, "page": drawn}


if __name__ == "__main__":
    main()
