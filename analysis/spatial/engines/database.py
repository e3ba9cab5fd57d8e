"""A session in PostGIS: layers put into tables of its own, and what can be wrong with it, in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from pyproj.exceptions import ProjError

from analysis.spatial.engines.face import EngineError, Layer, Source, Table
from analysis.spatial.engines.sound import refuse_twice
from analysis.spatial.engines.ways import FAR, MENDED, NOWHERE, ROUND, Left, bounds_in, is_degrees, system
from geodata.text import Text

try:
    import psycopg
    from psycopg import sql
except ImportError:
    # `connected` says so.
    psycopg = None  # type: ignore[assignment]


@cache
def _statements() -> Mapping[str, str]:
    text = Path(__file__).with_name("postgis.sql").read_text(encoding="utf-8")
    parts = re.split(r"(?m)^-- name: (\w+)\n", text)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@dataclass(frozen=True)
class Loaded:
    """A layer in a table of the session."""

    table: str
    crs: str
    metric: int
    largest: float
    """The largest error that is stated, metres."""
    unknown: int
    """How many state none."""
    end: int
    """One more than the last place."""


def connected(database: str) -> Session:
    """A session that can change nothing in the database; EngineError without a server, its right or PostGIS."""
    if psycopg is None:
        raise EngineError("no-extra", engine="postgis")
    if not database:
        raise EngineError("no-database")
    where = _where(database)
    name = "{host}:{port}/{dbname}".format_map({"host": "localhost", "port": "5432", "dbname": ""} | where)
    try:
        link = psycopg.connect(database, connect_timeout=10, autocommit=True)
    except psycopg.OperationalError as error:
        why = _reason(error)
        key = "wrong-password" if re.search("password", why) else "no-server"
        raise EngineError(key, name=name, user=where.get("user", ""), why=why) from None
    session = Session(link, name)
    try:
        session.start()
    except EngineError:
        session.close()
        raise
    return session


def _where(database: str) -> dict[str, Any]:
    """What an address says; EngineError for one that is malformed.

    Nothing of that is repeated, nor what libpq says of it: wherever it breaks, what is quoted may be the password.
    """
    try:
        where = psycopg.conninfo.conninfo_to_dict(database)
    except psycopg.ProgrammingError:
        raise EngineError("bad-database") from None
    # A password with one of @ / : not encoded is parted, and the rest of it stands in another place.
    parted = any("@" in str(where.get(part, "")) for part in ("host", "port", "dbname"))
    if ("://" in database and parted) or not re.fullmatch(r"[\d,]*", str(where.get("port", ""))):
        raise EngineError("bad-database")
    return where


def _reason(error: Exception) -> str:
    return " ".join(str(error).split())


@dataclass
class Session:
    """Layers that were put into tables of their own, by what they are."""

    link: Any
    name: str
    notes: list[Text] = field(default_factory=list)
    loaded: list[tuple[Source, Loaded]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)

    def start(self) -> None:
        """Read-only but for tables of the session itself."""
        with self._said():
            if not self.link.execute("SELECT 1 FROM pg_extension WHERE extname = 'postgis'").fetchone():
                raise EngineError("no-postgis", name=self.name)
            self.link.execute("SET default_transaction_read_only = on")
            self.link.execute("SET client_min_messages = error")

    def close(self) -> None:
        """End it, and what it made."""
        self.link.close()

    def rows(self, statement: str, told: Mapping[str, Any], **names: str) -> list[tuple[Any, ...]]:
        """All rows of a statement."""
        with self._said():
            found: list[tuple[Any, ...]] = self.link.execute(_filled(statement, **names), told).fetchall()
            return found

    def stream(
        self, statement: str, told: Mapping[str, Any], many: int, **names: str
    ) -> Iterator[list[tuple[Any, ...]]]:
        """Rows of a statement, `many` at a time, whole rows of the first feature together."""
        with self._said(), self.link.transaction(), self.link.cursor(name="guantu") as cursor:
            cursor.execute(_filled(statement, **names), told)
            while rows := cursor.fetchmany(many):
                yield rows

    def load(self, source: Source) -> Loaded:
        """Put a layer into a table, once."""
        for known, found in self.loaded:
            if known is source or known == source:
                return found
        number, fresh = system(source.crs), f"guantu_{next(self.numbers)}"
        with self._said():
            self._write("make", fresh)
            if isinstance(source, Table):
                self._copy_table(source, fresh, number)
            elif isinstance(source, Layer):
                self._copy_layer(source, fresh, number)
            else:
                raise EngineError("no-such-layer", engine="postgis")
            self._write("index", fresh)
            _, largest, unknown, last = self.rows("known", {}, fresh=fresh)[0]
        loaded = Loaded(fresh, source.crs, number, float(largest), int(unknown), int(last) + 1)
        self.loaded.append((source, loaded))
        return loaded

    def _write(self, statement: str, fresh: str) -> None:
        """A statement that makes something of the session's own: it reads no table of the database."""
        with self.link.transaction():
            self.link.execute("SET TRANSACTION READ WRITE")
            self.link.execute(_filled(statement, fresh=fresh))

    def _copy_layer(self, layer: Layer, fresh: str, number: int) -> None:
        shapes = shapely.to_wkb(shapely.set_srid(layer.shapes, number), hex=True, include_srid=True)
        statement = sql.SQL("COPY {} (place, id, geometry, error) FROM STDIN").format(sql.Identifier(fresh))
        rows = zip(layer.order.tolist(), layer.ids.tolist(), shapes.tolist(), layer.errors.tolist(), strict=True)
        with self.link.cursor() as cursor, cursor.copy(statement) as copy:
            for place, name, shape, error in rows:
                copy.write_row((place, name, shape, None if np.isnan(error) else error))

    def _copy_table(self, table: Table, fresh: str, number: int) -> None:
        columns = self._columns(table)
        geometry, srid = self._geometry(table, columns)
        storage, name = f"EPSG:{srid}", f"{table.schema}.{table.name}"
        try:
            west, south, east, north = bounds_in(table.crs, storage)
        except ProjError:
            raise EngineError("unknown-srid", name=name, column=geometry, srid=srid) from None
        told = {
            "metric": number, "degrees": is_degrees(storage), "west": west, "south": south, "east": east,
            "north": north, "nowhere": NOWHERE, "round": ROUND, "far": FAR,
        }  # fmt: skip
        error = sql.Identifier("accuracy_m") if "accuracy_m" in columns else sql.SQL("NULL::float8")
        names = {"fresh": fresh, "id": "id", "geometry": geometry}
        statement = _composed("fill", error=error, table=sql.Identifier(table.schema, table.name), **names)
        self.link.execute(statement, told)
        self._own_ids(name, fresh)
        left = Left(name)
        for reason, many, ids in self.rows("left", {"mended": MENDED}, fresh=fresh):
            left.add(reason, many, ids)
        self.notes.extend(left.notes())
        self.link.execute(_filled("tidy", fresh=fresh))

    def _own_ids(self, name: str, fresh: str) -> None:
        """EngineError where an id is empty or there twice."""
        if empty := self.rows("empty", {}, fresh=fresh)[0][0]:
            raise EngineError("empty-ids", name=name, n=empty)
        refuse_twice(name, [row[0] for row in self.rows("twice", {}, fresh=fresh)])

    def frame(self, table: Table, names: Sequence[str]) -> pd.DataFrame:
        """The ids of a table and what it has of some further columns."""
        with self._said():
            known = ["id", *(name for name in names if name in self._columns(table))]
            if len(known) == 1:
                return pd.DataFrame({"id": []})
            # The ids as they are in the tables of the session.
            statement = sql.SQL("SELECT id::text, {} FROM {}").format(
                sql.SQL(", ").join(map(sql.Identifier, known[1:])), sql.Identifier(table.schema, table.name)
            )
            return pd.DataFrame(self.link.execute(statement).fetchall(), columns=known)

    def _columns(self, table: Table) -> dict[str, str]:
        """Names and types of the columns."""
        asked = """SELECT attname, format_type(atttypid, NULL) FROM pg_attribute
            WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped"""
        name = sql.Identifier(table.schema, table.name).as_string(self.link)
        found = dict(self.link.execute(asked, [name]).fetchall())
        if not found:
            raise EngineError("no-table", name=f"{table.schema}.{table.name}", database=self.name)
        if "id" not in found:
            raise EngineError("no-column", name=f"{table.schema}.{table.name}", column="id", found=", ".join(found))
        return found

    def _geometry(self, table: Table, columns: Mapping[str, str]) -> tuple[str, int]:
        """The column of the shapes, and its system: `geometry`, or the only one of that type."""
        name = f"{table.schema}.{table.name}"
        shapes = [column for column, kind in columns.items() if kind.split(".")[-1] == "geometry"]
        column = "geometry" if "geometry" in shapes else shapes[0] if len(shapes) == 1 else ""
        if not column:
            raise EngineError("no-column", name=name, column="geometry", found=", ".join(columns))
        statement = _composed("srid", table=sql.Identifier(table.schema, table.name), geometry=column)
        found = [row[0] for row in self.link.execute(statement).fetchall()]
        if len(found) > 1 or 0 in found:
            raise EngineError("no-srid", name=name, column=column)
        return column, int(found[0]) if found else system(table.crs)

    @contextmanager
    def _said(self) -> Iterator[None]:
        """What the database answers with, in words."""
        try:
            yield
        except psycopg.errors.InsufficientPrivilege as error:
            raise EngineError("no-right", name=self.name, why=_reason(error)) from None
        except psycopg.Error as error:
            with suppress(psycopg.Error):
                self.link.rollback()
            key = "lost-database" if self.link.closed else "database-says"
            raise EngineError(key, name=self.name, why=_reason(error)) from None


def _filled(statement: str, **names: str) -> Any:
    return _composed(statement, **names)


def _composed(statement: str, **names: Any) -> Any:
    """A statement with names put in, quoted."""
    parts = {key: sql.Identifier(name) if isinstance(name, str) else name for key, name in names.items()}
    return sql.SQL(_statements()[statement]).format(**parts)
