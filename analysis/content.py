"""The content of an output: what a filter keeps of the register on a day, in one language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import zip_longest
from typing import Any
from uuid import UUID, uuid5

import geopandas as gpd
import numpy as np
import pandas as pd

from analysis.about import about, labels
from analysis.filters import Filter, Mask, apply
from analysis.join import Joined
from analysis.rows import rows
from analysis.stages import histories, is_later
from analysis.summary import is_context
from analysis.words import Speech, words
from geodata import edtf
from geodata.codes import Outcome, Relation, Role
from geodata.outputs import Content, tables
from geodata.positions import STORAGE_CRS
from geodata.register import CODELIST

NAMESPACE = UUID("97aae9ea-30fd-43ee-857b-e6e2e44c64b1")
"""Of every `uid`; it never changes."""

GRAVITY = (
    Outcome.OVERDUE,
    Outcome.NOT_MET,
    Outcome.DUE_SOON,
    Outcome.MET_LATE,
    Outcome.NO_EVIDENCE,
    Outcome.CONTINUING,
    Outcome.MET,
)
"""Outcomes from the gravest: what can still be put right first, then as the three-colour warning ranks them."""

Row = dict[str, Any]


def content(joined: Joined, chosen: Filter, *, lang: str, themes: Sequence[str] = (), map_number: str = "") -> Content:
    """What `chosen` keeps of `joined`, ready to be written.

    The filter and `themes` (theme codes; empty = all) decide which rows are listed. What a
    row says is the same in every output of the day: `measures`, `outcome`, agencies and
    counts are those of the whole register. `outcome` and the agencies of a feature are
    those of the measures that act on it; `measures` also counts those that only name it.
    Features of context themes that the filter does not keep, or that no measure names, come
    along as `background` unless `themes` leaves them out. `map_number` is
    the map approval number; without one the output is for internal use.

    `lang` is "zh" or "en". Raises KeyError for a theme that the register does not have.
    """
    speech = Speech(joined.register, lang)
    selection = apply(joined, chosen)
    kept = _of_themes(joined, selection.features & ~is_context(joined), themes)
    parts = joined.features[kept | _of_themes(joined, _context(joined), themes)]
    ids = set(joined.features.loc[kept, "id"])
    frame = _frame("features", _features(joined, parts, ids, speech))
    shapes = dict(zip(parts["id"], parts.geometry, strict=True))
    features = gpd.GeoDataFrame(frame, geometry=[shapes[code] for code in frame["code"]], crs=STORAGE_CRS)
    placed = features[features.geometry.notna()]
    unplaced = pd.DataFrame(features[features.geometry.isna()].drop(columns="geometry"))
    layers = {theme: placed[placed["theme"] == theme] for theme in joined.register.codelist("theme").index}
    whole = {
        "measures": _frame("measures", _measures(joined, speech)),
        "links": _frame("links", _links(joined)),
        "agencies": _frame("agencies", _agencies(joined)),
        "assignments": _frame("assignments", _assignments(joined, speech)),
        "events": _frame("events", _events(joined)),
        "sources": _frame("sources", _sources(joined, speech)),
    }
    listed = _listed(joined, chosen, ids, set(joined.measures.loc[selection.measures, "id"]))
    frames = {"unplaced": unplaced} | {
        name: frame[frame[tables()[name].key].isin(listed[name])] for name, frame in whole.items()
    }
    documents = joined.register["documents"]
    return Content(
        title=words("title", lang),
        lang=lang,
        as_of=joined.day,
        about=about(joined, chosen, themes, map_number, speech),
        labels=labels(lang),
        separator=words("separator", lang),
        layers={theme: frame.reset_index(drop=True) for theme, frame in layers.items() if len(frame)},
        history=_history(joined, placed),
        tables={name: frame.reset_index(drop=True) for name, frame in frames.items()},
        codes={
            name.removeprefix(CODELIST): joined.register.codelist(name.removeprefix(CODELIST))
            for name in joined.register.tables
            if name.startswith(CODELIST)
        },
        whole=whole,
        documents=dict(zip(documents["id"].map(speech.documents()), documents["source"], strict=True)),
        colon=words("colon", lang),
    )


def uid(*key: str) -> str:
    """The stable id of a row with this key: the same in every output, on every machine."""
    return str(uuid5(NAMESPACE, "/".join(key)))


def gravest(outcomes: Collection[str]) -> str:
    """The outcome that needs attention most; empty without any."""
    return next((str(outcome) for outcome in GRAVITY if outcome in outcomes), "")


def _frame(table: str, found: Iterable[Row]) -> pd.DataFrame:
    """Rows as a frame with exactly the columns of the output table, sorted by its key."""
    names = [field.name for field in tables()[table].fields]
    cells = [[row[name] for name in names] for row in found]
    return pd.DataFrame(cells, columns=names, dtype=object).sort_values(tables()[table].key, ignore_index=True)


def _listed(joined: Joined, chosen: Filter, features: set[str], measures: set[str]) -> dict[str, set[str]]:
    """Keys of the rows that a filter leaves, given those of the features and the measures that it keeps."""
    register = joined.register
    links, events = register["links"], register["events"]
    links = links[links["feature"].isin(features) & links["measure"].isin(measures)]
    return {
        "measures": measures,
        "links": set(map(uid, links["measure"], links["feature"])),
        "agencies": {row["id"] for row in rows(joined, chosen, "agencies")},
        "assignments": {uid(*_assignment(row)) for row in rows(joined, chosen, "assignments")},
        "events": set(events.loc[events["feature"].isin(features), "id"]),
        "sources": _rested_on(joined, features, measures),
    }


def _rested_on(joined: Joined, features: set[str], measures: set[str]) -> set[str]:
    """The sources of features, of what is known of them, and of the documents of measures."""
    register = joined.register
    lists = register.features.loc[register.features["id"].isin(features), "sources"]
    found = {source for row in lists for source in row}
    for table in ("events", "observations"):
        found |= set(register[table].loc[register[table]["feature"].isin(features), "source"])
    documents = joined.measures.loc[joined.measures["id"].isin(measures), "document"]
    return found | set(register["documents"].loc[register["documents"]["id"].isin(documents), "source"])


def _of_themes(joined: Joined, selected: Mask, themes: Sequence[str]) -> Mask:
    known = joined.register.codelist("theme")
    if unknown := [theme for theme in themes if theme not in known.index]:
        raise KeyError(f"no such theme: {', '.join(unknown)}; there are {', '.join(known.index)}")
    chosen: Mask = joined.features["theme"].isin(themes).to_numpy()
    return selected & chosen if themes else selected


def _context(joined: Joined) -> Mask:
    known = joined.register.codelist("theme")
    context: Mask = joined.features["theme"].isin(known.index[known["context"].astype(bool)]).to_numpy()
    return context


_FEATURE = (
    *("name_zh", "name_en", "theme", "stage", "stage_since", "stage_grade", "stage_stretch"),
    *("restriction", "evidence", "stale"),
    *("location", "position_basis", "part_of"),
)
_MEASURE = (
    *("title_zh", "title_en", "sentence", "target_stage", "due_date", "due_text", "recurrence"),
    *("mappable", "outcome", "warning"),
)
_EVENT = ("feature", "date", "kind", "stage", "restriction", "text_zh", "text_en", "source", "grade")
_SOURCE = ("url", "date_published", "grade")


def _features(joined: Joined, parts: pd.DataFrame, kept: Collection[str], speech: Speech) -> Iterator[Row]:
    acting, agencies = _acting(joined), speech.agencies()
    names, sources = speech.named("features"), speech.named("sources", "title")
    for row in parts.itertuples():
        mine = acting[row.id]
        yield {name: getattr(row, name) for name in _FEATURE} | {
            "uid": uid(row.id),
            "code": row.id,
            "background": row.id not in kept,
            "aliases": speech.items(row.aliases),
            "outcome": gravest({outcome for _, outcome in mine}),
            "measures": len(row.measures),
            "measure_codes": speech.items(row.measures),
            **{
                str(role): speech.items(
                    dict.fromkeys(name for article, _ in mine for name in agencies.get((article, str(role)), ()))
                )
                for role in Role
            },
            "accuracy_m": None if row.accuracy_m is None else float(row.accuracy_m),
            "towns": speech.items(names[town] for town in row.town),
            "sources": speech.items(sources[source] for source in row.sources),
            "note": speech.of(row, "note"),
        }


def _acting(joined: Joined) -> dict[str, list[tuple[str, str]]]:
    """Article and outcome of the measures that act on each feature, not of those that only name it."""
    acts = (joined.register["links"]["relation"] == Relation.TARGET).to_numpy()
    measures = joined.measures[["article", "outcome"]].to_numpy()[joined.link_measure[acts]]
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for feature, (article, outcome) in zip(
        joined.features["id"].to_numpy()[joined.link_feature[acts]], measures, strict=True
    ):
        found[feature].append((article, outcome))
    return found


def _history(joined: Joined, placed: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The steps of the features with a position, up to the day of the join."""
    known = histories(joined.register)
    found, shapes = [], {}
    for row in placed.itertuples():
        steps = [step for step in known[row.code].steps if step.day <= joined.day] if row.code in known else []
        for step, after in zip_longest(steps, steps[1:]):
            # Of two steps on one day the later one holds.
            if after is None or after.day > step.day:
                end = after and after.day - timedelta(days=1)
                key = uid(row.code, step.day.isoformat())
                shapes[key] = row.geometry
                found.append(
                    {name: getattr(row, name) for name in ("code", "name_zh", "name_en", "theme")}
                    | {"uid": key, "stage": step.stage, "date_from": step.day, "date_to": end}
                    | {"stage_grade": step.grade}
                )
    frame = _frame("history", found)
    return gpd.GeoDataFrame(frame, geometry=[shapes[key] for key in frame["uid"]], crs=STORAGE_CRS)


