"""When projects are built, and who is behind them: the leading agencies here, or the city that is the partner there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from analysis.spatial.findings import Ties, listed, said
from analysis.stages import BUILT, EARLY, History, histories
from analysis.view import View
from geodata.codes import FeatureKind, Stage
from geodata.model import Agency, Feature, Measure
from geodata.text import Text


@dataclass(frozen=True, slots=True)
class Works:
    """When something is built: from a day to a day; without an end it still is, without a begin it has yet to begin."""

    begin: date | None
    end: date | None
    since: date | None = None
    """Since when it is prepared, where it has no begin."""
    is_exact: bool = True
    """Whether sources tell of the begin; otherwise work went on by that day."""


@dataclass(frozen=True, slots=True)
class Project:
    """A project with its sections: what acts on any of them acts on it."""

    feature: str
    works: Works
    measures: tuple[str, ...]
    leads: tuple[str, ...]
    """Agencies that lead, or are responsible for, a measure; empty where the document names none."""
    partners: tuple[str, ...]
    """Regions with which the measures are to be carried out."""
    articles: tuple[str, ...]


def works_of(history: History, day: date) -> Works | None:
    """When a feature is built, as its sourced steps up to `day` say; None where they say nothing of it."""
    steps = [step for step in history.steps if step.day <= day]
    start = next((step for step in steps if step.stage == Stage.IMPLEMENTATION), None)
    begin = start.day if start else None
    end = next((step.day for step in steps if step.stage in BUILT and (begin is None or step.day >= begin)), None)
    if start is not None:
        return Works(begin, end, is_exact=start.begins)
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


def overlap_years(one: Works, other: Works, day: date) -> float:
    """Years in which both were being built, up to `day`."""
    if one.begin is None or other.begin is None:
        return 0.0
    return max(0, (min(one.end or day, other.end or day) - max(one.begin, other.begin)).days) / 365.25


def projects(view: View, known: Ties) -> dict[str, Project]:
    """The projects of a view that are built or prepared and that measures act on; sections are told with their whole.

    A section stands for itself where its whole has no position, or nothing is known of when it is built.
    """
    courses, features = histories(view.register), view.register.by_id(Feature)
    counted = set(view.standing.features["id"][view.counted])
    works = {
        name: found
        for name, row in features.items()
        if row.kind == FeatureKind.PROJECT and (found := works_of(courses.get(name, History()), view.day))
    }
    members: dict[str, list[str]] = {}
    for name in works:
        if name in counted and known.measures.get(name):
            members.setdefault(_whole(features, works, name), []).append(name)
    return {whole: _project(view, known, whole, works[whole], names) for whole, names in members.items()}


def _whole(features: Mapping[str, Feature], works: Mapping[str, Works], name: str) -> str:
    """The whole of a section of the same theme that is placed and built; else the feature itself."""
    above = features[name].part_of
    while above and features[above].theme == features[name].theme and features[above].is_placed and above in works:
        name, above = above, features[above].part_of
    return name


def _project(view: View, known: Ties, whole: str, works: Works, names: list[str]) -> Project:
    measures, leads, articles, _ = known.behind(*dict.fromkeys((whole, *names)))
    rows = view.register.by_id(Measure)
    partners = tuple(dict.fromkeys(region for name in measures for region in rows[name].counterpart))
    return Project(whole, works, measures, leads, partners, articles)


def are_between(one: Project, other: Project) -> bool:
    """Whether two projects are led by agencies of which none is the same, or one by an agency here and the other, for
    which the document names none, is to be carried out with a partner."""
    if one.leads and other.leads:
        return not set(one.leads) & set(other.leads)
    return bool((one.leads and other.partners) or (other.leads and one.partners))


def parties(view: View, one: Project, other: Project) -> Text:
    """Who is behind two projects, in words."""
    return said("parties", a=behind(view, one), b=behind(view, other))


def behind(view: View, project: Project) -> Text:
    """Who is behind a project: its leading agencies, or the partner with which it is to be carried out."""
    if project.leads:
        agencies = view.register.by_id(Agency)
        return said("led-by", who=listed(agencies[name].name for name in project.leads))
    regions = view.register.codes("region")
    return said("together-with", who=listed(regions[name].title for name in project.partners))


def at_work(one: Works, other: Works, gap: float) -> Text:
    """When two projects are built, in words."""
    if one.begin is None and other.begin is None:
        return said("both-ahead")
    if one.begin is None or other.begin is None:
        return said("one-ahead")
    if gap:
        return said("in-turn", years=f"{gap:.1f}")
    begin, ends = max(one.begin, other.begin), [works.end for works in (one, other) if works.end]
    return said("at-once-still", begin=begin.year) if not ends else said("at-once", years=span_of(begin, min(ends)))


def begun_by(view: View, *both: Project) -> Text:
    """Which of two projects began on a day that nobody tells, in words; empty where that is told of both."""
    features = view.register.by_id(Feature)
    parts = [
        said("began-by", name=features[each.feature].name, day=each.works.begin.isoformat())
        for each in both
        if each.works.begin and not each.works.is_exact
    ]
    return Text("".join(part.zh for part in parts), "".join(part.en for part in parts))


def span_of(begin: date, end: date) -> str:
    """From one year to another, or one year."""
    return f"{begin.year}" if end.year == begin.year else f"{begin.year}–{end.year}"
