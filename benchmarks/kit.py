"""Times the meeting kit against its own bars: `python -m benchmarks.kit`; the exit code tells whether all hold."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from analysis.filters import Filter
from analysis.join import join
from analysis.tours import default_tour
from geodata import read_register
from views.chapter_sheets import Kit
from views.kit import agencies, write_agency_sheets, write_deck, write_page, write_sheet

CHAPTERS = 12


def main() -> None:
    joined = join(read_register(), date.today())
    kit, both = Kit(joined, Filter(), "zh"), Kit(joined, Filter(), "both")
    twelve = Kit(joined, Filter(), "zh", tuple((key, "") for key in default_tour(joined, Filter())[:CHAPTERS]))
    count = len(list(agencies(kit)))
    work: list[tuple[str, str, float, Callable[[Path], object]]] = [
        (
            "page of the whole register, both languages",
            "a.html",
            2,
            lambda to: write_page(to, both),
        ),
        (f"deck of {CHAPTERS} chapters", "a.pptx", 15, lambda to: write_deck(to, twelve)),
        ("A0 wall map", "a.pdf", 10, lambda to: write_sheet(to, kit, "A0")),
        (f"{count} agency sheets, A3", "a.zip", 180, lambda to: write_agency_sheets(to, kit)),
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
    raise SystemExit(not holds)


if __name__ == "__main__":
    main()
