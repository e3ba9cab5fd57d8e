"""`guantu app` away from a checkout: its settings come with the command, who is foreign is refused, nobody is asked."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

import cli

ROOT = Path(__file__).parent.parent
HANDSHAKE = (
    "GET /_stcore/stream HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{origin}\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


# Written down by Python itself, whoever asks: each address outside of this machine that is looked up or called.
ASKED = """\
import sys
def told(event, args):
    if event == "socket.getaddrinfo":
        name = args[0]
    elif event == "socket.connect" and isinstance(args[1], tuple):
        name = args[1][0]
    else:
        return
    if str(name) not in ("localhost", "127.0.0.1", "::1", "None"):
        with open({file!r}, "a") as file:
            print(event, name, file=file)
sys.addaudithook(told)
"""


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file to which a server started by `port` writes whom it asks."""
    folder = tmp_path_factory.mktemp("asked")
    (folder / "sitecustomize.py").write_text(ASKED.format(file=str(folder / "asked")), encoding="utf-8")
    return folder / "asked"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory, asked: Path) -> Iterator[int]:
    """A server started in a folder without `.streamlit`, as from an installed wheel."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number = int(probe.getsockname()[1])
    command = [sys.executable, str(ROOT / "cli.py"), "app", "--headless", "--port", str(number)]
    server = subprocess.Popen(
        command, cwd=tmp_path_factory.mktemp("elsewhere"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(asked.parent)}, start_new_session=True,
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


def answer(port: int, host: str, origin: str = "") -> str:
    """The first line of the answer to a websocket handshake that names a host, from a page of it or of another."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(HANDSHAKE.format(host=host, origin=origin or host).encode())
        return connection.recv(200).decode("latin-1").splitlines()[0]


posix = pytest.mark.skipif(os.name != "posix", reason="ends the server by its group of processes")


@posix
def test_only_this_machine_is_let_in(port: int) -> None:
    assert " 101 " in answer(port, f"127.0.0.1:{port}")
    assert " 101 " in answer(port, f"localhost:{port}")
    assert " 403 " in answer(port, "evil.example")


@posix
def test_a_foreign_page_is_refused_and_nobody_is_asked_who_it_is(port: int, asked: Path) -> None:
    for origin in ("evil.example", "localhost:3000", f"127.0.0.1:{port}0"):
        assert " 403 " in answer(port, f"127.0.0.1:{port}", origin), origin
    assert not asked.exists()


@posix
def test_a_page_has_no_figures_of_the_process_and_stays_out_of_foreign_frames(port: int) -> None:
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/metrics", timeout=20)
    assert error.value.code == 404
    error.value.close()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=20) as page:
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert page.headers["Content-Security-Policy"] == "frame-ancestors 'self'"
        assert page.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_streamlit_cannot_ask_for_the_address_of_the_machine(tmp_path: Path) -> None:
    """Whatever has it ask: a server for all addresses, say, would print it."""
    (tmp_path / "sitecustomize.py").write_text(ASKED.format(file=str(tmp_path / "asked")), encoding="utf-8")
    program = "import app; from streamlit import net_util; print(net_util.get_external_ip())"
    environment = os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
    run = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=60)
    assert run.stdout.strip() == "None"
    assert not (tmp_path / "asked").exists()


def settings(*arguments: str) -> dict[str, list[str]]:
    """What Streamlit is told by `guantu app`, by option."""
    told: list[str] = []

    def start(*command: str) -> None:
        told.extend(word for word in command if word.startswith("--"))
        raise SystemExit

    with pytest.MonkeyPatch.context() as patch, pytest.raises(SystemExit) as ended:
        patch.setattr(os, "execve", lambda _, command, environment: start(*command))
        patch.setattr(subprocess, "call", lambda command, env: start(*command))
        cli.main(["app", *arguments])
    if ended.value.code is not None:
        raise ended.value
    found: dict[str, list[str]] = {}
    for word in told:
        name, _, value = word.removeprefix("--").partition("=")
        found.setdefault(name, []).append(value)
    return found


def test_without_an_address_it_serves_this_machine_alone() -> None:
    usual = {name: list(values) for name, values in cli.SERVER.items()}
    assert settings() == usual | {"server.port": ["8501"], "server.headless": ["false"]}
    assert settings("--headless")["server.headless"] == ["true"]


@pytest.mark.parametrize(
    ("address", "host", "origin", "path"),
    [
        ("https://plan.dg.example/guantu", "plan.dg.example", "https://plan.dg.example", "guantu"),
        ("https://plan.dg.example", "plan.dg.example", "https://plan.dg.example", ""),
        ("HTTPS://Plan.DG.example:443/a/B/", "plan.dg.example", "https://plan.dg.example", "a/B"),
        ("http://10.1.2.3:8080/", "10.1.2.3", "http://10.1.2.3:8080", ""),
        ("http://plan:80", "plan", "http://plan", ""),
        ("http://plan:443", "plan", "http://plan:443", ""),
    ],
)
def test_an_address_names_host_origin_and_path(address: str, host: str, origin: str, path: str) -> None:
    assert settings("--public", address) == settings("--headless") | {
        "server.allowedHosts": ["localhost", "127.0.0.1", host],
        "server.corsAllowedOrigins": [origin],
        "server.baseUrlPath": [path],
    }


WRONG = (
    "plan.dg.example",
    "ftp://plan.dg.example",
    "https:///guantu",
    "https://a@plan/",
    "https://plan/?x",
    "https://plan/#x",
    "https://plan/a b",
    "https://plan/../a",
    "https://plan:port/",
    "https://*.dg.example/",
    "https://规划.example/",
    "",
)


@pytest.mark.parametrize("address", WRONG)
def test_another_text_is_refused_in_both_languages(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        settings("--public", address)
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert f"“{address}”不是可用的网址" in said and f"“{address}” is no address to serve at" in said
