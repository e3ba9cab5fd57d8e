"""Many visitors at work at once: pages, exports, tours, slides and sheets that the server makes.

`python -m benchmarks.load_work` prints a table: for one visitor and for thirty at once the wait for each, median and
95th percentile, the memory of the server, and what it keeps open after all have gone. Visitors speak Streamlit's
protocol, as in `benchmarks.load`. Under "same" all ask for the same file, as a meeting does; under "own" each has a
filter and a day of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from dataclasses import dataclass, field
from pathlib import Path

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.load import WARM_SECONDS, answered, p95, served

JOBS = {
    "export page": ("page=export", ""),
    "xlsx": ("page=export", "make-file"),
    "meeting page": ("page=meeting", ""),
    "tour": ("page=meeting", "make-present"),
    "slides": ("page=meeting", "make-slides"),
    "sheet": ("page=meeting", "make-sheet"),
}
"""Query of the page, and the key of the button that is pressed."""
OWN = ("rail", "stations", "roads", "bridges", "ports", "water-sections", "zones", "institutions", "energy", "places")


@dataclass
class Worker:
    """One websocket, the buttons of its page, and whether something went wrong there."""

    socket: websockets.ClientConnection
    query: str
    buttons: dict[str, str] = field(default_factory=dict)
    has_failed: bool = False

    async def run(self, press: str = "") -> float:
        """Seconds of a run of the page, with one of its buttons pressed if a key is given."""
        message = BackMsg()
        message.rerun_script.query_string = self.query
        if press:
            state = message.rerun_script.widget_states.widgets.add()
            state.id, state.trigger_value = self.buttons[press], True
        return await answered(self.socket, message, self._note)

    def _note(self, found: ForwardMsg) -> None:
        if found.WhichOneof("type") == "delta" and found.delta.WhichOneof("type") == "new_element":
            element = found.delta.new_element
            kind = element.WhichOneof("type")
            if kind == "button":
                # $$ID-hash-key
                self.buttons[element.button.id.split("-", 2)[-1]] = element.button.id
            self.has_failed |= kind in ("exception",) or (kind == "alert" and "🚫" in element.alert.icon)


async def worked(port: int, count: int, job: str, own: bool) -> tuple[list[float], int]:
    """Seconds that each of `count` visitors waits for a job, and how many failed."""
    query, press = JOBS[job]
    origin = websockets.Origin(f"http://127.0.0.1:{port}")
    workers = [
        Worker(
            await websockets.connect(
                f"ws://127.0.0.1:{port}/_stcore/stream",
                origin=origin,
                max_size=None,
                subprotocols=[websockets.Subprotocol("streamlit")],
            ),
            # A day of its own for each makes thirty different files.
            f"lang=zh&{query}" + (f"&theme={OWN[place % 10]}&as_of=2026-10-{1 + place // 10:02d}" if own else ""),
        )
        for place in range(count)
    ]
    if press:
        for worker in workers:
            await worker.run()
    waits = await asyncio.gather(*(worker.run(press) for worker in workers))
    await asyncio.gather(*(worker.socket.close() for worker in workers))
    return list(waits), sum(worker.has_failed for worker in workers)


def memory(pid: int) -> float:
    """Megabytes that a process has in memory."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visitors", type=int, default=30)
    count = parser.parse_args().visitors
    print(f"| job | one: s | {count} same: median s | p95 s | × one | {count} own: median s | p95 s | × one | MB |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    with served("ours") as (port, pid):
        asyncio.run(worked(port, 1, "export page", False))
        asyncio.run(worked(port, 1, "meeting page", False))
        time.sleep(WARM_SECONDS)
        files = len(list(Path(f"/proc/{pid}/fd").iterdir()))
        for job in JOBS:
            (one,), _ = asyncio.run(worked(port, 1, job, True))
            cells = [job, f"{one:.2f}"]
            for own in (False, True):
                waits, failed = asyncio.run(worked(port, count, job, own))
                high = p95(waits)
                cells += [f"{statistics.median(waits):.2f}", f"{high:.2f}", f"{high / one:.1f}" + "!" * failed]
            print(f"| {' | '.join(cells)} | {memory(pid):.0f} |", flush=True)
        time.sleep(150)
        # The next visitor has the server look for those who went.
        asyncio.run(worked(port, 1, "export page", False))
        left = len(list(Path(f"/proc/{pid}/fd").iterdir())) - files
        print(f"\nAfter all have gone: {memory(pid):.0f} MB, {left} more files open than before.")


if __name__ == "__main__":
    main()
