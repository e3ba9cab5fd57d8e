"""What is measured on one app with one number of features."""

from __future__ import annotations

import statistics
import time
from typing import Any

from playwright.sync_api import Browser, Frame

from benchmarks import dataset
from benchmarks.apps.common import ALL, STAGES
from benchmarks.browser import Server, Visit, serve, visit

APPS = ("empty", "naive", "tuned", "ours")
PEERS = ("naive", "tuned")
SETTLE_MS = 400
"""Time after a change in which late messages are still counted to it."""
Sample = dict[str, float]


def sign_of(app: str, choice: str, counts: dict[str, int]) -> dict[str, Any]:
    """What the page of `app` must show when `choice` is drawn (see probe.js)."""
    kept = counts if choice == ALL else {choice: counts[choice]}
    if app == "empty":
        return {"kind": "text", "text": f"shown: {choice}"}
    if app == "ours":
        return {"kind": "layer", "byStage": kept}
    return {"kind": "paths", "count": sum(kept.values())}


def warm(browser: Browser, app: str, n: int, limit: float) -> None:
    """A start that is not measured: what an app keeps between starts is there afterwards."""
    counts = dataset.by_stage(dataset.features(n))
    with serve(app, n) as server, visit(browser, server, sign_of(app, ALL, counts), limit):
        pass


def timings(browser: Browser, app: str, n: int, changes: int, limit: float) -> list[Sample]:
    """One repetition: start, new page, then `changes` times a filter and its clearing. Each value is a sample.

    Raises TimeoutError when anything takes longer than `limit` seconds.
    """
    counts = dataset.by_stage(dataset.features(n))
    first = sign_of(app, ALL, counts)
    samples: list[Sample] = []
    with serve(app, n) as server:
        with visit(browser, server, first, limit) as (_, _, drawn_at):
            samples.append({"start_ms": (drawn_at - server.started) * 1000})
        with visit(browser, server, first, limit) as (seen, drawn, _):
            samples.append({"page_ms": drawn})
            seen.page.wait_for_timeout(SETTLE_MS)
            seen.page.evaluate("() => bench.newMaps()")
            for i in range(changes):
                stage = STAGES[i % len(STAGES)]
                for choice in (stage, ALL):
                    samples.append(_change(seen, app, stage, choice, counts))
        samples.append({"server_mb": server.memory_mb()})
    return samples


def _change(seen: Visit, app: str, stage: str, choice: str, counts: dict[str, int]) -> Sample:
    seen.reset()
    elapsed = _pick(seen, app, choice, stage, counts)
    seen.page.wait_for_timeout(SETTLE_MS)
    what = "clear" if choice == ALL else "filter"
    return {
        f"{what}_ms": elapsed,
        f"{what}_socket_kb": seen.socket_bytes / 1000,
        f"{what}_http_kb": seen.http_bytes() / 1000,
        f"{what}_documents": seen.documents,
        f"{what}_new_maps": float(seen.page.evaluate("() => bench.newMaps()")),
    }


def _pick(seen: Visit, app: str, choice: str, stage: str, counts: dict[str, int]) -> float:
    """Milliseconds until `choice` is drawn: a stage, or all again after it."""
    sign = sign_of(app, choice, counts)
    return seen.tick(stage, sign) if app == "ours" else seen.choose(choice, sign)


def lasting(browser: Browser, app: str, n: int, changes: int, limit: float) -> Sample:
    """Once for each app: heap over many filter changes, reruns on pan and zoom, hover and click."""
    counts = dataset.by_stage(dataset.features(n))
    with serve(app, n) as server, visit(browser, server, sign_of(app, ALL, counts), limit) as (seen, _, _):
        found = _heap(seen, app, changes, counts, limit)
        if app == "ours":
            found |= _slide(seen)
            found |= _hover_and_click(seen)
        # Last, for the first view does not come back to the pixel.
        if app != "empty":
            found |= _pan_and_zoom(seen, server)
        return found | {"server_mb_after": server.memory_mb()}


