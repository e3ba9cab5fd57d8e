"""Rows of one shape by column, so that values that recur are said once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

Json = dict[str, Any]
_RECUR = 2
"""How often a value recurs at least, on the average, where they are told apart from their rows."""


def in_columns(rows: Sequence[Json]) -> Json:
    """Rows of one shape by column (see `fromColumns` in payload.js): values that recur are said once.

    A column is a list of values, or `of` and `at`: the distinct values and the place of each row's among them.
    """
    columns: Json = {}
    for name in rows[0] if rows else ():
        values = [row[name] for row in rows]
        said: dict[str, int] = {}
        at = [said.setdefault(json.dumps(value, ensure_ascii=False), len(said)) for value in values]
        few = len(said) * _RECUR <= len(rows)
        columns[name] = (
            {"of": [json.loads(value) for value in said], "at": at if len(said) > 1 else []} if few else values
        )
    return {"n": len(rows), "columns": columns}
