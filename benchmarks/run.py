"""Measures the map against its competitors: `python -m benchmarks.run` (see README.md)."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from playwright.sync_api import Browser, sync_playwright

from benchmarks import measure, report
from benchmarks.browser import launch

RESULTS = Path(__file__).with_name("results.json")


def main() -> None:
    """Measure, print, and write results.json; with --write also the table of the README."""
    options = _options()
    if not options.report:
        with sync_playwright() as playwright, TemporaryDirectory() as kept, patch.dict(os.environ, GUANTU_CACHE=kept):
            browser = launch(playwright)
            _measure(browser, options)
            browser.close()
    outcome = json.loads(options.results.read_text(encoding="utf-8"))
    print(report.markdown(outcome))
    if options.write:
        report.write(outcome)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="200 and 1,000 features, two repeats")
    parser.add_argument("--n", type=int, action="append", help="number of features; may be given again")
    parser.add_argument("--app", choices=measure.APPS, action="append", help="only this app; may be given again")
    parser.add_argument("--repeats", type=int, help="repetitions, each with a fresh server")
    parser.add_argument("--changes", type=int, default=50, help="filter changes over which the heap is watched")
    parser.add_argument("--limit", type=float, default=120, help="seconds after which an app is given up")
    parser.add_argument("--max-peer-n", type=int, default=10_000, help="most features that peers are given")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the results are kept")
    parser.add_argument("--report", action="store_true", help="do not measure; print the results there are")
    parser.add_argument("--write", action="store_true", help="fill the table in README.md")
    return parser.parse_args()


def _measure(browser: Browser, options: argparse.Namespace) -> None:
    """All sizes, all apps; the repetitions of the apps take turns, so that noise hits all alike."""
    sizes = options.n or ([200, 1000] if options.quick else [200, 1000, 10_000, 100_000])
    repeats = options.repeats or (2 if options.quick else 5)
    results: report.Table = {}
    given_up: set[str] = set()
    for n in sizes:
        apps = [app for app in options.app or measure.APPS if not (app in measure.PEERS and n > options.max_peer_n)]
        samples: dict[str, list[measure.Sample]] = {app: [] for app in apps}
        if "ours" in apps:
            measure.warm(browser, "ours", n, options.limit)
        for turn in range(repeats + 1):
            for app in apps:
                if app in given_up:
                    continue
                print(f"N = {n:,} {app}: {'heap and mouse' if turn == repeats else turn + 1}", flush=True)
                try:
                    if turn < repeats:
                        samples[app] += measure.timings(browser, app, n, 2, options.limit)
                    else:
                        samples[app].append(measure.lasting(browser, app, n, options.changes, options.limit))
                except TimeoutError:
                    given_up.add(app)
        for app in apps:
            row: dict[str, Any] = report.medians(samples[app])
            if app in given_up:
                row["note"] = f"> {options.limit:.0f} s"
            results[app, n] = row
        # After each size, so that a run that is broken off keeps what it has found.
        _keep(results, browser.version, repeats, options.results)


def _keep(results: report.Table, chromium: str, repeats: int, file: Path) -> None:
    report.derive(results)
    rows = [{"app": app, "n": n, **row} for (app, n), row in results.items()]
    outcome = {"machine": report.machine(chromium), "repeats": repeats, "rows": rows}
    file.write_text(json.dumps(outcome, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
