"""`guantu app` away from a checkout: its settings come with the command, and a foreign host is refused."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HANDSHAKE = (
    "GET /_stcore/stream HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A server started in a folder without `.streamlit`, as from an installed wheel."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number = int(probe.getsockname()[1])
    command = [sys.executable, str(ROOT / "cli.py"), "app", "--headless", "--port", str(number)]
    server = subprocess.Popen(
        command, cwd=tmp_path_factory.mktemp("elsewhere"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{number}/_stcore/health", timeout=1).read()
            break
        except OSError:
            time.sleep(0.1)
    yield number
    os.killpg(server.pid, signal.SIGTERM)
    server.wait(20)


def answer(port: int, host: str) -> str:
    """The first line of the answer to a websocket handshake that names a host."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(HANDSHAKE.format(host=host).encode())
        return connection.recv(200).decode("latin-1").splitlines()[0]


@pytest.mark.skipif(os.name != "posix", reason="ends the server by its group of processes")
def test_only_this_machine_is_let_in(port: int) -> None:
    assert " 101 " in answer(port, f"127.0.0.1:{port}")
    assert " 101 " in answer(port, f"localhost:{port}")
    assert " 101 " not in answer(port, "evil.example")
