"""The journal: nothing is overwritten, replay is the same whatever came first, a touched chain is refused."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import catalogs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.filters import Filter
from analysis.view import look_at
from geodata import CATALOG, read_register
from geodata.journal.chain import BrokenChain, linked, read_chain, verify, write_chain
from geodata.journal.entries import BadEntry, Entry, Kind, Role, State, read_entry
from geodata.journal.replay import replay
from geodata.journal.states import active, known_by, standings
from geodata.register import read_checked

ZONE = "Asia/Shanghai"


def entry(kind: str, number: int, **more: object) -> Entry:
    """An entry of an editor, said in the order of its number."""
    told = {"author": "wang", "agency": "jiaotong", "role": Role.EDITOR, "id": f"{number:032x}"}
    return Entry(kind=kind, time=f"2026-06-{1 + number // 24:02d}T{number % 24:02d}:00:00.000000Z", **{**told, **more})


def act(number: int, **values: str) -> Entry:
    """A stage of the Huangjiang–Gongming road, as its agency tells it."""
    cells = {"feature": "road-huanggong", "date": "2026-05-20", "kind": "stage", "stage": "implementation"}
    cells |= {"text_zh": "开工建设。", "text_en": "Works began.", "grade": "own-word"}
    return entry(Kind.ADD, number, table="events", values=cells | values)


def accept(number: int, about: Entry) -> Entry:
    return entry(Kind.ACCEPT, number, about=about.id, role=Role.COORDINATOR, author="li", agency="fagai")


def now(entries: Sequence[Entry], day: date | None = None, proposed: bool = False) -> list[Entry]:
    return active(standings(known_by(entries, day, ZONE)), proposed)


def stage_of(entries: Sequence[Entry], feature: str = "road-huanggong") -> str:
    register = read_register(CATALOG, entries)
    view = look_at(register, Filter(as_of=date(2026, 7, 1)))
    return str(view.standing.feature_status[feature].stage.stage)


def test_an_entry_is_one_line_and_comes_back() -> None:
    one = act(1)
    assert read_entry(one.body) == one and "\n" not in one.body and one.digest == read_entry(one.body).digest


@pytest.mark.parametrize(
    "broken",
    [
        "", "{}", "[]", "null", "{" * 3000,
        act(1).body.replace('"add"', '"burn"'),
        act(1).body.replace("wang", "w\\u0061ng"),
        act(1).body.replace('"time":"2026', '"time":"2026-'),
        act(1).body.replace('"events"', "7"),
        act(1).body[:-1] + ',"more":""}',
        act(1).body.replace("开工建设。", "x" * 20_001),
        act(1).body.replace("开工建设。", "\\ud800"),
        entry(Kind.ACCEPT, 2).body,
    ],
)  # fmt: skip
def test_what_is_no_entry_is_told(broken: str) -> None:
    with pytest.raises(BadEntry):
        read_entry(broken)


def test_two_at_once_never_share_an_id() -> None:
    ids = {Entry(kind=Kind.NOTE, author="a", agency="", role=Role.EDITOR).id for _ in range(5_000)}
    assert len(ids) == 5_000


def test_a_chain_that_was_touched_is_refused() -> None:
    links = linked([act(n) for n in range(6)])
    text = write_chain(links)
    assert read_chain(text) == links and verify(links) == links[-1].seal
    lines = text.splitlines(keepends=True)
    touched = {
        "a word": text.replace("Works began.", "Works ended.", 1),
        "lost": "".join([*lines[:3], *lines[4:]]),
        "turned round": "".join([*lines[:2], lines[3], lines[2], *lines[4:]]),
        "twice": "".join([*lines, lines[-1]]),
        "cut": text[:-10],
        "other file": "id,text\n1,a\n",
        "put in": "".join([*lines[:2], lines[1], *lines[2:]]),
    }
    for name, each in touched.items():
        with pytest.raises(BrokenChain):
            read_chain(each)
        assert name


def test_what_nobody_accepted_changes_nothing_and_what_is_accepted_does() -> None:
    one = act(1)
    assert now([one]) == [] and stage_of(now([one])) == "preparation"
    assert now([one, accept(2, one)]) == [one] and stage_of([one]) == "implementation"
    assert [each.id for each in now([one], proposed=True)] == [one.id]
    register = read_register(CATALOG, [one])
    (row,) = register["events"][register["events"]["grade"] == "own-word"].to_dict("records")
    assert row["id"] == f"road-huanggong-j{one.id[:12]}" and row["text_en"] == "Works began."
    assert register.version != read_register(CATALOG).version


def test_the_first_decision_counts_and_an_answer_to_nothing_does_not() -> None:
    one = act(1)
    sent_back = entry(Kind.RETURN, 2, about=one.id, text="请补出处", role=Role.COORDINATOR)
    found = standings([accept(3, one), sent_back, one, accept(4, act(9))])
    assert found[one.id].state == State.RETURNED and found[one.id].decided == sent_back and len(found) == 1


def test_a_correction_never_hides_what_it_corrects() -> None:
    one = act(1)
    better = entry(Kind.ADD, 3, table="events", about=one.id, values={"date": "2026-05-25", "text_en": "Began."})
    entries = [one, accept(2, one), better, accept(4, better)]
    register = read_register(CATALOG, now(entries))
    (row,) = register["events"][register["events"]["grade"] == "own-word"].to_dict("records")
    assert (row["date"], row["text_en"], row["text_zh"]) == ("2026-05-25", "Began.", "开工建设。")
    assert one in entries and one.values["date"] == "2026-05-20", "the first word stands in the journal"
    assert row["id"] == f"road-huanggong-j{one.id[:12]}", "it is the same fact"


def test_an_undo_of_an_undo() -> None:
    one = act(1)
    undo = entry(Kind.UNDO, 3, about=one.id)
    again = entry(Kind.UNDO, 5, about=undo.id)
    entries = [one, accept(2, one), undo, accept(4, undo)]
    assert one not in now(entries)
    assert one in now([*entries, again, accept(6, again)]) and one not in now([*entries, again])


def test_known_by_never_looks_into_the_future() -> None:
    one = entry(Kind.ADD, 1, table="events", values=act(1).values)
    late = accept(30, one)
    assert now([one, late], date(2026, 6, 1)) == [] and now([one, late], late.day(ZONE)) == [one]
    # Eleven at night where it was written is the next day where the city is.
    assert entry(Kind.NOTE, 23).day(ZONE) == date(2026, 6, 2)


def test_an_entry_obeys_the_rules_of_a_shipped_row() -> None:
    """Each fault stands at the entry and the field that it is about."""
    wrong = {
        "stage": act(1, stage="finished"),
        "feature": act(1, feature="road-nowhere"),
        "date": act(1, date="20 May"),
        "text_zh": act(1, text_zh=""),
        "colour": act(1, colour="red"),
        "grade": act(1, grade="sure"),
    }
    for field, one in wrong.items():
        faults = read_checked(CATALOG, thorough=False, entries=[one]).faults
        assert any(fault.file == "journal" and fault.row == 1 and fault.field == field for fault in faults), (
            field,
            faults,
        )
    unknown = entry(Kind.CHANGE, 1, table="measures", key=("d2017-99",), values={"due_date": "2027-01-01"})
    assert read_checked(CATALOG, thorough=False, entries=[unknown]).faults
    nowhere = entry(Kind.ADD, 1, table="budget", values={"id": "x"})
    assert read_checked(CATALOG, thorough=False, entries=[nowhere]).faults[0].field == "table"


def test_a_cell_is_changed_and_a_key_is_not() -> None:
    moved = entry(
        Kind.CHANGE,
        1,
        table="measures",
        key=("d2017-07-2-05",),
        values={"due_date": "2027-12-31", "due_text": "2027年底"},
    )
    register = read_register(CATALOG, [moved])
    row = register["measures"].set_index("id").loc["d2017-07-2-05"]
    assert (row["due_date"], row["due_text"]) == (date(2027, 12, 31), "2027年底")
    key = entry(Kind.CHANGE, 1, table="measures", key=("d2017-07-2-05",), values={"id": "d2017-07-2-99"})
    assert "id" in {fault.field for fault in read_checked(CATALOG, thorough=False, entries=[key]).faults}


def test_a_position_is_moved_and_stays_under_every_check() -> None:
    point = {"type": "Point", "coordinates": [114.05, 22.75]}
    cells = {"geometry": json.dumps(point), "accuracy_m": "50", "position_basis": "published"}
    moved = entry(Kind.CHANGE, 1, table="features", key=("section-qiping",), values=cells)
    features = read_register(CATALOG, [moved]).features.set_index("id")
    assert features.geometry["section-qiping"].coords[0] == (114.05, 22.75)
    assert features.loc["section-qiping", "accuracy_m"] == 50 and list(features.index) == list(
        read_register(CATALOG).features["id"]
    ), "in its place"
    far = entry(Kind.CHANGE, 1, table="features", key=("section-qiping",), values=cells | {
        "geometry": json.dumps({"type": "Point", "coordinates": [22.75, 114.05]})})  # fmt: skip
    faults = read_checked(CATALOG, thorough=False, entries=[far]).faults
    assert any(fault.field == "geometry" and fault.file.startswith("journal") for fault in faults)


def test_a_new_feature_stands_among_its_theme() -> None:
    shipped = read_register(CATALOG)
    cells = {
        "id": "station-new", "theme": "stations", "kind": "project", "name_zh": "新站", "name_en": "New station",
        "town": "town-humen", "town_drawn": "false", "location": "inside", "position_basis": "published",
        "accuracy_m": "30", "stage_stretch": "false", "sources": "doc-d2017",
        "geometry": json.dumps({"type": "Point", "coordinates": [113.68, 22.85]}),
    }  # fmt: skip
    features = read_register(CATALOG, [entry(Kind.ADD, 1, table="features", values=cells)]).features
    assert len(features) == len(shipped.features) + 1
    themes = list(features["theme"])
    assert themes == sorted(themes, key=list(dict.fromkeys(shipped.features["theme"])).index)


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_replay_is_the_same_whatever_came_first(seed: int) -> None:
    chance = random.Random(seed)
    facts = [act(n, date=f"2026-0{1 + n % 5}-1{n % 9}") for n in range(6)]
    entries: list[Entry] = [*facts]
    for n, each in enumerate(facts):
        if chance.random() < 0.7:
            entries.append(accept(20 + n, each))
        if chance.random() < 0.5:
            fix = entry(Kind.ADD, 40 + n, table="events", about=each.id, values={"text_zh": f"更正 {n}"})
            entries += [fix, accept(60 + n, fix)]
        if chance.random() < 0.3:
            undo = entry(Kind.UNDO, 80 + n, about=each.id)
            entries += [undo, accept(100 + n, undo)]
    shuffled = chance.sample(entries, len(entries))
    assert now(shuffled) == now(entries)
    day = date(2026, 6, chance.randint(1, 5))
    assert set(e.id for e in now(entries, day)) <= {e.id for e in entries if e.day(ZONE) <= day}


def test_the_catalog_stays_as_it_is(tmp_path: Path) -> None:
    read = read_checked(catalogs.write_tiny(tmp_path / "tiny"), thorough=False)
    assert read.dictionary is not None
    before = {name: list(rows) for name, rows in read.rows.items()}
    one = entry(Kind.ADD, 1, table="events", values={"feature": "line-east", "date": "2024", "kind": "progress",
                "text_zh": "进展", "text_en": "Progress", "grade": "own-word"})  # fmt: skip
    put = replay(read.rows, read.dictionary.tables, [one])
    assert len(put.rows["events"]) == len(before["events"]) + 1 and put.faults == ()
    assert {name: list(rows) for name, rows in read.rows.items()} == before


def test_many_changes_of_many_rows_take_their_time_and_not_its_square(tmp_path: Path) -> None:
    """Rows that entries added are changed by later ones, each the right one; minutes if each were looked for."""
    read = read_checked(catalogs.write_tiny(tmp_path / "tiny"), thorough=False)
    assert read.dictionary is not None
    cells = {"measure": "recent-01-1-01", "date": "2024", "kind": "progress", "text_zh": "进展", "grade": "own-word"}
    facts = [entry(Kind.ADD, n % 24, id=f"{n:012x}" + "0" * 20, table="events", values=cells) for n in range(10_000)]
    keys = [(f"recent-01-1-01-j{each.id[:12]}",) for each in facts]
    told = [
        entry(Kind.CHANGE, n % 24, id=f"{n:012x}" + "1" * 20, table="events", key=key, values={"text_zh": f"第 {n} 条"})
        for n, key in enumerate(keys)
    ]
    start = time.process_time()
    put = replay(read.rows, read.dictionary.tables, [*facts, *told])
    assert time.process_time() - start < 10
    found = {row["id"]: row["text_zh"] for row in put.rows["events"]}
    assert [found[key] for (key,) in keys] == [f"第 {n} 条" for n in range(10_000)]
    assert put.faults == () and [each.before["text_zh"] for each in put.changes] == ["进展"] * 10_000
