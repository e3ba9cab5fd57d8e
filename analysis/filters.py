"""The one filter that drives map, table, charts and exports: a frozen value with a URL form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.changes import changed_since
from analysis.search import fold, matches, spelled
from analysis.standing import Standing
from geodata import Register
from geodata.codes import Outcome
from geodata.model import Agency, Article, Assignment

Mask = NDArray[np.bool_]

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2049, 12, 31)
"""The days on which the register can be read."""
LONGEST_TEXT = 200
"""Characters of a text to search for; a longer one is said to be too long, never cut."""

OF_FEATURES = {"stage": "stage", "theme": "theme", "town": "town", "location": "location"}
"""Facets of a feature and the column that each compares."""
OF_MEASURES = {
    **{"outcome": "outcome", "promise": "promise", "due": "due", "counterpart": "counterpart"},
    **{"document": "document", "article": "article"},
}
"""Facets of a measure and the column that each compares."""
TABLES = {
    "stage": ("codelist-stage", "code"),
    "outcome": ("codelist-outcome", "code"),
    "promise": ("codelist-promise", "code"),
    "due": ("codelist-due", "code"),
    "agency": ("agencies", "id"),
    "role": ("codelist-role", "code"),
    "counterpart": ("codelist-region", "code"),
    "theme": ("codelist-theme", "code"),
    "document": ("documents", "id"),
    "article": ("articles", "id"),
    "town": ("features", "id"),
    "location": ("codelist-location", "code"),
}
"""Where the values of each facet come from."""
SEVERAL = {"town", "counterpart"}
"""Facets of which a row may have several values, or none."""
FORMER = {"stage": ("status",)}
"""Names that a facet has had: addresses that were kept or sent stay good."""
FORMER_CODES: Mapping[str, Mapping[str, str]] = {"outcome": {"continuing": Outcome.UNDER_WAY}}
"""Codes that a facet has had."""


@dataclass(frozen=True)
class Filter:
    """What to show. An empty facet restricts nothing; several values of one facet mean any of them.

    `role` narrows `agency` (without an agency it asks for articles that have such a role).
    `as_of` is the day on which stages and outcomes are read; None means today. `since` keeps what
    has another stage or outcome than on that day, and what such a measure or feature is linked to.
    """

    stage: tuple[str, ...] = ()
    outcome: tuple[str, ...] = ()
    promise: tuple[str, ...] = ()
    due: tuple[str, ...] = ()
    agency: tuple[str, ...] = ()
    role: tuple[str, ...] = ()
    counterpart: tuple[str, ...] = ()
    theme: tuple[str, ...] = ()
    document: tuple[str, ...] = ()
    article: tuple[str, ...] = ()
    town: tuple[str, ...] = ()
    location: tuple[str, ...] = ()
    q: str = ""
    as_of: date | None = None
    since: date | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it restricts nothing (the day is no restriction)."""
        return replace(self, as_of=None) == Filter()

    def to_query(self) -> dict[str, str]:
        """The URL form: one parameter a facet, values standing by commas, empty facets left out."""
        query = {name: ",".join(getattr(self, name)) for name in TABLES}
        query["q"] = self.q
        query |= {name: day.isoformat() for name in DAYS if (day := getattr(self, name))}
        return {name: value for name, value in query.items() if value}


def without(chosen: Filter, name: str) -> Filter:
    """`chosen` with one facet (or the text) taken off."""
    empty: Any = "" if name == "q" else None if name in DAYS else ()
    return replace(chosen, **{name: empty})


DAYS = ("as_of", "since")
NAMES = tuple(field.name for field in fields(Filter))


