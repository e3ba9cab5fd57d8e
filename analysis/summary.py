"""Counts: the key numbers of a selection, and what each option of a facet would give."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from analysis.filters import OF_FEATURES, OF_MEASURES, Filter, Mask, Selection, apply, without
from analysis.join import Joined
from geodata import Register
from geodata.codes import Outcome, Relation


@dataclass(frozen=True)
class KeyNumbers:
    """The line of numbers above the map."""

    measures: int
    features: int
    sections: int
    """How many of the features are a section of another one."""
    by_stage: dict[str, int]
    met: int
    overdue: int
    without_evidence: int
    unplaced_measures: int
    """Measures whose object has no position."""
    past_due: int
    """Measures whose own date has passed without any evidence that decides."""


def key_numbers(joined: Joined, selection: Selection) -> KeyNumbers:
    """Count what `selection` keeps; features are those with a position or a measure, context left out."""
    measures = joined.measures[selection.measures]
    outcomes = Counter(measures["outcome"])
    shown = selection.features & ~is_context(joined)
    return KeyNumbers(
        measures=len(measures),
        features=int(shown.sum()),
        sections=int((shown & is_section(joined.register)).sum()),
        by_stage=dict(Counter(joined.features["stage"].to_numpy()[shown])),
        met=outcomes[Outcome.MET] + outcomes[Outcome.MET_LATE],
        overdue=outcomes[Outcome.OVERDUE] + outcomes[Outcome.NOT_MET],
        without_evidence=outcomes[Outcome.NO_EVIDENCE],
        past_due=int((selection.measures & past_due(joined)).sum()),
        unplaced_measures=int((selection.measures & ~placed_measures(joined)).sum()),
    )


def past_due(joined: Joined) -> Mask:
    """Measures whose own date has passed without any evidence that decides."""
    due = np.array([day is not None and day < joined.day for day in joined.measures["due_date"]], dtype=bool)
    unproven: Mask = due & (joined.measures["outcome"] == Outcome.NO_EVIDENCE).to_numpy()
    return unproven


def is_context(joined: Joined) -> Mask:
    """Features that only give orientation: of a context theme and without a measure."""
    themes = joined.register.codelist("theme")
    context = set(themes.index[themes["context"].astype(bool)])
    has_measure = np.zeros(len(joined.features), dtype=bool)
    has_measure[joined.link_feature] = True
    in_context: Mask = joined.features["theme"].isin(context).to_numpy()
    return in_context & ~has_measure


def is_section(register: Register) -> Mask:
    """Features that are a section of a whole of the same theme."""
    features = register.features
    theme_of = dict(zip(features["id"], features["theme"], strict=True))
    pairs = zip(features["part_of"], features["theme"], strict=True)
    return np.array([theme_of.get(whole) == theme for whole, theme in pairs], dtype=bool)


def placed_measures(joined: Joined) -> Mask:
    """Measures with at least one object (not merely a place they name) that has a position."""
    placed = joined.features.geometry.notna().to_numpy()
    acted_on = (joined.register["links"]["relation"] == Relation.TARGET).to_numpy()
    mask = np.zeros(len(joined.measures), dtype=bool)
    mask[joined.link_measure[placed[joined.link_feature] & acted_on]] = True
    return mask


def option_counts(joined: Joined, chosen: Filter, facet: str) -> dict[str, int]:
    """How many rows each option of `facet` would keep under the other facets.

    Facets of features count features (context left out), the others count measures.
    """
    others = apply(joined, without(chosen, facet))
    if facet in OF_FEATURES:
        rows = joined.features[others.features & ~is_context(joined)]
        values = rows[OF_FEATURES[facet]]
        return dict(Counter(town for row in values for town in row) if facet == "town" else Counter(values))
    if facet in OF_MEASURES:
        return dict(Counter(joined.measures.loc[others.measures, OF_MEASURES[facet]]))
    return _assignment_counts(joined, chosen, others, facet)


def _assignment_counts(joined: Joined, chosen: Filter, others: Selection, facet: str) -> dict[str, int]:
    """Measures by agency (in the chosen roles) or by role (of the chosen agencies)."""
    assignments = joined.register["assignments"]
    other = "role" if facet == "agency" else "agency"
    wanted = getattr(chosen, other)
    ok = assignments[other].isin(wanted).to_numpy() if wanted else np.ones(len(assignments), dtype=bool)
    by_article = np.bincount(joined.measure_article[others.measures], minlength=len(joined.register["articles"]))
    pairs = dict.fromkeys(zip(assignments[facet].to_numpy()[ok], joined.assignment_article[ok].tolist(), strict=True))
    counts: Counter[str] = Counter()
    for code, article in pairs:
        counts[code] += int(by_article[article])
    return {code: count for code, count in counts.items() if count}
