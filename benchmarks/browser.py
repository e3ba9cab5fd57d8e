"""Drives the measured apps: a fresh server and a real browser for each visit."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, CDPSession, Frame, Page, Playwright, Request, WebSocket

ROOT = Path(__file__).parents[1]
PROBE = Path(__file__).with_name("probe.js").read_text(encoding="utf-8")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
VIEWPORT = {"width": 1280, "height": 900}


def launch(playwright: Playwright) -> Browser:
    """The installed Chromium, or the one that GUANTU_CHROMIUM names."""
    path = os.environ.get("GUANTU_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    return playwright.chromium.launch(executable_path=path, args=list(FLAGS))


@dataclass
class Server:
    """A running Streamlit server."""

    url: str
    started: float
    """Seconds since the epoch at which the process was asked for."""
    pid: int
    runs_file: Path

    def runs(self) -> int:
        """How often the script or its fragment ran."""
        return self.runs_file.stat().st_size if self.runs_file.exists() else 0

    def memory_mb(self) -> float:
        """Resident memory of the server."""
        for line in Path(f"/proc/{self.pid}/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        return float("nan")


@contextmanager
def serve(app: str, n: int) -> Iterator[Server]:
    """A fresh server for `app` with `n` features, or for app.py with its register; it is up when this returns."""
    script = ROOT / "app.py" if app == "app" else ROOT / "benchmarks" / "apps" / f"{app}.py"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with TemporaryDirectory(prefix="guantu-bench-") as folder:
        runs = Path(folder) / "runs"
        environment = os.environ | {"BENCH_N": str(n), "BENCH_RUNS": str(runs), "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "streamlit", "run", str(script)]
        command += ["--server.port", str(port), "--server.address", "127.0.0.1", "--server.headless", "true"]
        command += ["--server.fileWatcherType", "none", "--browser.gatherUsageStats", "false"]
        started = time.time()
        with (Path(folder) / "log").open("wb") as log:
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
            try:
                _wait(port, process, Path(folder) / "log")
                yield Server(f"http://127.0.0.1:{port}", started, process.pid, runs)
            finally:
                process.terminate()
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until the server takes connections."""
    for _ in range(6000):
        if process.poll() is not None:
            raise RuntimeError(f"the server ended: {log.read_text(encoding='utf-8', errors='replace')[-2000:]}")
        with socket.socket() as probe:
            probe.settimeout(0.5)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)
    raise TimeoutError("the server did not start within a minute")


@dataclass
class Visit:
    """A page of a new visitor, with what it received."""

    page: Page
    limit: float
    """Seconds after which waiting is given up (TimeoutError)."""
    socket_bytes: int = 0
    requests: list[Request] = field(default_factory=list)
    documents: int = 0
    """Documents that were loaded into frames of the page."""

    def watch(self) -> None:
        """Start to count."""
        self.page.on("websocket", self._socket)
        self.page.on("requestfinished", self._request)
        self.page.on("framenavigated", self._navigated)

    def _socket(self, socket: WebSocket) -> None:
        def received(payload: str | bytes) -> None:
            self.socket_bytes += len(payload.encode() if isinstance(payload, str) else payload)

        socket.on("framereceived", received)

    def _request(self, request: Request) -> None:
        self.requests.append(request)

    def _navigated(self, frame: Frame) -> None:
        self.documents += frame is not self.page.main_frame

    def reset(self) -> None:
        """Count from zero."""
        self.socket_bytes = self.documents = 0
        self.requests.clear()

    def http_bytes(self) -> int:
        """Bytes of all answers since `reset`, heads included."""
        total = 0
        for request in list(self.requests):
            sizes = request.sizes()
            total += sizes["responseBodySize"] + sizes["responseHeadersSize"]
        return total

    def ask(self, expression: str, argument: Any = None) -> Any:
        """Evaluate in the page within the limit."""
        late = f"new Promise((_, no) => setTimeout(() => no(new Error('bench-limit')), {self.limit * 1000:.0f}))"
        guarded = f"(argument) => Promise.race([({expression})(argument), {late}])"
        try:
            return self.page.evaluate(guarded, argument)
        except Exception as error:
            if "bench-limit" in str(error):
                raise TimeoutError(f"not drawn within {self.limit:.0f} s") from error
            raise

    def choose(self, option: str, sign: dict[str, Any]) -> float:
        """Pick an option of the filter; milliseconds from the click on it until `sign` is on the screen."""
        self.page.get_by_role("combobox").first.click()
        choice = self.page.get_by_role("option", name=option, exact=True)
        choice.wait_for()
        self.page.evaluate("(sign) => bench.arm(sign)", sign)
        choice.click()
        return float(self.ask("() => bench.elapsed()"))

    def tick(self, stage: str, sign: dict[str, Any]) -> float:
        """The same on the one screen, where a filter is a box to tick, and to untick again."""
        frame = self.map_frame()
        box = frame.locator(f"#stage-{stage}")
        if not box.is_visible():
            frame.locator("#filters-button").click()
            self.page.evaluate("() => bench.listenInFrames()")
            # To open the sheet is no part of the filter.
            self.page.wait_for_timeout(500)
        self.page.evaluate("(sign) => bench.arm(sign)", sign)
        box.click()
        return float(self.ask("() => bench.elapsed()"))

    def map_frame(self) -> Frame:
        """The frame that holds the map."""
        for frame in self.page.frames:
            if frame is not self.page.main_frame and frame.query_selector(".leaflet-container"):
                return frame
        raise RuntimeError("the page shows no map")

    def heap_mb(self, session: CDPSession) -> float:
        """JavaScript heap in use after a full garbage collection."""
        for _ in range(3):
            session.send("HeapProfiler.collectGarbage")
        metrics = {item["name"]: item["value"] for item in session.send("Performance.getMetrics")["metrics"]}
        return float(metrics["JSHeapUsedSize"]) / 1e6


@contextmanager
def visit(browser: Browser, server: Server, sign: dict[str, Any], limit: float) -> Iterator[tuple[Visit, float, float]]:
    """A new visitor's page: the visit, milliseconds from navigation to drawn, and drawn as epoch seconds."""
    context = browser.new_context(viewport=VIEWPORT)  # type: ignore[arg-type]
    try:
        context.add_init_script(f"window.benchFirst = {json.dumps(sign)};\n{PROBE}")
        page = context.new_page()
        page.set_default_timeout(limit * 1000)
        seen = Visit(page, limit)
        seen.watch()
        page.goto(server.url, wait_until="commit")
        drawn = float(seen.ask("() => bench.done"))
        origin = float(page.evaluate("() => performance.timeOrigin"))
        yield seen, drawn, (origin + drawn) / 1000
    finally:
        context.close()
