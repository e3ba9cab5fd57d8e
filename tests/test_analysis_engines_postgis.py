"""The engine in PostGIS gives the tables of the engine in process, and says in words what it cannot do."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd
import psycopg
import pytest
import shapely
from engines import MEETINGS, both, city, equal, layer, meeting
from postgis import Server, database  # noqa: F401

from analysis.spatial.along import along
from analysis.spatial.coordination import coordination
from analysis.spatial.crossings import crossings
from analysis.spatial.engines.face import EngineError, Layer, Table, one
from analysis.spatial.engines.inprocess import IN_PROCESS
from analysis.spatial.engines.postgis import PostGIS
from analysis.spatial.near import near
from analysis.view import View

CRS = "EPSG:4547"


@pytest.fixture
def engine(database: Server) -> Iterator[PostGIS]:
    found = PostGIS(database.url())
    yield found
    found.close()


def pair(n: int = 700, m: int = 900, **more: object) -> tuple[Layer, Layer]:
    first, second = city(n, 21, prefix="a", **more), city(m, 22, prefix="b", **more)
    second.errors[::97] = np.nan
    return first, second


@pytest.mark.parametrize("k", [1, 3])
@pytest.mark.parametrize("limit", [None, 400.0])
@pytest.mark.parametrize("errors", [(1.0,), (1.0, 1.0, 1.0, 1.0, 20_000.0), (5.0, 40.0, 100.0, 500.0)])
def test_nearest_is_equal_row_by_row(engine: PostGIS, k: int, limit: float | None, errors: tuple[float, ...]) -> None:
    first, second = city(500, 23, prefix="a", errors=errors), city(700, 24, prefix="b", errors=errors)
    for goal in (second, Layer(CRS, second.ids, second.shapes, np.where(second.order == 7, np.nan, second.errors))):
        equal(one(engine.nearest(first, goal, k, limit)), one(IN_PROCESS.nearest(first, goal, k, limit)))
    equal(one(engine.nearest(first, first, k, limit)), one(IN_PROCESS.nearest(first, first, k, limit)))


def test_pairs_crossings_and_corridors_are_equal_row_by_row(engine: PostGIS) -> None:
    first, second = pair()
    equal(one(engine.within(first, second, 700)), one(IN_PROCESS.within(first, second, 700)))
    precise = city(600, 25, errors=(5.0,))
    found = one(engine.within(precise, precise, 300, once=True))
    equal(found, one(IN_PROCESS.within(precise, precise, 300, once=True)))
    assert found["crosses"].any()
    for goal in (second, first):
        equal(one(engine.crossings(first, goal)), one(IN_PROCESS.crossings(first, goal)))
    line = first.part([1])
    found = one(engine.along(line, second, 2_000))
    equal(found, one(IN_PROCESS.along(line, second, 2_000)))
    assert len(found) > 5


@pytest.mark.parametrize("name", MEETINGS)
def test_what_touches_does_not_certainly_cross_here_either(name: str, engine: PostGIS) -> None:
    one_, other, sure = meeting(name)
    assert one(engine.crossings(one_, other))["sure"].tolist() == ["certain" if each else "possible" for each in sure]
    whole = both(one_, other)
    assert one(engine.within(whole, whole, 10, once=True))["crosses"].tolist() == [any(sure)]


def test_of_equal_ones_the_first_comes_first_here_too(engine: PostGIS) -> None:
    around = [(f"p{angle}", shapely.Point(1000 * np.cos(angle), 1000 * np.sin(angle)), 1.0) for angle in range(12)]
    start = layer([("s", shapely.Point(0, 0), 1.0)])
    goal = layer(around[::-1])
    assert one(engine.nearest(start, goal, 3))["second"].tolist() == ["p11", "p10", "p9"]


def test_a_table_of_the_database_is_read_where_it_lies(engine: PostGIS, database: Server) -> None:
    first, second = pair(300, 400)
    database.put("wells", first)
    database.put("Größe; DROP", second)
    one_, other = Table("public", "wells", CRS), Table("public", "Größe; DROP", CRS)
    by_id = [each.part(np.argsort(each.ids)) for each in (first, second)]
    plain = [Layer(CRS, each.ids, each.shapes, each.errors) for each in by_id]
    equal(one(engine.nearest(one_, other, 2)), one(IN_PROCESS.nearest(*plain, 2)))
    equal(one(engine.within(one_, one_, 500, once=True)), one(IN_PROCESS.within(plain[0], plain[0], 500, once=True)))
    equal(one(engine.crossings(one_, other)), one(IN_PROCESS.crossings(*plain)))
    assert engine.notes == []


def test_degrees_are_measured_in_the_metric_system(engine: PostGIS, database: Server) -> None:
    """Put by the database from degrees into metres, distances agree with those of PROJ here to a millimetre."""
    first, _ = pair(300)
    database.put("metres", first)
    made = "CREATE TABLE degrees AS SELECT id, ST_Transform(geometry, 4326) AS geom, accuracy_m FROM metres"
    database.run("DROP TABLE IF EXISTS degrees", made)
    found = one(engine.nearest(Table("public", "degrees", CRS), Table("public", "metres", CRS), 1))
    by_id = first.part(np.argsort(first.ids))
    expected = one(IN_PROCESS.nearest(by_id, by_id, 1))
    assert np.abs(found["metres"] - expected["metres"]).max() < 0.001
    assert found[["first", "second", "sure"]].equals(expected[["first", "second", "sure"]])


def test_what_cannot_be_measured_is_left_out_and_named(engine: PostGIS, database: Server) -> None:
    database.run(
        "DROP TABLE IF EXISTS own",
        "CREATE TABLE own (id text, geometry geometry(Geometry, 4326))",
        """INSERT INTO own VALUES
        ('none', NULL), ('empty', ST_GeomFromText('POINT EMPTY', 4326)),
        ('round', ST_GeomFromText('LINESTRING(179.9 22, -179.9 22)', 4326)),
        ('swapped', ST_GeomFromText('POINT(22.9 113.8)', 4326)),
        ('bow', ST_GeomFromText('POLYGON((113.8 22.9, 113.81 22.91, 113.81 22.9, 113.8 22.91, 113.8 22.9))', 4326)),
        ('good', ST_GeomFromText('POINT(113.9 22.9)', 4326))""",
    )
    own = Table("public", "own", CRS)
    found = one(engine.nearest(own, own, 1))
    assert found["first"].tolist() == ["bow", "good"] and found["sure"].tolist() == ["cannot-tell", "cannot-tell"]
    said = " ".join(note.en for note in engine.notes)
    assert "2 features have no position and are left out: empty, none" in said
    assert "1 features reach round more than half the earth" in said and "left out: round" in said
    assert "left out: swapped" in said and "1 areas cross themselves" in said and "MakeValid: bow" in said
    assert "2 个要素没有位置，不参加计算：empty, none" in " ".join(note.zh for note in engine.notes)


def test_a_session_cannot_change_what_is_not_its_own(engine: PostGIS, database: Server) -> None:
    database.put("kept", city(10, 1))
    engine.session.load(Table("public", "kept", CRS))
    for statement in ("DELETE FROM public.kept", "DROP TABLE public.kept", "CREATE TABLE public.x (a int)"):
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            engine.session.link.execute(statement)
    engine.close()
    with psycopg.connect(database.url()) as link:
        assert link.execute("SELECT count(*) FROM public.kept").fetchone() == (10,)
        left = link.execute("SELECT count(*) FROM pg_class WHERE relname LIKE 'guantu%'").fetchone()
        assert left == (0,)


@pytest.mark.parametrize(
    ("url", "key", "said"),
    [
        ("", "no-database", "--database"),
        ("nonsense", "bad-database", "postgresql://user@host:5432/name"),
        ("postgresql://guantu@127.0.0.1:1/city?connect_timeout=2", "no-server", "127.0.0.1:1/city"),
    ],
)
def test_no_database_is_said(url: str, key: str, said: str) -> None:
    with pytest.raises(EngineError, match=re.escape(said)) as told:
        PostGIS(url)
    assert told.value.key == key and told.value.text.zh and told.value.text.en


def test_what_a_server_refuses_is_said_and_no_secret_with_it(database: Server) -> None:
    for url, key in (
        (database.url(secret="not-the-secret"), "wrong-password"),
        (database.url("nowhere"), "no-server"),
        (database.url("bare"), "no-postgis"),
    ):
        with pytest.raises(EngineError) as told:
            PostGIS(url)
        assert told.value.key == key and "secret" not in str(told.value)


@pytest.mark.parametrize(
    "url",
    ["postgres//user:secret@host/x", "postgresql:/user:secret@host/x", "postgresql://user:secret%zz@host/x",
     "postgresql://user:a/secret@host/x", "postgresql://user:a@secret@host/x", "postgresql://user:secret/a@host/x",
     "postgresql://user:1/secret@host/x", "postgresql://user@[secret/x", "host=x password=a secret",
     "host=x password='secret", "postgresql://user@host/x?password=secret&secret"],
)  # fmt: skip
def test_of_a_malformed_address_nothing_is_repeated(url: str) -> None:
    with pytest.raises(EngineError, match=re.escape("postgresql://user@host:5432/name")) as told:
        PostGIS(url)
    assert told.value.key == "bad-database" and "secret" not in str(told.value)


def test_each_row_of_a_table_has_its_own_id(engine: PostGIS, database: Server) -> None:
    """Those too that cannot be measured."""
    point = "ST_GeomFromText('POINT(113.9 22.9)', 4326)"
    for ids, key, said in (
        ("('a'), ('b'), ('a'), ('c'), ('c')", "same-ids", "2 ids that stand in more than one row: a, c."),
        ("('a'), (NULL), (' ')", "empty-ids", "public.doubled has 2 rows"),
        ("('a'), ('bad'), ('bad')", "same-ids", "row: bad."),
    ):
        database.run(
            "DROP TABLE IF EXISTS doubled",
            f"CREATE TABLE doubled AS SELECT id, CASE WHEN id <> 'bad' THEN {point} END AS geometry "
            f"FROM (VALUES {ids}) AS given(id)",
        )
        with pytest.raises(EngineError, match=re.escape(said)) as told:
            list(engine.nearest(Table("public", "doubled", CRS), city(3, 1)))
        assert told.value.key == key


def test_ids_are_text_in_every_table(engine: PostGIS, database: Server) -> None:
    database.run(
        "DROP TABLE IF EXISTS given",
        "CREATE TABLE given AS SELECT 7.50::numeric AS id, 'Ufer' AS name_en, "
        "ST_GeomFromText('POINT(113.9 22.9)', 4326) AS geometry",
    )
    table = Table("public", "given", CRS)
    assert engine.session.frame(table, ("name_en", "lead")).to_dict("list") == {"id": ["7.50"], "name_en": ["Ufer"]}
    (row,) = one(engine.nearest(table, city(3, 1))).itertuples()
    assert row.first == "7.50"


def test_curves_are_measured_as_lines(engine: PostGIS, database: Server) -> None:
    """A half circle of 1000 m round a point: the point lies 1000 m from it."""
    east, north = 430_000, 2_540_000
    arc = f"CIRCULARSTRING({east - 1000} {north}, {east} {north + 1000}, {east + 1000} {north})"
    area = f"CURVEPOLYGON(CIRCULARSTRING({east} 2550000, {east + 1000} 2551000, {east} 2550000))"
    database.run(
        "DROP TABLE IF EXISTS curved",
        "CREATE TABLE curved AS SELECT * FROM (VALUES "
        f"('arc', ST_GeomFromText('{arc}', 4547)), ('area', ST_GeomFromText('{area}', 4547))) AS given(id, geometry)",
    )
    curved = Table("public", "curved", CRS)
    start = layer(
        [("a", shapely.Point(east, north), 1.0), ("line", shapely.LineString([(east, north), (east, 2_550_000)]), 1.0)]
    )
    found = one(engine.nearest(start.part([0]), curved, 1))
    assert found["second"].tolist() == ["arc"] and found["metres"][0] == pytest.approx(1000, abs=1)
    crossed = one(engine.crossings(start, curved))
    assert crossed[["first", "second"]].to_numpy().tolist() == [["line", "arc"]]
    assert crossed["y"][0] == pytest.approx(north + 1000, abs=1)
    assert one(engine.along(start.part([1]), curved, 10))["second"].tolist() == ["arc", "area"]


def test_a_system_that_proj_does_not_know_is_said(engine: PostGIS, database: Server) -> None:
    database.run(
        "DELETE FROM spatial_ref_sys WHERE srid = 990001",
        "INSERT INTO spatial_ref_sys (srid, proj4text) VALUES (990001, '+proj=longlat +datum=WGS84')",
        "DROP TABLE IF EXISTS of_ones_own",
        "CREATE TABLE of_ones_own AS SELECT 'a' AS id, ST_SetSRID(ST_MakePoint(113.9, 22.9), 990001) AS geometry",
    )
    with pytest.raises(EngineError, match="EPSG:990001") as told:
        list(engine.nearest(Table("public", "of_ones_own", CRS), city(3, 1)))
    assert told.value.key == "unknown-srid"


def test_tables_that_are_not_there_or_lack_a_column_are_said(engine: PostGIS, database: Server) -> None:
    database.run(
        "DROP TABLE IF EXISTS no_id, no_shape, no_srid",
        "CREATE TABLE no_id (name text, geometry geometry(Point, 4326))",
        "CREATE TABLE no_shape (id text, x float8)",
        "CREATE TABLE no_srid AS SELECT 'a' AS id, ST_MakePoint(1, 2) AS geometry",
    )
    for name, key, said in (
        ("wels", "no-table", "public.wels"), ("no_id", "no-column", "name, geometry"),
        ("no_shape", "no-column", "id, x"), ("no_srid", "no-srid", "UpdateGeometrySRID"),
    ):  # fmt: skip
        with pytest.raises(EngineError, match=said) as told:
            list(engine.nearest(Table("public", name, CRS), city(3, 1)))
        assert told.value.key == key
    with pytest.raises(EngineError, match="EPSG:4326") as told:
        list(engine.nearest(Table("public", "no_id", "EPSG:4326"), city(3, 1)))
    assert told.value.key == "no-system"


def test_a_user_without_rights_is_told_which(database: Server) -> None:
    database.put("closed", city(3, 1))
    database.run("DROP ROLE IF EXISTS guest", "CREATE ROLE guest LOGIN PASSWORD 'guest'")
    engine = PostGIS(database.url(user="guest", secret="guest"))
    with pytest.raises(EngineError, match="SELECT") as told:
        list(engine.nearest(Table("public", "closed", CRS), city(3, 1)))
    engine.close()
    assert told.value.key == "no-right"


def test_a_session_that_is_ended_in_mid_run_is_said(engine: PostGIS, database: Server) -> None:
    first, second = pair(300, 300)
    tables = engine.within(first, second, 500)
    engine.session.load(first)
    number = engine.session.link.info.backend_pid
    database.run(f"SELECT pg_terminate_backend({number})")
    with pytest.raises(EngineError, match="went away") as told:
        list(tables)
    assert told.value.key == "lost-database"


def test_the_register_has_the_same_answers_in_the_database(engine: PostGIS, view: View) -> None:
    for ask in (
        lambda **more: near(view, "stations", "rail", 2, **more),
        lambda **more: near(view, "zones", "stations", limit=5000.0, **more),
        lambda **more: along(view, "rail-suiguanshen", 1000.0, **more),
        lambda **more: crossings(view, "rail", "rail", **more),
        lambda **more: crossings(view, "rail", "rivers", **more),
        lambda **more: coordination(view, 2000.0, 2.0, **more),
    ):
        here, there = ask(), ask(engine=engine)
        assert len(here) > 3 and len(here) == len(there)
        for one_, other in zip(here, there, strict=True):
            assert (one_.first, one_.second, one_.sure) == (other.first, other.second, other.sure)
            assert one_.sentence == other.sentence and one_.measures == other.measures
            assert one_.span.metres == pytest.approx(other.span.metres, abs=1e-6)
            assert dict(one_.more) == dict(other.more)


def test_the_tables_are_frames_of_ids_and_numbers(engine: PostGIS) -> None:
    found = one(engine.nearest(*pair(50, 50)))
    assert list(found.columns) == ["first", "second", "metres", "low", "high", "sure"]
    assert pd.api.types.is_float_dtype(found["metres"])
