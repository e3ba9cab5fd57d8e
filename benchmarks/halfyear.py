"""Times a half-yearly report for every agency against its bar: `python -m benchmarks.halfyear`; the exit code tells."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from geodata import CATALOG
from outputs.report.asked import asked_of, read_period
from outputs.report.making import FORMATS, make_each, make_report

PERIOD = "2026-H1"
EACH, WHOLE = 120.0, 10.0
"""Seconds for all agencies, and for one report of the whole register."""


def main() -> None:
    start = time.perf_counter()
    asked = asked_of(CATALOG, read_period(PERIOD))
    print(f"{time.perf_counter() - start:7.2f} s  register read and looked at on two days")
    holds = True
    with tempfile.TemporaryDirectory() as name:
        for form in FORMATS:
            for what, bar in (("whole", WHOLE), ("each", EACH)):
                start, path = time.perf_counter(), Path(name) / f"{what}-{form}"
                if what == "each":
                    made = make_each(path, asked, form, "zh", lambda done, of: None)
                else:
                    made = [path.with_suffix(f".{form}")]
                    make_report(made[0], asked, form, "zh")
                took, size = time.perf_counter() - start, sum(each.stat().st_size for each in made) / 1e6
                holds &= took <= bar
                print(f"{took:7.2f} s  bar {bar:5.0f} s  {len(made):3d} × {form}, {size:.1f} MB")
    raise SystemExit(not holds)


if __name__ == "__main__":
    main()
