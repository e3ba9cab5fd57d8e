"""Times reading, joining and filtering the register: `python -m benchmarks.register`."""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.filters import Filter, select
from analysis.standing import standing_on
from benchmarks import dataset
from geodata import CATALOG, Register, read_register
from geodata.codes import EventKind, Grade, Relation

REPEATS = 7
DAY = date(2026, 1, 1)


def main() -> None:
    """Print medians against their bars; the exit code tells whether all hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--catalog", type=Path, default=CATALOG, help="folder of the register")
    parser.add_argument("--features", type=int, default=100_000, help="features of the synthetic register")
    parser.add_argument("--measures", type=int, default=5_000, help="measures of the synthetic register")
    options = parser.parse_args()
    register = read_register(options.catalog)
    counts = f"{len(register.features):,} features, {len(register['measures']):,} measures"
    size = f"{options.features:,} features × {options.measures:,} measures"
    # The real register first: a large one in memory makes every garbage collection dear.
    found: list[tuple[str, float | None, float]] = [
        ("read and check the register", 500.0, median_ms(lambda: read_register(options.catalog))),
        (f"join and filter it ({counts})", 30.0, median_ms(lambda: join_and_filter(register))),
    ]
    large = synthetic(register, options.features, options.measures, events=0)
    joined = standing_on(large, DAY)
    found += [
        (f"join and filter {size}", 500.0, median_ms(lambda: join_and_filter(large))),
        ("of this the filter", None, median_ms(lambda: select(joined, chosen(large)))),
    ]
    eventful = synthetic(register, options.features, options.measures, events=options.features // 10)
    words = f"the same with {options.features // 10:,} events"
    found.append((words, None, median_ms(lambda: join_and_filter(eventful))))
    print("| | median ms | bar ms | |\n|---|---:|---:|---|")
    for words, bar, value in found:
        verdict = "" if bar is None else "holds" if value <= bar else "**fails**"
        print(f"| {words} | {value:.1f} | {'' if bar is None else f'{bar:.0f}'} | {verdict} |")
    raise SystemExit(any(bar is not None and value > bar for _, bar, value in found))


def median_ms(work: Callable[[], object]) -> float:
    """Median of the repeats after one run to warm up."""
    work()
    taken = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken) * 1000


def join_and_filter(register: Register) -> None:
    """The whole register on a day, then a filter of features and measures."""
    select(standing_on(register, DAY), chosen(register))


def chosen(register: Register) -> Filter:
    """A filter with facets of features, of measures and of assignments."""
    return Filter(
        stage=tuple(register.codelist("stage").index[-4:]),
        agency=tuple(register["assignments"]["agency"].unique()[:10]),
        theme=tuple(register.codelist("theme").index[:6]),
        as_of=DAY,
    )


def synthetic(register: Register, n_features: int, n_measures: int, events: int, seed: int = 20) -> Register:
    """A register of any size; codelists, documents, agencies and sources are those of `register`.

    Ten measures share an article, an article has one to four assignments, a feature has
    one or two links and one of the first `events` features an event.
    """
    rng = np.random.default_rng(seed)
    tables = dict(register.tables)
    n_articles = -(-n_measures // 10)
    articles = _repeat(register["articles"], n_articles)
    articles["id"] = [f"a{i:05d}" for i in range(n_articles)]
    measures = _repeat(register["measures"], n_measures)
    measures["article"] = articles["id"].to_numpy()[np.arange(n_measures) // 10]
    measures["id"] = [f"{article}-{i:05d}" for i, article in enumerate(measures["article"])]
    tables |= {"articles": articles, "measures": measures}
    tables["assignments"] = _assignments(register, articles["id"].tolist(), rng)
    features = _features(register, n_features, rng)
    tables["links"] = _links(features["id"].to_numpy(), measures["id"].to_numpy(), rng)
    tables["events"] = _events(register, features["id"].tolist()[:events])
    for name in ("targets", "observations", "searches", "evidence", "control-points"):
        tables[name] = register[name].iloc[:0]
    # As `read_register` leaves them: plain Python values, whatever pandas would make of a list of texts.
    return Register(
        features=features.astype({name: object for name in features.columns.drop("geometry")}),
        tables={name: frame.astype(object) for name, frame in tables.items()},
        place=register.place,
        dictionary=register.dictionary,
        version=f"synthetic-{n_features}-{n_measures}",
    )


def _repeat(frame: pd.DataFrame, size: int) -> pd.DataFrame:
    """The rows of `frame` over and over."""
    return frame.iloc[np.arange(size) % len(frame)].reset_index(drop=True)


def _features(register: Register, size: int, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Real rows with ids, names, themes and places of their own."""
    frame = _repeat(pd.DataFrame(register.features.drop(columns="geometry")), size)
    frame["id"] = [f"f{i:06d}" for i in range(size)]
    frame["name_zh"] = [f"设施{i}" for i in range(size)]
    frame["name_en"] = [f"Feature {i}" for i in range(size)]
    frame["theme"] = rng.choice(register.codelist("theme").index.to_numpy(dtype=object), size)
    return gpd.GeoDataFrame(frame, geometry=dataset.features(size).geometry.to_numpy(), crs="EPSG:4326")


def _assignments(register: Register, articles: list[str], rng: np.random.Generator) -> pd.DataFrame:
    agencies = register["agencies"]
    rows = []
    for article, count in zip(articles, rng.integers(1, 5, len(articles)), strict=True):
        for position, place in enumerate(rng.choice(len(agencies), count, replace=False), start=1):
            agency = agencies.iloc[place]
            role = "lead" if position == 1 else "cooperating"
            rows.append((article, agency["id"], role, position, agency["name_zh"]))
    return pd.DataFrame(rows, columns=["article", "agency", "role", "position", "written_as"], dtype=object)


def _links(features: NDArray[np.object_], measures: NDArray[np.object_], rng: np.random.Generator) -> pd.DataFrame:
    """One or two links a feature, never the same measure twice."""
    owner = np.repeat(np.arange(len(features)), rng.integers(1, 3, len(features)))
    first = rng.integers(0, len(measures), len(features))
    second = np.concatenate([[False], owner[1:] == owner[:-1]])
    place = (first[owner] + second) % len(measures)
    columns = {"measure": measures[place], "feature": features[owner]}
    return pd.DataFrame(
        {**columns, "relation": str(Relation.TARGET), "locator": "", "note_zh": "", "note_en": ""}, dtype=object
    )


def _events(register: Register, features: list[str]) -> pd.DataFrame:
    stages = register.codelist("stage").index[:5]
    rows = [
        (f"{feature}-e01", feature, f"{2018 + i % 7}-{1 + i % 12:02d}", str(EventKind.STAGE), stages[i % len(stages)])
        for i, feature in enumerate(features)
    ]
    frame = pd.DataFrame(rows, columns=["id", "feature", "date", "kind", "stage"], dtype=object)
    empty = dict.fromkeys(("measure", "restriction", "text_zh", "text_en"), "")
    source = register["sources"]["id"].iloc[0]
    return frame.assign(**empty, source=source, grade=str(Grade.VERIFIED))[list(register["events"].columns)]


if __name__ == "__main__":
    main()
