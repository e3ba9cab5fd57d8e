"""Which rows of each table a view lists: cheap, so that a file can be counted before it is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from uuid import UUID, uuid5

import numpy as np

from analysis.filters import Mask
from analysis.stages import History, Step, histories, is_later
from analysis.view import View
from geodata.facts import Event, Evidence, Flow, Observation, Search, WaterQuality
from geodata.model import Assignment, ControlPoint, Document, Link, Target

NAMESPACE = UUID("97aae9ea-30fd-43ee-857b-e6e2e44c64b1")
"""Of every `uid`; it never changes."""


def uid(*key: str) -> str:
    """The stable id of a row with this key: the same in every output, on every machine."""
    return str(uuid5(NAMESPACE, "/".join(key)))


@dataclass(frozen=True, eq=False)
class Listed:
    """The rows that a view lists, of some themes or of all.

    Features of context themes that the filter does not keep, or that no measure names, come along as backdrop
    unless `themes` leaves them out.
    """

    view: View
    themes: tuple[str, ...] = ()
    """Codes; empty for all."""

    @cached_property
    def kept(self) -> Mask:
        """The features that are listed."""
        return self._of_themes(self.view.counted)

    @cached_property
    def shown(self) -> Mask:
        """Those, and the backdrop of a map."""
        return self.kept | self._of_themes(self.view.register.context)

    def _of_themes(self, mask: Mask) -> Mask:
        chosen: Mask = self.view.register.features["theme"].isin(self.themes).to_numpy()
        return mask & chosen if self.themes else mask

    @cached_property
    def features(self) -> frozenset[str]:
        """Ids of the features that are listed."""
        return frozenset(self.view.register.features.loc[self.kept, "id"])

    @cached_property
    def rows(self) -> Mapping[str, frozenset[str]]:
        """The keys of the rows of each output table but features and stages over time."""
        register, measures = self.view.register, self.view.measure_ids
        articles = set(self.view.measures["article"])
        assigned = [row for row in register.rows(Assignment) if self._is_assigned(row, articles)]
        documents, named = set(self.view.measures["document"]), {row.agency for row in assigned}
        everything = self.view.filter.is_empty and not self.themes
        return {
            "documents": frozenset(row.id for row in register.rows(Document) if everything or row.id in documents),
            "articles": frozenset(code for code in register["articles"]["id"] if everything or code in articles),
            "measures": measures,
            "targets": frozenset(row.id for row in register.rows(Target) if row.measure in measures),
            "links": frozenset(
                uid(row.measure, row.feature)
                for row in register.rows(Link)
                if row.feature in self.features and row.measure in measures
            ),
            "agencies": frozenset(
                code for code in register["agencies"]["id"] if self.view.filter.is_empty or code in named
            ),
            "assignments": frozenset(uid(row.article, row.agency, row.role) for row in assigned),
            "events": frozenset(self.facts),
            "evidence": frozenset(
                uid(row.event, row.measure)
                for row in register.rows(Evidence)
                if row.measure in measures and row.event in self.facts
            ),
            "observations": frozenset(row.id for row in self._observed(measures)),
            "water-quality": frozenset(row.id for row in self._sampled()),
            "searches": frozenset(
                row.id for row in register.rows(Search) if row.measure in measures or row.feature in self.features
            ),
            "sources": frozenset(self._rested_on(documents)),
            "control-points": frozenset(
                uid(row.feature, repr(row.lon), repr(row.lat))
                for row in register.rows(ControlPoint)
                if row.feature in self.features
            ),
            "flows": frozenset(uid(row.feature, row.relation, row.river) for row in self._flowing()),
        }

    @cached_property
    def facts(self) -> Mapping[str, Event]:
        """The facts about listed features, and those of measures that serve a listed one, by id."""
        measures = self.view.measure_ids
        serving = {row.event for row in self.view.register.rows(Evidence) if row.measure in measures}
        return {
            row.id: row
            for row in self.view.register.rows(Event)
            if (row.feature in self.features if row.feature else row.id in serving)
            and not is_later(row.date, self.view.day)
        }

    def _observed(self, measures: Set[str]) -> Iterator[Observation]:
        """The values of listed features, and those of the targets of `measures`."""
        targets = self.view.register.by_id(Target)
        for row in self.view.register.rows(Observation):
            mine = targets[row.target].measure in measures if row.target else row.feature in self.features
            if mine and not is_later(row.date, self.view.day):
                yield row

    def _sampled(self) -> Iterator[WaterQuality]:
        """The water quality of listed features."""
        for row in self.view.register.rows(WaterQuality):
            if row.feature in self.features and not is_later(row.period, self.view.day):
                yield row

    def _flowing(self) -> Iterator[Flow]:
        """The rivers of listed features; where rivers flow to, too, when everything is listed."""
        everything = self.view.filter.is_empty and not self.themes
        for row in self.view.register.rows(Flow):
            if everything or row.feature in self.features:
                yield row

    def _is_assigned(self, row: Assignment, articles: set[str]) -> bool:
        """Whether an assignment belongs to the kept measures, in the chosen agencies and roles."""
        chosen = self.view.filter
        if chosen.is_empty:
            return True
        wanted = (not chosen.agency or row.agency in chosen.agency) and (not chosen.role or row.role in chosen.role)
        return wanted and row.article in articles

    def _rested_on(self, documents: set[str]) -> set[str]:
        """The sources of features, of what is known of them, and of the documents of measures."""
        register = self.view.register
        frame = register.features
        found = {source for row in frame.loc[frame["id"].isin(self.features), "sources"] for source in row}
        found |= {row.source for row in self.facts.values()}
        found |= {row.source for row in self._observed(self.view.measure_ids)}
        found |= {row.source for row in self._sampled()}
        found |= {row.source for row in self._flowing()}
        found |= {row.source for row in register.rows(Document) if row.id in documents}
        return found - {""}

    def layers(self) -> dict[str, int]:
        """Rows of each layer with a position, the backdrop included, by theme in the order of the themes."""
        themes = self.view.register.features.loc[self.shown & self.view.register.placed, "theme"]
        counts = themes.value_counts()
        return {code: int(counts[code]) for code in self.view.register.themes if code in counts}

    def count(self, *names: str) -> dict[str, int]:
        """Rows of the named output tables; the backdrop is not counted."""
        placed = self.view.register.placed
        own = {
            "features": int((self.kept & placed).sum()),
            "unplaced": int((self.shown & ~placed).sum()),
        }
        return {name: self._history() if name == "history" else own[name] if name in own else len(self.rows[name])
                for name in names}  # fmt: skip

    def _history(self) -> int:
        ids = self.view.register.features["id"].to_numpy()[self.shown & self.view.register.placed]
        return int(np.sum([len(steps_of(self.view, name)) for name in ids], dtype=int))


def steps_of(view: View, feature: str) -> list[tuple[Step, Step | None]]:
    """The steps of a feature up to the day of the view, each with the one after it; of two on one day the later."""
    history = histories(view.register).get(feature, History())
    steps = [step for step in history.steps if step.day <= view.day]
    pairs = zip_longest(steps, steps[1:])
    return [(step, after) for step, after in pairs if step and (after is None or after.day > step.day)]


def listed(view: View, themes: Sequence[str] = ()) -> Listed:
    """The rows that a view lists; KeyError for a theme that the register does not have."""
    known = view.register.themes
    if unknown := [theme for theme in themes if theme not in known]:
        raise KeyError(f"no such theme: {', '.join(unknown)}; there are {', '.join(known)}")
    return Listed(view, tuple(themes))
