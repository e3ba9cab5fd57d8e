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
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Locator, Page, WebSocket, sync_playwright

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


def free_port() -> int:
    """A port of this machine that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serve(port: int = 0, **environment: str) -> Iterator[str]:
    """The app on a port of this machine, a free one unless it is given; yields its address."""
    port = port or free_port()
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
        self.frames: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("websocket", self._listen)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda line: self.errors.append(line.text) if line.type == "error" else None)

    def _listen(self, socket: WebSocket) -> None:
        """What goes to the server and what comes from it: each frame that is a message of the app."""
        socket.on("framesent", lambda frame: self.frames.append("sent"))
        socket.on("framereceived", lambda frame: self.frames.append("received"))

    def open(self, query: str = "") -> Screen:
        self.page.goto(f"{self.address}/{query}")
        self.page.locator("iframe").first.wait_for(state="attached", timeout=60_000)
        self.map_frame().wait_for_selector("body[data-ready]", timeout=60_000)
        self.map_frame().wait_for_function("() => guantu.page.view.layer.stats.frames > 0", timeout=60_000)
        # What the table needs is fetched once the map is drawn.
        self.ask("guantu.tableLibrary.then(() => true)")
        self.settle()
        return self

    def map_frame(self) -> Frame:
        for _ in range(300):
            frames = [frame for frame in self.page.frames if "/component/" in frame.url]
            if frames:
                return frames[0]
            self.page.wait_for_timeout(100)
        raise AssertionError("no map on the page")

    def settle(self, rest: int = 150) -> None:
        """Wait until no script has run, the map has drawn nothing and no sheet waits for a while."""
        self.page.evaluate(
            """(rest) => new Promise((done) => {
              const start = performance.now(), inside = document.querySelector('iframe').contentWindow;
              let busy = start, drawn = -1, address = '';
              const look = () => {
                const now = performance.now(), app = document.querySelector('[data-testid=stApp]');
                const layer = inside.guantu?.page?.view?.layer, frames = layer ? layer.stats.frames : -1;
                const running = app.dataset.testScriptState !== 'notRunning',
                  page = inside.guantu?.page,
                  waits = layer?.marksWait || page?.later?.size > 0 || page?.resting || page?.dayWaits;
                if (running || waits || frames !== drawn || address !== location.href) busy = now;
                drawn = frames; address = location.href;
                if (now - busy > rest || now - start > 60000) done(); else setTimeout(look, 40);
              };
              look();
            })""",
            rest,
        )

    def ask(self, expression: str, value: Any = None) -> Any:
        return self.map_frame().evaluate(expression, value)

    def node(self, selector: str) -> Locator:
        """A piece of the screen, as it is found inside the frame."""
        return self.map_frame().locator(selector)

    def click(self, selector: str) -> None:
        self.node(selector).click()
        self.settle()

    def visible(self) -> set[str]:
        """Ids that the map draws as chosen by the filter, context left out."""
        return set(
            self.ask(
                "() => { const l = guantu.page.view.layer, d = l.data;"
                " return d.ids.filter((id, f) => l.visible[f] && d.context[f] !== 1); }"
            )
        )

    def look(self, lat: float, lng: float, zoom: float) -> None:
        """Move the map, as a hand does, but at once."""
        self.ask("(to) => guantu.page.map.setView(to.slice(0, 2), to[2], {animate: false})", [lat, lng, zoom])
        self.settle()

    def place(self, feature: str) -> tuple[float, float]:
        """Where on the page a vertex of a feature is."""
        x, y = self.ask(
            "(id) => { const { map, view } = guantu.page, d = view.layer.data, f = d.ids.indexOf(id);"
            " const v = Math.floor((guantu.firstVertex(d, f) + guantu.endVertex(d, f) - 1) / 2);"
            " const p = map.latLngToContainerPoint(map.unproject(L.point(d.x[v], d.y[v]), 0));"
            " const box = map.getContainer().getBoundingClientRect();"
            " return [box.x + p.x, box.y + p.y]; }",
            feature,
        )
        box = self.page.locator("iframe").first.bounding_box()
        assert box is not None
        return box["x"] + x, box["y"] + y

    def map_view(self) -> list[float]:
        """Zoom, latitude and longitude, to three digits."""
        found: list[float] = self.ask(
            "() => { const { map } = guantu.page, { lat, lng } = map.getCenter();"
            " return [map.getZoom(), +lat.toFixed(3), +lng.toFixed(3)]; }"
        )
        return found

    def pick(self, facet: str, code: str) -> None:
        """Tick or untick an option of a filter, as a person would."""
        if self.node("#filters").is_hidden():
            self.node("#filters-button").click()
        option = f"#filters #{facet}-{code}"
        if not self.node(option).count():
            self.node(f"#facet-{facet}").click()
        self.click(option)

    def selected(self) -> str | None:
        """What is chosen, as `table:id`."""
        found: str | None = self.ask(
            "() => { const { selected, bundle } = guantu.page;"
            " return selected && `${selected.table}:${bundle[selected.table][selected.row].id}`; }"
        )
        return found

    def answers(self) -> dict[tuple[str, ...], int]:
        """The counts on the line of numbers by the outcomes that each stands for; one that is not there is 0."""
        groups = [tuple(codes) for codes in self.ask("guantu.ANSWERS")]
        return {codes: self.number(codes[0]) if self.node(f"#number-{codes[0]}").count() else 0 for codes in groups}

    def number(self, key: str) -> int:
        """A number of the line that answers."""
        return int(self.node(f"#number-{key} b").inner_text())

    def card(self) -> str:
        return self.node("#card").inner_text()

    def query(self) -> dict[str, str]:
        """What the address says, by name."""
        return dict(parse_qsl(urlsplit(self.page.url).query))

    def foreign(self) -> list[str]:
        """Requests that left for another host."""
        return [url for url in self.requests if not url.startswith((self.address, "data:", "blob:", "about:"))]


# The notice of a first visit would lie over what the tests look at.
BEEN_HERE = "try { window.localStorage.setItem('guantu-walked', 'yes') } catch {}"


@pytest.fixture(scope="session")
def regular(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser that has been here before: it keeps what it has read of the server's files between tests."""
    with closing(chromium.new_context(locale="zh-CN")) as context:
        context.add_init_script(BEEN_HERE)
        yield context


