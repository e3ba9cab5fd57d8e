"""The numbers of the chart of an answer: what the browser draws beside the map (asked_charts.js)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import shapely

from analysis.spatial.ground import ground_of
from analysis.spatial.works import works_of
from analysis.stages import History, histories
from analysis.view import View
from geodata.codes import Stage
from geodata.positions import to_metric
from views.analyse_question import Question
from views.words import Words

Rows = Sequence[Mapping[str, Any]]
Chart = dict[str, Any]
MOST_YEARS = 18
"""Of a table of years, the last ones."""
_IN_ORDER = ("stage", "year", "built-in", "used-in")
"""Groups that have an order of their own; of all others the largest comes first."""


def chart(question: Question, rows: Rows, view: View, words: Words) -> Chart | None:
    """The chart of an answer, JSON-ready; None for a question that has none."""
    make = _CHARTS.get(question.name)
    return make(question, rows, view, words) if make and rows else None


def _strip(question: Question, rows: Rows, view: View, words: Words) -> Chart | None:
    """What stands at which chainage of a line, on which side; metres."""
    length = _length(question, view)
    if not length:
        return None
    name = words("line-drawn") if question.line else words.features[question.told["feature"]]
    titles = words.features
    towns = {row.feature.id: row.feature.town for row in view.feature_status()}
    items = [
        {
            "row": place,
            "at": row["from_m"],
            "to": row["to_m"],
            "side": row["side"],
            "sure": row["sure"],
            "error": None if row["high_m"] is None else row["high_m"] - row["distance_m"],
            "far": row["distance_m"],
            "lies": words.listed(titles[town] for town in towns.get(row["to"], ())),
            "id": row["to"],
        }
        for place, row in enumerate(rows)
    ]
    return {"kind": "strip", "name": name, "long": length, "items": items}


def _length(question: Question, view: View) -> float:
    """The length in metres of what one goes along; 0 for what is no line."""
    if question.line:
        drawn = to_metric(shapely.LineString(question.line), view.register.place.metric_crs)
        return round(float(shapely.length(drawn)))
    ground = ground_of(view, (view.standing.features["id"] == question.told["feature"]).to_numpy())
    is_line = len(ground.shapes) > 0 and shapely.get_dimensions(ground.shapes[0]) == 1
    return round(float(shapely.length(ground.shapes[0]))) if is_line else 0.0


def _distances(question: Question, rows: Rows, view: View, words: Words) -> Chart:
    """Distances between the least and the most that they can be; metres."""
    items = [
        {"row": place, "at": row["distance_m"], "low": row["low_m"], "high": row["high_m"], "sure": row["sure"],
         "from": row["from"], "to": row["to"]}
        for place, row in enumerate(rows)
    ]  # fmt: skip
    return {"kind": "distances", "limit": question.told.get("within"), "items": items}


def _groups(question: Question, rows: Rows, view: View, words: Words) -> Chart:
    """How many and how long, by group; and how many works at once in each year."""
    titles = [row[f"title_{words.lang}"] or row["title_zh"] for row in rows]
    bars = [
        {"row": place, "title": titles[place], "n": len(row["features"]), "open": len(row["open"]), "km": row["km"],
         "km_open": row["km_open"]}
        for place, row in enumerate(rows)
    ]  # fmt: skip
    if question.told["by"] in ("built-in", "used-in"):
        # What is built today says nothing of a year before.
        bars = [{**bar, "open": 0, "km_open": 0} for bar in bars]
    if question.told["by"] not in _IN_ORDER:
        bars.sort(key=lambda bar: (not rows[bar["row"]]["group"], -bar["n"], -bar["km"]))
    years = [_years(row["features"], view) for row in rows]
    known = sorted({year for counts in years for year in counts})
    span = range(max(known[0], known[-1] - MOST_YEARS + 1), known[-1] + 1) if known else range(0)
    lines = [
        {"row": place, "title": titles[place], "n": [counts[year] for year in span]}
        for place, counts in ((bar["row"], years[bar["row"]]) for bar in bars)
        if any(counts[year] for year in span)
    ]
    every = _years({name for row in rows for name in row["features"]}, view)
    return {
        **{"kind": "groups", "bars": bars, "years": list(span), "lines": lines},
        **{"built": str(Stage.MAINTENANCE), "works": str(Stage.IMPLEMENTATION)},
        "total": [every[year] for year in span],
    }


def _years(names: Any, view: View) -> Counter[int]:
    """In how many of some features works were on, by year."""
    courses, found = histories(view.register), Counter[int]()
    for name in names:
        works = works_of(courses.get(name, History()), view.day)
        if works and works.begin:
            found.update(range(works.begin.year, (works.end or view.day).year + 1))
    return found


def _pairs(question: Question, rows: Rows, view: View, words: Words) -> Chart:
    """The works of each pair in time; days as the calendar has them."""
    courses = histories(view.register)

    def bar(name: str) -> dict[str, Any]:
        works = works_of(courses.get(name, History()), view.day)
        return {
            "id": name,
            "begin": _said(works.begin if works else None),
            "end": _said(works.end if works else None),
            "since": _said(works.since if works else None),
        }

    items = [
        {
            "row": place,
            "sure": row["sure"],
            "works": [bar(name) for name in row.get("projects") or (row["from"], row["to"])],
        }
        for place, row in enumerate(rows)
    ]
    return {
        "kind": "pairs",
        "built": str(Stage.MAINTENANCE),
        "works": str(Stage.IMPLEMENTATION),
        "ahead": str(Stage.PREPARATION),
        "today": view.day.isoformat(),
        "items": items,
    }


def _said(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _turns(question: Question, rows: Rows, view: View, words: Words) -> Chart | None:
    """How many went from which stage or outcome to which."""
    if "table" not in rows[0]:
        return None
    found: dict[tuple[str, str, str], list[int]] = {}
    for place, row in enumerate(rows):
        found.setdefault((row["table"], row["before"], row["after"]), []).append(place)
    lists = {"features": "stage", "measures": "outcome"}
    return {
        "kind": "turns",
        "items": [
            {
                "table": table,
                "before": [before, words.title(lists[table], before)],
                "after": [after, words.title(lists[table], after)],
                "rows": places,
            }
            for (table, before, after), places in sorted(found.items(), key=lambda each: (each[0][0], -len(each[1])))
        ],
    }


_CHARTS: Mapping[str, Callable[[Question, Rows, View, Words], Chart | None]] = {
    "along": _strip,
    "near": _distances,
    "balance": _groups,
    "coordination": _pairs,
    "compare": _turns,
}
