"""The files of a report: native, editable, the same each time, and read by the programs of an office."""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn
from fonts import libreoffice, needs_font, tool
from lxml import etree
from pypdf import PdfReader
from validators import openxml_errors

from geodata import Register, read_register
from geodata.text import LANGS, Text
from outputs.report.asked import Asked, ReportError, asked_between, read_period
from outputs.report.content import Cell, Chart, Paragraph, Report, Table
from outputs.report.docx import write_docx
from outputs.report.making import form_of, make_each, make_report
from outputs.report.pdf import write_pdf
from outputs.report.report import report_of
from outputs.report.xlsx import write_xlsx

MM = 36000
HARD = ["<script>alert(1)</script>", "a\x00b\x0b", "العربية", "😀", "=1+1", "长" * 300, "甲\n乙", '"&%1']
WRITERS = {"docx": write_docx, "xlsx": write_xlsx, "pdf": write_pdf}


@pytest.fixture(scope="module")
def asked(register: Register) -> Asked:
    return asked_between(register, register, read_period("2026-H1"))


@pytest.fixture(scope="module")
def report(asked: Asked) -> Report:
    """That of an agency with tables of every role, a chart and a map."""
    return report_of(asked.of("fagai"))


@pytest.fixture(scope="module")
def written(report: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    needs_font()
    folder = tmp_path_factory.mktemp("report")
    write_docx(folder / "zh.docx", report, ("zh",))
    write_docx(folder / "both.docx", report, LANGS)
    return folder


def paper_tables(report: Report) -> Iterator[Table]:
    return (part for section in report.sections for part in section.on_paper() if isinstance(part, Table))


def test_the_page_is_that_of_an_official_paper(written: Path) -> None:
    (section,) = docx.Document(str(written / "zh.docx")).sections
    sides = (section.page_width, section.page_height, section.top_margin, section.bottom_margin)
    assert [round(side / MM) for side in (*sides, section.left_margin, section.right_margin)] == [
        *(210, 297, 37, 35, 28, 26)
    ]
    for foot, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        (line,) = foot.paragraphs
        assert line.text.replace(" PAGE ", "") == "— 1 —" and "PAGE" in etree.tostring(line._p).decode()
        assert line._p.pPr.find(qn("w:jc")).get(qn("w:val")) == side
    assert docx.Document(str(written / "zh.docx")).settings.odd_and_even_pages_header_footer


@pytest.mark.parametrize(
    ("style", "asian", "points", "line"),
    [
        ("Title", "方正小标宋简体", 22, 34), ("Heading 1", "黑体", 16, 28), ("Heading 2", "楷体", 16, 28),
        ("Heading 3", "仿宋", 16, 28), ("Body Text", "仿宋", 16, 28), ("Caption", "黑体", 12, 19),
    ],
)  # fmt: skip
def test_the_styles_are_those_of_the_standard(written: Path, style: str, asian: str, points: int, line: int) -> None:
    found = docx.Document(str(written / "zh.docx")).styles[style]
    assert found.font.size.pt == points and found.paragraph_format.line_spacing.pt == line
    assert found.element.rPr.rFonts.get(qn("w:eastAsia")) == asian


def test_text_lies_in_styles_and_nothing_is_set_by_hand(written: Path, report: Report) -> None:
    document = docx.Document(str(written / "zh.docx"))
    heads = [line.text for line in document.paragraphs if line.style.name == "Heading 1"]
    assert heads == [section.title.zh for section in report.sections]
    body = [line.text for line in document.paragraphs if line.style.name == "Body Text"]
    wanted = [part.text.zh for section in report.sections for part in section.on_paper() if isinstance(part, Paragraph)]
    assert body == wanted
    assert not document.element.body.xpath(".//w:p/w:r/w:rPr")
    # The number of a heading is a list of the document, not a text.
    numbering = etree.tostring(document.part.numbering_part.element).decode()
    assert "chineseCounting" in numbering and not any(head.startswith("一") for head in heads)


def test_tables_repeat_their_heads_and_hold_every_row(written: Path, report: Report) -> None:
    found = docx.Document(str(written / "zh.docx")).tables
    wanted = list(paper_tables(report))
    assert len(found) == len(wanted)
    for table, part in zip(found, wanted, strict=True):
        assert table.style.name == "Report Table" and len(table.rows) == len(part.rows) + 1
        first, *others = table._tbl.tr_lst
        assert first.trPr.find(qn("w:tblHeader")) is not None
        assert all(row.trPr.find(qn("w:cantSplit")) is not None for row in others)
        texts = ["".join(node.text or "" for node in cell.iter(qn("w:t"))) for cell in first.tc_lst]
        assert texts == [text.zh for text in part.head]
        assert sum(int(column.get(qn("w:w"))) for column in table._tbl.tblGrid) == pytest.approx(
            156 / 25.4 * 1440, abs=6
        )


def test_charts_are_native_and_carry_their_numbers(written: Path, report: Report) -> None:
    with zipfile.ZipFile(written / "zh.docx") as archive:
        charts = [name for name in archive.namelist() if name.startswith("word/charts/chart")]
        books = [name for name in archive.namelist() if name.startswith("word/embeddings/")]
        assert len(charts) == len(books) == 1
        xml = archive.read(charts[0]).decode()
        sheet = openpyxl.load_workbook(io.BytesIO(archive.read(books[0]))).active
    (chart,) = (part for section in report.sections for part in section.parts if isinstance(part, Chart))
    told = [(bar.title.zh, bar.value) for bar in chart.bars]
    assert re.findall(r"<c:v>([\d.]+)</c:v>", xml) == [f"{value:g}" for _, value in told]
    assert [tuple(cell.value for cell in row) for row in sheet.iter_rows(min_row=2)] == told
    assert told[:3] == [
        ("主网与配网累计投资", 33.8), ("主网工程完成项数", 9.6), ("配网工程完成项数", 44.4),
    ]  # fmt: skip


def test_the_map_is_as_wide_as_the_text_and_says_what_it_shows(written: Path) -> None:
    document = docx.Document(str(written / "zh.docx"))
    (shape,) = (each._inline for each in document.inline_shapes if each._inline.xpath(".//pic:pic"))
    assert round(shape.extent.cx / MM) == 155 and "有关项目与地点" in shape.docPr.get("descr")
    # LibreOffice takes an eighth of an inch where nothing is said.
    assert {shape.get(f"dist{side}") for side in "TBLR"} == {"0"}


def test_the_name_and_the_day_stay_together(written: Path) -> None:
    document = docx.Document(str(written / "zh.docx"))
    who, day = (line for line in document.paragraphs if line.style.name == "Report Signature")
    assert (who.text, day.text) == ("市发改局", "2026年6月30日") and who.paragraph_format.keep_with_next


def test_both_languages_have_styles_and_numbers_of_their_own(written: Path, report: Report) -> None:
    document = docx.Document(str(written / "both.docx"))
    names = [line.style.name for line in document.paragraphs]
    assert names.count("Heading 1") == names.count("heading 1 En") == len(report.sections)
    assert names.index("Title") < names.index("Title En")
    (title,) = (line for line in document.paragraphs if line.style.name == "Title En")
    assert title.paragraph_format.page_break_before and title.text == report.title.en
    assert document.styles["heading 1 En"].element.pPr.numPr.numId.val != (
        document.styles["Heading 1"].element.pPr.numPr.numId.val
    )


def test_a_document_says_what_it_is(written: Path, report: Report) -> None:
    about = docx.Document(str(written / "zh.docx")).core_properties
    assert (about.title, about.subject, about.author) == (report.title.zh, report.subtitle.zh, "guantu")
    notes = [line.text for line in docx.Document(str(written / "zh.docx")).paragraphs]
    assert any("未安装时以宋体代替" in note for note in notes)
    assert about.created.date() == about.modified.date() == report.day == date(2026, 6, 30)


@pytest.mark.parametrize("name", ["zh.docx", "both.docx"])
def test_word_finds_no_fault(written: Path, name: str) -> None:
    assert openxml_errors(written / name) == []


def hard(report: Report) -> Report:
    """A report whose every name breaks careless writers."""
    rows = tuple((Cell(Text(text, text), url=f"https://example.org/{place}"),) for place, text in enumerate(HARD))
    table = Table(Text(HARD[0], HARD[0]), (Text(HARD[4], HARD[4]),), (1.0,), rows)
    texts = tuple(Paragraph(Text(text, text)) for text in HARD)
    section = replace(report.sections[0], title=Text(HARD[1], HARD[1]), parts=(table, *texts))
    return replace(report, title=Text(HARD[0], HARD[0]), signed=Text(HARD[2], HARD[2]), sections=(section,))


@pytest.mark.parametrize("form", ["docx", "xlsx"])
def test_names_that_would_run_or_break_are_only_text(tmp_path: Path, report: Report, form: str) -> None:
    path = tmp_path / f"a.{form}"
    WRITERS[form](path, hard(report), LANGS)
    assert openxml_errors(path) == []
    if form == "docx":
        document = docx.Document(str(path))
        cells = [row.cells[0].text for row in document.tables[0].rows][1:]
        assert cells == ["<script>alert(1)</script>", "a\ufffdb\ufffd", *HARD[2:6], "甲 乙", '"&%1']
    else:
        book = openpyxl.load_workbook(path)
        found = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
        assert not [cell.coordinate for cell in found if cell.data_type == "f"]
        # Nor does it become one when somebody edits it.
        named = [cell for cell in found if cell.value == "=1+1" and cell.row > 1]
        assert len(named) >= 4 and all(cell.quotePrefix for cell in named)


@pytest.mark.parametrize("form", WRITERS)
def test_the_same_report_gives_the_same_bytes(tmp_path: Path, report: Report, form: str) -> None:
    needs_font()
    paths = [tmp_path / f"{name}.{form}" for name in "ab"]
    for path in paths:
        WRITERS[form](path, report, ("zh",))
    assert paths[0].read_bytes() == paths[1].read_bytes()
    if form != "pdf":
        with zipfile.ZipFile(paths[0]) as archive:
            assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("form", WRITERS)
def test_a_folder_that_is_not_there_leaves_nothing(tmp_path: Path, report: Report, form: str) -> None:
    with pytest.raises(OSError):
        WRITERS[form](tmp_path / "none" / f"a.{form}", report, ("zh",))
    assert list(tmp_path.iterdir()) == []


def test_the_workbook_lists_what_paper_counts(tmp_path: Path, asked: Asked) -> None:
    """Each measure without evidence is there, though paper counts them by article."""
    path = tmp_path / "a.xlsx"
    write_xlsx(path, report_of(asked), ("zh",))
    book = openpyxl.load_workbook(path)
    assert openxml_errors(path) == []
    sheet = book["9 无证据"]
    assert [cell.value for cell in sheet[1]] == ["编号", "措施", "牵头（负责）单位", "依据"]
    silent = {"no-evidence", "not-searched"}
    wanted = {each.measure.id for each in asked.now.measure_status() if each.verdict.outcome in silent}
    missing = wanted - {row[0].value for row in sheet.iter_rows(min_row=2)}
    # Those past their date stand among the late.
    assert missing == wanted & {row[0].value for row in book["4 逾期"].iter_rows(min_row=2)}
    for each in book.worksheets[1:]:
        assert each.freeze_panes == "A2" and each.auto_filter.ref and each.print_title_rows == "$1:$1"
        assert (each.page_setup.paperSize, each.page_setup.orientation) == (8, "landscape")
        assert each.sheet_properties.pageSetUpPr.fitToPage and each.page_setup.fitToHeight == 0
    assert book.properties.created == datetime(2026, 6, 30)


def test_the_roles_of_an_agency_are_a_column_of_one_sheet(tmp_path: Path, asked: Asked) -> None:
    path = tmp_path / "a.xlsx"
    write_xlsx(path, report_of(asked.of("shangwu")), LANGS)
    book = openpyxl.load_workbook(path)
    sheet = book["9 无证据 zh"]
    assert sheet["A1"].value == "类别"
    kinds = [row[0].value for row in sheet.iter_rows(min_row=2)]
    assert sorted(set(kinds)) == ["尚无证据 · 牵头", "尚无证据 · 负责", "尚无证据 · 配合"]
    silent = {"no-evidence", "not-searched"}
    mine = [each for each in asked.of("shangwu").now.measure_status() if each.verdict.outcome in silent]
    given = asked.register.assignments_of
    led = [each for each in mine if ("shangwu", "lead") in {(a.agency, a.role) for a in given[each.measure.article]}]
    assert kinds.count("尚无证据 · 牵头") == sum(each.verdict.due != "passed" for each in led) > 0
    assert "9 No evidence en" in book.sheetnames and len(book.sheetnames) == len(set(book.sheetnames))


def test_the_pdf_is_on_a4_and_says_what_the_document_says(tmp_path: Path, report: Report) -> None:
    needs_font()
    path = tmp_path / "a.pdf"
    write_pdf(path, report, LANGS)
    pages = PdfReader(path).pages
    assert {tuple(round(float(side) / 72 * 25.4) for side in page.mediabox[2:]) for page in pages} == {(210, 297)}
    text = "".join("".join(page.extract_text() for page in pages).split())
    for lang in LANGS:
        for section in report.sections:
            assert "".join(section.title.in_(lang).split()) in text
    assert "一、总体情况" in text and "十、来源" in text and "10.Sources" in text and "—1—" in text


def test_a_paper_is_short_enough_to_be_read(tmp_path: Path, asked: Asked) -> None:
    needs_font()
    for one, most in ((asked, 30), (asked.of("shangwu"), 8), (asked.of("fagai"), 8), (asked.of_conference(), 8)):
        write_pdf(tmp_path / "a.pdf", report_of(one), ("zh",))
        assert len(PdfReader(tmp_path / "a.pdf").pages) <= most


def test_libreoffice_reads_the_document(written: Path, report: Report, tmp_path: Path) -> None:
    """It opens with its tables, headings counted in Chinese, and a page of A4."""
    profile = (tmp_path / "profile").as_uri()
    command = [libreoffice(), f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf"]
    source = str(written / "zh.docx")
    subprocess.run([*command, "--outdir", str(tmp_path), source], capture_output=True, timeout=180, check=True)
    done = subprocess.run([tool("pdftotext"), str(tmp_path / "zh.pdf"), "-"], capture_output=True, check=True)
    text = "".join(done.stdout.decode().split())
    for number, section in zip("一二三四五六七八九十", report.sections, strict=True):
        assert f"{number}、{section.title.zh}" in text
    assert "—1—" in text and "—2—" in text
    last = list(paper_tables(report))[-1].rows[-1]
    assert "".join(last[0].text.zh.split()) in text
    assert len(PdfReader(tmp_path / "zh.pdf").pages) <= 10


def test_each_agency_has_a_file(tmp_path: Path, tiny: Register) -> None:
    asked, told = asked_between(tiny, tiny, read_period("2019-H1")), []
    paths = make_each(tmp_path / "each", asked, "docx", "zh", lambda done, of: told.append((done, of)))
    assert [path.name for path in paths] == ["01-丙镇-2019-H1.docx", "02-甲局-2019-H1.docx", "03-乙局-2019-H1.docx"]
    assert told == [(1, 3), (2, 3), (3, 3)]
    titles = [docx.Document(str(path)).core_properties.title for path in paths]
    assert titles == [f"{name}政策措施落实情况半年报告" for name in ("丙镇", "甲局", "乙局")]


@pytest.mark.parametrize(
    ("name", "form", "wanted"), [("a.DOCX", "", "docx"), ("a", "pdf", "pdf"), ("a.pdf", "pdf", "pdf")]
)
def test_the_ending_or_the_option_says_the_format(name: str, form: str, wanted: str) -> None:
    assert form_of(Path(name), form) == wanted


@pytest.mark.parametrize(("name", "form"), [("a", ""), ("a.doc", ""), ("a.pdf", "docx")])
def test_a_name_that_says_another_format_is_told(name: str, form: str) -> None:
    with pytest.raises(ReportError):
        form_of(Path(name), form)


def test_another_city_is_named_in_its_paper(tiny_catalog: Path, tmp_path: Path) -> None:
    place = tiny_catalog / "place.toml"
    place.write_text(
        re.sub(r'name_zh = ".*?"', 'name_zh = "南城"', place.read_text(encoding="utf-8"), count=1), "utf-8"
    )
    tiny = read_register(tiny_catalog)
    make_report(tmp_path / "a.docx", asked_between(tiny, tiny, read_period("2019-H1")), "docx", "zh")
    text = "\n".join(line.text for line in docx.Document(str(tmp_path / "a.docx")).paragraphs)
    assert "南城政策措施落实情况半年报告" in text and "东莞" not in text