def from_query(query: Mapping[str, str | Iterable[str]], register: Register) -> tuple[Filter, list[str]]:
    """The filter that a URL or a command line asks for, and a list of what could not be understood.

    Values are codes or ids; codes may also be given by title, agencies and towns by name. What is not
    understood is left out of the filter and named in the list, as "parameter=value".
    """
    chosen: dict[str, tuple[str, ...]] = {}
    problems: list[str] = []
    for name in TABLES:
        exact = spellings(name, register)
        folded = {fold(spelling): code for spelling, code in exact.items()}
        values: list[str] = []
        for asked in (name, *FORMER.get(name, ())):
            for value in _values(query.get(asked, ()), folded):
                code = exact.get(value) or folded.get(fold(value))
                if code is None and name == "agency" and value.isascii():
                    code = register.derived(_by_pinyin).get(fold(value))
                if code:
                    values.append(code)
                else:
                    problems.append(f"{asked}={value}")
        chosen[name] = tuple(dict.fromkeys(values))
    days: dict[str, date] = {}
    for name in DAYS:
        for value in _split(query.get(name, ())):
            if name not in days and (day := _day(value)):
                days[name] = day
            else:
                problems.append(f"{name}={value}")
    text = query.get("q", "")
    text = " ".join((text if isinstance(text, str) else " ".join(text)).split())
    if len(text) > LONGEST_TEXT:
        problems.append(f"q={text[:20]}… ({len(text)} > {LONGEST_TEXT})")
        text = ""
    return Filter(**chosen, q=text, as_of=days.get("as_of"), since=days.get("since")), problems


def _day(value: str) -> date | None:
    """YYYY-MM-DD within the days that can be read; Python alone would also take 20180601 and 2018-W22-5."""
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return day if day.isoformat() == value and FIRST_DAY <= day <= LAST_DAY else None


def _split(values: str | Iterable[str]) -> list[str]:
    values = [values] if isinstance(values, str) else values
    return [part.strip() for value in values for part in value.split(",") if part.strip()]


def _values(values: str | Iterable[str], known: Mapping[str, str]) -> list[str]:
    """The values asked for; one that is known as a whole (by its folded spellings) keeps its commas."""
    values = [values] if isinstance(values, str) else values
    return [part for value in values for part in ([value] if fold(value) in known else _split(value))]


def spellings(name: str, register: Register) -> dict[str, str]:
    """Accepted spellings of a facet's values and the id or code that each stands for."""
    table, key = TABLES[name]
    frame = register[table]
    if name == "town":
        frame = frame[frame["id"].isin({row.id for row in register.towns})]
    found = dict(zip(frame[key], frame[key], strict=True))
    titles = ("title_en", "title_zh") if table.startswith("codelist-") else ()
    for column in (*titles, "name_en", "number", "full_name_zh", "name_zh"):
        if column in frame:
            found |= {value: code for value, code in zip(frame[column], frame[key], strict=True) if value}
    if name == "agency":
        names = [(row.written_as, row.agency) for row in register.rows(Assignment)]
        names += [(later, row.id) for row in register.rows(Agency) for later in (row.later_name.zh, row.later_name.en)]
        found = _of_one(names) | found
    if name == "article":
        found = _of_one(_of_articles(register)) | found
    return {**FORMER_CODES.get(name, {}), **found}


def _of_articles(register: Register) -> Iterator[tuple[str, str]]:
    """The titles of articles and of their blocks, where one has several; the number as it is counted."""
    for row in register.rows(Article):
        for title, block in zip((row.title.zh, row.title.en), (row.block_title.zh, row.block_title.en), strict=True):
            yield from ((text, row.id) for text in (title, block, f"{title} · {block}") if text.strip(" ·"))
        yield f"{row.document}-{row.article:02d}", row.id


