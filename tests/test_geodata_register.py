"""The real register: one test over every record of every table, and the traps of its facts."""

from __future__ import annotations

import json
import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.join import join
from analysis.stages import histories
from geodata import CATALOG, Register, edtf, read_register, schema
from geodata.codes import EventKind, Grade, Restriction, Role, Stage
from geodata.register import read_rows

HAN = re.compile("[\u3400-\u9fff]")
TABLES = schema.tables()
ROWS, FAULTS = read_rows(CATALOG)
RECORDS = [(name, row) for name, rows in ROWS.items() for row in rows]
LAST_YEAR = max(2026, date.today().year)
LIST_KINDS = {
    "lead-cooperating": {Role.LEAD, Role.COOPERATING},
    "lead-only": {Role.LEAD},
    "responsible": {Role.RESPONSIBLE},
    "named-in-text": {Role.RESPONSIBLE},
    "none": set(),
}
"""Roles that each kind of list gives."""


def key_of(name: str, row: dict[str, Any]) -> str:
    return f"{name}:" + "+".join(str(row[key]) for key in TABLES[name].key)


def test_the_register_is_clean() -> None:
    assert [str(fault) for fault in FAULTS] == []


def test_the_register_is_filled(register: Register) -> None:
    counts = register.counts()
    least = {"documents": 2, "articles": 50, "measures": 300, "agencies": 60, "assignments": 150}
    least |= {"features": 150, "links": 200, "events": 150, "sources": 50, "targets": 5, "control-points": 30}
    assert {name: counts[name] for name, low in least.items() if counts[name] < low} == {}
    assert list(counts) == list(TABLES)


@pytest.mark.parametrize(("name", "row"), RECORDS, ids=[key_of(name, row) for name, row in RECORDS])
def test_record(name: str, row: dict[str, Any]) -> None:
    """What every record owes its reader, whatever its table."""
    _two_languages(name, row)
    _sensible_years(name, row)
    for field in TABLES[name].fields:
        value = row[field.name]
        for text in value if isinstance(value, tuple) else (value,):
            assert not isinstance(text, str) or _clean(text), field.name
        assert not isinstance(value, tuple) or len(set(value)) == len(value), f"{field.name} repeats itself"
    if name == "events":
        _event(row)
    if name == "features":
        _feature(row)


def _clean(text: str) -> bool:
    return text == text.strip() and text.isprintable() and "\ufffd" not in text and "  " not in text


def _two_languages(name: str, row: dict[str, Any]) -> None:
    fields = {field.name for field in TABLES[name].fields}
    for zh in (field for field in fields if field.endswith("_zh") and f"{field[:-3]}_en" in fields):
        en = f"{zh[:-3]}_en"
        assert bool(row[zh]) == bool(row[en]), f"{zh} and {en} must both be filled or both be empty"
        assert not row[zh] or HAN.search(row[zh]) or row[zh] == row[en], f"{zh} holds no Chinese"
        assert not HAN.search(_without_quotes(row, row[en])), f"{en} holds Chinese"


def _without_quotes(row: dict[str, Any], text: str) -> str:
    """A note in English may quote how the text writes an agency, a title the number of a document."""
    quoted = sorted(_spellings(), key=len, reverse=True) if "kind" in row else ()
    if "publisher_en" in row:
        quoted = [document["number"] for document in ROWS["documents"] if document["number"]]
    for spelling in quoted:
        text = text.replace(spelling, "")
    return text


@cache
def _spellings() -> frozenset[str]:
    return frozenset(row["written_as"] for row in ROWS["assignments"])


def _sensible_years(name: str, row: dict[str, Any]) -> None:
    for field in TABLES[name].fields:
        value = row[field.name]
        if isinstance(value, date):
            assert 2010 <= value.year <= 2035, field.name
        elif field.pattern is not None and "XXXX" in field.pattern.pattern and (span := edtf.bounds(value)):
            assert 1980 <= span[0].year <= LAST_YEAR, field.name
    if name == "documents" and row["valid_until"]:
        assert row["date_issued"] < row["valid_until"] and row["validity_text"]
    if name == "measures" and row["due_date"]:
        article = next(item for item in ROWS["articles"] if item["id"] == row["article"])
        issued = next(item for item in ROWS["documents"] if item["id"] == article["document"])["date_issued"]
        assert row["due_date"].year >= issued.year, "due before the year of the document"
        assert str(row["due_date"].year) in row["due_text"], "the wording does not hold the year"


