"""Rows to write out: every table under a filter, as plain values with the register's field names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd

from analysis.filters import Filter, Selection, apply
from analysis.join import Joined
from analysis.summary import is_context
from geodata import Register
from geodata.register import CODELIST
from geodata.schema import tables

Row = dict[str, Any]

_DERIVED = {"stage": "codelist-stage", "outcome": "codelist-outcome"}
"""Codelists of the columns that the join adds."""


def rows(joined: Joined, chosen: Filter, table: str) -> list[Row]:
    """The rows of `table` that `chosen` keeps, JSON-ready (dates as ISO text, lists as lists).

    Features and measures carry what the join knows of them. The other tables keep the
    rows that belong to a kept feature or measure; an empty filter keeps everything but
    rivers and towns that no measure names.
    """
    return _TABLES[table](joined, apply(joined, chosen), chosen)


def in_words(register: Register, table: str, found: list[Row], lang: str) -> list[Row]:
    """The rows with the titles of their codes in `lang` (Chinese where the English is empty)."""
    lists = _DERIVED | {
        reference.field: reference.table
        for reference in tables()[table].references
        if reference.table.startswith(CODELIST)
    }
    titles = {column: register.titles(name.removeprefix(CODELIST), lang) for column, name in lists.items()}
    return [
        {
            column: titles.get(column, {}).get(value, value) if isinstance(value, str) else value
            for column, value in row.items()
        }
        for row in found
    ]


def names() -> tuple[str, ...]:
    """The tables that can be written out."""
    return tuple(_TABLES)


def _features(joined: Joined, selection: Selection, chosen: Filter) -> list[Row]:
    # As everywhere, what only gives orientation is not counted, unless it is asked for.
    asked = joined.features["theme"].isin(chosen.theme).to_numpy()
    return _plain(
        joined.features[selection.features & (asked | ~is_context(joined))].drop(columns=["geometry", "stage_event"])
    )


def _measures(joined: Joined, selection: Selection, chosen: Filter) -> list[Row]:
    targets: dict[str, list[Row]] = defaultdict(list)
    for target in _plain(joined.register["targets"]):
        targets[target.pop("measure")].append(target)
    out = _plain(joined.measures[selection.measures])
    for row in out:
        row["due"] = row.pop("due_date")
        row["targets"] = targets.get(row["id"], [])
    return out


def _plain(frame: pd.DataFrame) -> list[Row]:
    columns = list(frame.columns)
    return [dict(zip(columns, map(_value, row), strict=True)) for row in frame.itertuples(index=False, name=None)]


def _value(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _kept(table: str, column: str, keys: Callable[[Joined, Selection], set[str]]) -> Callable[..., list[Row]]:
    """Rows of `table` whose `column` is among the keys that the selection leaves."""

    def pick(joined: Joined, selection: Selection, chosen: Filter) -> list[Row]:
        frame = joined.register[table]
        return _plain(frame if chosen.is_empty else frame[frame[column].isin(keys(joined, selection))])

    return pick


def _feature_ids(joined: Joined, selection: Selection) -> set[str]:
    return set(joined.features.loc[selection.features, "id"])


def _articles(joined: Joined, selection: Selection) -> set[str]:
    return set(joined.measures.loc[selection.measures, "article"])


def _documents(joined: Joined, selection: Selection) -> set[str]:
    return set(joined.measures.loc[selection.measures, "document"])


def _assigned(joined: Joined, selection: Selection, chosen: Filter) -> pd.DataFrame:
    """The assignments of the kept measures, in the chosen agencies and roles only."""
    frame = joined.register["assignments"]
    if chosen.is_empty:
        return frame
    ok = frame["article"].isin(_articles(joined, selection))
    for column in ("agency", "role"):
        wanted = getattr(chosen, column)
        if wanted:
            ok &= frame[column].isin(wanted)
    return frame[ok]


def _assignments(joined: Joined, selection: Selection, chosen: Filter) -> list[Row]:
    return _plain(_assigned(joined, selection, chosen))


def _agencies(joined: Joined, selection: Selection, chosen: Filter) -> list[Row]:
    frame = joined.register["agencies"]
    return _plain(frame[chosen.is_empty | frame["id"].isin(_assigned(joined, selection, chosen)["agency"])])


def _links(joined: Joined, selection: Selection, chosen: Filter) -> list[Row]:
    both = selection.features[joined.link_feature] & selection.measures[joined.link_measure]
    return _plain(joined.register["links"][both])


_TABLES: dict[str, Callable[[Joined, Selection, Filter], list[Row]]] = {
    "documents": _kept("documents", "id", _documents),
    "articles": _kept("articles", "id", _articles),
    "measures": _measures,
    "agencies": _agencies,
    "assignments": _assignments,
    "features": _features,
    "links": _links,
    "events": _kept("events", "feature", _feature_ids),
}
