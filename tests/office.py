"""An office: two processes of guantu behind a real nginx, with the files that docs/office.md prints."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import ssl
import subprocess
import sys
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path

from browser import free_port
from fonts import missing

ROOT = Path(__file__).parent.parent
FILES = ROOT / "docs" / "office"
NAME = "plan.dg.example"
NUMBER = "S(2026)000"
SITE, UNIT = FILES / "nginx.conf", FILES / "guantu@.service"
AROUND = """\
daemon off;
{user}
pid {folder}/pid;
events {{}}
http {{
    log_format told "$cookie_guantu_place $upstream_addr";
    access_log {folder}/access.log told;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{site}
}}
"""


def program(name: str, package: str) -> str:
    """Where a program of the system is; skips without it, fails where everything is required."""
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    if not found:
        missing(f"needs {name} (Debian: {package})")
    return str(found)


def replaced(text: str, **pairs: tuple[str, str]) -> str:
    """A text with what differs on another machine in the place of what stands there."""
    for old, new in pairs.values():
        assert old in text, old
        text = text.replace(old, new)
    return text


class Office:
    """Its address, its two processes by their ports, and ways to ask it without a browser."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        """Start all; `stack` ends what was started."""
        self.folder, self.stack = folder, stack
        self.port, self.plain, *self.ports = (free_port() for _ in range(4))
        self.address = f"https://{NAME}:{self.port}/guantu"
        secrets = folder / ".streamlit" / "secrets.toml"
        secrets.parent.mkdir()
        secrets.write_text(f'map_approval_number = "{NUMBER}"\n', encoding="utf-8")
        self.processes: dict[int, subprocess.Popen[bytes]] = {}
        for port in self.ports:
            self.start(port)
        self._proxy()

    def _keep(self, process: subprocess.Popen[bytes]) -> subprocess.Popen[bytes]:
        self.stack.callback(process.wait, 20)
        self.stack.callback(process.terminate)
        return process

    def command(self, port: int) -> list[str]:
        """What systemd would run, of this checkout."""
        (line,) = [line for line in UNIT.read_text(encoding="utf-8").splitlines() if line.startswith("ExecStart=")]
        words = line.removeprefix("ExecStart=").replace("%i", str(port)).split()
        assert words[0] == "/opt/guantu/bin/guantu" and words[-1] == f"https://{NAME}/guantu"
        place = words.index("/srv/guantu/catalog")
        words[place] = str(ROOT / "geodata" / "catalog")
        return [sys.executable, str(ROOT / "cli.py"), *words[1:-1], self.address]

    def start(self, port: int) -> None:
        """Start one of the processes, and wait for it."""
        self.processes[port] = self._keep(subprocess.Popen(self.command(port), cwd=self.folder))
        for _ in range(300):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/guantu/_stcore/health", timeout=1).close()
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the app did not start within 30 s")

    def end(self, port: int) -> int:
        """End one of the processes as systemd does; its exit code."""
        self.processes[port].send_signal(signal.SIGTERM)
        return self.processes[port].wait(20)

    def _proxy(self) -> None:
        made = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={NAME}")
        files = ("-keyout", str(self.folder / "private.key"), "-out", str(self.folder / "fullchain.pem"))
        subprocess.run([program("openssl", "openssl"), *made, *files], check=True, capture_output=True)
        site = replaced(
            SITE.read_text(encoding="utf-8"),
            plain=("listen 80;", f"listen 127.0.0.1:{self.plain};"),
            secure=("listen 443 ssl", f"listen 127.0.0.1:{self.port} ssl"),
            to=(f"https://{NAME}$", f"https://{NAME}:{self.port}$"),
            first=("127.0.0.1:8501", f"127.0.0.1:{self.ports[0]}"),
            second=("127.0.0.1:8502", f"127.0.0.1:{self.ports[1]}"),
            keys=("/etc/ssl/guantu/", f"{self.folder}/"),
        )
        # Who is root hands its work to another, who cannot read the folders of a test.
        user = "user root;" if os.geteuid() == 0 else ""
        whole = self.folder / "nginx.conf"
        whole.write_text(AROUND.format(folder=self.folder, site=site, user=user), encoding="utf-8")
        command = [program("nginx", "nginx-light"), "-p", str(self.folder), "-e", f"{self.folder}/error.log"]
        subprocess.run([*command, "-t", "-q", "-c", str(whole)], check=True)
        self._keep(subprocess.Popen([*command, "-c", str(whole)]))
        for _ in range(100):
            try:
                self.ask("/guantu/_stcore/health")
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("nginx did not start within 10 s")

    def ask(self, path: str, at: int = 0, **headers: str) -> http.client.HTTPResponse:
        """The answer to one request, through the proxy or of the process at a port."""
        if at:
            link = http.client.HTTPConnection("127.0.0.1", at, timeout=20)
        else:
            link = http.client.HTTPSConnection(
                "127.0.0.1", self.port, timeout=20, context=ssl._create_unverified_context()
            )
        link.request("GET", path, headers={"Host": f"{NAME}:{self.port}"} | headers)
        answer = link.getresponse()
        # A websocket that was let in has no end.
        if answer.status != http.client.SWITCHING_PROTOCOLS:
            answer.read()
        link.close()
        return answer

    def websocket(self, at: int = 0, **headers: str) -> int:
        """The status with which the websocket of the app is answered: 101 when it is let in."""
        told = {
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version": "13",
        }
        return self.ask("/guantu/_stcore/stream", at, **told, **headers).status

    def served_by(self, place: str) -> list[int]:
        """The ports of the processes that answered whoever has this cookie; a websocket counts when it ends."""
        lines = [line.split() for line in (self.folder / "access.log").read_text(encoding="utf-8").splitlines()]
        # Of several that were tried, the last one answered; what nginx answers by itself has none.
        return [int(words[-1].rpartition(":")[2]) for words in lines if words[0] == place and words[-1] != "-"]

    def places(self) -> dict[int, str]:
        """For each process a value of the cookie that leads to it."""
        found: dict[int, str] = {}
        for _ in range(200):
            told = self.ask("/guantu/").headers["Set-Cookie"]
            place = told.partition(";")[0].removeprefix("guantu_place=")
            self.ask("/guantu/", Cookie=f"guantu_place={place}")
            # nginx writes its log once it has answered.
            for _ in range(500):
                if ports := self.served_by(place):
                    found[ports[-1]] = place
                    break
                time.sleep(0.01)
            if len(found) == len(self.ports):
                return found
        raise AssertionError("only one process is ever asked")
