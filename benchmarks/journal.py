"""The journal at the size of years: replay, many who save at once, the one screen, a second visitor's map.

`python -m benchmarks.journal` measures all; `--bars` tells by its exit code whether what must hold does.
`--database URL` adds a PostgreSQL (an empty database that may be filled), `--at-once` 8 processes that write 500
entries each, `--browser` how soon a second visitor sees an entry.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from geodata import CATALOG, catalog_files
from geodata.journal import current, people
from geodata.journal.door import Draft, write
from geodata.journal.entries import Entry, Kind, Role, read_entry
from geodata.journal.feed import entries_of
from geodata.journal.people import Person
from geodata.journal.reading import read_known
from geodata.journal.replay import replay, row_id
from geodata.journal.states import active, standings
from geodata.journal.store import Store, open_store

MANY, YEARS = 100_000, 10_000
START = datetime(2026, 1, 1, tzinfo=UTC)
EDITOR = Person("wang@jt.example", "王", Role.EDITOR, ("jiaotong",))
COORDINATOR = Person("li@fg.example", "李", Role.COORDINATOR, ("fagai",))
MEASURE = "d2017-07-2-01"
BARS = {"replay_s": 2.0, "at_once_p95_s": 1.0, "screen_ratio": 1.1, "seen_s": 1.0}


def entries(count: int) -> list[Entry]:
    """A source, an event, what it shows, a moved due date, a correction and an English text, over and over."""
    measures = [str(row["id"]) for row in catalog_files.read(CATALOG).rows["measures"]]
    found: list[Entry] = []

    def say(kind: Kind, table: str, **more: Any) -> Entry:
        number = len(found)
        moment = (START + timedelta(milliseconds=number)).isoformat(timespec="microseconds").replace("+00:00", "Z")
        told = {"author": EDITOR.login, "agency": "jiaotong", "role": Role.EDITOR, "time": moment}
        found.append(Entry(kind=kind, table=table, id=f"{number:012x}" + "0" * 20, **told, **more))
        return found[-1]

    while len(found) < count:
        number, measure = len(found), measures[len(found) // 6 % len(measures)]
        cells = {"title_zh": f"自报 {number}", "title_en": f"Report {number}", "grade": "own-word"}
        cells |= {"publisher_zh": "交通局", "publisher_en": "Bureau of transport", "date_published": "2026-05-20"}
        say(Kind.ADD, "sources", values={"id": f"s-j{number}", **cells})
        told = {"measure": measure, "date": "2026-05-20", "kind": "act", "source": f"s-j{number}", "grade": "own-word"}
        event = say(Kind.ADD, "events", values={**told, "text_zh": f"完成第 {number} 项工作。"})
        row = row_id("events", event.values, event.id)
        say(Kind.ADD, "evidence", values={"event": row, "measure": measure, "fit": "direct", "shows": "under-way"})
        say(Kind.CHANGE, "measures", key=(measure,), values={"due_text": "2027年底", "due_date": "2027-12-31"})
        say(Kind.ADD, "events", about=event.id, values={"text_zh": f"完成第 {number} 项工作（更正）。"})
        say(Kind.CHANGE, "events", key=(row,), values={"text_en": f"Work {number} was done."})
    return found[:count]


def accepted(said: Sequence[Entry]) -> list[Entry]:
    """A decision about each."""
    moment = (START + timedelta(days=1)).isoformat(timespec="microseconds").replace("+00:00", "Z")
    told = {"author": COORDINATOR.login, "agency": "fagai", "role": Role.COORDINATOR, "time": moment}
    return [Entry(kind=Kind.ACCEPT, about=each.id, **told) for each in said]


def timed(work: Callable[[], Any], times: int = 3) -> tuple[float, Any]:
    """The best of some times, in seconds, and what came out."""
    least, found = float("inf"), None
    for _ in range(times):
        gc.collect()
        begin = time.perf_counter()
        found = work()
        least = min(least, time.perf_counter() - begin)
    return least, found


def replaying() -> dict[str, float]:
    """Of 100,000 entries, in a process of its own: so its peak of memory is its own."""
    source, said = catalog_files.read(CATALOG), entries(MANY)
    assert source.dictionary is not None and source.place is not None
    tables, box = source.dictionary.tables, source.place.box
    seconds, put = timed(lambda: replay(source.rows, tables, said, box))
    assert not put.faults
    bodies = [each.body for each in said]
    both = said + accepted(said)
    standing_s, found = timed(lambda: standings(both))
    return {
        "replay_s": seconds,
        "read_s": timed(lambda: [read_entry(body) for body in bodies], 1)[0],
        "standings_s": standing_s,
        "active_s": timed(lambda: active(found))[0],
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def act() -> list[Draft]:
    """A source, an event and what it shows of a measure, as a page says them."""
    source = Draft(Kind.ADD, table="sources", values={"id": "", "title_zh": "交通局自报", "publisher_zh": "交通局",
                   "date_published": "2026-05-20", "grade": "own-word"})  # fmt: skip
    cells = {"measure": MEASURE, "date": "2026-05-20", "kind": "act", "text_zh": "完成。", "grade": "own-word"}
    cells["source"] = row_id("sources", source.values, source.id)
    event = Draft(Kind.ADD, table="events", values=cells)
    shows = {"event": row_id("events", cells, event.id), "measure": MEASURE, "fit": "direct", "shows": "under-way"}
    return [source, event, Draft(Kind.ADD, table="evidence", values=shows)]


def opened(where: str, held: Sequence[Entry] = ()) -> Store:
    """A journal with two people and with entries in it."""
    os.environ |= {current.PLACE: where, current.WRITING: "sign-in"}
    store = open_store(where)
    with store.writing() as connection:
        people.replace_all(connection, [EDITOR, COORDINATOR])
        store.append(connection, held)
    return store


def at_once(store: Store, editors: int = 30) -> dict[str, float]:
    """So many editors press the button in the same moment."""
    write(store, CATALOG, EDITOR.login, act())
    took: list[float] = []

    def save() -> None:
        said = act()
        begin = time.perf_counter()
        write(store, CATALOG, EDITOR.login, said)
        took.append(time.perf_counter() - begin)

    threads = [threading.Thread(target=save) for _ in range(editors)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    took.sort()
    return {"median": statistics.median(took), "p95": took[int(0.95 * len(took))], "worst": took[-1]}


def saving(store: Store) -> dict[str, float]:
    """One act at a time: proposed, and accepted."""
    found: dict[str, list[float]] = {"propose": [], "accept": []}
    for number in range(5):
        said = act()
        said[1] = Draft(Kind.ADD, table="events", values={**said[1].values, "text_zh": f"又 {number}。"}, id=said[1].id)
        for name, who, drafts in (
            ("propose", EDITOR, said),
            ("accept", COORDINATOR, [Draft(Kind.ACCEPT, about=each.id) for each in said]),
        ):
            begin = time.perf_counter()
            write(store, CATALOG, who.login, drafts)
            found[name].append(time.perf_counter() - begin)
    return {f"{name}_s": statistics.median(each) for name, each in found.items()}


def years(folder: Path) -> dict[str, float]:
    """A journal with 10,000 accepted entries: a write, and what the screen is made of, beside none at all."""
    from views.pages import rows_of

    said = entries(YEARS)
    store = opened(str(folder / "years.db"), [*said, *accepted(said)])
    with store.reading() as connection:
        first = timed(lambda: entries_of(connection), 1)[0]
        again, held = timed(lambda: entries_of(connection))
    found = {"read_first_s": first, "read_again_s": again}
    found["standings_s"], standing = timed(lambda: standings(held))
    found["active_s"] = timed(lambda: active(standing))[0]
    found |= {f"write_{name}": each for name, each in saving(store).items()}
    found["register_s"], full = timed(lambda: read_known(CATALOG))
    os.environ[current.PLACE] = ""
    found["register_without_s"], bare = timed(lambda: read_known(CATALOG))
    # Taking turns, so that noise hits both alike.
    for _ in range(5):
        for name, register in (("rows", full), ("rows_without", bare)):
            seconds, rows = timed(lambda register=register: rows_of(register), 1)
            found[f"{name}_s"] = min(seconds, found.get(f"{name}_s", seconds))
            found[f"{name}_mb"] = len(json.dumps(rows, ensure_ascii=False).encode()) / 1e6
    return found


def processes(where: str) -> dict[str, float]:
    """Eight that write 500 entries each: nothing lost, nothing doubled."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
    from journals import NOTES, writers

    open_store(where)
    begin = time.perf_counter()
    told = writers(where, 8, 500, NOTES)
    seconds = time.perf_counter() - begin
    store = open_store(where)
    store.verify()
    assert len(set(told)) == 4000 and sorted(told) == sorted(link.entry.id for link in store.links())
    return {"at_once_s": seconds, "entries": 4000}


