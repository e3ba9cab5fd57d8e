"""The data of a view for whatever leaves the house: lossless, codes kept, words put in last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from analysis.spatial.answers import Answer
from analysis.view import View
from analysis.words import Speech
from geodata.facts import Source
from geodata.model import Agency, Article, Document, Feature, Target
from geodata.place import STORAGE_CRS, Place
from geodata.positions import outside_area
from geodata.schema import Licence
from geodata.text import Text
from outputs import fact_rows, rows
from outputs.about import about, labels
from outputs.fields import tables
from outputs.listed import listed
from outputs.words import TEXTS

FAR_NAMED = 20
"""Features beyond a coordinate system that a file names; the rest is counted."""


@dataclass(frozen=True, eq=False)
class Extract:
    """What a view holds of the register, ready to be written in any format.

    Frames hold plain values (str, int, float, bool, date, tuple of str, or None) with the data columns of
    `tables()`, in its order, rows in that of `outputs.rows`. Codes stay codes; `outputs.wording` says them in `lang`.
    """

    title: str
    lang: str
    as_of: date
    about: Mapping[str, str]
    """What every output says of itself, by key: title, filter in words, day, register version, sources and
    licence, approval (map approval number) or use (internal), accuracy, scope."""
    labels: Mapping[str, str]
    """Labels in `lang` of the keys of `about`, and of `rows`, `crs` and `far`, which a file adds."""
    place: Place
    licences: tuple[Licence, ...]
    layers: Mapping[str, gpd.GeoDataFrame]
    """Features with a position by theme code, in the order of the themes; EPSG:4326, lon/lat.
    A theme may mix points and lines. Columns: the data of the table `features`, then geometry. Maps show the rows
    marked `background` for orientation; the filter does not keep them, and tables leave them out."""
    history: gpd.GeoDataFrame
    """One row a stage of a feature (columns of `history`, then geometry): what the time slider shows."""
    tables: Mapping[str, pd.DataFrame]
    """The listed rows: unplaced (features without a position) and all tables of `outputs.rows`."""
    codes: Mapping[str, pd.DataFrame]
    """Codelists by name, indexed by code in their order, with title_zh and title_en."""
    names: Mapping[str, Mapping[str, Text]]
    """What ids are called, by table and id, listed or not."""
    whole: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    """`tables` without the filter, unplaced left out: what a listed row refers to need not be listed itself."""
    far: tuple[str, ...] = ()
    """Names in `lang` of the features that lost their position to a coordinate system, see `within`."""
    answers: tuple[Answer, ...] = ()
    """What was asked of the view beside its rows, see `outputs.answers`."""

    def count(self, *names: str) -> dict[str, int]:
        """Rows of the named output tables; background is not counted."""
        frames = {"history": self.history, **self.tables}
        features = sum(int((~frame["background"].astype(bool)).sum()) for frame in self.layers.values())
        return {name: features if name == "features" else len(frames[name]) for name in names}

    def said(self, counts: Mapping[str, int], crs: str = "") -> dict[str, str]:
        """What a file says of itself, label to value; see `says`."""
        return says(self.about, self.labels, self.lang, counts, crs, self.far)

    def within(self, crs: str) -> Extract:
        """The extract as a file in `crs` can hold it; itself where that is in degrees.

        Outside the area for which a projected system is made, coordinates can be computed but not trusted: features
        there are `unplaced` and `far` names them; their stages over time and what is background are left out. Rows of
        answers there have no shape.
        """
        if self.answers:
            bare = replace(self, answers=())
            return replace(bare.within(crs), answers=tuple(_near(each, crs) for each in self.answers))
        masks = {theme: outside_area(frame.geometry, crs) for theme, frame in self.layers.items()}
        if not any(mask.any() for mask in masks.values()):
            return self
        gone = pd.concat([frame[masks[theme]] for theme, frame in self.layers.items() if masks[theme].any()])
        lost = gone[~gone["background"].astype(bool)].drop(columns="geometry")
        near = {theme: frame[~masks[theme]].reset_index(drop=True) for theme, frame in self.layers.items()}
        unplaced = pd.concat([self.tables["unplaced"], pd.DataFrame(lost)])
        names = map(Text, lost["name_zh"], lost["name_en"])
        return replace(
            self,
            layers={theme: frame for theme, frame in near.items() if len(frame)},
            history=self.history[~self.history["code"].isin(set(gone["code"]))].reset_index(drop=True),
            tables={**self.tables, "unplaced": unplaced.sort_values("code", ignore_index=True)},
            far=tuple(name.in_(self.lang) for name in names),
        )

    def lines(self, said: Mapping[str, str]) -> list[str]:
        """What a file says of itself, a line a label."""
        return [f"{label}{TEXTS('colon', self.lang)}{value}" for label, value in said.items()]

    def titles(self, codelist: str) -> dict[str, str]:
        """Title of each code in `lang`, Chinese where the English is empty."""
        frame = self.codes[codelist]
        pairs = zip(frame.index, map(Text, frame["title_zh"], frame["title_en"]), strict=True)
        return {code: title.in_(self.lang) for code, title in pairs}


def _near(answer: Answer, crs: str) -> Answer:
    lines = np.array([row.line for row in answer.rows], dtype=object)
    # A straight line from here to what lies outside is as little to be trusted as its far end; those are the two ends
    # of lines of one part, None for all else.
    parts = (lines, shapely.get_point(lines, 0), shapely.get_point(lines, -1))
    far = np.any([outside_area(gpd.GeoSeries(part, crs=STORAGE_CRS), crs) for part in parts], axis=0)
    rows = zip(answer.rows, far, strict=True)
    return replace(answer, rows=tuple(replace(row, line=None) if is_far else row for row, is_far in rows))


def says(
    about: Mapping[str, str],
    labels: Mapping[str, str],
    lang: str,
    counts: Mapping[str, int],
    crs: str = "",
    far: Sequence[str] = (),
) -> dict[str, str]:
    """What a file says of itself, label to value.

    `counts` are the rows it holds by table; `crs` is its coordinate system, if it has
    one; `far` names features outside the area for which that system is made.
    """
    parts = TEXTS("separator", lang).join(f"{tables()[name].title(lang)} {count}" for name, count in counts.items())
    names = TEXTS("separator", lang).join(far[:FAR_NAMED]) + ("…" if len(far) > FAR_NAMED else "")
    beyond = TEXTS("far-named", lang, n=len(far), names=names) if far else ""
    own = {"rows": parts, "crs": crs, "far": beyond}
    return {labels[key]: value for key, value in {**about, **own}.items() if value}


def extract(view: View, *, lang: str, themes: Sequence[str] = (), map_number: str = "") -> Extract:
    """The data of a view, ready to be written.

    The filter and `themes` (theme codes; empty = all) decide which rows are listed. What a
    row says is the same in every output of the day: `measures`, `outcome`, agencies and
    counts are those of the whole register. `outcome` and the agencies of a feature are
    those of the measures that act on it; `measures` also counts those that only name it.
    `map_number` is the map approval number; without one the output is for internal use.

    `lang` is "zh" or "en". Raises KeyError for a theme that the register does not have.
    """
    register, mine = view.register, listed(view, themes)
    shown = register.features[mine.shown]
    frame = _frame("features", rows.features(view, shown["id"], mine.features))
    shapes = dict(zip(shown["id"], shown.geometry, strict=True))
    features = gpd.GeoDataFrame(frame, geometry=[shapes[code] for code in frame["code"]], crs=STORAGE_CRS)
    placed = features[features.geometry.notna()]
    unplaced = pd.DataFrame(features[features.geometry.isna()].drop(columns="geometry"))
    layers = {theme: placed[placed["theme"] == theme] for theme in register.themes}
    whole = {name: _frame(name, found(view)) for name, found in rows.TABLES.items()}
    frames = {"unplaced": unplaced} | {
        name: frame[frame[tables()[name].key].isin(mine.rows[name])] for name, frame in whole.items()
    }
    steps = _frame("history", rows.history(view, placed["code"]))
    return Extract(
        title=register.place.title.in_(lang),
        lang=lang,
        as_of=view.day,
        about=about(view, themes, map_number, lang),
        labels=labels(lang),
        place=register.place,
        licences=register.dictionary.licences,
        layers={theme: frame.reset_index(drop=True) for theme, frame in layers.items() if len(frame)},
        history=gpd.GeoDataFrame(steps, geometry=[shapes[code] for code in steps["code"]], crs=STORAGE_CRS),
        tables={name: frame.reset_index(drop=True) for name, frame in frames.items()},
        codes={name: register.codelist(name) for name in register.codelists},
        names=_names(view),
        whole=whole,
    )


def _frame(table: str, found: Iterable[fact_rows.Cells]) -> pd.DataFrame:
    """Rows as a frame with exactly the data columns of the output table, sorted by its key."""
    names = [each.name for each in tables()[table].data]
    cells = [[row[name] for name in names] for row in found]
    return pd.DataFrame(cells, columns=names, dtype=object).sort_values(tables()[table].key, ignore_index=True)


def _names(view: View) -> dict[str, dict[str, Text]]:
    register = view.register
    zh, en = Speech(register, "zh"), Speech(register, "en")
    return {
        "features": {row.id: row.name for row in register.rows(Feature)},
        "agencies": {row.id: row.name for row in register.rows(Agency)},
        "sources": {row.id: row.title for row in register.rows(Source)},
        "documents": {row.id: Text(row.named("zh"), row.named("en")) for row in register.rows(Document)},
        "articles": {row.id: Text(zh.articles[row.id], en.articles[row.id]) for row in register.rows(Article)},
        "targets": {row.id: Text(_target(row, zh), _target(row, en)) for row in register.rows(Target)},
    }


def _target(row: Target, speech: Speech) -> str:
    """A target in words: metric and amount, period, recurrence."""
    parts = [speech.pair(row.metric.in_(speech.lang), row.amount(speech.lang)), row.period.replace("/", "–")]
    return " · ".join(filter(None, (*parts, speech.title("recurrence", row.recurrence))))
