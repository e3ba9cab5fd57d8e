"""What the server does before the first visit: it opens the page and reads the register without harm to anything."""

from __future__ import annotations

import asyncio
import gc
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import streamlit as st

from views import catalog, component, pages, preload, process, served, visit


def options(monkeypatch: pytest.MonkeyPatch, **changed: object) -> None:
    """Streamlit's options, some of them as given (`server_port` for server.port)."""
    values = {name.replace("_", ".", 1): value for name, value in changed.items()}
    usual = st.get_option
    monkeypatch.setattr(st, "get_option", lambda name: values.get(name, usual(name)))


def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a start and an end of the server do: the address opened in the browser, the map cleared. Nothing is read."""
    found: list[str] = []
    monkeypatch.setattr(preload.webbrowser, "open", found.append)
    monkeypatch.setattr(process, "in_background", lambda load: None)
    monkeypatch.setattr(process, "clear", lambda: found.append("cleared"))

    async def start() -> None:
        async with preload.lifespan(None):  # type: ignore[arg-type]
            pass

    # In a thread of its own: the browser of other tests keeps a loop running in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(start())).result()
    return found


def test_the_page_is_opened_and_the_map_cleared_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    options(monkeypatch, server_headless=False, server_port=8765, server_baseUrlPath="/map/")
    assert opened(monkeypatch) == ["http://localhost:8765/map", "cleared"]


def test_a_headless_server_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    options(monkeypatch, server_headless=True)
    assert opened(monkeypatch) == ["cleared"]


@pytest.mark.parametrize("found", [True, False], ids=["kept", "new"])
def test_the_server_loads_what_the_first_visit_needs(found: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files of the screen, for the map waits for them alone; the register behind the pages later, if it can be."""
    asked: list[str] = []
    monkeypatch.setattr(served, "served", lambda version: asked.append(version) or found)
    monkeypatch.setattr(pages, "load_early", lambda: asked.append("pages"))
    monkeypatch.setattr(preload, "later", lambda work: asked.append("later") or work())
    monkeypatch.setattr(component, "bring", lambda: asked.append("component"))
    preload._load()
    assert asked == [catalog.version(), *(["component", "later"] if found else []), "pages"]


def test_what_is_done_later_is_done_in_the_background(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preload, "REST_SECONDS", 0.01)
    done = threading.Event()
    preload.later(done.set)
    assert done.wait(10)


def test_the_loading_thread_leaves_the_interpreter_as_it_was() -> None:
    usual, seen = sys.getswitchinterval(), []
    process.in_background(lambda: seen.append((sys.getswitchinterval(), gc.isenabled()))).join(10)
    assert seen == [(pytest.approx(process.SWITCH_SECONDS), False)]
    assert sys.getswitchinterval() == usual and gc.isenabled()


def test_a_load_that_fails_leaves_the_interpreter_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    usual, said = sys.getswitchinterval(), []
    monkeypatch.setattr(threading, "excepthook", lambda failure: said.append(failure.exc_type))
    process.in_background(lambda: 1 // 0).join(10)
    assert said == [ZeroDivisionError]
    assert sys.getswitchinterval() == usual and gc.isenabled()


def test_a_register_with_faults_waits_for_the_visit(monkeypatch: pytest.MonkeyPatch, tiny_catalog: Path) -> None:
    (tiny_catalog / "events.csv").write_bytes(b"")
    monkeypatch.setenv("GUANTU_CATALOG", str(tiny_catalog))
    pages.load_early()


def test_folders_of_killed_servers_are_swept_and_those_of_living_ones_stay(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    living, dead, other = (tmp_path / f"guantu-map-{name}" for name in (f"{os.getpid()}-a", "2147483646-b", "mine-c"))
    for folder in (living, dead, other):
        folder.mkdir()
    process._sweep()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([living.name, other.name])


def test_nothing_is_made_on_disk_at_import() -> None:
    script = "import tempfile; tempfile.mkdtemp = None; import views.visit, views.pages, views.meeting, views.export"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


def test_the_script_stands_alone_in_its_folder() -> None:
    """Its folder comes first in Python's path while it runs: whatever lies there would hide a library of that name."""
    folder = Path(visit.__file__).with_name("script")
    assert {path.name for path in folder.glob("*.py")} == {"__init__.py", "page.py"}
