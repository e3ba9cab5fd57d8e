"""Balance: how many works there are, how long they are, and how far, by a group that one asks for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import shapely

from analysis.spatial.findings import Ties, said, ties
from analysis.spatial.ground import ground_of
from analysis.spatial.works import works_of
from analysis.stages import BUILT, History, histories
from analysis.view import View
from geodata.codes import FeatureKind, Stage
from geodata.model import Agency, Article, Document, Feature, Measure
from geodata.text import Text

_YEARLY = ("built-in", "used-in")


@dataclass(frozen=True)
class Group:
    """One row of a balance: projects with what of them is in use, and lines in kilometres, sections left out."""

    group: str
    """The code or year of the group; empty for what belongs to none."""
    title: Text
    features: tuple[str, ...]
    measures: tuple[str, ...]
    open: tuple[str, ...]
    """Of the features those that are built or in use."""
    km: float
    km_open: float
    by: str = "theme"
    """By what the rows are grouped."""

    @property
    def sentence(self) -> Text:
        """The row as one says it."""
        plain = "balance" if self.km else "balance-of-points"
        return said(
            f"balance-{self.by}" if self.by in _YEARLY and self.group else plain,
            title=self.title,
            n=len(self.features),
            open=len(self.open),
            km=f"{self.km:.1f}",
            km_open=f"{self.km_open:.1f}",
            measures=len(self.measures),
        )


def balance(view: View, by: str = "theme") -> list[Group]:
    """The projects of a view by theme, stage, agency (that leads), town, city (that is the partner), article, document,
    or year: that in which they came into use (`year`), all in which they were being built (`built-in`) or in use by its
    end (`used-in`). In the order of the register; what belongs to several groups counts in each. ValueError for another
    word.
    """
    if by not in GROUPS:
        raise ValueError(by)
    known = _with_sections(view, ties(view))
    register, status = view.register, view.standing.feature_status
    whole = set(register.features["id"][~register.sections])
    names = [name for name in view.features["id"] if name in whole and status[name].feature.kind == FeatureKind.PROJECT]
    ground = ground_of(view)
    length = dict(zip(ground.ids, shapely.length(ground.shapes) / 1000, strict=True))
    members: dict[str, list[str]] = defaultdict(list)
    belongs = GROUPS[by](view, known)
    for name in names:
        for group in belongs(name) or ("",):
            members[group].append(name)
    titles = _titles(view, by)
    order = {code: place for place, code in enumerate(titles)}
    return [
        _group(view, known, group, titles.get(group) or said("no-group"), members[group], length, by)
        for group in sorted(members, key=lambda group: (group == "", order.get(group, len(order)), group))
    ]


def _with_sections(view: View, known: Ties) -> Ties:
    """The ties of wholes with those of their sections: what acts on a section acts on the whole."""
    register = view.register
    measures = {name: list(found) for name, found in known.measures.items()}
    for name in register.features["id"][register.sections]:
        whole = register.by_id(Feature)[name].part_of
        measures.setdefault(whole, []).extend(known.measures.get(name, ()))
    return replace(known, measures={name: tuple(dict.fromkeys(found)) for name, found in measures.items()})


def _group(
    view: View, known: Ties, group: str, title: Text, names: list[str], length: Mapping[str, float], by: str
) -> Group:
    status = view.standing.feature_status
    opened = [name for name in names if status[name].stage.stage in BUILT]
    measures = tuple(dict.fromkeys(measure for name in names for measure in known.measures.get(name, ())))
    km, km_open = (float(sum(length.get(name, 0.0) for name in some)) for some in (names, opened))
    return Group(group, title, tuple(names), measures, tuple(opened), round(km, 3), round(km_open, 3), by)


Belongs = Callable[[str], tuple[str, ...]]


def _theme(view: View, known: Ties) -> Belongs:
    return lambda name: (view.standing.feature_status[name].feature.theme,)


def _stage(view: View, known: Ties) -> Belongs:
    return lambda name: (str(view.standing.feature_status[name].stage.stage),)


def _town(view: View, known: Ties) -> Belongs:
    return lambda name: tuple(view.standing.feature_status[name].feature.town)


def _agency(view: View, known: Ties) -> Belongs:
    return lambda name: known.behind(name)[1]


def _article(view: View, known: Ties) -> Belongs:
    return lambda name: known.behind(name)[2]


def _document(view: View, known: Ties) -> Belongs:
    articles = view.register.by_id(Article)
    return lambda name: tuple(dict.fromkeys(articles[article].document for article in known.behind(name)[2]))


def _year(view: View, known: Ties) -> Belongs:
    courses = histories(view.register)

    def year(name: str) -> tuple[str, ...]:
        steps = courses.get(name, History()).steps
        opened = next(
            (step.day.year for step in steps if step.stage == Stage.MAINTENANCE and step.day <= view.day), None
        )
        return (str(opened),) if opened else ()

    return year


def _city(view: View, known: Ties) -> Belongs:
    measures = view.register.by_id(Measure)
    return lambda name: tuple(
        dict.fromkeys(region for measure in known.measures.get(name, ()) for region in measures[measure].counterpart)
    )


def _built_in(view: View, known: Ties) -> Belongs:
    courses = histories(view.register)

    def years(name: str) -> tuple[str, ...]:
        works = works_of(courses.get(name, History()), view.day)
        if works is None or works.begin is None:
            return ()
        return tuple(str(year) for year in range(works.begin.year, (works.end or view.day).year + 1))

    return years


def _used_in(view: View, known: Ties) -> Belongs:
    courses = histories(view.register)

    def years(name: str) -> tuple[str, ...]:
        course = courses.get(name, History())
        first = min((step.day.year for step in course.steps), default=view.day.year + 1)
        return tuple(
            str(year)
            for year in range(first, view.day.year + 1)
            if (step := course.step_on(min(date(year, 12, 31), view.day))) and step.stage == Stage.MAINTENANCE
        )

    return years


GROUPS: Mapping[str, Callable[[View, Ties], Belongs]] = {
    "theme": _theme,
    "stage": _stage,
    "year": _year,
    "built-in": _built_in,
    "used-in": _used_in,
    "agency": _agency,
    "town": _town,
    "city": _city,
    "article": _article,
    "document": _document,
}
"""By what one may ask, and how the groups of a feature are found."""


def _titles(view: View, by: str) -> dict[str, Text]:
    """The titles of all groups that there can be, in their order; years are their own."""
    return dict(_titled(view, by))


def _titled(view: View, by: str) -> Iterator[tuple[str, Text]]:
    register = view.register
    if by in ("theme", "stage", "city"):
        yield from ((code, row.title) for code, row in register.codes("region" if by == "city" else by).items())
    elif by in ("year", "built-in", "used-in"):
        yield from ((str(year), Text(str(year), str(year))) for year in range(1900, view.day.year + 1))
    else:
        tables: Mapping[str, tuple[Any, Callable[[Any], Text]]] = {
            "agency": (Agency, lambda row: row.name),
            "town": (Feature, lambda row: row.name),
            "article": (Article, lambda row: row.title),
            "document": (Document, lambda row: row.short_title),
        }
        kind, title = tables[by]
        yield from ((row.id, title(row)) for row in register.rows(kind))
