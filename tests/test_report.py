"""A half-yearly report says what the register says on its day, and nothing that is not in it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest
from test_journal import act, entry

import cli
from analysis.filters import Filter
from analysis.view import look_at
from geodata import CATALOG, Register, read_register
from geodata.journal import current
from geodata.journal.entries import Kind
from geodata.journal.store import open_store
from geodata.text import LANGS
from outputs.report.asked import Asked, ReportError, agency_of, asked_between, asked_of, read_period
from outputs.report.asked import Kind as Who
from outputs.report.content import BOOK, PAPER, Chart, Paragraph, Picture, Section, Table, cited
from outputs.report.html import preview_html
from outputs.report.report import report_of
from outputs.tables.listing import listing

HALF = "2026-H1"
SUMMARY, DONE, GOING, LATE, NEXT, NUMBERS, SINCE, ASK, SILENT, SOURCES = range(10)
PARTS = {
    DONE: {"met", "met-late", "already-so"},
    GOING: {"under-way", "due-soon"},
    LATE: {"overdue", "not-met", "unreachable"},
    SILENT: {"no-evidence", "not-searched"},
}


@pytest.fixture(scope="module")
def whole(register: Register) -> Asked:
    return asked_between(register, register, read_period(HALF))


def tiny_asked(tiny: Register, period: str) -> Asked:
    return asked_between(tiny, tiny, read_period(period))


def tables(section: Section, on: str = PAPER) -> list[Table]:
    """The tables that stand on paper, or in the workbook."""
    return [part for part in section.parts if isinstance(part, Table) and part.on in ("", on)]


def words(section: Section, lang: str = "zh") -> str:
    return "\n".join(part.text.in_(lang) for part in section.parts if isinstance(part, Paragraph))


def rows(table: Table, lang: str = "zh") -> list[list[str]]:
    return [[cell.text.in_(lang) + cited(cell.cites) for cell in row] for row in table.rows]


def codes(section: Section, on: str = BOOK) -> list[str]:
    """The measures that the tables of a section list by their codes."""
    return [row[0].text.zh for table in tables(section, on) if table.head[0].zh == "编号" for row in table.rows]


@pytest.mark.parametrize("who", ["whole", "shangwu", "shilong", "bianfang-jianchazhan", "conference"])
@pytest.mark.parametrize("period", [HALF, "2018-H1"])
def test_every_number_is_that_of_the_listing(register: Register, who: str, period: str) -> None:
    asked = asked_between(register, register, read_period(period))
    chosen = {"whole": Filter(), "conference": Filter(document=("d2012",))}.get(who, Filter(agency=(who,)))
    one = asked if who == "whole" else asked.of_conference() if who == "conference" else asked.of(who)
    listed = Counter(row["outcome"] for row in listing(look_at(register, chosen, asked.period.last), "measures"))
    report = report_of(one)
    counted = tables(report.sections[SUMMARY])[0]
    titles = register.titles("outcome", "zh")
    by_title = {row[0].text.zh: int(row[-1].text.zh) for row in counted.rows}
    assert by_title == {titles[code]: n for code, n in listed.items()} | {"合计": sum(listed.values())}
    for place, outcomes in PARTS.items():
        found = codes(report.sections[place])
        wanted = sum(listed[code] for code in outcomes)
        if place == SILENT:
            # What is past its date without a word stands among the late.
            late = {row["id"] for row in listing(one.now, "measures") if row["outcome"] in outcomes}
            found += [code for code in codes(report.sections[LATE]) if code in late]
        elif place == LATE:
            found = [code for code in found if one.now.standing.measure_status[code].verdict.outcome in outcomes]
        # A measure of two roles is listed under both.
        assert len(set(found)) == wanted, place
    first = [int(found) for found in re.findall(r"\d+", words(report.sections[DONE]))[:1]] or [0]
    assert first == [sum(listed[code] for code in PARTS[DONE])]


def test_the_day_and_what_it_rests_on_are_said(whole: Asked, register: Register) -> None:
    report = report_of(whole)
    assert report.day == date(2026, 6, 30) and report.name == "2026-H1-whole"
    about = "\n".join(text.zh for text in report.about)
    known = register.place.today().isoformat()
    assert "2026年6月30日" in about and f"按 {known} 所知" in about and register.version[:8] in about
    assert "日志 0 条" in about
    assert report.title.zh == "东莞政策措施落实情况半年报告" and report.subtitle.zh == "2026年上半年"


def test_a_half_year_that_lasts_is_reported_to_today_and_says_so(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(register.place), "today", lambda self: date(2026, 9, 1))
    asked = asked_between(register, register, read_period("2026-H2"))
    report = report_of(asked)
    assert asked.now.day == date(2026, 9, 1) and not asked.is_over
    assert "2026年下半年尚未结束，情况截至2026年9月1日" in report.about[0].zh and "not over" in report.about[0].en
    with pytest.raises(ReportError, match=r"2027-H1 从 2027-01-01 才开始.*2027-H1 begins on 2027-01-01"):
        asked_between(register, register, read_period("2027-H1"))


def test_the_sections_by_hand(tiny: Register) -> None:
    first = report_of(tiny_asked(tiny, "2019-H1").of("jia"))
    assert [section.title.en for section in first.sections] == [
        *("Summary", "Done", "Under way, and what is soon due", "Late, or past its date without a word"),
        *("Due in the next half-year", "Numbers against targets", "Changes since the last report"),
        *("Requests to cooperating agencies", "Without evidence", "Sources"),
    ]
    assert rows(tables(first.sections[SUMMARY])[0]) == [
        ["逾期达成", "1", "0", "1"], ["在推进", "1", "1", "2"], ["无证据", "0", "1", "1"], ["合计", "2", "2", "4"],
    ]  # fmt: skip
    (done,) = tables(first.sections[DONE])
    assert done.title.zh == "本期完成 · 牵头（1 项）"
    ground = "2019-06 进入“投用运营”；期限 2018-12-31[1]"
    assert rows(done) == [["recent-01-1-01", "东线通车", "2018年", "逾期达成", ground]]
    new, old = tables(first.sections[GOING])
    assert (new.group.zh, old.group.zh) == ("牵头", "负责")
    assert [row[0] for row in rows(new)] == ["recent-01-1-02"] and rows(old)[0][2] == "2018-05-02 – 2018-05-04[1]"
    assert rows(tables(first.sections[NUMBERS])[0]) == [["recent-02-1-01", "会商次数", "2 次（每年）", "无实测值"]]
    before = report_of(tiny_asked(tiny, "2018-H1").of("jia"))
    assert rows(tables(before.sections[NEXT])[0]) == [["recent-01-1-01", "东线通车", "2018年", "无证据"]]


def test_agencies_stand_side_by_side_whether_they_lead_or_answer(tiny: Register) -> None:
    table = tables(report_of(tiny_asked(tiny, "2019-H1")).sections[SUMMARY])[1]
    assert [text.en for text in table.head[1:]] == ["Number", "Done", "Under way", "Late or past date", "No evidence"]
    assert rows(table) == [["甲局", "4", "1", "2", "0", "1"], ["乙局", "2", "0", "1", "0", "1"]]


def test_what_happened_in_the_half_year_is_said_so(tiny: Register) -> None:
    measures, features = tables(report_of(tiny_asked(tiny, "2019-H1").of("jia")).sections[SINCE])
    assert [row[2:5] for row in rows(measures)] == [
        ["即将到期", "逾期达成", "本期发生"], ["无证据", "在推进", "本期发生"],
    ]  # fmt: skip
    assert [row[:4] for row in rows(features)] == [
        ["东线", "建设实施", "投用运营", "本期发生"], ["旧站", "无阶段记录", "投用运营", "本期发生"],
    ]  # fmt: skip


def test_a_fact_counts_in_the_half_year_of_its_last_day(whole: Asked) -> None:
    """A page that says 5 March and no year, seen in 2026, may mean any March since 2018: it is news of 2026."""
    new = tables(report_of(whole).sections[GOING], PAPER)[0]
    found = {row[0]: row[3] for row in rows(new)}
    assert found["d2017-19-1-03"].startswith("2018-03-05 – 2026-03-05：")
    earlier = asked_between(whole.register, whole.register, read_period("2025-H2"))
    assert "d2017-19-1-03" not in {row[0] for row in rows(tables(report_of(earlier).sections[GOING])[0])}


def test_what_is_soon_due_is_listed_though_nothing_tells_of_it(tiny: Register) -> None:
    asked = tiny_asked(tiny, "2018-H2")
    for one in (asked, asked.of("jia")):
        soon = tables(report_of(one).sections[GOING])[0]
        assert soon.title.zh.startswith("临近期限") and [row[0] for row in rows(soon)] == ["recent-01-1-01"]
    assert "临近期限 1 项；其余的本期有新进展 0 项，没有新来源 1 项" in words(report_of(asked).sections[GOING])


def test_a_fact_that_is_only_near_a_measure_is_no_progress_of_it(tiny: Register) -> None:
    soon = tables(report_of(tiny_asked(tiny, "2020-H2").of("jia")).sections[GOING])[0]
    assert rows(soon) == [["recent-02-1-02", "治理东河", "2020年", ""]]


def test_numbers_stand_beside_what_was_promised(whole: Asked) -> None:
    section = report_of(whole).sections[NUMBERS]
    (paper,), (book,) = (tables(section, on) for on in (PAPER, BOOK))
    found = {row[0].text.zh: [cell.text.zh for cell in row[2:5]] for row in paper.rows}
    wanted = {
        "d2017-08-1-11": ["115 亿元", "38.85 亿元（2018）", "33.8%"],
        "d2017-08-1-12": ["135 项", "13 项（2018）", "9.6%"],
        "d2017-08-1-13": ["5200 项", "2307 项（2018）", "44.4%"],
    }
    assert wanted.items() <= found.items() and len(book.rows) == len(whole.register["targets"])
    assert f"数字目标 {len(book.rows)} 个，其中有实测值 {len(paper.rows)} 个" in words(section)
    (chart,) = (part for part in section.parts if isinstance(part, Chart))
    assert {33.8, 9.6, 44.4} <= {bar.value for bar in chart.bars} and len(chart.bars) == len(paper.rows)
    # A value of a year counts from its last day.
    earlier = asked_between(whole.register, whole.register, read_period("2018-H1"))
    assert "其中有实测值 0 个" in words(report_of(earlier).sections[NUMBERS])


def test_requests_name_who_cooperates_with_whoever_leads(tiny: Register) -> None:
    asked = tiny_asked(tiny, "2018-H2")
    wanted = ["recent-01-1-01", "东线通车", "乙局、丙镇", "即将到期"]
    assert rows(tables(report_of(asked.of("jia")).sections[ASK])[0]) == [wanted]
    # Who only cooperates has nothing to ask.
    assert tables(report_of(asked.of("bing")).sections[ASK]) == []


def test_lead_and_cooperating_are_kept_apart(whole: Asked, register: Register) -> None:
    report = report_of(whole.of("shangwu"))
    roles = {row["article"]: set() for row in register["assignments"].to_dict("records")}
    for row in register["assignments"].to_dict("records"):
        if row["agency"] == "shangwu":
            roles[row["article"]].add(row["role"])
    titles = {title: code for code, title in register.titles("role", "zh").items()}
    seen = 0
    articles = dict(zip(register["measures"]["id"], register["measures"]["article"], strict=True))
    for place in (DONE, GOING, LATE, SILENT):
        for table in tables(report.sections[place], BOOK):
            for row in table.rows:
                assert titles[table.group.zh] in roles[articles[row[0].text.zh]]
                seen += 1
    assert seen >= len(whole.of("shangwu").now.measures)


def test_sources_are_numbered_as_they_are_cited(whole: Asked) -> None:
    for asked in (whole, whole.of("shangwu"), whole.of_conference()):
        report, first = report_of(asked), []
        for section in report.sections[:SOURCES]:
            for table in tables(section):
                first += [number for row in table.rows for cell in row for number in cell.cites]
        listed = [row[0].text.zh for row in tables(report.sections[SOURCES])[0].rows]
        assert list(dict.fromkeys(first)) == list(range(1, len(listed) + 1))
        assert listed == [f"[{number}]" for number in range(1, len(listed) + 1)]
        known = report.sections[SOURCES].parts[-1]
        assert isinstance(known, Table) and known.on == BOOK and len(known.rows) >= len(listed)


def test_two_registers_tell_what_was_recorded_afterwards_from_what_happened(register: Register) -> None:
    """A fact of March 2025 that is recorded in May 2026 changes the report, and is no event of the half-year."""
    late = act(1, date="2025-03-01")
    now = read_register(CATALOG, [late])
    asked = asked_between(now, register, read_period(HALF), entries=1)
    found = {row[0]: row for row in rows(tables(report_of(asked).sections[SINCE])[-1])}
    road = now.features.set_index("id").loc["road-huanggong", "name_zh"]
    assert found[road][1:4] == ["前期工作", "建设实施", "补录"]
    assert "上期之后新记入事实 1 条" in words(report_of(asked).sections[SINCE])
    same = asked_between(now, now, read_period(HALF), entries=1)
    assert road not in {row[0] for table in tables(report_of(same).sections[SINCE]) for row in rows(table)}
    fresh = read_register(CATALOG, [act(1, date="2026-03-01")])
    told = report_of(asked_between(fresh, register, read_period(HALF), entries=1)).sections[SINCE]
    assert {row[0]: row[3] for row in rows(tables(told)[-1])}[road] == "本期发生"


def test_the_journal_is_read_as_it_was_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    where = str(tmp_path / "journal.db")
    monkeypatch.setenv(current.PLACE, where)
    store, one = open_store(where), act(1, date="2025-03-01")
    yes = entry(Kind.ACCEPT, 2, about=one.id, role="coordinator", author="li", agency="fagai")
    with store.writing() as connection:
        store.append(connection, [one, yes])
    asked = asked_of(CATALOG, read_period(HALF))
    assert asked.entries == 1 and asked.now.version != asked.before.version
    assert asked.before.known_by == date(2025, 12, 31)
    assert "日志 1 条" in report_of(asked).about[1].zh
    early = asked_of(CATALOG, read_period(HALF), date(2026, 5, 31))
    assert early.entries == 0 and early.now.version == early.before.version
    assert early.now.known_by == date(2026, 5, 31)


def test_a_journal_that_is_gone_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv(current.PLACE, "postgresql://nobody:x@127.0.0.1:1/none")
    assert cli.main(["report", str(tmp_path / "a.docx"), "--period", HALF]) == 1
    assert "GUANTU_JOURNAL" in capsys.readouterr().err and list(tmp_path.iterdir()) == []


def test_the_terminal_takes_the_day_of_what_is_known(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv(current.PLACE, str(tmp_path / "journal.db"))
    open_store(str(tmp_path / "journal.db"))
    asked = ["report", str(tmp_path / "a.xlsx"), "--period", HALF, "--agency", "fazhi", "--known-by"]
    assert cli.main([*asked, "2026-07-15"]) == 0
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert any("按 2026-07-15 所知" in str(row[1].value) for row in book["封面"].iter_rows())
    with pytest.raises(SystemExit):
        cli.main([*asked, "yesterday"])


def test_the_conference_has_the_agreement_of_two_cities_alone(whole: Asked, tiny: Register) -> None:
    asked = whole.of_conference()
    assert asked.kind == Who.CONFERENCE and set(asked.now.measures["document"]) == {"d2012"}
    articles = whole.register["articles"].set_index("id")["document"]
    assert len(asked.now.measures) == (whole.register["measures"]["article"].map(articles) == "d2012").sum()
    report = report_of(asked)
    assert report.title.zh == "《广州市·东莞市战略合作框架协议》落实情况"
    assert "有效期至 2022-02-13，已经届满" in words(report.sections[SUMMARY])
    # Of the two measures of the small agreement, one names a second city too.
    with pytest.raises(ReportError, match="没有与一个外地市单独签订的文件"):
        tiny_asked(tiny, HALF).of_conference()


def test_an_agreement_that_ended_has_no_duty_that_falls_due(tiny: Register, whole: Asked) -> None:
    """Yearly conferences of 2012 are not due in 2026; monthly monitoring of 2017 is."""
    due = codes(report_of(whole).sections[NEXT])
    assert "d2012-00-2-05" not in due and "d2017-22-1-16" in due and "d2017-29-1-05" in due
    register = whole.register
    earlier = report_of(asked_between(register, register, read_period("2018-H1")))
    assert "d2012-00-2-05" in codes(earlier.sections[NEXT])


def test_what_was_not_promised_yet_is_not_reported_on(register: Register) -> None:
    asked = asked_between(register, register, read_period("2015-H1"))
    assert set(asked.now.measures["document"]) == {"d2012"}
    with pytest.raises(ReportError, match="市商务局：截至 2015-06-30 没有措施可报"):
        asked.of("shangwu")
    with pytest.raises(ReportError, match="nothing to report by 2011-06-30"):
        asked_between(register, register, read_period("2011-H1"))


@pytest.mark.parametrize("text", ["", "2026", "2026-H3", "2026H0", "上半年", "99999-H1", "2026-H1\n2026-H2"])
def test_what_is_no_half_year_is_told(text: str) -> None:
    with pytest.raises(ReportError, match=r"认不出半年期.*Write 2026-H1"):
        read_period(text)


def test_an_agency_is_found_by_its_names_and_near_ones_are_named(register: Register) -> None:
    for name in ("shangwu", "市商务局", "Commerce Bureau"):
        assert agency_of(register, name) == "shangwu"
    with pytest.raises(ReportError, match=r"没有机构“商务”.*shangwu \(市商务局\).*shangwu \(Commerce Bureau\)"):
        agency_of(register, "商务")
    with pytest.raises(ReportError, match="没有机构“–”"):
        agency_of(register, "")


def test_every_agency_has_a_report_in_both_languages(whole: Asked, register: Register) -> None:
    han = re.compile("[\u4e00-\u9fff]")
    each = list(whole.each())
    assert [one.agency for one in each] == list(whole.now.agencies) and each
    for one in each:
        report = report_of(one)
        assert len(report.sections) == 10 and all(section.parts for section in report.sections)
        assert not han.search(report.title.en) and not re.search("[A-Za-z]{4}", report.title.zh)
        for section in report.sections:
            assert not re.search("[A-Za-z]{6}", words(section)), section.title
            for table in tables(section):
                assert all(len(row) == len(table.head) == len(table.widths) for row in table.rows)
                assert not any(re.search("[A-Za-z]{4}", text.zh) for text in table.head)


def test_the_english_report_is_english(whole: Asked) -> None:
    """But for the names of documents' numbers, and sources that have no English title."""
    han = re.compile("[\u4e00-\u9fff]")
    report = report_of(whole.of("shangwu"))
    for section in report.sections[:SOURCES]:
        for table in tables(section):
            assert not any(han.search(text.en) for text in (table.title, *table.head))
            assert not [cell.text.en for row in table.rows for cell in row if han.search(cell.text.en)]