def _measures(joined: Joined, speech: Speech) -> Iterator[Row]:
    documents, articles, agencies = speech.documents(), speech.articles(), speech.agencies()
    regions, targets = speech.named("codelist-region", "title"), _targets(joined, speech)
    for row in joined.measures.itertuples():
        yield {name: getattr(row, name) for name in _MEASURE} | {
            "uid": uid(row.id),
            "code": row.id,
            "document": documents[row.document],
            "article": articles[row.article],
            **{str(role): speech.items(agencies.get((row.article, str(role)), ())) for role in Role},
            "targets": speech.items(targets.get(row.id, ())),
            "counterpart": speech.items(regions[code] for code in row.counterpart),
            "reason": speech.of(row, "reason"),
            "feature_codes": speech.items(row.features),
            "note": speech.of(row, "note"),
        }


def _targets(joined: Joined, speech: Speech) -> dict[str, list[str]]:
    recurrence, found = speech.named("codelist-recurrence", "title"), defaultdict(list)
    for row in joined.register["targets"].itertuples():
        amount = f"{row.value:g} {speech.of(row, 'unit')}".strip()
        parts = [f"{speech.of(row, 'metric')}{words('colon', speech.lang)}{amount}"]
        parts += [row.period.replace("/", "–")] if row.period else []
        parts += [recurrence[row.recurrence]] if row.recurrence else []
        found[row.measure].append(" · ".join(parts))
    return found


