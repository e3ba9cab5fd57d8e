"""The data of the tour page: the rows of its view, and its chapters by language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import shapely
from shapely.geometry.base import BaseGeometry

from analysis.chapters import Chapter, Figure
from analysis.spatial.answers import Row
from analysis.spatial.certainty import SURE
from analysis.view import View
from outputs.page_data import Json, PageData


def tour_data(view: View, tours: Mapping[str, Sequence[Chapter]]) -> Json:
    """What the page holds of `view` up to its day, and a tour a language; see `outputs.page_data`."""
    data = PageData(view, tuple(tours), view.day)
    chapters = _Chapters(data.places)
    return {
        "day": view.day.isoformat(),
        **data.all(),
        "tours": {lang: [chapters.chapter(chapter) for chapter in tours[lang]] for lang in data.langs},
    }


class _Chapters:
    """Chapters whose figures name rows by their places."""

    def __init__(self, places: Mapping[str, Mapping[str, int]]) -> None:
        self.places = places

    def at(self, table: str, rows: Iterable[str]) -> list[int]:
        """The places of those rows that the page has."""
        return [self.places[table][row] for row in rows if row in self.places[table]]

    def part(self, item: str | Figure) -> str | Json:
        return item if isinstance(item, str) else {"table": item.table, "rows": self.at(item.table, item.ids)}

    def chapter(self, chapter: Chapter) -> Json:
        chart = chapter.chart
        return {
            "key": chapter.key,
            "title": chapter.title,
            "sentences": [[self.part(item) for item in sentence] for sentence in chapter.sentences],
            "chart": chart
            and {
                "title": chart.title,
                "codelist": chart.codelist,
                "bars": [[code, title, self.part(figure)] for code, title, figure in chart.bars],
            },
            "changes": [
                {
                    "table": change.table,
                    "row": self.places[change.table][change.id],
                    "name": change.name,
                    "before": change.before,
                    "after": change.after,
                    "reason": change.reason,
                }
                for change in chapter.changes
                if change.id in self.places[change.table]
            ],
            "features": self.at("features", chapter.features),
            "measures": self.at("measures", chapter.measures),
            "bounds": chapter.bounds,
            "sources": self.at("sources", chapter.sources),
            "note": chapter.note,
            "lines": [[row.sure, part] for row in _surest_last(chapter) for part in _parts(row.line)],
        }


def _surest_last(chapter: Chapter) -> list[Row]:
    """The rows of an answer that have a place."""
    rows = [row for row in chapter.answers if row.sure and row.line is not None]
    return sorted(rows, key=lambda row: -SURE.index(row.sure))


def _parts(line: BaseGeometry | None) -> list[list[list[float]]]:
    """The parts of a line as latitudes and longitudes, to a metre."""
    return [
        [[round(lat, 5), round(lon, 5)] for lon, lat in shapely.get_coordinates(part).tolist()]
        for part in shapely.get_parts(line)
    ]
