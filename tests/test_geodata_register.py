"""The real register: one test over every record of every table, and the traps of its facts."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import catalogs
import pandas as pd
import pytest

from analysis.stages import histories
from analysis.standing import standing_on
from geodata import CATALOG, Fault, Register, RegisterError, edtf, place, read_register, schema
from geodata.codes import EventKind, Grade, Restriction, Role, Stage
from geodata.model import Measure
from geodata.register import read_checked
from geodata.version import stamp_of, version_of

HAN = re.compile("[\u3400-\u9fff]")
TABLES = schema.shipped().tables
CHECKED = read_checked(CATALOG)
ROWS = CHECKED.rows
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
    assert [str(fault) for fault in CHECKED.faults] == []


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
    """A note in English may quote how the text writes an agency; what was found, the number of a document."""
    quoted = sorted(_spellings(), key=len, reverse=True) if "kind" in row else ()
    if {"searched", "publisher_en", "restriction"} & {*row}:
        # What was found need not be a document of the register.
        quoted = re.findall("[\u3400-\u9fff]+〔[0-9]{4}〕[0-9]+ ?号", text)
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


FOUND_LATER = {
    *("d2012-02-1-14", "d2012-02-1-15", "d2012-02-1-16", "d2012-02-1-17", "d2012-02-1-18", "d2012-03-1-23"),
    *("d2012-05-1-12", "d2017-01-2-15", "d2017-07-0-02", "d2017-07-3-11", "d2017-10-1-09", "d2017-10-1-10"),
    *("d2017-10-1-11", "d2017-11-1-22", "d2017-11-1-23", "d2017-11-1-24", "d2017-12-1-21", "d2017-16-1-13"),
    *("d2017-16-1-14", "d2017-17-1-09", "d2017-19-1-13", "d2017-21-1-13", "d2017-25-2-08", "d2017-25-2-09"),
    *("d2017-26-1-11", "d2017-26-1-12", "d2017-26-1-13"),
}
"""Actions that both annotators had taken for aims; the rule of docs/annotation.md makes them rows."""


def test_measures_are_numbered_in_the_order_of_the_text(register: Register) -> None:
    """Numbers are never given anew: an action found later has the next one of its article."""
    for article, rows in register["measures"].groupby("article"):
        assert list(rows["id"]) == [f"{article}-{number:02d}" for number in range(1, len(rows) + 1)]
        first = rows.loc[~rows["id"].isin(FOUND_LATER), "sentence"]
        assert list(first) == sorted(first), article
    assert set(register["measures"]["id"]) >= FOUND_LATER


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


def test_english_texts_have_plain_quotes_and_one_name_for_each_thing(register: Register) -> None:
    """Chinese fonts set printed quotes as wide as a character: Chang’ an."""
    old = ("Waterside", "poverty relief", "pan-PRD", "cross-border pollution", "China Trunk", "defaulters")
    for name, table in register.tables.items():
        for column in (one for one in table if one.endswith("_en")):
            for text in table[column]:
                assert not re.search("[‘’“”]", text or ""), (name, column, text)
                assert not any(word in (text or "") for word in old), (name, column, text)
    for row in register.features.itertuples():
        assert not re.search("[‘’“”]", f"{row.name_en} {row.note_en}"), row.id
    titles = register["measures"]["title_en"]
    assert titles.is_unique


def test_sources_are_used(register: Register) -> None:
    used = {source for row in register.features["sources"] for source in row}
    used |= {
        source
        for name in ("documents", "events", "observations", "water-quality", "control-points", "flows")
        for source in register[name]["source"]
    }
    assert set(register["sources"]["id"]) - used == set()


def test_an_encyclopaedia_is_graded_as_one(register: Register) -> None:
    """The source and what rests on it alike; nothing that an encyclopaedia says passes for an original."""
    sources = register["sources"].set_index("id")
    said = (sources["url"] + sources["title_zh"] + sources["publisher_zh"]).str.lower()
    kind = said.str.contains("wikipedia|wikiwand|newton.com.tw|china-qiao|维基百科|百科条目|百科（", regex=True)
    graded = sources["grade"] == Grade.ENCYCLOPAEDIA
    assert graded.any() and not (kind & ~graded & (sources["grade"] != Grade.UNVERIFIED)).any()
    for name in ("events", "observations", "water-quality"):
        rows = register[name]
        mine = rows["source"].map(graded).fillna(False).astype(bool)
        assert set(rows.loc[mine, "grade"]) <= {Grade.ENCYCLOPAEDIA, Grade.UNVERIFIED}, name
        assert not (rows.loc[~mine, "grade"] == Grade.ENCYCLOPAEDIA).any(), name


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
    assert history.restriction_on(date(2024, 1, 1))[0] == Restriction.CLOSED_TO_TRAFFIC
    assert history.restriction_on(date(2023, 7, 31))[0] == ""
    assert history.restriction_on(date(2026, 3, 31))[0] == Restriction.CLOSED_TO_TRAFFIC, "no source says it reopened"
    assert stage(register, name, date(2019, 12, 29)) == Stage.IMPLEMENTATION


def test_xinan_bridge_was_open_before_the_document(register: Register) -> None:
    name = named(register, "新安大桥")
    assert stage(register, name, date(2017, 11, 8)) == Stage.MAINTENANCE
    assert stage(register, name, date(2017, 8, 25)) == Stage.COMPLETION
    events = register["events"]
    days = set(events["date"][events["feature"] == name])
    assert {"2017-08-26/2017-08-29", "2017-08-29"} <= days, "two sources differ: keep both"


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
    assert not set(undated["id"]) & {step.event for known in histories(register).values() for step in known.steps}
    none = events["date"].map(lambda text: bool(text) and edtf.bounds(text) is None)
    assert none.any(), "some sources print no year"


@pytest.mark.parametrize(("feature", "day"), [("port-shilong", date(2026, 3, 5)), ("park-robot", date(2025, 12, 21))])
def test_a_day_whose_year_is_bounded_counts_from_the_last_one(register: Register, feature: str, day: date) -> None:
    """The source prints a day without a year; what is known beside it leaves only some years."""
    assert stage(register, feature, day) == Stage.MAINTENANCE
    assert stage(register, feature, day - timedelta(days=1)) == Stage.IMPLEMENTATION


def test_the_document_is_no_evidence(register: Register) -> None:
    """A feature known from the document alone has a stage and no evidence; news of what is unfinished is missing."""
    events = register["events"]
    graded = events.groupby("feature")["grade"].agg(set)
    only = [name for name, grades in graded.items() if grades <= {Grade.SEED, Grade.NOT_FOUND}]
    assert len(only) >= 5
    frame = standing_on(register, date(2017, 12, 1)).features.set_index("id").loc[only]
    assert frame["evidence"].isna().all()
    unfinished = frame["stage"].isin([Stage.IDENTIFICATION, Stage.PREPARATION, Stage.IMPLEMENTATION])
    assert frame["stale"].equals(unfinished) and unfinished.any()
    assert not frame["stage_begins"].any(), "no later than the document"


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


# The version


def rewrite(path: Path, old: bytes, new: bytes) -> None:
    """Other bytes of the same number, with the times of the file as they were."""
    raw, state = path.read_bytes(), path.stat()
    assert raw.count(old) >= 1 and len(old) == len(new) and sum(a != b for a, b in zip(old, new, strict=True)) == 1
    path.write_bytes(raw.replace(old, new, 1))
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))


def test_two_reads_have_one_version(tiny: Register, tiny_catalog: Path) -> None:
    """Also of a copy elsewhere: the version is of what a catalog says, not of where it lies."""
    assert tiny.version == read_register(tiny_catalog).version == read_register(tiny_catalog).version
    assert tiny.version == read_checked(tiny_catalog).version == version_of(tiny_catalog)
    assert re.fullmatch("[0-9a-f]{16}", tiny.version)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("measures.csv", b"Build the east line", b"build the east line"),
        ("searches.csv", b"Nothing found", b"Nothing Found"),
        ("codelists/stage.csv", b"Idea", b"idea"),
        ("features/rail.geojson", b'"East line"', b'"East Line"'),
        ("features/rail.geojson", b"113.6", b"113.7"),
        (place.FILE, b"# The city", b"# the city"),
        (place.FILE, b'name_en = "D', b'name_en = "d'),
        (schema.FILE, b'"title": "S', b'"title": "s'),
    ],
)
def test_one_byte_gives_another_version(tiny: Register, tiny_catalog: Path, file: str, old: bytes, new: bytes) -> None:
    """Whatever was made from the register before is made again."""
    rewrite(tiny_catalog / file, old, new)
    changed = read_register(tiny_catalog).version
    assert changed != tiny.version
    rewrite(tiny_catalog / file, new, old)
    assert read_register(tiny_catalog).version == tiny.version


@pytest.mark.parametrize("file", [table.path for table in TABLES.values() if not table.is_geojson])
def test_every_table_is_part_of_the_version(tiny_catalog: Path, file: str) -> None:
    before = version_of(tiny_catalog)
    (tiny_catalog / file).write_bytes((tiny_catalog / file).read_bytes()[:-1])
    assert version_of(tiny_catalog) != before


def test_the_same_bytes_in_another_file_give_another_version(tiny_catalog: Path) -> None:
    """Names and lengths are hashed with the bytes: nothing can move from one file to the next unseen."""
    before = version_of(tiny_catalog)
    (tiny_catalog / "targets.csv").rename(tiny_catalog / "u.csv")
    assert version_of(tiny_catalog) != before
    (tiny_catalog / "u.csv").rename(tiny_catalog / "targets.csv")
    assert version_of(tiny_catalog) == before
    first, second = tiny_catalog / "agencies.csv", tiny_catalog / "articles.csv"
    one, other = first.read_bytes(), second.read_bytes()
    first.write_bytes(one + other[:10])
    second.write_bytes(other[10:])
    assert version_of(tiny_catalog) != before


def test_file_times_are_no_part_of_the_version(tiny: Register, tiny_catalog: Path) -> None:
    """A fresh checkout has other times; they only say that it is worth looking."""
    stamp = stamp_of(tiny_catalog)
    for path in tiny_catalog.rglob("*"):
        os.utime(path, (1, 1))
    assert stamp_of(tiny_catalog) != stamp
    assert read_register(tiny_catalog).version == tiny.version


HIDDEN = [".DS_Store", ".~lock.measures.csv#", ".measures.csv", "features/.rail.geojson", "features/.rail.geojson.swp"]


@pytest.mark.parametrize("name", [*HIDDEN, ".git/index", ".ipynb_checkpoints/agencies-checkpoint.csv"])
def test_a_hidden_file_is_no_part_of_the_version(tiny: Register, tiny_catalog: Path, name: str) -> None:
    stamp = stamp_of(tiny_catalog)
    (tiny_catalog / name).parent.mkdir(exist_ok=True)
    (tiny_catalog / name).write_bytes(b"\x00 left by a program")
    assert read_register(tiny_catalog).version == tiny.version
    assert stamp_of(tiny_catalog) == stamp


def vanishing(monkeypatch: pytest.MonkeyPatch, method: str, seen: str, gone: Path) -> None:
    """`gone` is taken away while `seen`, which comes before it, is looked at."""
    own: Callable[..., Any] = getattr(Path, method)

    def look(path: Path, *args: Any, **more: Any) -> Any:
        if path.name == seen and path != gone and gone.is_file():
            gone.unlink()
        return own(path, *args, **more)

    monkeypatch.setattr(Path, method, look)


@pytest.mark.parametrize("file", ["sources.csv", "codelists/theme.csv", "features/towns.geojson"])
@pytest.mark.parametrize(("ask", "method"), [(version_of, "read_bytes"), (stamp_of, "stat")])
def test_a_file_that_goes_while_it_is_looked_at(
    tiny_catalog: Path, monkeypatch: pytest.MonkeyPatch, ask: Callable[[Path], object], method: str, file: str
) -> None:
    """An editor that saves writes a file anew: for a moment it is not there. The next look finds what came."""
    gone = tiny_catalog / file
    before, raw = ask(tiny_catalog), gone.read_bytes()
    first = sorted(gone.parent.glob(f"*{gone.suffix}"))[0].name
    with monkeypatch.context() as patched:
        vanishing(patched, method, first, gone)
        while_it_goes = ask(tiny_catalog)
    assert not gone.exists(), "it went on the way"
    assert while_it_goes == ask(tiny_catalog) != before
    gone.write_bytes(raw)
    if ask is version_of:
        assert ask(tiny_catalog) == before


def test_a_catalog_that_is_not_there_has_a_version(tmp_path: Path) -> None:
    assert re.fullmatch("[0-9a-f]{16}", version_of(tmp_path / "nowhere")) and stamp_of(tmp_path / "nowhere") == ()


# What lies in the folder besides


@pytest.mark.parametrize(
    "name",
    [
        *(".DS_Store", ".rail.geojson.swp", "rail.geojson~", "Thumbs.db", "desktop.ini", "Icon\r", "#rail.geojson#"),
        *("~$rail.geojson", "rail.geojson.bak", "rail.geojson.tmp", "._rail.geojson", ".~lock.rail.geojson#"),
    ],
)
def test_leftovers_of_editors_are_no_layers(tiny: Register, tiny_catalog: Path, name: str) -> None:
    (tiny_catalog / "features" / name).write_bytes(b"\x00\xff left by a program")
    again = read_register(tiny_catalog)
    assert list(again.features["id"]) == list(tiny.features["id"])


def test_all_leftovers_at_once(tiny: Register, tiny_catalog: Path) -> None:
    for name in (".DS_Store", ".rail.geojson.swp", "rail.geojson~", "Thumbs.db"):
        shutil.copyfile(tiny_catalog / "features/rail.geojson", tiny_catalog / "features" / name)
    assert list(read_register(tiny_catalog).features["id"]) == list(tiny.features["id"])


# Themes


def faults_of(catalog: Path) -> list[Fault]:
    with pytest.raises(RegisterError) as raised:
        read_register(catalog)
    for fault in raised.value.faults:
        catalogs.check_said(fault)
    return list(raised.value.faults)


def line_of(catalog: Path, theme: str) -> int:
    codes = [row[0] for row in catalogs.read_rows(catalog / "codelists/theme.csv")]
    return codes.index(theme) + 1


@pytest.mark.parametrize(
    "code",
    [
        *("events", "measures", "features", "control-points", "codelist-theme", "about", "history", "unplaced"),
        *("history-rail", "rail-point", "rail-line", "zones-polygon"),
    ],
)
def test_a_theme_is_not_called_like_a_table(tiny_catalog: Path, code: str) -> None:
    """In a file of layers the one would take the place of the other."""
    line = line_of(tiny_catalog, "energy")
    catalogs.set_cell(tiny_catalog / "codelists/theme.csv", line, "code", code)
    (tiny_catalog / "features/energy.geojson").rename(tiny_catalog / f"features/{code}.geojson")
    (fault,) = faults_of(tiny_catalog)
    assert (fault.file, fault.row, fault.field) == ("codelists/theme.csv", line, "code")
    assert code in fault.found.en


@pytest.mark.parametrize("code", ["energy-2", "historic", "pointed", "eventsful"])
def test_a_theme_may_be_called_anything_else(tiny_catalog: Path, code: str) -> None:
    catalogs.set_cell(tiny_catalog / "codelists/theme.csv", line_of(tiny_catalog, "energy"), "code", code)
    (tiny_catalog / "features/energy.geojson").rename(tiny_catalog / f"features/{code}.geojson")
    assert code in read_register(tiny_catalog).themes


@pytest.mark.parametrize("field", ["title_zh", "title_en"])
@pytest.mark.parametrize("spell", [str, str.upper], ids=["same", "capitals"])
def test_two_themes_have_two_titles(tiny_catalog: Path, field: str, spell: Callable[[str], str]) -> None:
    """Layers are named by them; capitals alone do not tell two apart in a database."""
    path = tiny_catalog / "codelists/theme.csv"
    rows = catalogs.read_rows(path)
    taken = rows[line_of(tiny_catalog, "rail") - 1][rows[0].index(field)]
    line = line_of(tiny_catalog, "energy")
    catalogs.set_cell(path, line, field, spell(taken))
    (fault,) = faults_of(tiny_catalog)
    assert (fault.file, fault.row, fault.field) == ("codelists/theme.csv", line, field)
    assert spell(taken) in fault.found.en and "rail" in fault.expected.en


# The dictionary of the catalog itself


def edit_dictionary(catalog: Path, table: str, edit: Callable[[dict[str, Any]], object]) -> None:
    package = json.loads((catalog / schema.FILE).read_text(encoding="utf-8"))
    edit(next(resource for resource in package["resources"] if resource["name"] == table))
    (catalog / schema.FILE).write_text(json.dumps(package, ensure_ascii=False), encoding="utf-8")


def without_field(name: str) -> Callable[[dict[str, Any]], object]:
    def edit(resource: dict[str, Any]) -> None:
        fields = resource["schema"]["fields"]
        assert name in [field["name"] for field in fields]
        resource["schema"]["fields"] = [field for field in fields if field["name"] != name]

    return edit


@pytest.mark.parametrize(
    ("table", "field"),
    [
        *(("measures", "due_text"), ("measures", "note_en"), ("features", "stage_stretch"), ("searches", "searched")),
        *(("codelist-theme", "holds_towns"), ("codelist-theme", "short_zh"), ("codelist-stage", "order")),
        ("documents", "short_title_en"),
    ],
)
def test_a_field_that_the_dictionary_of_the_catalog_lacks(tiny_catalog: Path, table: str, field: str) -> None:
    """The one beside the tables decides, not that of the program; the tables are not blamed for it."""
    edit_dictionary(tiny_catalog, table, without_field(field))
    (fault,) = faults_of(tiny_catalog)
    assert (fault.file, fault.field) == (schema.FILE, table)
    assert field in fault.found.en


def test_a_table_that_the_dictionary_of_the_catalog_lacks(tiny_catalog: Path) -> None:
    package = json.loads((tiny_catalog / schema.FILE).read_text(encoding="utf-8"))
    package["resources"] = [each for each in package["resources"] if each["name"] not in ("targets", "codelist-metric")]
    (tiny_catalog / schema.FILE).write_text(json.dumps(package), encoding="utf-8")
    assert {(fault.file, fault.field) for fault in faults_of(tiny_catalog)} == {
        (schema.FILE, "targets"),
        (schema.FILE, "codelist-metric"),
    }


def test_a_catalog_may_have_fields_of_its_own(tiny_catalog: Path) -> None:
    """What its own dictionary names is read and checked like the rest."""
    own = {"name": "budget", "type": "number", "title": "Budget", "title_zh": "预算", "constraints": {"minimum": 0}}
    edit_dictionary(tiny_catalog, "measures", lambda resource: resource["schema"]["fields"].append(own))
    rows = catalogs.read_rows(tiny_catalog / "measures.csv")
    catalogs.write_rows(tiny_catalog / "measures.csv", [[*rows[0], "budget"], *([*row, "2.5"] for row in rows[1:])])
    register = read_register(tiny_catalog)
    assert set(register["measures"]["budget"]) == {2.5}
    assert [field.name for field in register.dictionary.tables["measures"].fields][-1] == "budget"
    catalogs.set_cell(tiny_catalog / "measures.csv", 3, "budget", "-1")
    (fault,) = faults_of(tiny_catalog)
    assert (fault.file, fault.row, fault.field) == ("measures.csv", 3, "budget")


def test_a_catalog_may_be_stricter(tiny_catalog: Path) -> None:
    def edit(resource: dict[str, Any]) -> None:
        field = next(each for each in resource["schema"]["fields"] if each["name"] == "number")
        field["constraints"] = {"required": True}

    edit_dictionary(tiny_catalog, "documents", edit)
    assert {(fault.file, fault.row, fault.field) for fault in faults_of(tiny_catalog)} == {
        ("documents.csv", 2, "number"),
        ("documents.csv", 3, "number"),
    }


def no_json(path: Path) -> None:
    path.write_text(path.read_text(encoding="utf-8")[:-20], encoding="utf-8")


def no_package(path: Path) -> None:
    path.write_text("[]", encoding="utf-8")


def no_resources(path: Path) -> None:
    path.write_text('{"licenses": []}', encoding="utf-8")


def no_utf8(path: Path) -> None:
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))


def deep(path: Path) -> None:
    path.write_text("[" * 100_000, encoding="utf-8")


def broken_pattern(path: Path) -> None:
    pattern = {"required": True, "pattern": "("}
    edit_dictionary(path.parent, "agencies", lambda each: each["schema"]["fields"][0].update(constraints=pattern))


def unknown_type(path: Path) -> None:
    edit_dictionary(path.parent, "agencies", lambda each: each["schema"]["fields"][0].update(type="colour"))


def unknown_key(path: Path) -> None:
    edit_dictionary(path.parent, "agencies", lambda each: each["schema"].update(primaryKey=["nummer"]))


def no_title(path: Path) -> None:
    edit_dictionary(path.parent, "agencies", lambda each: each["schema"]["fields"][0].update(title_zh=7))


DAMAGE = [no_json, no_package, no_resources, no_utf8, deep, broken_pattern, unknown_type, unknown_key, no_title]


@pytest.mark.parametrize("damage", DAMAGE, ids=lambda item: item.__name__)
def test_a_dictionary_that_cannot_be_read(tiny_catalog: Path, damage: Callable[[Path], None]) -> None:
    """One fault that names it, whatever is wrong: without it nothing else can be read."""
    damage(tiny_catalog / schema.FILE)
    (fault,) = faults_of(tiny_catalog)
    assert fault.file == schema.FILE and len(str(fault)) < 300


@pytest.mark.parametrize(
    ("damage", "zh", "en"),
    [(unknown_key, "'agencies：主键", "'agencies: keys that name"), (no_title, "'7 不是文字'", "'7 is no text'")],
    ids=["key", "title"],
)
def test_our_own_reason_is_said_in_both_languages(
    tiny_catalog: Path, damage: Callable[[Path], None], zh: str, en: str
) -> None:
    damage(tiny_catalog / schema.FILE)
    (fault,) = faults_of(tiny_catalog)
    assert zh in fault.in_("zh") and en in fault.in_("en")


def test_a_catalog_without_a_dictionary(tiny_catalog: Path) -> None:
    (tiny_catalog / schema.FILE).unlink()
    (fault,) = faults_of(tiny_catalog)
    assert (fault.file, fault.found.en) == (schema.FILE, "no such file")


# Towns, the backdrop and what a register derives


def test_a_copy_of_a_register_derives_its_own(tiny: Register) -> None:
    """What was derived from one register says nothing of another one."""
    before = tiny.by_id(Measure), tiny.derived(histories)
    assert tiny.by_id(Measure) is before[0] and tiny.derived(histories) is before[1], "made once"
    bare = replace(tiny, tables=dict(tiny.tables) | {"measures": tiny["measures"].iloc[:1]})
    assert len(bare.rows(Measure)) == len(bare.by_id(Measure)) == 1 and len(tiny.rows(Measure)) == 6


def test_rows_are_found_by_what_they_belong_to(tiny: Register) -> None:
    assert [row.id for row in tiny.events_of["station-east"]] == [f"station-east-e0{number}" for number in range(1, 5)]
    assert [row.feature for row in tiny.links_of["station-lost"]] == ["station-lost"]
    assert [row.written_as for row in tiny.assignments_of["recent-02-1"]] == ["乙局", "甲局"]
    assert [row.searched for row in tiny.searches_of["recent-02-1-01"]] == ["会商"]
    assert [row.amount("en") for row in tiny.targets_of["recent-02-1-01"]] == ["2 meetings"]
    assert [row.number for row in tiny.observations_of["line-east"]] == [12]
    for found in (tiny.events_of, tiny.links_of, tiny.assignments_of, tiny.targets_of, tiny.searches_of):
        assert found["nothing"] == ()


def test_towns_are_those_that_features_name(tiny: Register, register: Register) -> None:
    assert [row.id for row in tiny.towns] == ["town-north", "town-south"]
    named = {town for row in register.features["town"] for town in row}
    assert [row.id for row in register.towns] == [name for name in register.features["id"] if name in named]
    assert {row.theme for row in register.towns} == {code for code, row in register.themes.items() if row.holds_towns}


def test_titles_fall_back_to_chinese(tiny_catalog: Path) -> None:
    register = read_register(tiny_catalog)
    stages = register.codelist("stage")
    assert dict(register.titles("stage", "zh")) == dict(stages["title_zh"])
    assert dict(register.titles("stage", "en")) == dict(stages["title_en"])
    assert list(register.codes("stage")) == list(stages.index) and set(register.codelists) >= {"stage", "theme"}
    for row in register.codes("stage").values():
        assert row.title.zh == stages.at[row.code, "title_zh"] and row.order == stages.at[row.code, "order"]
