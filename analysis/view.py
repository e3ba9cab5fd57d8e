"""A look at the register with a filter, on a day, as known by a day: computed once, then handed on as one value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import geopandas as gpd
import pandas as pd

from analysis.filters import Filter, Mask, Selection, select
from analysis.standing import FeatureStatus, MeasureStatus, Standing, standing_on
from geodata import Register


@dataclass(frozen=True, eq=False)
class View:
    """What a filter keeps of a standing. Everything that is counted, listed or drawn takes this one value."""

    standing: Standing
    filter: Filter
    selection: Selection

    @property
    def register(self) -> Register:
        """The register that is looked at."""
        return self.standing.register

    @property
    def version(self) -> str:
        """Of the register."""
        return self.register.version

    @property
    def day(self) -> date:
        """On which the register is looked at."""
        return self.standing.day

    @property
    def known_by(self) -> date:
        """The day by which it was known."""
        return self.standing.known_by

    @property
    def identity(self) -> tuple[str, Filter, date, date]:
        """Two views with the same one show the same: what is made of a view is current while it stays."""
        return self.version, self.filter, self.day, self.known_by

    @cached_property
    def counted(self) -> Mask:
        """The features that are kept and not drawn for orientation only."""
        return self.selection.features & ~self.register.backdrop

    @property
    def is_empty(self) -> bool:
        """Whether the filter leaves nothing."""
        return not (self.selection.measures.any() or self.counted.any())

    @cached_property
    def features(self) -> gpd.GeoDataFrame:
        """The counted features as rows of the standing (EPSG:4326)."""
        return self.standing.features[self.counted]

    @cached_property
    def measures(self) -> pd.DataFrame:
        """The measures that are kept, as rows of the standing."""
        return self.standing.measures[self.selection.measures]

    @cached_property
    def feature_ids(self) -> frozenset[str]:
        """Of the counted features."""
        return frozenset(self.features["id"])

    @cached_property
    def measure_ids(self) -> frozenset[str]:
        """Of the measures that are kept."""
        return frozenset(self.measures["id"])

    def feature_status(self) -> Iterator[FeatureStatus]:
        """The counted features as they stand, in order."""
        return (self.standing.feature_status[name] for name in self.features["id"])

    def measure_status(self) -> Iterator[MeasureStatus]:
        """The measures that are kept, as they stand, in order."""
        return (self.standing.measure_status[name] for name in self.measures["id"])

    @cached_property
    def agencies(self) -> tuple[str, ...]:
        """Ids of the agencies that the kept measures name, in the order of the register."""
        assigned = self.register["assignments"]
        named = set(assigned.loc[assigned["article"].isin(self.measures["article"]), "agency"])
        return tuple(code for code in self.register["agencies"]["id"] if code in named)

    def narrowed(self, to: Filter) -> View:
        """The same standing through another filter."""
        return look(self.standing, to)


def look(standing: Standing, chosen: Filter) -> View:
    """The view that `chosen` gives of a standing; the filter is applied here, once."""
    return View(standing, chosen, select(standing, chosen))


def look_at(register: Register, chosen: Filter, day: date | None = None, known_by: date | None = None) -> View:
    """The view of a register on `day`: the one given, else that of the filter, else today where the city is."""
    return look(standing_on(register, day or chosen.as_of or register.place.today(), known_by), chosen)