def _event(row: dict[str, Any]) -> None:
    known = {item["id"] for item in ROWS["sources"]}
    assert not row["source"] or row["source"] in known
    documents = {item["source"]: item["date_issued"].isoformat() for item in ROWS["documents"]}
    if row["grade"] == Grade.SEED:
        assert row["source"] in documents, "document wording comes from a document"
        assert row["date"] == documents[row["source"]], "document wording is dated by the document"
    else:
        assert row["source"] not in documents, "a document's wording is no evidence"
    if row["kind"] == EventKind.STAGE:
        assert row["stage"], "a stage event states a stage"
    if row["kind"] == EventKind.GAP:
        assert row["grade"] == Grade.NOT_FOUND and not row["stage"]
    if row["stage"]:
        moving = (EventKind.STAGE, EventKind.PROGRESS, EventKind.PARTIAL)
        assert row["kind"] in moving, "an event of this kind moves nothing: its stage would be lost"


def _feature(row: dict[str, Any]) -> None:
    assert row["sources"], "every feature says where it is known from"
    if row["geometry"] is None:
        return
    assert row["accuracy_m"] is not None and row["accuracy_m"] > 0
    assert "Polygon" not in row["geometry"].geom_type, "no boundary may be drawn"


# Files


@pytest.mark.parametrize("path", sorted(CATALOG.rglob("*.csv")), ids=lambda path: path.relative_to(CATALOG).as_posix())
def test_csv_file(path: Path) -> None:
    raw = path.read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in raw
    assert raw.endswith(b"\n") and not raw.endswith(b"\n\n")


@pytest.mark.parametrize("path", sorted((CATALOG / "features").iterdir()), ids=lambda path: path.stem)
def test_geojson_file(path: Path) -> None:
    """One feature a line, sorted, six decimals at most: so that a diff reads."""
    text = path.read_text(encoding="utf-8")
    lines = text.split("\n")
    assert lines[0].startswith('{"type": "FeatureCollection"') and lines[0].endswith("[") and lines[-1] == ""
    inner = lines[1:-2]
    features = [json.loads(line.removesuffix(",")) for line in inner]
    assert json.loads(text)["features"] == features
    assert all(line.endswith(",") for line in inner[:-1])
    ids = [feature["id"] for feature in features]
    assert ids == sorted(ids) and {feature["type"] for feature in features} == {"Feature"}
    coordinates = "".join(line.rpartition('"coordinates"')[2] for line in inner if '"coordinates"' in line)
    assert re.findall(r"\d+\.\d{7,}|\d[eE]", coordinates) == []
    assert list(dict.fromkeys(tuple(feature["properties"]) for feature in features)) == [
        tuple(field.name for field in TABLES["features"].fields)
    ]


def test_control_points_hold_no_false_precision() -> None:
    text = (CATALOG / "control-points.csv").read_text(encoding="utf-8")
    assert re.findall(r"\d+\.\d{7,}", text) == []


# The documents


def test_articles_are_complete(register: Register) -> None:
    """29 articles of the opinions, 10 fields of the agreement, every block counted without a hole."""
    articles = register["articles"]
    last = articles.groupby("document")["article"].max().to_dict()
    assert sorted(last.values()) == [10, 29]
    for document, rows in articles.groupby("document"):
        assert set(range(1, last[document] + 1)) <= set(rows["article"]), document
    for (document, number), rows in articles.groupby(["document", "article"]):
        blocks = sorted(rows["block"])
        assert blocks == list(range(blocks[0], blocks[0] + len(blocks))) and blocks[0] in (0, 1), (document, number)


def test_every_block_has_measures(register: Register) -> None:
    assert set(register["articles"]["id"]) - set(register["measures"]["article"]) == set()


def test_measures_are_numbered_in_the_order_of_the_text(register: Register) -> None:
    for article, rows in register["measures"].groupby("article"):
        assert list(rows["id"]) == [f"{article}-{number:02d}" for number in range(1, len(rows) + 1)]
        assert list(rows["sentence"]) == sorted(rows["sentence"]), article


def names_of(text: str) -> tuple[list[str], list[str]]:
    """Leads and others of a literal list: leads stand before the first semicolon, if it says 牵头."""
    led = re.match("牵头单位[:：]", text)
    first, _, rest = (text[led.end() :] if led else text).partition(";")
    parts = [_split(first), _split(rest)]
    return (parts[0], parts[1]) if led else ([], parts[0] + parts[1])


def _split(text: str) -> list[str]:
    text = re.sub("(等(单位)?)?按职责分工负责$", "", text)
    return [name for name in re.split("[、，,]", text) if name]


