"""From samples to medians, bars and the table of the README."""

from __future__ import annotations

import os
import platform
import statistics
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

README = Path(__file__).with_name("README.md")
BEGIN, END = "<!-- results: begin -->", "<!-- results: end -->"
Row = dict[str, Any]
Table = dict[tuple[str, int], Row]
COLUMNS = {
    "start_ms": "server start → drawn",
    "page_ms": "new page → drawn",
    "filter_ms": "filter → restyled",
    "clear_ms": "clear filter → restyled",
    "filter_socket_kb": "KB per filter, websocket",
    "filter_http_kb": "KB per filter, HTTP",
    "remounts": "remounts per filter",
    "server_mb": "server MB",
    "heap_first_mb": "heap MB, first",
    "heap_last_mb": "heap MB, last",
    "pan_zoom_runs": "reruns on pan and zoom",
}


def medians(samples: Iterable[dict[str, float]]) -> Row:
    """The median of each value that the samples hold."""
    values: dict[str, list[float]] = defaultdict(list)
    for sample in samples:
        for name, value in sample.items():
            values[name].append(value)
    row: Row = {name: round(statistics.median(found), 2) for name, found in values.items()}
    # One remount anywhere is one too many: these are means, not medians.
    if "filter_documents" in values:
        for kind in ("documents", "new_maps"):
            row[kind] = round(statistics.mean(values[f"filter_{kind}"] + values[f"clear_{kind}"]), 2)
        row["remounts"] = max(row["documents"], row["new_maps"])
    return row


@dataclass(frozen=True)
class Bar:
    """A promise, what was found, and its limit."""

    words: str
    found: float
    limit: float
    unit: str

    @property
    def holds(self) -> bool:
        """Whether the promise was kept."""
        return self.found <= self.limit


_AT_MOST = {"slider": 100.0, "hover": 50.0, "click": 50.0}
"""Milliseconds in the page at 100,000 features: a frame of the slider of days, a move of the mouse, a click."""


def bars(results: Table) -> list[Bar]:
    """All bars that the results allow to judge."""
    out: list[Bar] = []

    def value(app: str, n: int, name: str) -> float | None:
        found = results.get((app, n), {}).get(name)
        return float(found) if isinstance(found, int | float) else None

    def ratio(words: str, top: tuple[str, int, str], bottom: tuple[str, int, str], limit: float) -> None:
        over, under = value(*top), value(*bottom)
        if over is not None and under:
            out.append(Bar(words, over / under, limit, "×"))

    def absolute(words: str, place: tuple[str, int, str], limit: float, unit: str) -> None:
        found = value(*place)
        if found is not None:
            out.append(Bar(words, found, limit, unit))

    for n in sorted({n for app, n in results if app == "ours"}):
        many = n > 10_000
        for what in ("filter", "clear"):
            words = f"{what} → restyled against one empty widget round trip, N = {n:,}"
            ratio(words, ("ours", n, f"{what}_ms"), ("empty", n, "filter_ms"), 0.6 if many else 0.35)
            absolute(f"received per {what}, N = {n:,}", ("ours", n, f"{what}_kb"), 0, "KB")
        absolute(f"remounts per filter change, N = {n:,}", ("ours", n, "remounts"), 0, "")
        absolute(f"reruns on pan and zoom, N = {n:,}", ("ours", n, "pan_zoom_runs"), 0, "")
        words = f"heap growth over the filter changes beyond the empty app's, N = {n:,}"
        absolute(words, ("ours", n, "heap_growth"), 1, "MB")
        for what, words, limit in (("start", "server start", 1.35), ("page", "new page", 1.25)):
            against = f"{words} → drawn against the empty app, N = {n:,}"
            ratio(against, ("ours", n, f"{what}_ms"), ("empty", n, f"{what}_ms"), 1.5 if many else limit)
    for n, limit in ((200, 0.9), (1000, 0.9), (10_000, 0.4)):
        words = f"new page → drawn against tuned, N = {n:,}"
        ratio(words, ("ours", n, "page_ms"), ("tuned", n, "page_ms"), limit)
    ten = 10_000
    ratio("filter → restyled against tuned, N = 10,000", ("ours", ten, "filter_ms"), ("tuned", ten, "filter_ms"), 0.35)
    ratio("clear → restyled against tuned, N = 10,000", ("ours", ten, "clear_ms"), ("tuned", ten, "clear_ms"), 0.1)
    words = "new page → drawn, ours with 100,000 against tuned with 10,000"
    ratio(words, ("ours", 100_000, "page_ms"), ("tuned", ten, "page_ms"), 0.5)
    return out + _in_the_page(results)


