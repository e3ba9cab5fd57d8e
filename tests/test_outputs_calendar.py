"""The calendar: read back by two libraries, the same bytes each time, and what the terminal says of it."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import ics
import pytest
from dateutil.rrule import rrulestr
from icalendar import Calendar

import cli
from analysis.deadlines import Deadline, deadlines, runs
from analysis.filters import Filter
from analysis.view import View, look_at
from geodata import CATALOG, Register, read_register
from geodata.codes import Recurrence
from geodata.journal.entries import Entry, Kind
from outputs.tables.calendar import span
from outputs.tables.ics import calendar_of

BEGIN, END = date(2017, 11, 8), date(2027, 12, 31)
REPORT, TRUNK = "d2017-29-1-05", "d2017-24-1-02"


@pytest.fixture(scope="module")
def found(view: View) -> list[Deadline]:
    return deadlines(view, BEGIN, END)


@pytest.fixture(scope="module")
def made(view: View, found: list[Deadline]) -> bytes:
    return calendar_of(view, found, "zh")


def events(made: bytes) -> dict[str, Any]:
    return {str(each["uid"]): each for each in Calendar.from_ical(made).walk("VEVENT")}


def test_every_deadline_comes_back_on_its_day(made: bytes, found: list[Deadline]) -> None:
    """What recurs is one event, and its rule gives the days of `analysis.periods`, no more and no fewer."""
    read = events(made)
    assert list(read) == [f"{run[0].measure.id}.{run[0].kind}@guantu" for run in runs(found)]
    for run, event in zip(runs(found), read.values(), strict=True):
        assert event.decoded("dtstart") == run[0].day and type(event.decoded("dtstart")) is date
        assert event.decoded("dtend") == run[0].day + timedelta(days=1)
        days = [run[0].day]
        if len(run) > 1:
            rule = rrulestr(
                event["rrule"].to_ical().decode(), dtstart=datetime.combine(run[0].day, datetime.min.time())
            )
            days = [each.date() for each in rule]
        assert days == [each.day for each in run]
    rules = {run[0].measure.recurrence for run in runs(found) if len(run) > 1}
    assert rules == {Recurrence.MONTHLY, Recurrence.TWICE_YEARLY, Recurrence.YEARLY}


def test_another_reader_finds_the_same(made: bytes, found: list[Deadline]) -> None:
    other = ics.Calendar(made.decode())
    assert {each.uid: (each.begin.date(), each.name, each.all_day) for each in other.events} == {
        f"{run[0].measure.id}.{run[0].kind}@guantu": (
            run[0].day, f"{run[0].kind.words.zh}：{run[0].measure.title.zh}", True,
        )
        for run in runs(found)
    }  # fmt: skip
    assert all([alarm.trigger for alarm in each.alarms] == [timedelta(days=-14)] for each in other.events)


def test_the_lines_are_those_of_the_standard(made: bytes) -> None:
    lines = made.split(b"\r\n")
    assert lines[-1] == b"" and b"\n" not in b"".join(lines) and max(map(len, lines)) <= 75
    for line in lines:
        line.decode("utf-8")
    assert made == made.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def test_an_event_says_what_it_rests_on(view: View, found: list[Deadline], made: bytes) -> None:
    report = events(made)[f"{REPORT}.report@guantu"]
    assert str(report["summary"]) == "报送：每半年报送合作事项"
    lines = str(report["description"]).split("\n")
    assert lines[:4] == [
        "条文：东府办〔2017〕136号 第二十九条 加强督促落实",
        "期限原文：每年6月底和12月底前",
        "牵头：市发改局",
        "配合：各相关部门、各镇街(园区)",
    ]
    assert lines[4].endswith("2025-H2 本期没有来源、2026-H1 本期进行中"), "only periods that have begun"
    assert lines[-1] == f"在莞图中的地址：?show=measures:{REPORT}&lang=zh"
    trunk = events(calendar_of(view, found, "en"))[f"{TRUNK}.due@guantu"]
    assert str(trunk["summary"]).startswith("Due: Seek to extend Super China Link")
    assert "As of 2026-03-31: No evidence" in str(trunk["description"])
    assert int(trunk["sequence"]) == 0 and "rrule" not in trunk
    assert trunk["transp"] == "TRANSPARENT"


def test_the_same_deadlines_give_the_same_bytes(view: View, found: list[Deadline], made: bytes) -> None:
    assert calendar_of(view, found, "zh") == made
    assert {each.decoded("dtstamp").isoformat() for each in events(made).values()} == {"2026-03-31T00:00:00+00:00"}


def test_a_moved_date_is_a_newer_word_on_the_same_event() -> None:
    cells = {"due_date": "2026-05-31", "due_text": "2026年5月"}
    why = "专题会议；\\n决定, 延期\x07"
    move = Entry(
        Kind.CHANGE,
        "a",
        "fagai",
        "editor",
        "measures",
        (TRUNK,),
        cells,
        text=why,
        time="2026-02-01T00:00:00.000000Z",
    )
    view = look_at(read_register(CATALOG, [move]), Filter(), date(2026, 3, 31))
    (event,) = [
        each
        for name, each in events(calendar_of(view, deadlines(view, date(2026, 1, 1), END), "zh")).items()
        if ".due" in name
    ]
    assert str(event["uid"]) == f"{TRUNK}.due@guantu" and int(event["sequence"]) == 1
    lines = str(event["description"]).split("\n")
    assert "期限变动：期限改过一次，最初承诺 2017-12-31" in lines
    assert "2017-12-31 改为 2026-05-31（市发改局，2026-02-01：专题会议；\\n决定, 延期\ufffd）" in lines


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = cli.main(["calendar", "--as-of", "2026-03-31", *arguments])
    told = capsys.readouterr()
    return code, told.out, told.err


def test_the_table_says_when_what_and_who(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "--agency", "fagai")
    head, *lines = out.splitlines()
    assert code == 0 and err == "2 行 2 rows\n" and head.split()[:3] == ["日期", "类别", "措施"]
    assert [line.split()[:5] for line in lines] == [
        ["2026-06-30", "报送", "每半年报送合作事项", "2026-H1", "本期进行中"],
        ["2026-12-31", "报送", "每半年报送合作事项", "2026-H2", "未到"],
    ]
    code, out, _ = run(capsys, "--agency", "fagai", "--lang", "en", "--to", "2026-06-30")
    assert code == 0 and "Development and Reform Bureau" in out and len(out.splitlines()) == 2


def test_rows_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    _, text, _ = run(capsys, "--format", "json", "--from", "2017-12-01", "--to", "2017-12-31")
    rows = json.loads(text)
    trunk = next(row for row in rows if row["measure"] == TRUNK)
    assert (trunk["day"], trunk["kind"], trunk["state"], trunk["state_en"]) == (
        *("2017-12-31", "due", "no-evidence", "No evidence"),
    )
    assert (trunk["moved"], trunk["first_due"], trunk["lead"]) == (0, "", ["shangwu"])
    _, text, _ = run(capsys, "--format", "csv", "--from", "2017-12-01", "--to", "2017-12-31")
    table = list(csv.DictReader(io.StringIO(text)))
    assert [row["measure"] for row in table] == [row["measure"] for row in rows]
    _, text, _ = run(capsys, "--format", "csv", "--from", "2026-04-01", "--to", "2026-04-02")
    assert text.startswith("day,kind,period,measure,") and text.count("\n") == 1


def test_a_file_is_written_whole_and_the_same_to_standard_output(
    capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    path = tmp_path / "a b" / "期限.ics"
    path.parent.mkdir()
    assert cli.main(["calendar", "--as-of", "2026-03-31", str(path)]) == 0
    capsysbinary.readouterr()
    assert cli.main(["calendar", "--as-of", "2026-03-31", "--format", "ics"]) == 0
    assert path.read_bytes() == capsysbinary.readouterr().out
    assert len(events(path.read_bytes())) == 10


@pytest.mark.parametrize(
    ("arguments", "zh", "en"),
    [
        (["a.csv"], "日历文件只写成 .ics", "Give a name that ends in .ics"),
        (["a.ics", "--format", "csv"], "日历文件只写成 .ics", "csv or json leave the name out"),
        (["--from", "2026-05-01", "--to", "2026-04-30"], "请把两者对调", "turn them round"),
        ([str(CATALOG / "a.ics")], "在登记册的文件夹里", "no file is written there"),
        (["nowhere/a.ics"], "没有写出", "not written: nowhere"),
        (["--agency", "nobody"], "nobody", "--agency: "),
    ],
)
def test_what_cannot_be_asked_is_said(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    arguments: list[str], zh: str, en: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    code, out, err = run(capsys, *arguments)
    assert code == 2 and not out and zh in err
    assert en in err
    assert list(tmp_path.iterdir()) == []


def test_the_days_that_are_asked_for(register: Register) -> None:
    day = date(2026, 3, 31)
    assert span(day, None, None) == (day, date(2027, 3, 31))
    assert span(day, None, date(2026, 4, 1)) == (day, date(2026, 4, 1))
    assert span(day, date(2020, 1, 1), None) == (date(2020, 1, 1), date(2020, 12, 31))
    assert span(date(2049, 6, 1), None, None) == (date(2049, 6, 1), date(2049, 12, 31)), "the last day of all"
