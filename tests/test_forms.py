"""The half-year form: what it tells and asks, how a filled one is read, what it writes, and that it writes once."""

from __future__ import annotations

import io
import json
import subprocess
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from fonts import tool
from hypothesis import given
from hypothesis import strategies as st
from sheets import FORM, HEAD, TODAY, as_csv, filled, form, places
from writers import EVERYBODY, LI, MEASURE, WANG, ZHAO, decide, enrol

import cli
from analysis.filters import Filter
from analysis.view import View, look_at
from geodata import CATALOG, Register, edtf
from geodata.codes import Role
from geodata.hygiene import text_fault
from geodata.journal import current
from geodata.journal.door import Draft, Refused, write
from geodata.journal.entries import Kind
from geodata.journal.entries import Role as Rank
from geodata.journal.feed import entries_of
from geodata.journal.people import DESK, Person
from geodata.journal.reading import read_known
from geodata.journal.states import standings
from geodata.journal.store import Store, open_store
from outputs.forms.cells import meant
from outputs.forms.columns import ASKED, COLUMNS, SPARE, Column, statuses
from outputs.forms.faults import fault, note
from outputs.forms.grid import Cell, Grid, Value
from outputs.forms.proposing import Preview, checked, drafts_of, hand_in, preview
from outputs.forms.reading import Filled, read_form

