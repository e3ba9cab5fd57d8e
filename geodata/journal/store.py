"""Where a journal is kept: SQLite for one desk, PostgreSQL for an office, by one way of writing."""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from geodata.journal.chain import START, Link, linked, verify
from geodata.journal.entries import Entry, read_entry
from geodata.journal.tables import ENTRIES
from geodata.journal.trouble import NoStore as NoStore
from geodata.journal.trouble import no_store, trouble_of

_WAIT = 30
"""Seconds for which a writer waits for its turn."""
_REACH = 10
"""Seconds after which a server that does not answer is taken for one that is away."""
_LINES = 4
"""To a server that a process keeps open."""
_LOCK = 7_381_204
"""The number by which writers of one PostgreSQL journal wait for each other."""


@dataclass(frozen=True, eq=False)
class Store:
    """A journal that is open."""

    engine: Engine
    turn: Lock = field(default_factory=Lock)
    """Threads of one process queue here: SQLite has those who wait for its lock try again at random."""
    _open: dict[int, sqlite3.Connection] = field(default_factory=dict)
    """By the number of its file: who closes the last connection to SQLite waits for all of it to be written again."""

    @property
    def is_sqlite(self) -> bool:
        """Whether it lies in one file."""
        return self.engine.dialect.name == "sqlite"

    @property
    def place(self) -> str:
        """Where it lies, for people to read: no password."""
        return _shown(self.engine.url)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that only reads; NoStore for what goes wrong."""
        try:
            with self.engine.connect() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise trouble_of(error, self.place) from error

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction that has its turn among all writers: all of it is kept, or nothing. NoStore says why not."""
        try:
            with self.turn, self.engine.connect() as connection:
                if self.is_sqlite:
                    self._stay_open()
                    connection.exec_driver_sql("BEGIN IMMEDIATE")
                else:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
                try:
                    yield connection
                except BaseException:
                    connection.rollback()
                    raise
                connection.commit()
        except SQLAlchemyError as error:
            raise trouble_of(error, self.place) from error

    def _stay_open(self) -> None:
        path = Path(self.engine.url.database or "")
        try:
            number = path.stat().st_ino
            # A journal that was brought back from a backup is another file: the old one is let go.
            if number not in self._open:
                self.close()
                held = _connected(path)
                held.execute("SELECT count(*) FROM sqlite_master").fetchone()
                self._open[number] = held
        except (OSError, sqlite3.Error) as error:
            raise trouble_of(error, self.place) from error

    def close(self) -> None:
        """Let go of the file."""
        while self._open:
            self._open.popitem()[1].close()

    def links(self, after: int = 0) -> list[Link]:
        """The links of the chain behind number `after`."""
        with self.reading() as connection:
            return links_of(connection, after)

    def head(self) -> tuple[int, str]:
        """Number and seal of the last link."""
        with self.reading() as connection:
            return head_of(connection)

    def verify(self) -> str:
        """The last seal of a whole chain; BrokenChain for any other."""
        return verify(self.links())

    def append(self, connection: Connection, entries: Sequence[Entry]) -> list[Link]:
        """Put entries behind the chain, in a transaction of `writing`; those that are there already are passed over."""
        ids = [entry.id for entry in entries]
        there: set[str] = set()
        for at in range(0, len(ids), 500):
            there |= set(connection.scalars(select(ENTRIES.c.id).where(ENTRIES.c.id.in_(ids[at : at + 500]))))
        number, before = head_of(connection)
        fresh = list({entry.id: entry for entry in entries if entry.id not in there}.values())
        links = linked(fresh, before, number)
        if links:
            rows: list[dict[str, Any]] = [
                {"number": link.number, "id": link.entry.id, "seal": link.seal, "body": link.entry.body}
                for link in links
            ]
            connection.execute(ENTRIES.insert(), rows)
        return links

    def backup(self, path: Path) -> None:
        """A copy of the journal of one desk as it is now, whole, while others write. ValueError for a server's."""
        if not self.is_sqlite:
            raise ValueError("a journal on a server is backed up by its own tools, or by `guantu journal export`")
        with self.reading() as connection:
            connection.exec_driver_sql("VACUUM INTO ?", (str(path),))


def links_of(connection: Connection, after: int = 0) -> list[Link]:
    """The links of the chain behind number `after`."""
    rows = connection.execute(select(ENTRIES).where(ENTRIES.c.number > after).order_by(ENTRIES.c.number)).all()
    return [Link(row.number, read_entry(row.body), row.seal) for row in rows]


def head_of(connection: Connection) -> tuple[int, str]:
    """Number and seal of the last link, as a transaction sees it."""
    row = connection.execute(
        select(ENTRIES.c.number, ENTRIES.c.seal).order_by(ENTRIES.c.number.desc()).limit(1)
    ).first()
    return (row.number, row.seal) if row else (0, START)


def open_store(where: str) -> Store:
    """The journal at a path, or at the URL of a database; made where there is none. NoStore says why it cannot be.

    What is there and is no journal that this program knows is left as it is.
    """
    from geodata.journal.migrating import bring_up

    try:
        url = make_url(where if "://" in where else f"sqlite:///{Path(where).absolute().as_posix()}")
    except ArgumentError as error:
        raise no_store("no-address", where) from error
    is_sqlite = url.get_backend_name() == "sqlite"
    if is_sqlite and url.database in (None, "", ":memory:"):
        raise no_store("no-address", where)
    # A file is opened anew for each act; lines to a server stay, each asked whether it still holds before it is used.
    told: dict[str, Any] = {"poolclass": NullPool} if is_sqlite else {"pool_pre_ping": True, "pool_size": _LINES}
    if url.drivername in ("postgresql", "postgres"):
        url = url.set(drivername="postgresql+psycopg")
        told["connect_args"] = {"connect_timeout": _REACH, "options": f"-c lock_timeout={_WAIT * 1000}"}
    try:
        if is_sqlite:
            path = Path(url.database or "")
            _found(path)
            told["creator"] = lambda: _connected(path)
        engine = create_engine(url, **told)
        if is_sqlite:
            event.listen(engine, "connect", _of_one_desk)
        try:
            bring_up(engine, _shown(url))
        except BaseException:
            engine.dispose()
            raise
    except (SQLAlchemyError, sqlite3.Error, ImportError) as error:
        raise trouble_of(error, _shown(url)) from error
    store = Store(engine)
    weakref.finalize(store, engine.dispose)
    return store


def _shown(url: URL) -> str:
    return (url.database or "") if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)


def _found(path: Path) -> None:
    """See that a file is there, an empty one where there was none; NoStore for one that is another program's."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.touch()
    except OSError as error:
        raise no_store("not-there", str(path), error.strerror or error) from error
    # Before anything is set: what would make it ours would change it.
    with closing(_connected(path)) as raw:
        names = {name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if names and "alembic_version" not in names:
        raise no_store("foreign", str(path), ", ".join(sorted(names)))


def _connected(path: Path) -> sqlite3.Connection:
    """A file that is there: one that was taken away is missed, and not made anew without what it held."""
    uri = f"{path.absolute().as_uri()}?mode=rw"
    return sqlite3.connect(uri, uri=True, timeout=_WAIT, check_same_thread=False)


def _of_one_desk(connection: Any, record: Any) -> None:
    # Transactions are begun by us: Python would begin them as those of a reader, who cannot always become a writer.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


@lru_cache(maxsize=8)
def opened(where: str) -> Store:
    """The journal at a place, opened once in a process."""
    return open_store(where)