class _Read(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        assert not any(name == "style" or name.startswith("on") for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("lang", LANGS)
def test_the_preview_says_what_paper_says(whole: Asked, lang: str) -> None:
    report = report_of(whole.of("shangwu"))
    read = _Read(preview_html(report, lang))
    assert read.tags["section"] == 10 and read.tags["h1"] == 1
    assert read.tags["table"] == sum(len(tables(section)) for section in report.sections)
    assert read.tags["figure"] == sum(isinstance(p, Chart | Picture) for s in report.sections for p in s.parts)
    for section in report.sections:
        assert section.title.in_(lang) in read.text
    assert "<script" not in preview_html(report, lang)


def test_names_that_would_run_are_only_text(tiny_catalog: Path) -> None:
    path = tiny_catalog / "measures.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("东线通车", "<img src=x onerror=alert(1)>"), "utf-8")
    tiny = read_register(tiny_catalog)
    html = preview_html(report_of(tiny_asked(tiny, "2019-H1")), "zh")
    assert "&lt;img src=x onerror=alert(1)&gt;" in html and "<img" not in html
    assert _Read(html).tags["img"] == 0


WRONG = {
    "period": ["a.docx", "--period", "2026-H3"],
    "future": ["a.docx", "--period", "2049-H1"],
    "agency": ["a.docx", "--period", HALF, "--agency", "商务"],
    "nothing": ["a.docx", "--period", "2010-H1"],
    "several": ["a.docx", "--period", HALF, "--agency", "shangwu", "--conference"],
    "ending": ["a.txt", "--period", HALF],
    "clash": ["a.pdf", "--period", HALF, "--format", "docx"],
    "folder": ["a.file", "--period", HALF, "--each-agency"],
    "missing": ["none/a.docx", "--period", HALF, "--conference"],
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said_in_both_languages_and_nothing_is_written(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.file").write_text("kept", encoding="utf-8")
    assert cli.main(["report", *WRONG[name]]) == 2
    said = capsys.readouterr().err
    assert said.startswith("没有写出 not written: ") and len(said.splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["a.file"] and (tmp_path / "a.file").read_text() == "kept"


def test_the_register_is_not_written_into(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["report", str(CATALOG / "a.docx"), "--period", HALF]) == 2
    assert "在登记册目录之内" in capsys.readouterr().err and not (CATALOG / "a.docx").exists()


def test_the_installed_command_writes_one(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "cli", "report", "报告.xlsx", "--period", "2026H1", "--agency", "市法制局"]
    root = str(Path(cli.__file__).parent)
    done = subprocess.run(command, cwd=tmp_path, env={"PYTHONPATH": root, "PATH": ""}, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert (tmp_path / "报告.xlsx").stat().st_size > 5000