def _heap(seen: Visit, app: str, changes: int, counts: dict[str, int], limit: float) -> Sample:
    """Heap after the first two and after all filter changes; slow apps stop at the time limit."""
    session = seen.page.context.new_cdp_session(seen.page)
    session.send("HeapProfiler.enable")
    session.send("Performance.enable")
    first, done, started = 0.0, 0, time.monotonic()
    while done < changes and (done < 4 or time.monotonic() - started < limit):
        stage = STAGES[(done // 2) % len(STAGES)]
        for choice in (stage, ALL):
            _pick(seen, app, choice, stage, counts)
            seen.page.wait_for_timeout(150)
            done += 1
        if done == 2:
            seen.page.wait_for_timeout(1000)
            first = seen.heap_mb(session)
    seen.page.wait_for_timeout(1000)
    return {"heap_first_mb": first, "heap_last_mb": seen.heap_mb(session), "heap_changes": done}


def _box(seen: Visit) -> dict[str, float]:
    """Where the map stands in the page, in pixels."""
    box = seen.map_frame().locator(".leaflet-container").first.bounding_box()
    assert box is not None
    return {"x": box["x"], "y": box["y"], "width": box["width"], "height": box["height"]}


def _slide(seen: Visit) -> Sample:
    """Milliseconds a frame while the slider of days goes from the first day to the last, one step a frame."""
    frame_ms = seen.map_frame().evaluate(
        """() => new Promise((done) => {
          const page = guantu.page, first = guantu.dayNumber(page.bundle.first), last = guantu.dayNumber(page.last);
          const steps = 60, started = performance.now();
          let step = 0;
          const next = () => {
            if (step > steps) {
              guantu.setDay(page, page.last);
              return done((performance.now() - started) / steps);
            }
            guantu.setDay(page, guantu.dayText(Math.round(first + ((last - first) * step) / steps)), "slider");
            step += 1;
            requestAnimationFrame(next);
          };
          next();
        })"""
    )
    seen.page.wait_for_timeout(1000)
    return {"slider_ms": float(frame_ms)}


def _pan_and_zoom(seen: Visit, server: Server) -> Sample:
    """Script runs that one drag and two turns of the wheel cause."""
    seen.page.wait_for_timeout(1000)
    before, box, mouse = server.runs(), _box(seen), seen.page.mouse
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 40, y + 20, steps=8)
    mouse.move(x, y, steps=8)
    mouse.up()
    seen.page.wait_for_timeout(1500)
    for turn in (-240, 240):
        mouse.wheel(0, turn)
        seen.page.wait_for_timeout(1500)
    return {"pan_zoom_runs": server.runs() - before}


def _hover_and_click(seen: Visit) -> Sample:
    """Time in the page for real mouse moves and clicks over the map, the view being that of the whole city."""
    frame = seen.map_frame()
    if frame.locator("#close-filters").is_visible():
        frame.locator("#close-filters").click()
    box = _box(seen)
    places = [
        (box["x"] + box["width"] * (0.2 + 0.03 * i), box["y"] + box["height"] * (0.25 + 0.024 * i)) for i in range(20)
    ]
    hover, click, shown = [], [], []
    for x, y in places:
        seen.page.mouse.move(x, y)
        seen.page.wait_for_timeout(60)
        hover.append(float(frame.evaluate("() => guantu.hoverMs")))
    _time_clicks(frame)
    for x, y in places[:10]:
        seen.page.mouse.click(x, y)
        seen.page.wait_for_timeout(1000)
        click.append(float(frame.evaluate("() => guantu.clickMs")))
        shown.append(float(frame.evaluate("() => window.benchClick")))
    return {
        "hover_ms": statistics.median(hover),
        "hover_max_ms": max(hover),
        "click_ms": statistics.median(click),
        "click_max_ms": max(click),
        "click_to_frame_ms": statistics.median(shown),
    }


def _time_clicks(frame: Frame) -> None:
    """From the moment of a real click to the start of the frame after the one that shows it."""
    frame.evaluate(
        """() => document.addEventListener("click", (event) => {
          const shown = () => (window.benchClick = performance.now() - event.timeStamp);
          requestAnimationFrame(() => requestAnimationFrame(shown));
        }, true)"""
    )
