"""The engine in PostGIS, for layers that lie in a database.

Each layer is put once into a table of the session, in metres and with an index; the tables of the database are read in
a session that can write nothing but that. Pairs and distances are those of PostGIS. The words, crossings and chainage
are computed from them by the code of the engine in process.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
import shapely

from analysis.spatial.certainty import spans, sure_within
from analysis.spatial.engines.corridor import along_table
from analysis.spatial.engines.database import Loaded, Session, connected
from analysis.spatial.engines.face import Layer, Mask, Numbers, Part, Places, Source
from analysis.spatial.engines.nearest import Others, Ranks, limited, words_of
from analysis.spatial.engines.pairs import certainly_cross, crossing_rows
from geodata.text import Text

_ROWS = 20_000
"""Rows, or pairs, that are held in memory at once."""


class PostGIS:
    """See `face.Engine`. It holds one session; `close` ends it."""

    def __init__(self, database: str) -> None:
        """`database` as libpq takes it, `postgresql://…` or `host=…`; EngineError where it cannot be used."""
        self.session: Session = connected(database)

    @property
    def notes(self) -> list[Text]:
        """What was left out of the layers that were read."""
        return self.session.notes

    def close(self) -> None:
        """End the session, and with it what it made."""
        self.session.close()

    def nearest(self, first: Source, second: Source, k: int = 1, limit: float | None = None) -> Iterator[pd.DataFrame]:
        """See `face.Engine`."""
        start, goal = self.session.load(first), self.session.load(second)
        many = k if limit is not None else k + 1
        for begin in range(0, start.end, _ROWS):
            told = {"k": many, "begin": begin, "end": begin + _ROWS}
            rows = self.session.rows("nearest", told, first=start.table, second=goal.table)
            table = _table(rows)
            if limit is not None:
                yield limited(table.drop(columns=["place", "other", "mine", "theirs", "own"]), limit)
            else:
                yield self._with_words(table, start, goal, k)

    def _with_words(self, table: pd.DataFrame, start: Loaded, goal: Loaded, k: int) -> pd.DataFrame:
        """The `k` nearest of each row with their words; the table has one more of each."""
        column = {name: table[name].to_numpy() for name in ("place", "other", "mine", "theirs", "metres", "own")}
        begins = np.flatnonzero(np.diff(column["place"], prepend=-1))
        row = np.repeat(np.arange(len(begins)), np.diff(np.append(begins, len(table))))
        rank = np.arange(len(table)) - begins[row]
        shape = (len(begins), k + 1)
        metres, theirs, other = np.full(shape, np.inf), np.zeros(shape), np.full(shape, -1, dtype=np.int64)
        metres[row, rank], theirs[row, rank], other[row, rank] = column["metres"], column["theirs"], column["other"]
        places = column["place"][begins]
        ranks = Ranks(metres, np.isfinite(metres), column["mine"][begins], theirs)
        others = Others(goal.unknown, column["own"][begins].astype(bool), goal.largest)

        def farther(rows: Places, cap: Numbers) -> Numbers:
            return self._farther(start, goal, (places[rows], cap), other[rows, :k])

        words = words_of(ranks, k, others, farther)
        kept = table[rank < k].reset_index(drop=True).assign(sure=words)
        return kept[["first", "second", "metres", "low", "high", "sure"]]

    def _farther(self, start: Loaded, goal: Loaded, asked: tuple[Places, Numbers], taken: Places) -> Numbers:
        places, caps = asked
        told = {
            "rows": places.tolist(), "caps": caps.tolist(), "largest": goal.largest,
            "taken_rows": np.repeat(places, taken.shape[1]).tolist(), "taken": taken.ravel().tolist(),
        }  # fmt: skip
        found = dict(self.session.rows("farther", told, first=start.table, second=goal.table))
        return np.array([found.get(place, np.inf) for place in places.tolist()])

    def within(self, first: Source, second: Source, limit: float, once: bool = False) -> Iterator[pd.DataFrame]:
        """See `face.Engine`."""
        start, goal = self.session.load(first), self.session.load(second)
        told = {"limit": limit, "once": once, "largest": start.largest}
        for rows in self.session.stream("within", told, _ROWS, first=start.table, second=goal.table):
            table = _table(rows)
            metres, low, high = (table[name].to_numpy() for name in ("metres", "low", "high"))
            table = table.assign(sure=sure_within(metres, low, high, limit))
            keep = (table["sure"] != "") & (np.isfinite(high) | (metres <= limit))
            table = table[keep].reset_index(drop=True)
            if once:
                table = table.assign(crosses=self._cross(start, goal, table))
            yield table.drop(columns=["place", "other", "mine", "theirs"])

    def _cross(self, start: Loaded, goal: Loaded, table: pd.DataFrame) -> Mask:
        met = np.flatnonzero(table["metres"].to_numpy() == 0)
        found = np.zeros(len(table), dtype=bool)
        one, rows = self._shapes(start, table["place"].to_numpy()[met])
        other, places = self._shapes(goal, table["other"].to_numpy()[met])
        found[met] = certainly_cross(one, other, rows, places, np.zeros(len(met)))
        return found

    def crossings(self, first: Source, second: Source) -> Iterator[pd.DataFrame]:
        """See `face.Engine`."""
        start, goal, once = self.session.load(first), self.session.load(second), first == second
        for pairs in self.session.stream("meeting", {"once": once}, _ROWS, first=start.table, second=goal.table):
            places = np.array(pairs, dtype=np.int64).reshape(-1, 2)
            one, rows = self._shapes(start, places[:, 0])
            other, ats = self._shapes(goal, places[:, 1])
            yield crossing_rows(one, other, (rows, ats), once)

    def along(self, line: Layer, second: Source, width: float) -> Iterator[pd.DataFrame]:
        """See `face.Engine`."""
        goal = self.session.load(second)
        reach = width + float(np.nan_to_num(line.errors[0])) + 1e-6
        told = {"line": shapely.to_wkb(line.shapes[0]), "reach": reach, "metric": goal.metric}
        yield along_table(line, _layer(line.crs, self.session.rows("beside", told, table=goal.table)), width)

    def _shapes(self, loaded: Loaded, places: Places) -> tuple[Layer, Places]:
        """A layer of the features at some places, and where in it each of these places is."""
        known = np.unique(places)
        layer = _layer(loaded.crs, self.session.rows("shapes", {"numbers": known.tolist()}, table=loaded.table))
        return layer, np.searchsorted(known, places)


def _layer(crs: str, rows: Sequence[tuple[Any, ...]]) -> Layer:
    places, ids, errors, shapes = zip(*rows, strict=True) if rows else ((), (), (), ())
    found = shapely.from_wkb(np.array([bytes(each) for each in shapes], dtype=object))
    errors_ = np.array([np.nan if each is None else each for each in errors], dtype=float)
    return Part(crs, np.array(ids, dtype=object), found, errors_, np.array(places, dtype=np.int64))


def _table(rows: Sequence[tuple[Any, ...]]) -> pd.DataFrame:
    """Rows of place, id and error of two features and their distance as a table with spans."""
    names = ["place", "first", "mine", "other", "second", "theirs", "metres", "own"]
    table = pd.DataFrame(rows, columns=names[: len(rows[0])] if rows else names)
    table = table.astype({name: float for name in ("mine", "theirs", "metres")})
    low, high = spans(table["metres"].to_numpy(), (table["mine"] + table["theirs"]).to_numpy())
    return table.assign(low=low, high=high, sure="")
