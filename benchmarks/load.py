"""Many visitors at once, beside an empty Streamlit app: `python -m benchmarks.load` prints a table.

A visitor is a websocket that speaks Streamlit's protocol and draws nothing: what is timed is the server alone. Each
opens the page, and fetches what its screen is made of; then the empty app's changes its choice in turns. A change on
the screen of ours asks nobody. All wait for the end of their run before they go on.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

ROOT = Path(__file__).parent.parent
APPS = {"ours": "app.py", "empty": "benchmarks/apps/empty.py"}
VISITORS = (1, 10, 30, 100)
CHANGES = 4
WARM_SECONDS = 15.0
FILE = re.compile(r"(?:features|rows)-[0-9a-f]{16}[.]gz")
"""The data that a screen asks for, named in its document."""


@dataclass
class Visitor:
    """One websocket and the widgets that its page has."""

    socket: websockets.ClientConnection
    choice: str = ""
    """Id of the first select box; empty without one."""
    screen: str = ""
    """Where the document of the screen lies; empty without one."""

    async def open(self, port: int) -> float:
        """Seconds of the first run, with all that the page then fetches."""
        start = time.perf_counter()
        await self.run()
        if self.screen:
            await asyncio.to_thread(_fetch, f"http://127.0.0.1:{port}{self.screen}/")
        return time.perf_counter() - start

    async def run(self) -> float:
        """Seconds of one run of the script, with a choice in the select box if there is one."""
        message = BackMsg()
        message.rerun_script.query_string = "lang=zh"
        if self.choice:
            state: WidgetState = message.rerun_script.widget_states.widgets.add()
            state.id, state.string_value = self.choice, "all"
        return await answered(self.socket, message, self._note)

    def _note(self, found: ForwardMsg) -> None:
        if found.WhichOneof("type") == "delta" and found.delta.WhichOneof("type") == "new_element":
            element = found.delta.new_element
            if element.WhichOneof("type") == "component_instance":
                self.screen = f"/component/{element.component_instance.component_name}"
            elif element.WhichOneof("type") == "selectbox":
                self.choice = self.choice or element.selectbox.id


async def answered(socket_: websockets.ClientConnection, message: BackMsg, note: Callable[[ForwardMsg], None]) -> float:
    """Seconds from a message to the end of the run that it asks for; `note` hears all that comes in between."""
    start = time.perf_counter()
    await socket_.send(message.SerializeToString())
    while True:
        found = ForwardMsg.FromString(await socket_.recv(decode=False))
        note(found)
        if found.WhichOneof("type") == "script_finished":
            return time.perf_counter() - start


def _fetch(folder: str) -> None:
    """The document of a screen and its data."""
    with urllib.request.urlopen(f"{folder}index.html") as answer:
        document = answer.read().decode()
    for name in dict.fromkeys(FILE.findall(document)):
        urllib.request.urlopen(folder + name).read()


@contextmanager
def served(app: str) -> Iterator[tuple[int, int]]:
    """Port and process of a server of an app, at a free port; ended afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "streamlit", "run", APPS[app], "--server.headless=true", f"--server.port={port}"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1).read()
                break
            except OSError:
                time.sleep(0.1)
        yield port, server.pid
    finally:
        server.terminate()
        server.wait(20)


async def visits(port: int, count: int) -> tuple[list[float], list[float]]:
    """Seconds that each of `count` visitors waits for the page, and for each of its changes."""
    address = f"ws://127.0.0.1:{port}/_stcore/stream"
    origin = websockets.Origin(f"http://127.0.0.1:{port}")
    sockets = [
        await websockets.connect(
            address, origin=origin, max_size=None, subprotocols=[websockets.Subprotocol("streamlit")]
        )
        for _ in range(count)
    ]
    visitors = [Visitor(each) for each in sockets]
    opened = await asyncio.gather(*(visitor.open(port) for visitor in visitors))
    changed: list[float] = []
    if all(visitor.choice for visitor in visitors):
        for _ in range(CHANGES):
            changed += await asyncio.gather(*(visitor.run() for visitor in visitors))
    await asyncio.gather(*(each.close() for each in sockets))
    return list(opened), changed


def main() -> None:
    """Print median and 95th percentile of both, for each app and number of visitors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visitors", type=int, action="append", help="how many at once; may be given again")
    options = parser.parse_args()
    print("| app | visitors | open: median s | p95 s | change: median s | p95 s |\n|---|---:|---:|---:|---:|---:|")
    for app in APPS:
        with served(app) as (port, _):
            asyncio.run(visits(port, 1))
            # The libraries of the other pages are loaded after the first visit.
            time.sleep(WARM_SECONDS)
            for count in options.visitors or VISITORS:
                opened, changed = asyncio.run(visits(port, count))
                cells = [
                    f"{value:.2f}" if times else "none"
                    for times in (opened, changed)
                    for value in ((statistics.median(times), p95(times)) if times else (0, 0))
                ]
                print(f"| {app} | {count} | " + " | ".join(cells) + " |", flush=True)


def p95(times: list[float]) -> float:
    """The value that 95 in 100 do not exceed."""
    return sorted(times)[min(len(times) - 1, int(0.95 * len(times)))]


if __name__ == "__main__":
    main()
