"""The join: features with their measures, measures with their agencies, both as they stand on a day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.outcomes import outcomes_on
from analysis.stages import histories, stages_on
from geodata import Register
from geodata.codes import Role

Index = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Joined:
    """The register as it stands on `day`.

    `features` keeps the rows and order of the register (EPSG:4326) and gains the columns
    of `stages_on` and `measures` (tuple of measure ids). `measures` gains `document`, the
    columns of `outcomes_on`, `lead`, `cooperating`, `responsible` (tuples of agency names
    as written) and `features` (tuple of feature ids). The arrays hold row numbers:
    link i ties feature `link_feature[i]` to measure `link_measure[i]`.
    """

    register: Register
    day: date
    features: gpd.GeoDataFrame
    measures: pd.DataFrame
    link_feature: Index
    link_measure: Index
    measure_article: Index
    """For each measure the row of its article."""
    assignment_article: Index
    """For each assignment the row of its article."""


def join(register: Register, day: date) -> Joined:
    """Join the whole register for `day`."""
    known = histories(register)
    links, articles, assignments = register["links"], register["articles"], register["assignments"]
    features = register.features.join(stages_on(register, known, day))
    measures = register["measures"].join(outcomes_on(register, known, day))
    link_feature = _rows(features["id"], links["feature"])
    link_measure = _rows(measures["id"], links["measure"])
    measure_article = _rows(articles["id"], measures["article"])
    features["measures"] = _grouped(link_feature, measures["id"].to_numpy()[link_measure], len(features))
    measures["features"] = _grouped(link_measure, features["id"].to_numpy()[link_feature], len(measures))
    measures["document"] = articles["document"].to_numpy()[measure_article]
    names = _names_by_role(assignments)
    for role in Role:
        measures[str(role)] = [names.get((article, str(role)), ()) for article in measures["article"]]
    return Joined(
        register=register,
        day=day,
        features=features,
        measures=measures,
        link_feature=link_feature,
        link_measure=link_measure,
        measure_article=measure_article,
        assignment_article=_rows(articles["id"], assignments["article"]),
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


def _names_by_role(assignments: pd.DataFrame) -> dict[tuple[str, str], tuple[str, ...]]:
    names: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in assignments.sort_values("position", kind="stable").itertuples():
        names[row.article, row.role].append(row.written_as)
    return {key: tuple(value) for key, value in names.items()}
