"""Who meets whom: projects of different agencies that cross or come close while both are being built."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from analysis.spatial.certainty import CANNOT_TELL, SURE, Span, within
from analysis.spatial.crossings import certainly_cross
from analysis.spatial.engines.face import Engine
from analysis.spatial.engines.face import one as one_table
from analysis.spatial.engines.inprocess import IN_PROCESS
from analysis.spatial.findings import Finding, Ties, how_far, listed, said, ties
from analysis.spatial.ground import Ground, ground_of
from analysis.stages import BUILT, EARLY, History, histories
from analysis.view import View
from geodata.codes import FeatureKind, Stage
from geodata.model import Agency, Feature
from geodata.text import Text


@dataclass(frozen=True, slots=True)
class Works:
    """When something is built: from a day to a day; without an end it still is, without a begin it has yet to begin."""

    begin: date | None
    end: date | None
    since: date | None = None
    """Since when it is prepared, where it has no begin."""


def works_of(history: History, day: date) -> Works | None:
    """When a feature is built, as its sourced steps up to `day` say; None where they say nothing of it."""
    steps = [step for step in history.steps if step.day <= day]
    begin = next((step.day for step in steps if step.stage == Stage.IMPLEMENTATION), None)
    end = next((step.day for step in steps if step.stage in BUILT and (begin is None or step.day >= begin)), None)
    if begin is not None:
        return Works(begin, end)
    ahead = next((step.day for step in steps if step.stage in EARLY), None)
    return Works(None, None, ahead) if ahead is not None and end is None else None


def gap_years(one: Works, other: Works, day: date) -> float | None:
    """Years between the works of two projects: 0 where they overlap, or both have yet to begin.

    None where one has ended before the other, which has yet to begin, can.
    """
    if one.begin is None or other.begin is None:
        if one.begin is None and other.begin is None:
            return 0.0
        built = other if one.begin is None else one
        return 0.0 if built.end is None else None
    first, second = sorted((one, other), key=lambda works: works.begin or day)
    assert second.begin is not None
    return max(0.0, (second.begin - (first.end or day)).days / 365.25) if first.end else 0.0


def coordination(
    view: View, limit: float = 2000.0, years: float = 1.0, *, engine: Engine = IN_PROCESS
) -> list[Finding]:
    """Pairs of projects that may lie within `limit` metres, led by agencies of which none is the same, whose works
    overlap or follow one another within `years`; those first that are sure, overlap, and that most measures act on.

    What is drawn farther apart, and so roughly that nothing can be told, is left out. Parts of one whole, a whole and
    its part, and what stands on its line are left out: they know of each other.
    """
    known, courses = ties(view), histories(view.register)
    frame, day = view.standing.features, view.day
    works = {name: found for name in known.measures if (found := works_of(courses.get(name, History()), day))}
    keep = view.counted & (frame["kind"] == FeatureKind.PROJECT).to_numpy() & frame["id"].isin(works).to_numpy()
    ground = ground_of(view, keep)
    ranked: list[tuple[tuple[float, ...], Finding]] = []
    for one, other in _pairs(ground, limit, engine):
        names = str(ground.ids[one]), str(ground.ids[other])
        gap = gap_years(works[names[0]], works[names[1]], day)
        if gap is None or gap > years or _is_family(view, *names) or not _is_between_agencies(known, *names):
            continue
        # What certainly crosses is not apart, however long the error of its course.
        crosses = certainly_cross(ground, one, ground, other)
        far = Span(0.0, 0.0, 0.0) if crosses else ground.between(one, ground, other)
        sure = within(far, limit)
        if sure == CANNOT_TELL and far.metres > limit:
            # Drawn apart, and known too roughly to say more: no finding.
            continue
        finding = _finding(view, ground, (one, other), far, sure, gap, works, known)
        weight = len(finding.measures)
        ranked.append(((SURE.index(sure), gap > 0, -weight, far.metres), finding))
    return [finding for _, finding in sorted(ranked, key=lambda each: (each[0], each[1].first, each[1].second))]


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


def _is_between_agencies(known: Ties, one: str, other: str) -> bool:
    first, second = (set(known.behind(name)[1]) for name in (one, other))
    return bool(first and second and not first & second)


def _finding(
    view: View,
    ground: Ground,
    pair: tuple[int, int],
    far: Span,
    sure: str,
    gap: float,
    works: dict[str, Works],
    known: Ties,
) -> Finding:
    one, other = (str(ground.ids[place]) for place in pair)
    agencies, theirs = view.register.by_id(Agency), set(known.behind(other)[2])
    common = tuple(article for article in known.behind(one)[2] if article in theirs)
    parties = [listed(agencies[agency].name for agency in known.behind(name)[1]) for name in (one, other)]
    key = "crosses" if far.metres < 1 else "comes-close"
    sentence = said(
        "coordination",
        a=ground.names[one],
        b=ground.names[other],
        how=said(key, far=how_far(far)),
        where=_where(view, one, other),
        when=_when(works[one], works[other], gap),
        who=said("parties", a=parties[0], b=parties[1]),
        tied=said("tied", n=len(common)) if common else said("untied"),
    )
    more = {"gap_years": round(gap, 2), "common_articles": common}
    line = ground.line_to(pair[0], ground, pair[1])
    return Finding(one, other, far, sure, sentence, line, *known.behind(one, other), more)


def _where(view: View, one: str, other: str) -> Text:
    features = view.register.by_id(Feature)
    towns = [town for town in features[one].town if town in features[other].town]
    return said("in-towns", towns=listed(features[town].name for town in towns)) if towns else Text("", "")


def _when(one: Works, other: Works, gap: float) -> Text:
    if one.begin is None and other.begin is None:
        return said("both-ahead")
    if one.begin is None or other.begin is None:
        return said("one-ahead")
    if gap:
        return said("in-turn", years=f"{gap:.1f}")
    begin, ends = max(one.begin, other.begin), [works.end for works in (one, other) if works.end]
    if not ends:
        return said("at-once-still", begin=begin.year)
    last = min(ends).year
    return said("at-once", years=f"{begin.year}" if last == begin.year else f"{begin.year}–{last}")
