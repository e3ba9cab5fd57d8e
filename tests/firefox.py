"""Drives the Firefox of the machine through WebDriver BiDi, which it speaks by itself, without a driver beside it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect


def firefox_path() -> str:
    """Where Firefox is; skips without it, fails where everything is required."""
    found = os.environ.get("GUANTU_FIREFOX") or shutil.which("firefox") or shutil.which("firefox-esr")
    if not found:
        message = "needs Firefox (Debian: firefox-esr), or GUANTU_FIREFOX with its path"
        if os.environ.get("GUANTU_REQUIRE_ALL"):
            pytest.fail(message)
        pytest.skip(message)
    return found


class Tab:
    """A tab of Firefox, and the errors of the pages in it."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket, self.number = socket, 0
        self.errors: list[str] = []
        self.ask("session.new", capabilities={})
        self.ask("session.subscribe", events=["log.entryAdded"])
        self.context = self.ask("browsingContext.create", type="tab")["context"]

    def ask(self, method: str, **parameters: Any) -> Any:
        """The answer to a command of the protocol."""
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self.socket.recv(timeout=120))
            if answer.get("method") == "log.entryAdded" and answer["params"]["level"] == "error":
                self.errors.append(answer["params"]["text"])
            if answer.get("id") == self.number:
                assert answer["type"] == "success", answer
                return answer["result"]

    def goto(self, address: str) -> None:
        self.ask("browsingContext.navigate", context=self.context, url=address, wait="complete")

    def evaluate(self, function: str, value: Any = None) -> Any:
        """What a function of the page returns for a value, both as JSON; a promise is waited for."""
        call = f"(async () => JSON.stringify((await ({function})({json.dumps(value)})) ?? null))()"
        found = self.ask("script.evaluate", expression=call, target={"context": self.context}, awaitPromise=True)
        assert found["type"] == "success", found
        return json.loads(found["result"]["value"])


@contextmanager
def firefox(folder: Path) -> Iterator[Tab]:
    """A tab of a Firefox of its own, whose profile lies in `folder`."""
    command = [firefox_path(), "--headless", "--no-remote", "--profile", str(folder), "--remote-debugging-port", "0"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            listening = (re.search(r"BiDi listening on (ws://\S+)", line) for line in process.stderr)
            at = next(filter(None, listening), None)
            assert at, "Firefox did not start"
            with connect(f"{at[1]}/session", max_size=None, open_timeout=60) as socket:
                tab = Tab(socket)
                yield tab
                tab.ask("browser.close")
        finally:
            process.terminate()
            process.wait(30)
