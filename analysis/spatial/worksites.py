"""Several works of different agencies in one town in one year: a street that may be dug up twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from datetime import date
from itertools import combinations, groupby

from shapely.geometry import Point

from analysis.spatial.certainty import CERTAIN, POSSIBLE, Span
from analysis.spatial.findings import Finding, Ties, listed, said
from analysis.spatial.works import Project, are_between, behind, span_of
from analysis.view import View
from geodata.model import Feature


def worksites(
    view: View, built: Mapping[str, Project], known: Ties, told: Set[frozenset[str]] = frozenset(), party: str = ""
) -> list[Finding]:
    """Towns in which projects of different agencies are built in one year, most of them first; one row for each run of
    years with the same projects, a run whose projects all go on in a neighbouring one left out, as are pairs in `told`.

    `first` is the town, `second` is empty; the projects are named in `more`. A point that names several towns does not
    say in which it is built and is left out. A row is certain where every project lies in this town alone, possible
    where one is a line through several: which part of it was being built that year nobody says.
    """
    features, placed = view.register.by_id(Feature), view.register.placed
    lines = set(view.register.features["id"][placed & view.register.features.geometry.geom_type.str.contains("Line")])
    sited = [
        each
        for each in built.values()
        if each.works.begin and (each.feature in lines or len(features[each.feature].town) == 1)
    ]
    found = []
    for town in view.register.towns:
        inside = [each for each in sited if town.id in features[each.feature].town]
        for years, names in _runs(inside, view.day):
            group = [built[name] for name in names]
            between = [pair for pair in combinations(group, 2) if are_between(*pair)]
            if all(frozenset(each.feature for each in pair) in told for pair in between):
                continue
            if not party or any(party in each.leads for each in group):
                found.append(_finding(view, town, group, years, known))
    return sorted(
        found, key=lambda row: (row.sure != CERTAIN, -len(row.more["projects"]), row.first, row.more["begin"])
    )


def _runs(inside: list[Project], day: date) -> Iterator[tuple[tuple[int, int], tuple[str, ...]]]:
    """Years from and to, and the projects that are built in each of them; two projects and more."""
    begins = [each.works.begin.year for each in inside if each.works.begin]
    if not begins:
        return
    by_year = [(year, _in(inside, year, day)) for year in range(min(begins), day.year + 1)]
    runs = [(names, [year for year, _ in group]) for names, group in groupby(by_year, key=lambda row: row[1])]
    for at, (names, years) in enumerate(runs):
        around = [set(other) for other, _ in (*runs[max(0, at - 1) : at], *runs[at + 1 : at + 2])]
        if len(names) > 1 and not any(set(names) < other for other in around):
            yield (years[0], years[-1]), names


def _in(inside: list[Project], year: int, day: date) -> tuple[str, ...]:
    """The projects that are built in a year."""
    return tuple(
        each.feature
        for each in inside
        if each.works.begin and each.works.begin.year <= year <= (each.works.end or day).year
    )


def _finding(view: View, town: Feature, group: list[Project], years: tuple[int, int], known: Ties) -> Finding:
    features = view.register.by_id(Feature)
    names = tuple(each.feature for each in group)
    sure = CERTAIN if all(features[name].town == (town.id,) for name in names) else POSSIBLE
    shape = view.register.features.geometry[view.register.features["id"] == town.id].iloc[0]
    sentence = said(
        "worksites",
        town=town.name,
        years=span_of(date(years[0], 1, 1), date(years[1], 1, 1)),
        n=len(names),
        projects=listed(said("project-of", name=features[each.feature].name, who=behind(view, each)) for each in group),
    )
    measures, agencies, articles = (
        tuple(dict.fromkeys(value for each in group for value in getattr(each, field)))
        for field in ("measures", "leads", "articles")
    )
    more = {"kind": "worksites", "projects": names, "begin": years[0], "end": years[1]}
    sources = known.behind(*names)[3]
    span = Span(0.0, 0.0, float("inf"))
    line = Point(shape.x, shape.y) if shape is not None and shape.geom_type == "Point" else None
    return Finding(town.id, "", span, sure, sentence, line, measures, agencies, articles, sources, more)