def test_the_splitter_of_this_test() -> None:
    assert names_of("牵头单位:甲局、乙(丙)局;丁局,戊会等单位按职责分工负责") == (["甲局", "乙(丙)局"], ["丁局", "戊会"])
    assert names_of("甲局、乙局等按职责分工负责") == ([], ["甲局", "乙局"])
    assert names_of("牵头单位:各成员单位按职责分工负责") == (["各成员单位"], [])


@pytest.mark.parametrize("article", ROWS["articles"], ids=lambda row: row["id"])
def test_assignments_repeat_the_list_of_the_text(article: dict[str, Any]) -> None:
    found: dict[str, list[tuple[int, str]]] = {role: [] for role in Role}
    for row in ROWS["assignments"]:
        if row["article"] == article["id"]:
            found[row["role"]].append((row["position"], row["written_as"]))
    names = {role: [name for _, name in sorted(rows)] for role, rows in found.items()}
    assert {role for role, rows in names.items() if rows} == LIST_KINDS[article["list_kind"]]
    assert bool(article["list_text"]) == bool(LIST_KINDS[article["list_kind"]])
    leads, others = names_of(article["list_text"])
    assert names[Role.LEAD] == leads
    assert names[Role.COOPERATING] + names[Role.RESPONSIBLE] == others
    for rows in found.values():
        assert sorted(place for place, _ in rows) == list(range(1, len(rows) + 1))


def test_two_lists_name_no_lead(register: Register) -> None:
    """In the 2017 text; the notes say so."""
    kinds = register["articles"].groupby("list_kind")["id"].count()
    assert kinds["responsible"] == 2


def test_agencies_are_used_and_written_as_known(register: Register) -> None:
    assignments, agencies = register["assignments"], register["agencies"]
    assert set(agencies["id"]) == set(assignments["agency"])
    known = {row.id: {row.name_zh, row.full_name_zh, f"各{row.name_zh}"} for row in agencies.itertuples()}
    odd = [row for row in assignments.itertuples() if row.written_as not in known[row.agency]]
    assert [(row.article, row.written_as) for row in odd] == []
    assert agencies["name_zh"].is_unique and agencies["name_en"].is_unique


def test_unconfirmed_later_names_stay_unconfirmed(register: Register) -> None:
    """General knowledge is no source: only these later names were read somewhere."""
    agencies = register["agencies"]
    later = agencies[agencies["later_name_zh"] != ""]
    assert (later["later_name_grade"] != "").all()
    assert set(later["name_zh"][later["later_name_grade"] == Grade.VERIFIED]) <= {"市环保局", "东莞出入境检验检疫局"}


def test_the_reporting_rule_stands_in_its_document(register: Register) -> None:
    rules = register["documents"].set_index("date_issued")["reporting_rule_zh"]
    assert "6 月" in rules[date(2017, 11, 8)] and "12 月" in rules[date(2017, 11, 8)]
    ends = register["documents"].set_index("date_issued")["valid_until"]
    assert ends[date(2012, 2, 13)] == date(2022, 2, 13)


# Links, sources, observations


def test_mappable_measures_have_a_place_and_the_rest_none(register: Register) -> None:
    measures, linked = register["measures"], set(register["links"]["measure"])
    yes = set(measures["id"][measures["mappable"] == "yes"])
    assert yes - linked == set()


def test_locators_are_chinese_words_of_the_text(register: Register) -> None:
    links = register["links"]
    assert links["locator"].map(lambda text: bool(HAN.search(text)) or text.isascii()).all()
    assert links["locator"].map(len).max() <= 60


def test_sources_are_used(register: Register) -> None:
    used = {source for row in register.features["sources"] for source in row}
    used |= {
        source
        for name in ("documents", "events", "observations", "control-points")
        for source in register[name]["source"]
    }
    assert set(register["sources"]["id"]) - used == set()


def test_an_unverified_source_makes_no_verified_event(register: Register) -> None:
    grades = register["sources"].set_index("id")["grade"]
    events = register["events"]
    sourced = events[events["source"] != ""]
    strength = {Grade.VERIFIED: 2, Grade.VERIFIED_REPOST: 1}
    weak = [row.id for row in sourced.itertuples() if strength.get(row.grade, 0) > strength.get(grades[row.source], 0)]
    assert weak == []


