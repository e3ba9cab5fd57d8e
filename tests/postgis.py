"""A PostgreSQL with PostGIS of the tests, on a free port of this machine, in a folder of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import pytest
import shapely
from browser import free_port
from fonts import missing
from psycopg import sql

from analysis.spatial.engines.face import Layer

SECRET = "the-secret-of-the-tests"


@dataclass
class Server:
    """Where it listens, and how it is started."""

    port: int
    command: list[str]
    log: Path
    as_user: dict[str, Any]
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log, cwd="/", **self.as_user)
        _wait(self)

    def stop(self) -> None:
        """At once, whoever is still connected; nothing where it does not run."""
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(30)
            self.process = None

    def url(self, database: str = "city", user: str = "guantu", secret: str = SECRET) -> str:
        return f"postgresql://{user}:{secret}@127.0.0.1:{self.port}/{database}"

    def run(self, *statements: str, database: str = "city") -> None:
        with psycopg.connect(self.url(database), autocommit=True) as link:
            for each in statements:
                link.execute(each)

    def put(self, name: str, layer: Layer, srid: int = 4547) -> None:
        """A layer as a table of a user: `id`, `geometry`, `accuracy_m`; an error that nobody states is null."""
        with psycopg.connect(self.url(), autocommit=True) as link:
            table = sql.Identifier("public", name)
            link.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(table))
            link.execute(sql.SQL("CREATE TABLE {} (id text, geometry geometry, accuracy_m float8)").format(table))
            shapes = shapely.to_wkb(shapely.set_srid(layer.shapes, srid), hex=True, include_srid=True)
            with link.cursor() as cursor, cursor.copy(sql.SQL("COPY {} FROM STDIN").format(table)) as copy:
                for row in zip(layer.ids, shapes, layer.errors.tolist(), strict=True):
                    copy.write_row((*row[:2], None if np.isnan(row[2]) else row[2]))


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found or not list(Path("/usr/share/postgresql").glob("*/extension/postgis.control")):
        missing("needs PostgreSQL with PostGIS (Debian: postgresql-15-postgis-3)")
    return found[-1].parent


@contextmanager
def server() -> Iterator[Server]:
    """A server with a database `city` that has PostGIS, and one, `bare`, that has not."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="guantu-postgis-"))
    # It does not run as root.
    root = os.geteuid() == 0
    who = pwd.getpwnam("postgres" if root else pwd.getpwuid(os.geteuid()).pw_name)
    as_user = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []} if root else {}
    try:
        secret = folder / "secret"
        secret.write_text(SECRET, encoding="utf-8")
        for path in (folder, secret):
            os.chown(path, who.pw_uid, who.pw_gid)
        init = [programs / "initdb", "-D", folder / "data", "-U", "guantu", "-A", "scram-sha-256", f"--pwfile={secret}",
                "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]  # fmt: skip
        subprocess.run(init, check=True, stdout=subprocess.DEVNULL, cwd="/", **as_user)
        port = free_port()
        options = (
            "fsync=off",
            "shared_buffers=256MB",
            "work_mem=64MB",
            "unix_socket_directories=",
            "max_connections=20",
        )
        command = [f"{programs / 'postgres'}", "-D", f"{folder / 'data'}", "-h", "127.0.0.1", "-p", f"{port}",
                   *(f"--{each}" for each in options)]  # fmt: skip
        found = Server(port, command, folder / "log", as_user)
        try:
            found.start()
            found.run("CREATE DATABASE city", "CREATE DATABASE bare", database="postgres")
            found.run("CREATE EXTENSION postgis")
            yield found
        finally:
            found.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait(found: Server) -> None:
    for _ in range(100):
        try:
            psycopg.connect(found.url("postgres")).close()
            return
        except psycopg.OperationalError:
            assert found.process is not None and found.process.poll() is None, "the server ended"
            time.sleep(0.1)
    raise TimeoutError


@pytest.fixture(scope="session")
def database() -> Iterator[Server]:
    with server() as found:
        yield found
