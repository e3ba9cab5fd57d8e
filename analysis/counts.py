"""Counts: the key numbers of a selection, and what each option of a facet would give."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from analysis.filters import OF_FEATURES, OF_MEASURES, SEVERAL, Mask, without
from analysis.standing import Standing
from analysis.view import View
from geodata.codes import Due, FeatureKind, Outcome

MET = (Outcome.MET, Outcome.MET_LATE, Outcome.ALREADY_SO)
"""What was promised is so, whenever it came to be."""
LATE = (Outcome.OVERDUE, Outcome.NOT_MET, Outcome.UNREACHABLE)
"""A source shows that the date has passed, or that the thing can no longer be done."""
SILENT = (Outcome.NO_EVIDENCE, Outcome.NOT_SEARCHED)
"""Nothing says whether the measure is met."""


@dataclass(frozen=True)
class KeyNumbers:
    """The line of numbers above the map."""

    measures: int
    features: int
    projects: int
    """How many of the features are no mere places."""
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


def key_numbers(view: View) -> KeyNumbers:
    """Count what a view keeps; features are those with a position or a measure, the backdrop left out."""
    standing, kept = view.standing, view.selection.measures
    outcomes = Counter(view.measures["outcome"])
    return KeyNumbers(
        measures=len(view.measures),
        features=len(view.features),
        projects=int((view.features["kind"] == FeatureKind.PROJECT).sum()),
        sections=int((view.counted & view.register.sections).sum()),
        by_stage=dict(Counter(view.features["stage"])),
        met=sum(outcomes[code] for code in MET),
        overdue=sum(outcomes[code] for code in LATE),
        without_evidence=sum(outcomes[code] for code in SILENT),
        past_due=int((kept & past_due(standing)).sum()),
        unplaced_measures=int((kept & ~placed_measures(standing)).sum()),
    )


def past_due(standing: Standing) -> Mask:
    """Measures whose own date has passed without any evidence that decides."""
    due, outcome = standing.measures["due"], standing.measures["outcome"]
    unproven: Mask = ((due == Due.PASSED) & outcome.isin(SILENT)).to_numpy()
    return unproven


def placed_measures(standing: Standing) -> Mask:
    """Measures with at least one object (not merely a place they name) that has a position."""
    placed = standing.register.placed
    mask = np.zeros(len(standing.measures), dtype=bool)
    mask[standing.link_measure[placed[standing.link_feature] & standing.link_acts]] = True
    return mask


def option_counts(view: View, facet: str) -> dict[str, int]:
    """How many rows each option of `facet` would keep under the other facets.

    Facets of features count features (the backdrop left out), the others count measures.
    """
    # Without a choice in the facet itself, the other facets are all there is: the view has been computed already.
    others = view.narrowed(without(view.filter, facet)) if getattr(view.filter, facet) else view
    if facet in OF_FEATURES:
        values = others.features[OF_FEATURES[facet]]
    elif facet in OF_MEASURES:
        values = others.measures[OF_MEASURES[facet]]
    else:
        return _assignment_counts(view, others, facet)
    return dict(Counter(code for row in values for code in row) if facet in SEVERAL else Counter(values))


def _assignment_counts(view: View, others: View, facet: str) -> dict[str, int]:
    """Measures by agency (in the chosen roles) or by role (of the chosen agencies)."""
    standing, assignments = view.standing, view.register["assignments"]
    other = "role" if facet == "agency" else "agency"
    wanted = getattr(view.filter, other)
    ok = assignments[other].isin(wanted).to_numpy() if wanted else np.ones(len(assignments), dtype=bool)
    kept = standing.measure_article[others.selection.measures]
    by_article = np.bincount(kept, minlength=len(view.register["articles"]))
    pairs = dict.fromkeys(zip(assignments[facet].to_numpy()[ok], standing.assignment_article[ok].tolist(), strict=True))
    counts: Counter[str] = Counter()
    for code, article in pairs:
        counts[code] += int(by_article[article])
    return {code: count for code, count in counts.items() if count}