def _in_the_page(results: Table) -> list[Bar]:
    """Bars on the time that the page itself takes."""
    wanted = [(10_000, "slider", 1000 / 30), *((100_000, what, most) for what, most in _AT_MOST.items())]
    return [
        Bar(f"{what}, time in the page, N = {n:,}", float(results["ours", n][f"{what}_ms"]), most, "ms")
        for n, what, most in wanted
        if f"{what}_ms" in results.get(("ours", n), {})
    ]


def derive(results: Table) -> None:
    """Add to each row the sums and differences that bars and table need."""
    for row in results.values():
        for what in ("filter", "clear"):
            if f"{what}_socket_kb" in row:
                row[f"{what}_kb"] = round(row[f"{what}_socket_kb"] + row[f"{what}_http_kb"], 2)
    for (app, n), row in results.items():
        empty = results.get(("empty", n), {})
        if app != "empty" and "heap_last_mb" in row and "heap_last_mb" in empty:
            own = row["heap_last_mb"] - row["heap_first_mb"]
            row["heap_growth"] = round(own - (empty["heap_last_mb"] - empty["heap_first_mb"]), 2)


def machine(chromium: str) -> dict[str, str]:
    """What the figures were taken on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "cores": str(os.cpu_count()),
        "memory": f"{memory:.0f} GB",
        "Python": platform.python_version(),
        **{name: version(name.lower()) for name in ("Streamlit", "folium", "streamlit-folium")},
        "Chromium": chromium,
    }


def markdown(outcome: dict[str, Any]) -> str:
    """The results as Markdown: machine, table with ratios, bars."""
    results = {(row["app"], row["n"]): row for row in outcome["rows"]}
    lines = [", ".join(f"{name} {value}" for name, value in outcome["machine"].items()) + "."]
    lines += [f"Medians of {outcome['repeats']}; milliseconds, and in brackets the ratio to the empty app.", ""]
    lines += ["| N | app | " + " | ".join(COLUMNS.values()) + " |", "|---:|---|" + "---:|" * len(COLUMNS)]
    for (app, n), row in sorted(results.items(), key=lambda item: item[0][1]):
        cells = [_cell(row, name, results.get(("empty", n), {})) for name in COLUMNS]
        lines.append(f"| {n:,} | {app} | " + " | ".join(cells) + " |")
    for (app, n), row in results.items():
        if "hover_ms" in row:
            lines += ["", f"{app}, N = {n:,}: hover {row['hover_ms']:.1f} ms (at most {row['hover_max_ms']:.1f}), "]
            lines[-1] += f"click {row['click_ms']:.1f} ms (at most {row['click_max_ms']:.1f}), "
            lines[-1] += f"click → next frame {row['click_to_frame_ms']:.0f} ms."
    lines += ["", "| bar | found | limit | |", "|---|---:|---:|---|"]
    for bar in bars(results):
        verdict = "holds" if bar.holds else "**fails**"
        lines.append(f"| {bar.words} | {bar.found:.2f} {bar.unit} | {bar.limit:g} {bar.unit} | {verdict} |")
    return "\n".join(lines)


def _cell(row: Row, name: str, empty: Row) -> str:
    value = row.get(name, row.get("note") if name.endswith("_ms") else None)
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    if name.endswith("_ms"):
        # Clearing a filter is a round trip like setting one.
        base = empty.get(name)
        return f"{value:.0f} ({value / base:.2f} ×)" if base and row["app"] != "empty" else f"{value:.0f}"
    return f"{value:.1f}" if name.endswith(("kb", "mb")) else f"{value:g}"


def write(outcome: dict[str, Any]) -> None:
    """Fill the results into the README, between its two markers."""
    text = README.read_text(encoding="utf-8")
    head, rest = text.split(BEGIN)
    tail = rest.split(END)[1]
    README.write_text(f"{head}{BEGIN}\n\n{markdown(outcome)}\n\n{END}{tail}", encoding="utf-8")