def _of_one(names: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The code that each name stands for; one that stands for several bodies names none of them."""
    known: dict[str, set[str]] = {}
    for name, code in names:
        known.setdefault(name, set()).add(code)
    return {name: code for name, (code, *others) in known.items() if name and not others}


def _by_pinyin(register: Register) -> dict[str, str]:
    """Agencies by the pinyin of their names, whole and by initials, as the search box takes them."""
    names = [(name, code) for name, code in spellings("agency", register).items() if not name.isascii()]
    return _of_one((line, code) for name, code in names for line in spelled([name])[1].split("\n"))


@dataclass(frozen=True, eq=False)
class Selection:
    """What a filter keeps: masks over the features, measures and links of a standing, in row order."""

    features: Mask
    measures: Mask
    links: Mask
    """Links whose feature and measure meet the filter together."""


def select(standing: Standing, chosen: Filter) -> Selection:
    """The features and measures that `chosen` keeps.

    A feature stays when it meets the facets of features and, if any facet of measures is
    set, has a measure that meets them all; and the other way round.
    """
    feature_ok = _facets(standing.features, OF_FEATURES, chosen)
    measure_ok = _facets(standing.measures, OF_MEASURES, chosen) & _assigned(standing, chosen)
    by_feature, by_measure = narrows(chosen)
    link_ok = feature_ok[standing.link_feature] & measure_ok[standing.link_measure]
    feature_hit = measure_hit = None
    for features, measures in _either(standing, chosen):
        link_ok &= features[standing.link_feature] | measures[standing.link_measure]
        feature_hit = features if feature_hit is None else feature_hit & features
        measure_hit = measures if measure_hit is None else measure_hit & measures
    linked_features = _hit(standing.link_feature[link_ok], len(feature_ok))
    linked_measures = _hit(standing.link_measure[link_ok], len(measure_ok))
    return Selection(
        features=_kept(feature_ok, linked_features, feature_hit, by_measure),
        measures=_kept(measure_ok, linked_measures, measure_hit, by_feature),
        links=link_ok,
    )


def _either(standing: Standing, chosen: Filter) -> Iterator[tuple[Mask, Mask]]:
    """Conditions that a feature meets by itself or by its measure, and the other way round."""
    if chosen.q:
        yield matches(standing.register, chosen.q)
    if chosen.since:
        yield changed_since(standing.register, chosen.since, standing.day)


def narrows(chosen: Filter) -> tuple[bool, bool]:
    """Whether it sets a facet of features, and one of measures: then rows of the other kind need a link."""
    by_measure = any(getattr(chosen, name) for name in OF_MEASURES) or bool(chosen.agency or chosen.role)
    return any(getattr(chosen, name) for name in OF_FEATURES), by_measure


def _kept(own: Mask, linked: Mask, hit: Mask | None, needs_link: bool) -> Mask:
    if needs_link:
        return own & linked
    return own if hit is None else own & (hit | linked)


def _hit(rows: NDArray[np.intp], size: int) -> Mask:
    mask = np.zeros(size, dtype=bool)
    mask[rows] = True
    return mask


def _facets(frame: pd.DataFrame, facets: Mapping[str, str], chosen: Filter) -> Mask:
    mask = np.ones(len(frame), dtype=bool)
    for name, column in facets.items():
        wanted = getattr(chosen, name)
        if wanted:
            values = frame[column]
            if name in SEVERAL:
                mask &= np.fromiter((not set(wanted).isdisjoint(row) for row in values), dtype=bool, count=len(values))
            else:
                mask &= values.isin(wanted).to_numpy()
    return mask


def _assigned(standing: Standing, chosen: Filter) -> Mask:
    """Measures whose article gives one of the chosen agencies one of the chosen roles."""
    if not (chosen.agency or chosen.role):
        return np.ones(len(standing.measures), dtype=bool)
    assignments = standing.register["assignments"]
    ok = np.ones(len(assignments), dtype=bool)
    if chosen.agency:
        ok &= assignments["agency"].isin(chosen.agency).to_numpy()
    if chosen.role:
        ok &= assignments["role"].isin(chosen.role).to_numpy()
    return _hit(standing.assignment_article[ok], len(standing.register["articles"]))[standing.measure_article]
