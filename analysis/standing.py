"""The standing of the register: features with their measures, measures with their agencies, as they are on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.outcomes import Verdict, outcomes_on
from analysis.stages import FeatureStage, histories, stages_on
from geodata import Register
from geodata.codes import Relation, Role
from geodata.model import Feature, Measure

Index = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class FeatureStatus:
    """A feature as it stands on a day."""

    feature: Feature
    stage: FeatureStage
    measures: tuple[str, ...]
    """Ids of the measures that name it."""


@dataclass(frozen=True, slots=True)
class MeasureStatus:
    """A measure as it stands on a day."""

    measure: Measure
    document: str
    verdict: Verdict
    features: tuple[str, ...]
    """Ids of the features that it names."""


@dataclass(frozen=True, eq=False)
class Standing:
    """The register as it stands on `day`, as it was known by `known_by`.

    `features` keeps the rows and order of the register (EPSG:4326) and gains the columns
    of `stages_on` and `measures` (tuple of measure ids). `measures` gains `document`, the
    columns of `outcomes_on`, `lead`, `cooperating`, `responsible` (tuples of agency ids in the
    order of the text) and `features` (tuple of feature ids). The arrays hold row numbers:
    link i ties feature `link_feature[i]` to measure `link_measure[i]`.
    """

    register: Register
    day: date
    known_by: date
    features: gpd.GeoDataFrame
    measures: pd.DataFrame
    verdicts: tuple[Verdict, ...]
    """In the order of the measures."""
    link_feature: Index
    link_measure: Index
    measure_article: Index
    """For each measure the row of its article."""
    assignment_article: Index
    """For each assignment the row of its article."""

    @cached_property
    def link_acts(self) -> NDArray[np.bool_]:
        """Which links tie a measure to what it acts on, not merely to a place that it names."""
        found: NDArray[np.bool_] = (self.register["links"]["relation"] == Relation.TARGET).to_numpy()
        return found

    @cached_property
    def feature_status(self) -> Mapping[str, FeatureStatus]:
        """Every feature as it stands, by id, in the order of the register."""
        columns = (self.features[name] for name in FeatureStage.__slots__)
        stages = map(FeatureStage, *columns)
        rows = zip(self.register.rows(Feature), stages, self.features["measures"], strict=True)
        return {feature.id: FeatureStatus(feature, stage, measures) for feature, stage, measures in rows}

    @cached_property
    def measure_status(self) -> Mapping[str, MeasureStatus]:
        """Every measure as it stands, by id, in the order of the register."""
        frame = self.measures
        rows = zip(self.register.rows(Measure), frame["document"], self.verdicts, frame["features"], strict=True)
        return {row[0].id: MeasureStatus(*row) for row in rows}


@dataclass(frozen=True, eq=False)
class _Joints:
    """How the tables of a register hang together, whatever the day."""

    link_feature: Index
    link_measure: Index
    measure_article: Index
    assignment_article: Index
    measures_of: list[tuple[str, ...]]
    """By feature, in row order."""
    features_of: list[tuple[str, ...]]
    """By measure, in row order."""
    roles: dict[str, list[tuple[str, ...]]]
    """Ids of agencies by role and measure, in row order."""


def _joints(register: Register) -> _Joints:
    links, articles, assignments = register["links"], register["articles"], register["assignments"]
    features, measures = register.features["id"], register["measures"]
    link_feature, link_measure = _rows(features, links["feature"]), _rows(measures["id"], links["measure"])
    agencies = _agencies_by_role(assignments)
    return _Joints(
        link_feature=link_feature,
        link_measure=link_measure,
        measure_article=_rows(articles["id"], measures["article"]),
        assignment_article=_rows(articles["id"], assignments["article"]),
        measures_of=_grouped(link_feature, measures["id"].to_numpy()[link_measure], len(features)),
        features_of=_grouped(link_measure, features.to_numpy()[link_feature], len(measures)),
        roles={str(role): [agencies.get((article, str(role)), ()) for article in measures["article"]] for role in Role},
    )


def standing_on(register: Register, day: date, known_by: date | None = None) -> Standing:
    """How the whole register stands on `day`, as known by `known_by`: today, until there is a journal."""
    joints = register.derived(_joints)
    features = register.features.join(stages_on(register, histories(register), day))
    features["measures"] = joints.measures_of
    verdicts = tuple(outcomes_on(register, day))
    measures = register["measures"].copy()
    for name in ("outcome", "warning", "due"):
        measures[name] = pd.Series([str(getattr(each, name)) for each in verdicts], dtype=object, index=measures.index)
    measures["features"] = joints.features_of
    measures["document"] = register["articles"]["document"].to_numpy()[joints.measure_article]
    for role, agencies in joints.roles.items():
        measures[role] = agencies
    return Standing(
        register=register,
        day=day,
        known_by=known_by or register.place.today(),
        features=features,
        measures=measures,
        verdicts=verdicts,
        link_feature=joints.link_feature,
        link_measure=joints.link_measure,
        measure_article=joints.measure_article,
        assignment_article=joints.assignment_article,
    )


def _rows(keys: pd.Series, wanted: pd.Series) -> Index:
    """Row numbers of `wanted` among the unique `keys`; every one is there, the checks saw to it."""
    rows: Index = pd.Index(keys).get_indexer(pd.Index(wanted))
    return rows


def _grouped(groups: Index, values: NDArray[np.object_], size: int) -> list[tuple[str, ...]]:
    """For each group 0 … size-1 its values, in their order."""
    order = np.argsort(groups, kind="stable")
    ends = np.searchsorted(groups[order], np.arange(size), side="right")
    ordered, start, out = values[order].tolist(), 0, []
    for end in ends.tolist():
        out.append(tuple(ordered[start:end]))
        start = end
    return out


def _agencies_by_role(assignments: pd.DataFrame) -> dict[tuple[str, str], tuple[str, ...]]:
    """Ids of the agencies by article and role, in the order of the text."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    ordered = assignments.sort_values("position", kind="stable")
    for article, role, agency in zip(ordered["article"], ordered["role"], ordered["agency"], strict=True):
        found[article, role].append(agency)
    return {key: tuple(value) for key, value in found.items()}
