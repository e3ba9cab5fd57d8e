"""Everything that a page without a server needs to know: the rows a filter keeps, as plain values for JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from analysis.chapters import Chapter, Figure
from analysis.filters import Filter, apply, narrows
from analysis.join import Joined
from analysis.search import haystacks
from analysis.stages import is_later
from analysis.summary import is_context
from geodata import Register
from geodata.register import CODELIST

Row = dict[str, Any]
_CODES = ("stage", "outcome", "theme", "role", "restriction", "grade", "position-basis", "location", "event-kind")


def bundle(joined: Joined, chosen: Filter, tours: Mapping[str, Sequence[Chapter]]) -> Row:
    """The rows that `chosen` keeps, and a tour a language; rows refer to each other by their place in their list.

    A further filter of the page finds what the same filter joined to `chosen` finds here:
    `links` holds the links that meet `chosen`, `narrowed` says which side needs one.
    """
    langs = tuple(tours)
    selection = apply(joined, chosen)
    # Context stays for orientation whatever the filter; it is told apart by `kept`.
    on = selection.features | is_context(joined)
    feature_at, measure_at = _places(on), _places(selection.measures)
    plain, spelled = haystacks(joined.register, False), haystacks(joined.register, True)
    ids = {
        "features": dict(zip(joined.features["id"][on], range(int(on.sum())), strict=True)),
        "measures": dict(
            zip(joined.measures["id"][selection.measures], range(int(selection.measures.sum())), strict=True)
        ),
        "agencies": {code: place for place, code in enumerate(joined.register["agencies"]["id"])},
        "sources": {code: place for place, code in enumerate(joined.register["sources"]["id"])},
        "articles": {code: place for place, code in enumerate(joined.register["articles"]["id"])},
    }
    links = [
        [int(feature_at[feature]), int(measure_at[measure]), row.relation]
        for feature, measure, kept, row in zip(
            joined.link_feature,
            joined.link_measure,
            selection.links,
            joined.register["links"].itertuples(),
            strict=True,
        )
        if kept
    ]
    return {
        "langs": list(langs),
        "day": joined.day.isoformat(),
        "narrowed": list(narrows(chosen)),
        "codes": {name: _titles(joined.register, CODELIST + name, langs, "title", "code") for name in _CODES},
        "features": _features(joined, on, selection.features & ~is_context(joined), ids, langs, plain[0], spelled[0]),
        "measures": _measures(joined, selection.measures, ids, langs, plain[1], spelled[1]),
        "links": links,
        "agencies": _named(joined.register["agencies"].itertuples(), langs, "name"),
        "articles": _articles(joined.register, ids["agencies"], langs),
        "sources": _sources(joined.register, langs),
        "tours": {lang: [_chapter(chapter, ids) for chapter in tours[lang]] for lang in langs},
    }


def _places(mask: Any) -> Any:
    """For each row its place among those kept."""
    return np.cumsum(mask) - 1


def _numbered(codes: Iterable[str]) -> dict[str, int]:
    return {code: place for place, code in enumerate(codes)}


def _said(row: Any, field: str, langs: Iterable[str]) -> list[str]:
    """A text in each language, Chinese where it is empty."""
    return [getattr(row, f"{field}_{lang}") or getattr(row, f"{field}_zh") for lang in langs]


def _named(rows: Iterable[Any], langs: Iterable[str], field: str) -> list[Row]:
    return [{"id": row.id, "name": _said(row, field, langs)} for row in rows]


def _titles(register: Register, table: str, langs: Iterable[str], field: str, key: str) -> dict[str, list[str]]:
    return {getattr(row, key): _said(row, field, langs) for row in register[table].itertuples()}


def _features(
    joined: Joined,
    on: Any,
    kept: Any,
    ids: Mapping[str, Mapping[str, int]],
    langs: Iterable[str],
    plain: Sequence[str],
    spelled: Sequence[str],
) -> list[Row]:
    names = {row.id: _said(row, "name", langs) for row in joined.features.itertuples()}
    events: dict[str, list[Row]] = {}
    for event in sorted(joined.register["events"].itertuples(), key=lambda row: row.date):
        if not is_later(event.date, joined.day):
            events.setdefault(event.feature, []).append(
                {
                    "date": event.date,
                    "kind": event.kind,
                    "stage": event.stage,
                    "grade": event.grade,
                    "text": _said(event, "text", langs),
                    "source": ids["sources"].get(event.source, -1),
                }
            )
    found = []
    for place, row in enumerate(joined.features.itertuples()):
        if on[place]:
            found.append(
                {
                    "id": row.id,
                    "name": names[row.id],
                    "aliases": list(row.aliases),
                    "theme": row.theme,
                    "stage": row.stage,
                    "since": row.stage_since,
                    "begins": bool(row.stage_begins),
                    "grade": row.stage_grade,
                    "stale": bool(row.stale),
                    "restriction": row.restriction,
                    "basis": row.position_basis,
                    "accuracy": None if row.accuracy_m is None else float(row.accuracy_m),
                    "placed": row.geometry is not None,
                    "towns": [names[town] for town in row.town],
                    "note": _said(row, "note", langs),
                    "events": events.get(row.id, []),
                    "sources": [ids["sources"][source] for source in row.sources],
                    "kept": bool(kept[place]),
                    "text": _text(plain[place], spelled[place]),
                }
            )
    return found


def _measures(
    joined: Joined,
    kept: Any,
    ids: Mapping[str, Mapping[str, int]],
    langs: Iterable[str],
    plain: Sequence[str],
    spelled: Sequence[str],
) -> list[Row]:
    targets: dict[str, list[list[str]]] = {}
    for target in joined.register["targets"].itertuples():
        pairs = zip(_said(target, "metric", langs), _said(target, "unit", langs), strict=True)
        texts = [f"{metric} {target.value:g} {unit}".strip() for metric, unit in pairs]
        targets.setdefault(target.measure, []).append(texts)
    return [
        {
            "id": row.id,
            "name": _said(row, "title", langs),
            "article": ids["articles"][row.article],
            "outcome": row.outcome,
            "reason": _said(row, "reason", langs),
            "due": " · ".join(filter(None, (row.due_text, str(row.due_date or "")))),
            "targets": targets.get(row.id, []),
            "note": _said(row, "note", langs),
            "text": _text(plain[place], spelled[place]),
        }
        for place, row in enumerate(joined.measures.itertuples())
        if kept[place]
    ]


def _text(plain: str, spelled: str) -> list[str]:
    """What search looks through, and the pinyin that a Latin word also finds."""
    return [plain, spelled[len(plain) :]]


def _articles(register: Register, agency_at: Mapping[str, int], langs: Iterable[str]) -> list[Row]:
    roles: dict[str, list[list[Any]]] = {}
    for row in register["assignments"].sort_values("position", kind="stable").itertuples():
        roles.setdefault(row.article, []).append([row.role, agency_at[row.agency], row.written_as])
    blocks = register["articles"]
    return [
        {
            "id": row.id,
            "document": row.document,
            "name": [
                f"{row.document[1:]} · {row.article}-{row.block} {title}" + (f" · {block}" if block else "")
                for title, block in zip(_said(row, "title", langs), _said(row, "block_title", langs), strict=True)
            ],
            "agencies": roles.get(row.id, []),
        }
        for row in blocks.itertuples()
    ]


def _sources(register: Register, langs: Iterable[str]) -> list[Row]:
    return [
        {
            "name": _said(row, "title", langs),
            "publisher": _said(row, "publisher", langs),
            "url": row.url if row.url.startswith(("https://", "http://")) else "",
            "date": row.date_published,
            "grade": row.grade,
        }
        for row in register["sources"].itertuples()
    ]


def _chapter(chapter: Chapter, ids: Mapping[str, Mapping[str, int]]) -> Row:
    at: Callable[[str, Iterable[str]], list[int]] = lambda table, rows: [  # noqa: E731
        ids[table][row] for row in rows if row in ids[table]
    ]

    def part(item: str | Figure) -> str | Row:
        return item if isinstance(item, str) else {"table": item.table, "rows": at(item.table, item.ids)}

    chart = chapter.chart
    return {
        "key": chapter.key,
        "title": chapter.title,
        "sentences": [[part(item) for item in sentence] for sentence in chapter.sentences],
        "chart": chart
        and {
            "title": chart.title,
            "codelist": chart.codelist,
            "bars": [[code, title, part(figure)] for code, title, figure in chart.bars],
        },
        "changes": [
            {
                "table": change.table,
                "row": ids[change.table][change.id],
                "name": change.name,
                "before": change.before,
                "after": change.after,
                "reason": change.reason,
            }
            for change in chapter.changes
            if change.id in ids[change.table]
        ],
        "features": at("features", chapter.features),
        "measures": at("measures", chapter.measures),
        "bounds": chapter.bounds,
        "sources": at("sources", chapter.sources),
        "note": chapter.note,
    }
