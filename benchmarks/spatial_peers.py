"""The questions of `benchmarks.spatial` as others' documentation teaches to ask them. They know nothing of errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np

WIDTH = 500.0


def scale(n: int) -> float:
    return min(1.0, (10_000 / n) ** 0.5)


def _geopandas(question: str, n: int, folder: Path, database: str) -> int:
    frame = gpd.read_parquet(folder / f"{n}.parquet")
    goals = gpd.read_parquet(folder / "goals.parquet")
    if question == "near":
        return len(gpd.sjoin_nearest(frame, goals, distance_col="metres"))
    if question == "along":
        line = gpd.read_parquet(folder / "line.parquet").geometry.iloc[0]
        near = frame[frame.dwithin(line, WIDTH)]
        near = near.assign(metres=near.distance(line), at=line.project(near.centroid))
        return len(near.sort_values("at"))
    if question == "crossings":
        lines, theirs = (each[each.geom_type == "LineString"] for each in (frame, goals))
        pairs = gpd.sjoin(lines, theirs, predicate="intersects")
        other = theirs.geometry.loc[pairs["index_right"]]
        return len(pairs.geometry.intersection(other, align=False).explode())
    pairs = gpd.sjoin(frame, frame, predicate="dwithin", distance=50.0 * scale(n))
    pairs = pairs[pairs.index < pairs["index_right"]]
    return len(pairs.assign(metres=pairs.geometry.distance(frame.geometry.loc[pairs["index_right"]], align=False)))


def _duckdb(question: str, n: int, folder: Path, database: str) -> int:
    import duckdb
    import duckdb_extension_spatial

    link = duckdb.connect(config={"allow_unsigned_extensions": "true", "memory_limit": "8GB"})
    extension = next(Path(duckdb_extension_spatial.__file__).parent.rglob("*.duckdb_extension"))
    link.execute(f"LOAD '{extension}'")
    layers = {"a": f"{n}", "b": "goals", "l": "line"}
    for name, file in layers.items():
        link.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{folder / file}.parquet')")
    return int(link.execute(_SQL[question].format(width=WIDTH, limit=50.0 * scale(n))).fetchone()[0])


# It has no nearest neighbours by an index: its documentation orders the distances of all.
_SQL = {
    "near": """SELECT count(*) FROM (SELECT a.id, min_by(b.id, ST_Distance(a.geometry, b.geometry)),
        min(ST_Distance(a.geometry, b.geometry)) FROM a, b GROUP BY a.id)""",
    "along": """SELECT count(*) FROM (SELECT a.id, ST_Distance(a.geometry, l.geometry),
        ST_LineLocatePoint(l.geometry, ST_Centroid(a.geometry)) FROM a, l
        WHERE ST_DWithin(a.geometry, l.geometry, {width}) ORDER BY 3)""",
    "crossings": """SELECT count(*) FROM (SELECT a.id, b.id, unnest(ST_Dump(ST_Intersection(a.geometry, b.geometry)))
        FROM a JOIN b ON ST_Intersects(a.geometry, b.geometry)
        WHERE ST_GeometryType(a.geometry) = 'LINESTRING' AND ST_GeometryType(b.geometry) = 'LINESTRING')""",
    "coordination": """SELECT count(*) FROM (SELECT x.id, y.id, ST_Distance(x.geometry, y.geometry)
        FROM a AS x JOIN a AS y ON ST_DWithin(x.geometry, y.geometry, {limit}) WHERE x.id < y.id)""",
}


def _postgis(question: str, n: int, folder: Path, database: str) -> int:
    import psycopg

    with psycopg.connect(database) as link:
        asked = _POSTGIS[question].format(a=f"x{n}", width=WIDTH, limit=50.0 * scale(n))
        return int(link.execute(f"SELECT count(*) FROM ({asked}) AS found").fetchone()[0])


_POSTGIS = {
    "near": """SELECT a.id, n.id AS other, n.metres FROM {a} AS a CROSS JOIN LATERAL (
        SELECT b.id, a.geometry <-> b.geometry AS metres FROM xgoals AS b
        ORDER BY a.geometry <-> b.geometry LIMIT 1) AS n OFFSET 0""",
    "along": """SELECT a.id, ST_Distance(a.geometry, l.geometry),
        ST_LineLocatePoint(l.geometry, ST_Centroid(a.geometry)) AS at
        FROM {a} AS a, xline AS l WHERE ST_DWithin(a.geometry, l.geometry, {width}) ORDER BY at""",
    "crossings": """SELECT a.id, b.id AS other, (ST_Dump(ST_Intersection(a.geometry, b.geometry))).geom
        FROM {a} AS a JOIN xgoals AS b ON ST_Intersects(a.geometry, b.geometry)
        WHERE ST_Dimension(a.geometry) = 1 AND ST_Dimension(b.geometry) = 1 OFFSET 0""",
    "coordination": """SELECT x.id, y.id AS other, ST_Distance(x.geometry, y.geometry)
        FROM {a} AS x JOIN {a} AS y ON ST_DWithin(x.geometry, y.geometry, {limit}) WHERE x.id < y.id OFFSET 0""",
}


def fill(database: str, folder: Path, sizes: list[int]) -> None:
    """The layers as indexed tables of a database."""
    import psycopg
    import shapely

    with psycopg.connect(database, autocommit=True) as link:
        for name in ("goals", "line", *map(str, sizes)):
            frame = gpd.read_parquet(folder / f"{name}.parquet")
            link.execute(f"DROP TABLE IF EXISTS x{name}")
            link.execute(f"CREATE TABLE x{name} (id text, accuracy_m float8, geometry geometry)")
            shapes = shapely.to_wkb(shapely.set_srid(frame.geometry.to_numpy(), 4547), hex=True, include_srid=True)
            with link.cursor() as cursor, cursor.copy(f"COPY x{name} FROM STDIN") as copy:
                for row in zip(frame["id"], np.asarray(frame["accuracy_m"]).tolist(), shapes, strict=True):
                    copy.write_row(row)
            link.execute(f"CREATE INDEX ON x{name} USING gist (geometry)")
            link.execute(f"ANALYZE x{name}")


PEERS: Mapping[str, Callable[[str, int, Path, str], int]] = {
    "geopandas": _geopandas, "duckdb": _duckdb, "postgis": _postgis,
}  # fmt: skip