def test_no_section_carries_the_class_of_a_whole_river(register: Register) -> None:
    """Classes only from Ⅰ to Ⅴ and 劣Ⅴ, and only on single sections; shares are in per cent."""
    observations = register["observations"]
    features = register.features.set_index("id")
    for row in observations.itertuples():
        if row.unit == "%":
            assert 0 <= float(row.value) <= 100, row.id
        elif re.fullmatch("劣?[ⅠⅡⅢⅣⅤ]", row.value):
            assert features.at[row.feature, "part_of"] and features.at[row.feature, "theme"] == "water-sections", row.id
        else:
            assert float(row.value) > 0 and row.unit, row.id


# Traps of the facts


def stage(register: Register, name: str, day: date) -> str:
    history = histories(register).get(name)
    step = history.step_on(day) if history else None
    return str(step.stage) if step else str(Stage.UNKNOWN)


def named(register: Register, *words: str) -> str:
    """The id of the one feature whose Chinese name holds all `words`."""
    names = register.features.set_index("id")["name_zh"]
    found = [name for name, text in names.items() if all(word in text for word in words)]
    assert len(found) == 1, found
    return found[0]


def test_lianhuashan_is_not_shiziyang(register: Register) -> None:
    """Two crossings, north and south of the Nansha bridge; one is studied, one is being built."""
    rows = register.features.set_index("id")
    north, bridge = named(register, "莲花山", "过江通道"), named(register, "南沙大桥")
    south = named(register, "狮子洋通道")
    for one, other in ((north, "狮子洋"), (south, "莲花山")):
        texts = [rows.at[one, "name_zh"], rows.at[one, "name_en"], *rows.at[one, "aliases"]]
        assert not any(other in text for text in texts)
    assert not set(rows.at[north, "aliases"]) & set(rows.at[south, "aliases"])
    latitudes = [rows.at[name, "geometry"].centroid.y for name in (north, bridge, south)]
    assert latitudes == sorted(latitudes, reverse=True)
    links = register["links"]
    assert south not in set(links["feature"][links["relation"] == "target"]), "no measure acts on the other crossing"
    day = date(2026, 3, 31)
    assert (stage(register, north, day), stage(register, south, day)) == (Stage.PREPARATION, Stage.IMPLEMENTATION)


def test_dongping_is_open_and_closed(register: Register) -> None:
    name = named(register, "东平东江大桥")
    history = histories(register)[name]
    assert stage(register, name, date(2024, 1, 1)) == Stage.MAINTENANCE
    assert history.restriction_on(date(2024, 1, 1)) == Restriction.CLOSED_TO_TRAFFIC
    assert history.restriction_on(date(2023, 7, 31)) == ""
    assert history.restriction_on(date(2026, 3, 31)) == Restriction.CLOSED_TO_TRAFFIC, "no source says it reopened"
    assert stage(register, name, date(2019, 12, 29)) == Stage.IMPLEMENTATION


def test_xinan_bridge_was_open_before_the_document(register: Register) -> None:
    name = named(register, "新安大桥")
    assert stage(register, name, date(2017, 11, 8)) == Stage.MAINTENANCE
    assert stage(register, name, date(2017, 8, 25)) == Stage.COMPLETION
    events = register["events"]
    days = set(events["date"][events["feature"] == name])
    assert {"2017-08-26", "2017-08-29"} <= days, "two sources differ: keep both"


def test_changping_crossing_is_closed(register: Register) -> None:
    name = named(register, "铁路", "口岸", "客运")
    assert stage(register, name, date(2024, 7, 30)) == Stage.MAINTENANCE
    assert stage(register, name, date(2024, 7, 31)) == Stage.DECOMMISSIONED
    assert stage(register, name, date(2026, 3, 31)) == Stage.DECOMMISSIONED
    proposed = named(register, "火车站", "客运口岸")
    assert proposed != name and stage(register, proposed, date(2026, 3, 31)) != Stage.DECOMMISSIONED


def test_shenmao_starts_with_its_advance_section(register: Register) -> None:
    row = register["events"]
    for name in row["feature"][row["text_zh"].str.contains("先行段") & (row["date"] == "2020-07-02")]:
        assert stage(register, name, date(2020, 7, 1)) in (Stage.PREPARATION, Stage.UNKNOWN)
        assert stage(register, name, date(2020, 7, 2)) == Stage.IMPLEMENTATION
        assert "2022-10-09" in set(row["date"][row["feature"] == name]), "the start of the whole line is kept too"


def test_ganshen_scope_stays_in_the_name(register: Register) -> None:
    section, line = named(register, "赣深", "东莞段"), named(register, "赣深", "光明—")
    day = date(2017, 6, 1)
    assert stage(register, section, day) not in (Stage.IMPLEMENTATION, Stage.COMPLETION, Stage.MAINTENANCE)
    assert stage(register, line, day) == Stage.IMPLEMENTATION
    assert stage(register, section, date(2021, 12, 10)) == Stage.MAINTENANCE