SAYS = {"status": "推进中", "date": date(2026, 5, 20), "text_zh": "完成可行性研究。"}
NAME = "2026-H1_jiaotong_市交通局.xlsx"
CHEN = Person("chen@jt.example", "陈", Rank.EDITOR, ("jiaotong",))
WITH_TARGET = "d2017-06-1-06"
"""A measure of the bureau of commerce that promises a share."""


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A journal that people of the table write in."""
    monkeypatch.setenv(current.PLACE, str(tmp_path / "journal.db"))
    monkeypatch.setenv(current.WRITING, "sign-in")
    opened = open_store(str(tmp_path / "journal.db"))
    enrol(opened, *EVERYBODY, CHEN)
    return opened


@pytest.fixture(scope="module")
def empty(view: View) -> bytes:
    return form(view)


def held(store: Store) -> Any:
    with store.reading() as connection:
        return entries_of(connection)


def seen(store: Store, data: bytes, who: Person = WANG, name: str = NAME) -> Preview:
    """What a form would write, held against the register that everybody sees, and the door."""
    found = preview(read_form(data, name), read_known(CATALOG), held(store), who, TODAY)
    return checked(found, store, CATALOG, who.login)


def plain(data: bytes, register: Register, name: str = NAME) -> tuple[Draft, ...]:
    """What a form would write where nobody has written yet."""
    found = preview(read_form(data, name), register, (), None, TODAY)
    assert found.faults == ()
    return drafts_of(found)


def faults(found: Preview | Filled) -> list[tuple[str, str]]:
    return [(each.sheet, each.cell) for each in found.faults]


def test_the_same_register_makes_the_same_bytes(view: View, empty: bytes) -> None:
    assert form(view) == empty
    assert form(view, head=(7, "ab")) != empty
    with pytest.raises(KeyError):
        form(view, "nobody")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_measure_of_an_agency_has_its_row_the_leads_first(view: View, lang: str) -> None:
    register = view.register
    sheet = openpyxl.load_workbook(io.BytesIO(form(view, "fagai", lang=lang))).worksheets[1]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=HEAD + 1)]
    assigned = register["assignments"]
    own = assigned[assigned["agency"] == "fagai"].set_index("article")["role"].to_dict()
    measures = register["measures"]
    wanted = {row.id: own[row.article] for row in measures.itertuples() if row.article in own}
    told = [row for row in rows if row[0]]
    assert {row[0] for row in told} == set(wanted) and len(wanted) == 140
    order = [register.titles("role", lang)[code] for code in (Role.LEAD, Role.RESPONSIBLE, Role.COOPERATING)]
    roles = [row[2] for row in told]
    assert [register.titles("role", lang)[wanted[row[0]]] for row in told] == roles
    assert roles == sorted(roles, key=order.index)
    assert sum(not row[0] for row in rows) == SPARE + 1
    titles = measures.set_index("id")[f"title_{lang}"]
    assert all(row[1] == titles[row[0]] for row in told)
    assert [cell.value for cell in sheet[HEAD]] == [each.title.in_(lang) for each in COLUMNS]


def test_what_is_told_is_locked_and_what_is_asked_is_open(view: View) -> None:
    book = openpyxl.load_workbook(io.BytesIO(form(view, "shangwu")))
    sheet, hidden = book[FORM], book["_guantu"]
    assert book.sheetnames == ["填报说明", FORM, "_guantu"] and hidden.sheet_state == "veryHidden"
    assert sheet.protection.sheet and not sheet.protection.password
    at = places(sheet)
    assert all(
        sheet.cell(HEAD + 1, at[each.key]).protection.locked != each.is_open for each in COLUMNS if each.key != "number"
    )
    by_measure = {sheet.cell(row, 1).value: row for row in range(HEAD + 1, sheet.max_row)}
    number = at["number"]
    assert not sheet.cell(by_measure[WITH_TARGET], number).protection.locked
    assert sheet.cell(by_measure[WITH_TARGET], at["target"]).value == "公路口岸覆盖率：100 %"
    assert sheet.cell(by_measure["d2017-06-1-03"], number).protection.locked
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (8, "landscape")
    assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.fitToHeight == 0
    assert sheet.auto_filter.ref == f"A{HEAD}:Q{sheet.max_row}" and not sheet.protection.autoFilter
    assert sheet.freeze_panes == "C4" and sheet.print_title_rows == "$3:$3"
    assert {cell.font.name for row in sheet.iter_rows(min_row=HEAD) for cell in row} == {"宋体"}
    assert all(sheet.cell(HEAD + 1, at[each.key]).alignment.wrap_text for each in COLUMNS)
    told = {hidden.cell(row, 1).value: hidden.cell(row, 2).value for row in range(1, 8)}
    assert (told["period"], told["agency"], told["version"]) == ("2026-H1", "shangwu", view.version)
    guide = "\n".join(str(row[1]) for row in book["填报说明"].iter_rows(values_only=True) if row[1])
    assert "请在 2026-06-30 前交回" in guide and "每年 6 月底和 12 月底前报市发展和改革局汇总" in guide


def test_lists_bounds_and_lengths_stand_in_the_file(view: View) -> None:
    book = openpyxl.load_workbook(io.BytesIO(form(view, "shangwu")))
    sheet, hidden = book[FORM], book["_guantu"]
    at = {sheet.cell(HEAD, place).column_letter: key for key, place in places(sheet).items()}
    rules = {}
    for rule in sheet.data_validations.dataValidation:
        rules[at[str(rule.sqref)[0]]] = rule
    assert rules["status"].formula1 == '"' + ",".join(statuses("zh")) + '"'
    assert (rules["date"].type, rules["date"].operator) == ("date", None) and rules["date"].formula1 == "40952"
    assert date(1899, 12, 30).toordinal() + 40952 == date(2012, 2, 13).toordinal()
    lengths = {each.key: str(each.longest) for each in ASKED if each.longest}
    assert {key: rules[key].formula1 for key in lengths} == lengths and lengths["text_zh"] == "500"
    first, last = (int(end.rpartition("$")[2]) for end in rules["measure"].formula1.split(":"))
    listed = [hidden.cell(row, 1).value for row in range(first, last + 1)]
    own = list(dict.fromkeys(cell.value for (cell,) in sheet.iter_rows(min_row=HEAD + 1, max_col=1) if cell.value))
    assert [each.split()[0] for each in listed] == own and len(own) == 148
    assert str(rules["measure"].sqref) == f"A{sheet.max_row - SPARE + 1}:A{sheet.max_row}"
    assert all(rule.promptTitle and rule.prompt for rule in rules.values())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_form_that_nobody_touched_has_nothing_moved(view: View, lang: str) -> None:
    found = preview(read_form(form(view, "shangwu", lang=lang), NAME), view.register, (), None, view.day)
    assert found.filled.lang == lang and len(found.rows) == 148
    assert found.faults == () and found.notes == () and not any(row.moved for row in found.rows)


def test_an_empty_form_is_handed_in_and_says_nothing_else(store: Store, empty: bytes) -> None:
    found = seen(store, empty)
    assert found.faults == () and found.notes == () and {row.outcome for row in found.rows} == {"empty"}
    (note,) = drafts_of(found)
    measures = len({row.row.measure for row in found.rows})
    assert (note.kind, note.table, note.text) == (Kind.NOTE, "", NAME)
    assert note.values == {"period": "2026-H1", "agency": "jiaotong", "rows": str(measures)}
    assert len(hand_in(found, store, CATALOG, WANG.login)) == 1
    assert drafts_of(seen(store, empty)) == () and drafts_of(seen(store, empty, CHEN, "改名.xlsx")) == ()
    (entry,) = held(store)
    assert (entry.author, entry.agency, entry.kind) == (WANG.login, "jiaotong", "note")


def test_no_change_writes_nothing_more(register: Register, empty: bytes) -> None:
    (note,) = plain(filled(empty, {MEASURE: {"status": "无变化"}}), register)
    assert note.kind == Kind.NOTE


def test_a_row_is_a_source_a_fact_and_what_it_shows(store: Store, empty: bytes) -> None:
    found = seen(store, filled(empty, {MEASURE: SAYS}))
    source, event, evidence, note = drafts_of(found)
    assert {each.agency for each in (source, event, evidence, note)} == {"jiaotong"}
    assert source.values == {
        "title_zh": f"市交通局 2026 年上半年自报（{MEASURE}）",
        "title_en": f"Transport Bureau: own report, first half of 2026 ({MEASURE})",
        "publisher_zh": "市交通局",
        "publisher_en": "Transport Bureau",
        "grade": "own-word",
    }
    row = f"s-j{source.id[:12]}"
    assert event.values == {
        "measure": MEASURE,
        "kind": "progress",
        "date": "2026-05-20",
        "source": row,
        "grade": "own-word",
        "text_zh": "完成可行性研究。",
    }
    assert evidence.values == {
        "event": f"{MEASURE}-j{event.id[:12]}",
        "measure": MEASURE,
        "fit": "direct",
        "shows": "under-way",
    }
    assert len(hand_in(found, store, CATALOG, WANG.login)) == 4
    assert "own-word" not in set(read_known(CATALOG)["events"]["grade"])
    write(store, CATALOG, LI.login, decide(Kind.ACCEPT, source, event, evidence))
    register = read_known(CATALOG)
    (kept,) = [each for each in register.evidence_of[MEASURE] if each.event == f"{MEASURE}-j{event.id[:12]}"]
    assert kept.shows == "under-way"
    sheet = openpyxl.load_workbook(io.BytesIO(form(look_at(register, Filter(), TODAY))))[FORM]
    (told,) = [cells[6] for cells in sheet.iter_rows(values_only=True) if cells[0] == MEASURE]
    assert told == f"2026-05-20：完成可行性研究。（市交通局 2026 年上半年自报（{MEASURE}））"


def test_what_is_done_is_an_act_and_a_number_a_value_of_its_target(store: Store, view: View) -> None:
    qian = Person("qian@sw.example", "钱", Rank.EDITOR, ("shangwu",))
    enrol(store, *EVERYBODY, qian)
    row = {"status": "已完成", "date": "2026-03", "text_zh": "全部覆盖。", "number": 100, "source": "《东莞日报》"}
    found = seen(store, filled(form(view, "shangwu"), {WITH_TARGET: row}), qian)
    source, event, evidence, observation, _ = drafts_of(found)
    assert found.faults == () and source.values == {"title_zh": "《东莞日报》", "grade": "own-word"}
    assert event.values["kind"] == "act" and event.values["date"] == "2026-03"
    assert observation.values == {
        "target": f"{WITH_TARGET}-t1",
        "metric": "target-value",
        "value": "100",
        "unit": "%",
        "date": "2026-03",
        "source": event.values["source"],
        "grade": "own-word",
    }
    hand_in(found, store, CATALOG, qian.login)
    write(store, CATALOG, LI.login, decide(Kind.ACCEPT, source, event, evidence, observation))
    register = read_known(CATALOG)
    assert [each.number for each in register.observations_of[f"{WITH_TARGET}-t1"]] == [100.0]
    before, after = (look_at(each, Filter(), TODAY).standing.measure_status for each in (view.register, register))
    assert before[WITH_TARGET].verdict.outcome == "no-evidence"
    # Its due date was June 2017, and the act is dated long after it.
    assert after[WITH_TARGET].verdict.outcome == "met-late"


def test_each_number_that_a_measure_promises_has_its_row(register: Register, view: View) -> None:
    twin = "d2017-16-1-03"
    first, second = register.targets_of[twin]
    agency = register.assignments_of["d2017-16-1"][0].agency
    data = form(view, agency)
    sheet = openpyxl.load_workbook(io.BytesIO(data))[FORM]
    at = [row for row in range(HEAD + 1, sheet.max_row + 1) if sheet.cell(row, 1).value == twin]
    assert [sheet.cell(row, places(sheet)["target"]).value for row in at] == [
        "参加结对的镇街数：6 个镇街",
        "昭通结对县（区）数：6 个县（区）",
    ]
    rows = {at[0]: {"number": "5个镇街", "date": "2026-05"}, at[1]: {"number": 4, "date": "2026-04"}}
    rows[1000] = {"measure": twin, "number": 3, "date": "2026-03"}
    found = preview(read_form(filled(data, rows), NAME.replace("jiaotong", agency)), register, (), None, TODAY)
    assert faults(found) == [(FORM, "N1000")]
    assert drafts_of(found) == ()
    drafts = [said.draft for _, said in found.said]
    values = [each.values for each in drafts if each.table == "observations"]
    assert [(each["target"], each["value"], each["date"]) for each in values] == [
        (first.id, "5", "2026-05"), (second.id, "4", "2026-04")]  # fmt: skip
    assert not [each for each in drafts if each.table in ("events", "evidence")]


def test_a_source_that_is_known_is_named_and_a_new_one_is_added_once(store: Store, empty: bytes) -> None:
    known = next(row for row in read_known(CATALOG)["sources"].itertuples() if row.url)
    spare = 1 + openpyxl.load_workbook(io.BytesIO(empty))[FORM].max_row - SPARE
    new = "见 https://www.dg.gov.cn/a/1.html"
    rows = {
        MEASURE: SAYS | {"source": f"市府网站 {known.url}"},
        spare: SAYS | {"measure": f"{MEASURE} 标题", "text_zh": "甲。", "source": new},
        spare + 1: SAYS | {"measure": MEASURE, "text_zh": "乙。", "source": new},
    }
    found = seen(store, filled(empty, rows))
    assert found.faults == ()
    drafts = drafts_of(found)
    sources = [each for each in drafts if each.table == "sources"]
    events = {each.values["text_zh"]: each.values["source"] for each in drafts if each.table == "events"}
    (added,) = sources
    assert added.values == {"title_zh": "见", "url": "https://www.dg.gov.cn/a/1.html", "grade": "own-word"}
    assert events == {"完成可行性研究。": known.id, "甲。": f"s-j{added.id[:12]}", "乙。": f"s-j{added.id[:12]}"}


def test_a_new_due_date_needs_who_decided_and_the_date_as_it_was_seen(store: Store, empty: bytes) -> None:
    row = {"due_new": date(2027, 12, 31), "due_by": "市政府批复"}
    found = seen(store, filled(empty, {MEASURE: row}))
    change, _ = drafts_of(found)
    due = str(read_known(CATALOG)["measures"].set_index("id").loc[MEASURE, "due_date"] or "")
    assert (change.kind, change.key, change.text) == (Kind.CHANGE, (MEASURE,), "2026-H1")
    assert change.values == {"due_date": "2027-12-31", "due_text": "2027-12-31（市政府批复）"}
    assert change.seen == {"due_date": due}
    hand_in(found, store, CATALOG, WANG.login)
    write(store, CATALOG, LI.login, decide(Kind.ACCEPT, change))
    late = seen(store, filled(empty, {MEASURE: row | {"due_new": date(2028, 12, 31)}}))
    assert faults(late) == [(FORM, late.rows[0].row.cell("due_new").rstrip("0123456789") + cell_row(late, MEASURE))]
    assert f"领表时是 {due or '–'}，现在是 2027-12-31" in late.faults[0].expected.zh
    moved = next(row.moved for row in late.rows if row.row.measure == MEASURE)
    shown = {each.key: (each.form, each.then, each.now) for each in moved}["due"]
    assert shown[0] == shown[1] != shown[2] == "2027-12-31（市政府批复）"


def cell_row(found: Preview, measure: str) -> str:
    return str(next(each.row.number for each in found.rows if each.row.measure == measure))


def test_what_is_written_into_a_grey_cell_is_said_to_be_lost(store: Store, empty: bytes) -> None:
    found = seen(store, filled(empty, {MEASURE: {**SAYS, "title": "别的标题"}}))
    (row,) = [each for each in found.rows if each.row.measure == MEASURE]
    (moved,) = row.moved
    title = read_known(CATALOG)["measures"].set_index("id").loc[MEASURE, "title_zh"]
    assert (moved.key, moved.form, moved.then, moved.now) == ("title", "别的标题", title, title) and moved.is_lost
    assert [note.cell for note in found.notes] == [row.row.cell("title")] and len(drafts_of(found)) == 4


def test_the_same_form_twice_is_written_once_whoever_sends_it(store: Store, empty: bytes) -> None:
    data = filled(empty, {MEASURE: SAYS})
    assert len(hand_in(seen(store, data), store, CATALOG, WANG.login)) == 4
    before = store.head()
    for who in (WANG, CHEN):
        again = seen(store, data, who, "副本.xlsx")
        assert drafts_of(again) == () and again.count("there") == 1
        assert hand_in(again, store, CATALOG, who.login) == ()
    assert store.head() == before
    more = seen(store, filled(empty, {MEASURE: {**SAYS, "text_zh": "完成可行性研究报批。"}}))
    assert len(drafts_of(more)) == 4 and [note.cell for note in more.notes] == [more.said[0][0].row.cell("status")]


def test_one_fault_and_nothing_of_the_form_is_written(store: Store, empty: bytes) -> None:
    second = openpyxl.load_workbook(io.BytesIO(empty))[FORM].cell(HEAD + 2, 1).value
    found = seen(store, filled(empty, {MEASURE: SAYS, second: {"status": "已完成", "date": date(2026, 1, 5)}}))
    assert faults(found) == [(FORM, f"L{HEAD + 2}")] and found.count("new") == 1 and drafts_of(found) == ()
    with pytest.raises(ValueError):
        hand_in(found, store, CATALOG, WANG.login)
    assert store.head()[0] == 0


def test_rows_columns_and_sheets_may_be_moved_sorted_renamed_and_taken_away(register: Register, empty: bytes) -> None:
    data = filled(empty, {MEASURE: SAYS})
    wanted = plain(data, register)

    def shuffled(book: Any) -> None:
        old = book[FORM]
        rows = [list(row) for row in old.iter_rows(min_row=HEAD, values_only=True)]
        head, body = rows[0], [row for row in rows[1:] if row[0]][::-1]
        order = sorted(range(len(head)), key=lambda place: -place)
        new = book.create_sheet("新的一页", 0)
        new.append(["随便写的一行"])
        for row in [head, *body]:
            new.append([row[place] for place in order])
        del book[FORM]

    def translated(book: Any) -> None:
        sheet = book[FORM]
        for each, cell in zip(COLUMNS, sheet[HEAD], strict=True):
            cell.value = each.title.en

    def shorter(book: Any) -> None:
        sheet = book[FORM]
        for row in range(sheet.max_row, HEAD, -1):
            if sheet.cell(row, 1).value != MEASURE:
                sheet.delete_rows(row)
        sheet.delete_cols(places(sheet)["text_en"])

    for change in (shuffled, translated):
        assert plain(filled(data, {}, change), register) == wanted
    short = preview(read_form(filled(data, {}, shorter), NAME), register, (), None, TODAY)
    assert [each for each in drafts_of(short) if each.kind != Kind.NOTE] == list(wanted[:-1])
    assert drafts_of(short)[-1].values["rows"] == "1"
    texts = [note.text.zh for note in short.notes]
    assert any("英文说明" in text for text in texts) and any("项措施不在表里" in text for text in texts)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_says_the_same(register: Register, empty: bytes, encoding: str) -> None:
    data = filled(empty, {MEASURE: SAYS | {"date": "2026-05-20"}})
    name = NAME.replace(".xlsx", ".csv")
    found = preview(read_form(as_csv(data, encoding), name), register, (), None, TODAY)
    assert found.faults == () and [each.cell for each in found.notes] == [""]
    ours = [(each.id, each.values) for each in plain(data, register)]
    assert [(each.id, each.values) for each in drafts_of(found)] == ours
    (nobody,) = preview(read_form(as_csv(data, encoding), "表.csv"), register, (), None, TODAY).faults
    assert "2026-H2_" in nobody.mend.zh


WRITTEN: tuple[tuple[str, object, str], ...] = (
    *(("date", text, "2026-05-20") for text in ("2026年5月20日", "2026/5/20", "2026.5.20", "20260520", 20260520)),
    *(("date", text, "2026-05-20") for text in ("２０２６－０５－２０", "2026 年 05 月 20 日", "46162")),
    *(("date", text, "2026-05-20") for text in (datetime(2026, 5, 20, 8, 30), "2026-05-20 00:00:00", "2026-5-20")),
    ("date", "2026年5月", "2026-05"),
    ("date", "2026", "2026"),
    ("number", "１００", "100"),
    ("number", "1,234.50", "1234.5"),
    ("number", "38.85%", "38.85"),
    ("number", 0.1, "0.1"),
    ("number", -0.0, "0"),
    ("number", 1e-7, "0.0000001"),
    ("status", " 推进中 ", "under-way"),
    ("status", "Under way", "under-way"),
    ("status", "under-way", "under-way"),
    ("text_zh", " 完成。\n报批。\t ", "完成。 报批。"),
    ("text_zh", "完成_x000D_报批。", "完成 报批。"),
    ("text_zh", "甲" * 500, "甲" * 500),
    ("source", 202612, "202612"),
)  # fmt: skip


def test_what_clerks_write_is_mended_and_the_mending_is_said(view: View) -> None:
    rows = {1000 + at: {"measure": WITH_TARGET, "target": "公路口岸覆盖率：100 %", key: text}
            for at, (key, text, _) in enumerate(WRITTEN)}  # fmt: skip
    found = read_form(filled(form(view, "shangwu"), rows), NAME)
    read = {each.number: each for each in found.rows}
    assert found.faults == ()
    for at, (key, _, wanted) in enumerate(WRITTEN, start=1000):
        assert read[at].values == {key: wanted}, WRITTEN[at - 1000]
    # Days and numbers that are such in the file, codes, and what stands there as it is kept.
    kept = {at for at, (key, text, wanted) in enumerate(WRITTEN, start=1000)
            if key == "status" or str(text) == wanted or isinstance(text, float | datetime)}  # fmt: skip
    assert [note.cell for note in found.notes] == [
        read[at].cell(WRITTEN[at - 1000][0]) for at in read if at not in kept and at >= 1000
    ]


def test_days_that_count_from_1904_and_shares_of_a_hundred(view: View) -> None:
    def mac(book: Any) -> None:
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
        sheet = book[FORM]
        row = next(row for row in range(HEAD, 40) if sheet.cell(row, 1).value == WITH_TARGET)
        at = places(sheet)
        sheet.cell(row, at["date"]).number_format = "General"
        sheet.cell(row, at["date"]).value = 46162 - 1462
        sheet.cell(row, at["number"]).number_format = "0.0%"
        sheet.cell(row, at["number"]).value = 0.855

    found = read_form(filled(form(view, "shangwu"), {}, mac), NAME)
    (row,) = [each for each in found.rows if each.measure == WITH_TARGET]
    assert found.faults == () and row.values == {"date": "2026-05-20", "number": "85.5"}


def test_what_the_door_finds_stands_at_its_cell(store: Store, empty: bytes) -> None:
    garbled = {1000: {**SAYS, "text_zh": "锟斤拷"}, 1001: {**SAYS, "text_en": "TODO"}}
    garbled[1002] = {"due_new": date(2027, 12, 31), "due_by": "市政府？？"}
    unsound = {1000: {**SAYS, "source": "https://localhost/a"}}
    unsound[1001] = {"due_new": date(2099, 12, 31), "due_by": "市政府"}
    for rows, wanted in ((garbled, {"L1000", "M1001", "Q1002"}), (unsound, {"O1000", "P1001"})):
        found = seen(store, filled(empty, {at: {**row, "measure": MEASURE} for at, row in rows.items()}))
        assert {cell for _, cell in faults(found)} == wanted
        assert all(each.mend.zh and each.expected.zh and each.expected.en for each in found.faults)


FAULTY: tuple[tuple[dict[str, object], str], ...] = (
    ({"status": "进行"}, "status"),
    ({"status": "无变化", "text_zh": "没有。"}, "status"),
    ({"text_zh": "完成。"}, "status"),
    ({"status": "推进中", "text_zh": "完成。"}, "date"),
    ({"status": "推进中", "date": date(2026, 5, 1)}, "text_zh"),
    ({**SAYS, "date": date(2026, 6, 21)}, "date"),
    ({**SAYS, "date": date(2012, 2, 12)}, "date"),
    ({**SAYS, "date": "2026-02-30"}, "date"),
    ({**SAYS, "date": "上半年"}, "date"),
    ({**SAYS, "date": 2026.5}, "date"),
    ({**SAYS, "number": 5}, "number"),
    ({**SAYS, "number": "约5"}, "number"),
    ({**SAYS, "text_zh": "甲" * 501}, "text_zh"),
    ({**SAYS, "text_zh": "甲\u202e乙"}, "text_zh"),
    ({**SAYS, "text_zh": "甲_x0007_乙"}, "text_zh"),
    ({**SAYS, "text_zh": True}, "text_zh"),
    ({**SAYS, "text_zh": "=1+1"}, "text_zh"),
    ({**SAYS, "text_zh": "#REF!"}, "text_zh"),
    ({**SAYS, "title": "=A1"}, "title"),
    ({"due_new": "2027年", "due_by": "市政府"}, "due_new"),
    ({"due_by": "市政府"}, "due_new"),
    ({"due_new": date(2027, 1, 1)}, "due_by"),
    ({**SAYS, "measure": "d2017-99-1-01"}, "measure"),
    ({**SAYS, "measure": "d2017-22-1-01"}, "measure"),
    ({"measure": "d2017-22-1-01"}, "measure"),
    ({**SAYS, "measure": None}, "measure"),
)


def test_a_fault_names_its_cell_and_how_to_mend_it(register: Register, empty: bytes) -> None:
    rows = {1000 + at: {"measure": MEASURE, **row} for at, (row, _) in enumerate(FAULTY)}
    found = preview(read_form(filled(empty, rows), NAME), register, (), None, TODAY)
    letters = dict(zip((each.key for each in COLUMNS), "ABCDEFGHIJKLMNOPQ", strict=True))
    wanted = [(FORM, f"{letters[key]}{1000 + at}") for at, (_, key) in enumerate(FAULTY)]
    assert sorted(faults(found), key=lambda each: int(each[1][1:])) == wanted
    for each in found.faults:
        for lang in ("zh", "en"):
            line = each.in_(lang)
            assert all(text.in_(lang) and text.in_(lang) in line for text in (each.expected, each.mend, each.found))
            assert line.startswith(f"{FORM}!{each.cell}")


@given(
    st.sampled_from([each for each in COLUMNS if each.is_open]),
    st.text(max_size=30)
    | st.floats()
    | st.booleans()
    | st.dates()
    | st.from_regex(r"[0-9０-９年月日./ -]{1,12}", fullmatch=True),
    st.booleans(),
)
def test_whatever_stands_in_a_cell_means_something_sound_or_is_wrong(
    column: Column, value: Value, percent: bool
) -> None:
    found = meant(Cell("A1", value, is_percent=percent), column, Grid("a", {}), "率：100 %")
    assert not (found.value and found.wrong)
    if found.wrong:
        assert all(
            fault("a", "A1", value, found.wrong, title=column.title, **found.told).in_(lang) for lang in ("zh", "en")
        )
    if found.note:
        assert note("a", "A1", f"cell-{found.note}", was=value, **found.told).in_("en")
    if found.value and column.key in ("date", "due_new"):
        assert edtf.bounds(found.value)
    elif found.value and column.key == "number":
        assert abs(float(found.value)) <= 1e17 and "e" not in found.value
    elif found.value and column.longest:
        assert len(found.value) <= column.longest and text_fault(found.value) is None


def test_repeated_rows_count_once_and_two_due_dates_are_a_fault(register: Register, empty: bytes) -> None:
    spare = 1 + openpyxl.load_workbook(io.BytesIO(empty))[FORM].max_row - SPARE
    twice = filled(empty, {MEASURE: SAYS, spare: {**SAYS, "measure": MEASURE}})
    found = preview(read_form(twice, NAME), register, (), None, TODAY)
    assert found.faults == () and len(drafts_of(found)) == 4
    assert found.rows[-1].outcome == "twice" and [note.cell for note in found.notes] == [f"J{spare}"]
    due = {"due_new": date(2027, 12, 31), "due_by": "市政府"}
    both = {MEASURE: due, spare: {**due, "due_new": date(2028, 12, 31), "measure": MEASURE}}
    found = preview(read_form(filled(empty, both), NAME), register, (), None, TODAY)
    assert faults(found) == [(FORM, f"P{spare}")]


def test_what_was_sent_back_is_shown_and_said_anew(store: Store, view: View, empty: bytes) -> None:
    data = filled(empty, {MEASURE: SAYS})
    first = seen(store, data)
    hand_in(first, store, CATALOG, WANG.login)
    source, event, evidence, _ = drafts_of(first)
    write(store, CATALOG, LI.login, decide(Kind.RETURN, source, event, evidence, text="请附批文"))
    day = held(store)[-1].time[:10]

    def returned(cells: bytes) -> list[str]:
        sheet = openpyxl.load_workbook(io.BytesIO(cells))[FORM]
        return [row[7] for row in sheet.iter_rows(min_row=HEAD + 1, values_only=True) if row[7]]

    fresh = form(view, standings=standings(held(store)))
    assert (
        returned(fresh) == [f"{day} 请附批文"]
        and returned(form(view, "shuiwu", standings=standings(held(store)))) == []
    )
    same = seen(store, data)
    assert same.count("returned") == 1 and drafts_of(same) == ()
    again = seen(store, filled(fresh, {MEASURE: {**SAYS, "source": "东交〔2026〕5号"}}))
    about = {each.table: each.about for each in drafts_of(again)}
    assert again.faults == ()
    assert about == {"sources": "", "events": event.id, "evidence": evidence.id, "": ""}
    own = seen(store, filled(fresh, {MEASURE: {**SAYS, "text_zh": "完成可行性研究批复。"}}))
    assert {each.table: each.about for each in drafts_of(own)}["sources"] == source.id
    hand_in(own, store, CATALOG, WANG.login)
    assert returned(form(view, standings=standings(held(store)))) == []
    write(store, CATALOG, LI.login, decide(Kind.ACCEPT, *drafts_of(own)[:3]))
    assert "完成可行性研究批复。" in set(read_known(CATALOG)["events"]["text_zh"])


def test_of_another_half_year_nothing_is_answered(store: Store, empty: bytes) -> None:
    first = seen(store, filled(empty, {MEASURE: SAYS}))
    hand_in(first, store, CATALOG, WANG.login)
    write(store, CATALOG, LI.login, decide(Kind.RETURN, *drafts_of(first)[:3], text="请附批文"))
    other = read_form(filled(empty, {MEASURE: {**SAYS, "text_zh": "别的。"}}), NAME)
    found = preview(replace(other, period="2026-H2"), read_known(CATALOG), held(store), WANG, TODAY)
    assert {each.about for each in drafts_of(found)} == {""}


def test_what_was_withdrawn_may_be_said_again(store: Store, empty: bytes) -> None:
    data = filled(empty, {MEASURE: SAYS})
    first = seen(store, data)
    hand_in(first, store, CATALOG, WANG.login)
    write(store, CATALOG, WANG.login, decide(Kind.WITHDRAW, *drafts_of(first)[:3]))
    again = seen(store, data)
    assert again.count("new") == 1 and len(hand_in(again, store, CATALOG, WANG.login)) == 3


def test_nobody_hands_in_for_another_agency(store: Store, empty: bytes) -> None:
    data = filled(empty, {MEASURE: SAYS})
    (wrong,) = seen(store, data, ZHAO).faults
    assert "市水务局" in wrong.expected.zh and "市交通局" in wrong.found.zh
    found = preview(read_form(data, NAME), read_known(CATALOG), held(store), None, TODAY)
    with pytest.raises(Refused):
        hand_in(found, store, CATALOG, ZHAO.login)
    assert store.head()[0] == 0


def test_a_form_that_libreoffice_has_saved_says_the_same(view: View, empty: bytes, tmp_path: Path) -> None:
    office = tool("soffice")
    (tmp_path / "form.xlsx").write_bytes(empty)
    profile = (tmp_path / "profile").as_uri()
    done = subprocess.run(
        [office, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML",
         "--outdir", "out", "form.xlsx"],
        cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    theirs = (tmp_path / "out" / "form.xlsx").read_bytes()
    assert theirs != empty
    row = {MEASURE: {**SAYS, "source": "东交〔2026〕5号"}}
    ours = read_form(filled(empty, row), NAME)
    found = read_form(filled(theirs, row), NAME)
    assert found == ours and found.faults == () and found.notes == () and len(found.then) > 20
    sheet = openpyxl.load_workbook(io.BytesIO(theirs))[FORM]
    lists = {str(each.formula1) for each in sheet.data_validations.dataValidation if each.type == "list"}
    assert any("推进中" in each for each in lists) and any("_guantu" in each for each in lists)


def test_the_terminal_makes_forms_and_takes_them_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(current.PLACE, str(tmp_path / "journal.db"))
    monkeypatch.setenv(current.WRITING, "desk")
    monkeypatch.chdir(tmp_path)
    assert cli.main(["forms", "--period", "2025-H2", "--agency", "市交通局", "--agency", "shuiwu"]) == 0
    names = sorted(path.name for path in (tmp_path / "guantu-forms-2025-H2").iterdir())
    assert names == ["2025-H2_jiaotong_市交通局.xlsx", "2025-H2_shuiwu_市水务局.xlsx"]
    path = tmp_path / "guantu-forms-2025-H2" / names[0]
    path.write_bytes(filled(path.read_bytes(), {MEASURE: {**SAYS, "date": date(2025, 9, 1)}}))
    capsys.readouterr()
    assert cli.main(["hand-in", str(path), "--preview", "--format", "json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert (told["agency"], told["period"], len(told["entries"]), told["faults"]) == ("jiaotong", "2025-H2", 4, [])
    store = open_store(str(tmp_path / "journal.db"))
    assert store.head()[0] == 0
    assert cli.main(["hand-in", str(path)]) == 0 and store.head()[0] == 4
    assert cli.main(["hand-in", str(path)]) == 0 and store.head()[0] == 4
    assert {link.entry.author for link in store.links()} == {DESK}
    out = capsys.readouterr()
    assert "要登记" in out.out and "已登记过" in out.out and "there already" in out.err
    path.write_bytes(filled(path.read_bytes(), {MEASURE: {"status": "不知道"}}))
    assert cli.main(["hand-in", str(path)]) == 1 and store.head()[0] == 4
    assert f"{FORM}!J" in capsys.readouterr().err
    monkeypatch.setenv(current.WRITING, "")
    path.write_bytes(filled(path.read_bytes(), {MEASURE: {"status": "已完成"}}))
    assert cli.main(["hand-in", str(path), "--as", DESK]) == 2
    assert cli.main(["hand-in", str(path)]) == 2 and store.head()[0] == 4
    monkeypatch.setenv(current.WRITING, "sign-in")
    enrol(store)
    assert cli.main(["hand-in", str(path), "--as", WANG.login]) == 0 and store.head()[0] == 8
    capsys.readouterr()
    assert cli.main(["forms", "all.xlsx", "--each-agency"]) == 2
    assert cli.main(["hand-in", "none.xlsx", "--as", WANG.login]) == 2
    assert cli.main(["forms", "x", "--agency", "nobody"]) == 2
    with pytest.raises(SystemExit):
        cli.main(["forms", "--period", "2026-H3"])
    monkeypatch.setenv(current.PLACE, "")
    assert cli.main(["hand-in", str(path)]) == 2
    err = capsys.readouterr().err
    assert "nobody" in err and "none.xlsx" in err and "2026-H1" in err and current.PLACE in err
