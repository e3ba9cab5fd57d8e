"""Fixtures that drive the real app in Chromium."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Frame, Page, sync_playwright

ROOT = Path(__file__).parent.parent
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def chromium_path() -> str:
    """Where Chromium is; skips without it, fails where everything is required."""
    found = os.environ.get("GUANTU_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        message = "needs Chromium (Debian: chromium), or GUANTU_CHROMIUM with its path"
        if os.environ.get("GUANTU_REQUIRE_ALL"):
            pytest.fail(message)
        pytest.skip(message)
    return found


@contextmanager
def serve(**environment: str) -> Iterator[str]:
    """The app on a free port of this machine; yields its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}", "--server.headless=true"]
    with subprocess.Popen(
        command, cwd=ROOT, env=os.environ | environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            for _ in range(300):
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1).close()
                    break
                except OSError:
                    time.sleep(0.1)
            else:
                raise RuntimeError("the app did not start within 30 s")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(20)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = chromium_path()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    chromium_path()
    with serve() as found:
        yield found


class Screen:
    """One visit: the page, the frame of the map, and all that went wrong on the way."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.requests: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda line: self.errors.append(line.text) if line.type == "error" else None)

    def open(self, query: str = "") -> Screen:
        self.page.goto(f"{self.address}/{query}")
        self.page.locator("iframe").first.wait_for(state="attached", timeout=60_000)
        self.map_frame().wait_for_function(
            "() => { const b = window.guantu && guantu.bridge;"
            " return b && b.layer && b.args && b.seen && b.layer.stats.frames > 0; }",
            timeout=60_000,
        )
        self.settle()
        return self

    def map_frame(self) -> Frame:
        for _ in range(300):
            frames = [frame for frame in self.page.frames if "/component/" in frame.url]
            if frames:
                return frames[0]
            self.page.wait_for_timeout(100)
        raise AssertionError("no map on the page")

    def settle(self) -> None:
        """Wait until the script has been at rest for a while: it has run, and the map has heard of it."""
        self.page.evaluate(
            """() => new Promise((done) => {
              const start = performance.now();
              let busy = start;
              const look = () => {
                const now = performance.now(), app = document.querySelector('[data-testid=stApp]');
                if (app.dataset.testScriptState !== 'notRunning') busy = now;
                if (now - busy > 800 || now - start > 60000) done(); else setTimeout(look, 40);
              };
              look();
            })"""
        )

    def ask(self, expression: str, value: Any = None) -> Any:
        return self.map_frame().evaluate(expression, value)

    def visible(self) -> set[str]:
        """Ids that the map draws as chosen by the filter, context left out."""
        return set(
            self.ask(
                "() => { const l = guantu.bridge.layer, d = l.data;"
                " return d.ids.filter((id, f) => l.visible[f] && d.context[f] !== 1); }"
            )
        )

    def place(self, feature: str) -> tuple[float, float]:
        """Where on the page a vertex of a feature is."""
        x, y = self.ask(
            "(id) => { const b = guantu.bridge, d = b.layer.data, f = d.ids.indexOf(id);"
            " const v = Math.floor((guantu.firstVertex(d, f) + guantu.endVertex(d, f) - 1) / 2);"
            " const p = b.map.latLngToContainerPoint(b.map.unproject(L.point(d.x[v], d.y[v]), 0));"
            " return [p.x, p.y]; }",
            feature,
        )
        box = self.page.locator("iframe").first.bounding_box()
        assert box is not None
        return box["x"] + x, box["y"] + y

    def pick(self, label: str, option: str) -> None:
        """Choose an option of a filter, as a person would."""
        self.page.keyboard.press("Escape")
        box = self.page.get_by_test_id("stMultiSelect").filter(has=self.page.get_by_text(label, exact=True))
        box.locator("input").click()
        self.page.locator("[role=option]").filter(has_text=option).first.click()
        self.settle()
        self.page.keyboard.press("Escape")
        self.page.wait_for_timeout(200)

    def card(self) -> str:
        return self.page.locator(".st-key-card").inner_text()

    def foreign(self) -> list[str]:
        """Requests that left for another host."""
        return [url for url in self.requests if not url.startswith((self.address, "data:", "blob:", "about:"))]


@pytest.fixture
def visit(chromium: Browser, address: str) -> Iterator[Callable[..., Screen]]:
    """Opens a visit: `visit("?lang=en", locale="en-US", size=(1280, 720))`."""
    contexts = []

    def start(
        query: str = "", *, locale: str = "zh-CN", size: tuple[int, int] = (1440, 1000), at: str = address, **more: Any
    ) -> Screen:
        context = chromium.new_context(locale=locale, viewport={"width": size[0], "height": size[1]}, **more)
        contexts.append(context)
        return Screen(context.new_page(), at).open(query)

    yield start
    for context in contexts:
        context.close()