def seen(folder: Path) -> dict[str, float]:
    """From the moment in which an entry is accepted to that in which another visitor's card says so; the real app."""
    from playwright.sync_api import sync_playwright

    from benchmarks.browser import VIEWPORT, launch, serve

    store = opened(str(folder / "seen.db"))
    took = []
    with sync_playwright() as playwright, serve("app", 0) as server:
        browser = launch(playwright)
        page = browser.new_context(viewport=VIEWPORT, locale="zh-CN").new_page()
        page.goto(f"{server.url}/?show=features:road-huanggong")
        while not (frames := [each for each in page.frames if "/component/" in each.url]):
            page.wait_for_timeout(50)
        frames[0].wait_for_selector("body[data-ready]", timeout=60_000)
        page.wait_for_timeout(2_000)
        for number in range(10):
            text = f"第 {number} 次看到。"
            cells = {"feature": "road-huanggong", "date": f"2026-05-{number + 1:02d}", "kind": "progress"}
            said = Draft(Kind.ADD, table="events", values={**cells, "text_zh": text, "grade": "own-word"})
            write(store, CATALOG, COORDINATOR.login, [said])
            write(store, CATALOG, COORDINATOR.login, [Draft(Kind.ACCEPT, about=said.id)])
            begin = time.perf_counter()
            frames[0].wait_for_function(
                "(text) => document.querySelector('#card').textContent.includes(text)", arg=text, timeout=30_000
            )
            took.append(time.perf_counter() - begin)
            page.wait_for_timeout(500)
        browser.close()
    return {"median_s": statistics.median(took), "worst_s": max(took)}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.journal", description=__doc__)
    parser.add_argument("--bars", action="store_true")
    parser.add_argument("--database", default="")
    parser.add_argument("--at-once", action="store_true")
    parser.add_argument("--browser", action="store_true")
    parser.add_argument("--part", default="")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="guantu-journal-") as name:
        folder = Path(name)
        work: dict[str, Callable[[], dict[str, float]]] = {
            "replay": replaying,
            "sqlite": lambda: at_once(opened(str(folder / "at-once.db"))),
            "years": lambda: years(folder),
        }
        if options.database:
            work["postgresql"] = lambda: at_once(opened(options.database))
        if options.at_once:
            work["processes"] = lambda: processes(options.database or str(folder / "processes.db"))
        if options.browser:
            work["seen"] = lambda: seen(folder)
        if options.part:
            print(json.dumps({key: round(each, 3) for key, each in work[options.part]().items()}), flush=True)
            return 0
    found: dict[str, dict[str, float]] = {}
    for part in work:
        words = [sys.executable, "-m", "benchmarks.journal", *sys.argv[1:], "--part", part]
        done = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True)
        found[part] = json.loads(done.stdout.splitlines()[-1])
        print(part, found[part], flush=True)
    return int(options.bars and not _hold(found))


def _hold(found: dict[str, dict[str, float]]) -> bool:
    told = {
        "replay_s": [found["replay"]["replay_s"]],
        "at_once_p95_s": [found[part]["p95"] for part in ("sqlite", "postgresql") if part in found],
        "screen_ratio": [found["years"]["rows_s"] / found["years"]["rows_without_s"]],
        "seen_s": [found["seen"]["worst_s"]] if "seen" in found else [],
    }
    for name, values in told.items():
        for value in values:
            print(f"{name}: {value:.3f} (bar {BARS[name]})")
    return all(value <= BARS[name] for name, values in told.items() for value in values)


if __name__ == "__main__":
    sys.exit(main())