def test_xinsha_phase_two_is_named_as_inferred(register: Register) -> None:
    events = register["events"].set_index("date")
    assert "推定" in events.at["2018-03-31", "text_zh"] and "infer" in events.at["2018-03-31", "text_en"]


def test_the_contradiction_on_shenmao_is_kept(register: Register) -> None:
    """Preliminary work in article 1, start of works in article 7: two measures, two target stages."""
    links, measures = register["links"], register["measures"].set_index("id")
    shenmao = set(register.features["id"][register.features["name_zh"].str.contains("深茂")])
    acting = links[links["feature"].isin(shenmao) & (links["relation"] == "target")]["measure"]
    asked = {(measures.at[name, "article"].split("-")[1], measures.at[name, "target_stage"]) for name in acting}
    assert {("01", Stage.PREPARATION), ("07", Stage.IMPLEMENTATION)} <= asked


@pytest.mark.parametrize(
    ("old", "new"), [("虎门港", "东莞港"), ("虎门二桥", "南沙大桥"), ("虎门南站", "滨海湾站"), ("塘厦站", "东莞南站")]
)
def test_one_thing_under_two_names(register: Register, old: str, new: str) -> None:
    rows = register.features
    texts = [f"{row.name_zh}\n" + "\n".join(row.aliases) for row in rows.itertuples()]
    assert any(old in text and new in text for text in texts)


def test_unverified_events_never_move_a_stage(register: Register) -> None:
    name = named(register, "5号线", "东延")
    assert stage(register, name, date(2024, 6, 1)) == Stage.IMPLEMENTATION
    events = register["events"]
    weak = set(events["id"][events["grade"].isin([Grade.UNVERIFIED, Grade.NOT_FOUND])])
    assert weak
    assert not weak & {step.event for history in histories(register).values() for step in history.steps}


def test_undated_events_move_nothing(register: Register) -> None:
    events = register["events"]
    undated = events[(events["stage"] != "") & events["date"].map(lambda text: edtf.bounds(text) is None)]
    assert len(undated) >= 2
    assert not set(undated["id"]) & {step.event for known in histories(register).values() for step in known.steps}
    quay = undated["feature"][undated["date"] == "XXXX-03-05"].item()
    assert stage(register, quay, date(2026, 3, 31)) == Stage.IMPLEMENTATION


def test_the_document_is_no_evidence(register: Register) -> None:
    """A feature known from the document alone has a stage, no evidence, and is stale."""
    events = register["events"]
    graded = events.groupby("feature")["grade"].agg(set)
    only = [name for name, grades in graded.items() if grades <= {Grade.SEED, Grade.NOT_FOUND}]
    assert len(only) >= 5
    frame = join(register, date(2017, 12, 1)).features.set_index("id").loc[only]
    assert frame["evidence"].isna().all() and frame["stale"].all()


# Reading


def test_frames_have_the_types_of_the_dictionary(register: Register) -> None:
    kinds = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "date": date, "array": tuple}
    for name, table in TABLES.items():
        frame = register[name]
        assert list(frame.columns)[: len(table.fields)] == [field.name for field in table.fields]
        for field in table.fields:
            kind = tuple if field.separator else kinds[field.type]
            for value in frame[field.name]:
                assert isinstance(value, kind) or (value is None and field.type not in ("string", "array")), field
    assert register.features.crs.to_epsg() == 4326
    assert list(register.features.columns)[-1] == "geometry"


def test_missing_geometry_is_none_and_not_empty(register: Register) -> None:
    features = register.features
    bare = features[features.geometry.isna()]
    assert len(bare) > 0 and (bare["position_basis"] == "none").all()
    assert not features.geometry.dropna().is_empty.any()


def test_codelists_come_in_their_own_order(register: Register) -> None:
    stages = register.codelist("stage")
    assert isinstance(stages, pd.DataFrame) and stages["order"].is_monotonic_increasing
    assert stages.index.name == "code"
    with pytest.raises(KeyError):
        register.codelist("no-such-list")


def test_reading_twice_gives_the_same(register: Register, catalog: Path) -> None:
    again = read_register(catalog)
    for name in TABLES:
        assert (
            again[name]
            .drop(columns="geometry", errors="ignore")
            .equals(register[name].drop(columns="geometry", errors="ignore"))
        ), name
    assert again.features.geometry.geom_equals(register.features.geometry).where(again.features.geometry.notna()).all()