@pytest.fixture
def visit(chromium: Browser, regular: BrowserContext, address: str) -> Iterator[Callable[..., Screen]]:
    """Opens a visit: `visit("?lang=en", locale="en-US", size=(1280, 720))`.

    `before` is a script that runs first. A visit that is to have its own browser, or whose test changes more than the
    page, is `fresh`; so is one with a script, a locale or other settings of its own.
    """
    contexts, pages = [], []

    def start(
        query: str = "",
        *,
        locale: str = "zh-CN",
        size: tuple[int, int] = (1440, 1000),
        at: str = address,
        before: str = BEEN_HERE,
        fresh: bool = False,
        color_scheme: Any = "light",
        **more: Any,
    ) -> Screen:
        shape = {"width": size[0], "height": size[1]}
        if fresh or more or at != address or (locale, before) != ("zh-CN", BEEN_HERE):
            contexts.append(chromium.new_context(locale=locale, viewport=shape, color_scheme=color_scheme, **more))
            contexts[-1].add_init_script(before)
            page = contexts[-1].new_page()
        else:
            pages.append(page := regular.new_page())
            page.set_viewport_size(shape)
            page.emulate_media(color_scheme=color_scheme)
            kept = {"origin": address, "storageTypes": "local_storage,indexeddb,cookies"}
            regular.new_cdp_session(page).send("Storage.clearDataForOrigin", kept)
        return Screen(page, at).open(query)

    yield start
    for one in (*pages, *contexts):
        one.close()