def _links(joined: Joined) -> Iterator[Row]:
    for row in joined.register["links"].itertuples():
        yield {name: getattr(row, name) for name in ("measure", "feature", "relation", "locator")} | {
            "uid": uid(row.measure, row.feature)
        }


def _agencies(joined: Joined) -> Iterator[Row]:
    assignments = joined.register["assignments"]
    size = np.bincount(joined.measure_article, minlength=len(joined.register["articles"]))
    counts: dict[tuple[str, str], int] = defaultdict(int)
    pairs = zip(assignments["agency"], assignments["role"], joined.assignment_article.tolist(), strict=True)
    for agency, role, article in dict.fromkeys(pairs):
        counts[agency, role] += int(size[article])
    for row in rows(joined, Filter(), "agencies"):
        yield row | {"code": row["id"]} | {f"measures_{role}": counts[row["id"], str(role)] for role in Role}


def _assignments(joined: Joined, speech: Speech) -> Iterator[Row]:
    articles = speech.articles()
    for row in rows(joined, Filter(), "assignments"):
        yield row | {"uid": uid(*_assignment(row)), "article": articles[row["article"]]}


def _assignment(row: Row) -> tuple[str, ...]:
    """The key of a row of the register's assignments."""
    return row["article"], row["agency"], row["role"]


def _events(joined: Joined) -> Iterator[Row]:
    for row in joined.register["events"].itertuples():
        if is_later(row.date, joined.day):
            continue
        first, last = edtf.bounds(row.date) or (None, None)
        yield {name: getattr(row, name) for name in _EVENT} | {"code": row.id, "date_from": first, "date_to": last}


def _sources(joined: Joined, speech: Speech) -> Iterator[Row]:
    for row in joined.register["sources"].itertuples():
        texts = {name: speech.of(row, name) for name in ("title", "publisher")}
        yield {"code": row.id} | texts | {name: getattr(row, name) for name in _SOURCE}
