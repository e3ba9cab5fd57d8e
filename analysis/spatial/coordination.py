"""Who meets whom: projects of different agencies that cross or come close while both are being built."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import shapely

from analysis.spatial.certainty import CANNOT_TELL, CERTAIN, SURE, Span, within
from analysis.spatial.crossings import certainly_cross, meeting_points
from analysis.spatial.engines.face import Engine
from analysis.spatial.engines.face import one as one_table
from analysis.spatial.engines.inprocess import IN_PROCESS
from analysis.spatial.findings import Finding, Ties, around_towns, how_far, said, ties
from analysis.spatial.ground import Ground, ground_of
from analysis.spatial.works import Project, are_between, at_work, begun_by, gap_years, overlap_years, parties, projects
from analysis.spatial.worksites import worksites
from analysis.view import View
from geodata.model import Feature
from geodata.text import Text

_ROUGHLY = 1.5
"""Times the distance asked for that positions may be off together: what is known more roughly tells nothing, unless it
is drawn across."""


def coordination(
    view: View, limit: float = 2000.0, years: float = 1.0, party: str = "", *, engine: Engine = IN_PROCESS
) -> list[Finding]:
    """Pairs of projects that may lie within `limit` metres and whose works overlap or follow one another within
    `years`, led by agencies of which none is the same, or by one here while the other is to be carried out with a
    partner city; then towns in which several such works go on in one year (see `worksites`).

    The surest come first, of those what crosses, then what is built together for longest, then what most measures act
    on. With `party` (the id of an agency) only what it leads itself. Where nothing can be told, what is drawn farther
    apart than asked is left out, and what is known more roughly than one and a half times that, unless it is drawn
    across; so are parts of one whole, a whole and its part, and what stands on its line: they know of each other.
    """
    known = ties(view)
    built = {name: each for name, each in projects(view, known).items() if each.leads or each.partners}
    ground = ground_of(view, view.standing.features["id"].isin(built).to_numpy())
    ranked: list[tuple[tuple[float, ...], Finding]] = []
    for one, other in _pairs(ground, limit, engine):
        first, second = (built[str(ground.ids[place])] for place in (one, other))
        gap = gap_years(first.works, second.works, view.day)
        if gap is None or gap > years or _is_family(view, first.feature, second.feature):
            continue
        if not are_between(first, second) or (party and party not in (*first.leads, *second.leads)):
            continue
        # What certainly crosses is not apart, however long the error of its course.
        crosses = certainly_cross(ground, one, ground, other)
        far = Span(0.0, 0.0, 0.0) if crosses else ground.between(one, ground, other)
        sure = within(far, limit)
        roughly = far.metres > 1 and far.high - far.metres > _ROUGHLY * limit
        if sure == CANNOT_TELL and (roughly or far.metres > limit):
            continue
        finding = _finding(view, ground, (one, other), far, sure, gap, (first, second), known)
        together = overlap_years(first.works, second.works, view.day)
        ranked.append(((SURE.index(sure), far.metres > 1, gap > 0, -together, -len(finding.measures)), finding))
    pairs = [row for _, row in sorted(ranked, key=lambda each: (each[0], each[1].first, each[1].second))]
    told = {frozenset((row.first, row.second)) for row in pairs}
    return [*pairs, *worksites(view, built, known, told, party)]


def _pairs(ground: Ground, limit: float, engine: Engine) -> Iterator[tuple[int, int]]:
    """Pairs that may lie within the limit, each once."""
    for row in one_table(engine.within(ground, ground, limit, once=True)).itertuples(index=False):
        yield ground.at[row.first], ground.at[row.second]


def _is_family(view: View, one: str, other: str) -> bool:
    features = view.register.by_id(Feature)
    lines = [_above(features, name) for name in (one, other)]
    return bool(lines[0] & lines[1])


def _above(features: Mapping[str, Feature], name: str) -> set[str]:
    """A feature with all that it is part of."""
    found: set[str] = set()
    while name and name not in found:
        found.add(name)
        name = features[name].part_of
    return found


def _finding(
    view: View,
    ground: Ground,
    pair: tuple[int, int],
    far: Span,
    sure: str,
    gap: float,
    both: tuple[Project, Project],
    known: Ties,
) -> Finding:
    one, other = both
    common = tuple(article for article in one.articles if article in other.articles)
    sentence = said(
        "coordination",
        a=ground.names[one.feature],
        b=ground.names[other.feature],
        how=said("crosses" if sure == CERTAIN and far.metres < 1 else "comes-close", far=how_far(far)),
        where=_where(view, ground, pair),
        when=at_work(one.works, other.works, gap),
        since=begun_by(view, one, other),
        who=parties(view, one, other),
        tied=said("tied", n=len(common)) if common else said("untied"),
    )
    more = {
        "kind": "pair",
        "gap_years": round(gap, 2),
        "overlap_years": round(overlap_years(one.works, other.works, view.day), 1),
        "common_articles": common,
        "partners": tuple(dict.fromkeys((*one.partners, *other.partners))),
        **_days("from", one),
        **_days("to", other),
    }
    measures, agencies, articles = (
        tuple(dict.fromkeys((*getattr(one, name), *getattr(other, name)))) for name in ("measures", "leads", "articles")
    )
    sources = known.behind(one.feature, other.feature)[3]
    line = ground.line_to(pair[0], ground, pair[1])
    return Finding(one.feature, other.feature, far, sure, sentence, line, measures, agencies, articles, sources, more)


def _days(name: str, project: Project) -> dict[str, str]:
    """When a project is built, as ISO days; empty where it has not begun, or not ended."""
    begin, end = project.works.begin, project.works.end
    return {f"{name}_begin": begin.isoformat() if begin else "", f"{name}_end": end.isoformat() if end else ""}


def _where(view: View, ground: Ground, pair: tuple[int, int]) -> Text:
    """Of the towns that both name, those nearest to where the two meet."""
    features = view.register.by_id(Feature)
    one, other = (features[str(ground.ids[place])] for place in pair)
    common = [town for town in one.town if town in other.town]
    first, second = (ground.shapes[place] for place in pair)
    met = meeting_points(first, second) or [shapely.line_interpolate_point(shapely.shortest_line(first, second), 0.5)]
    return around_towns(view, common, met)
