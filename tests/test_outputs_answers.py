"""Answers to questions of place in what leaves the house: chapters of a tour, slides and sheets."""

from __future__ import annotations

from pathlib import Path

import pytest
from pptx import Presentation
from pypdf import PdfReader

import cli
from analysis.spatial.answers import answer
from analysis.spatial.certainty import SURE
from analysis.spatial.questions import QUESTIONS, read_question
from analysis.tours import NoChapter, chapter
from analysis.view import View
from layers.paper.paper import fit
from layers.paper.picture import draw
from layers.symbology import MM_PER_PX, rules
from outputs.meeting.brief import Brief
from outputs.meeting.chapter_tables import ChapterTables
from outputs.meeting.poster_layout import signs
from outputs.meeting.posters import chapter_sheet

LINES = (
    "coordination",
    "along?feature=rail-suiguanshen&width=300",
    "crossings?from=rail&to=limits",
    "near?from=zones&to=stations&within=5000",
    "upstream?feature=section-qiping",
    "balance?by=town",
    "compare?with=2017-11-08",
)


def test_each_question_is_tried() -> None:
    assert [line.partition("?")[0] for line in LINES] == list(QUESTIONS)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("line", LINES)
def test_a_question_is_a_chapter(line: str, lang: str, view: View) -> None:
    """It is called what is asked, says how many rows there are and the first of them, and its table has them all."""
    asked = read_question(line, view.register)
    found, told = answer(view, asked), chapter(view, f"question={line}", lang)
    assert told.title == asked.title(view.register).in_(lang) and told.message == found.headline.in_(lang)
    assert told.text.splitlines()[0] == told.message
    assert len(told.sentences) == 1 + min(4, len(found.rows)) + (len(found.rows) > 4)
    surest = sorted(found.rows, key=lambda row: SURE.index(row.sure) if row.sure else 0)
    assert all(row.sentence.in_(lang) in told.text for row in surest[:4])
    backdrop = set(view.register.features["id"][view.register.backdrop])
    assert set(told.features) == set(found.features) - backdrop and set(told.measures) == set(found.measures)
    tables = ChapterTables(Brief(view, lang, ((f"question={line}", ""),)), told, lang).on_sheet()
    assert [row[0] for row in tables[0].rows] == [row.sentence.in_(lang) for row in found.rows]


def test_the_headline_counts_what_is_how_sure(view: View) -> None:
    found = answer(view, read_question("coordination", view.register))
    counts = {sure: sum(row.sure == sure for row in found.rows) for sure in ("certain", "possible", "cannot-tell")}
    parts = [f"确定 {counts['certain']} 条", f"可能 {counts['possible']} 条", f"不能判断 {counts['cannot-tell']} 条"]
    assert found.headline.zh == f"{len(found.rows)} 条：{'、'.join(parts)}。"


@pytest.mark.parametrize(
    "line", ["near?from=zones", "nothing", "along?feature=mon-water", "upstream?feature=zone-shigu"]
)
def test_a_chapter_of_what_cannot_be_asked_is_none(line: str, view: View) -> None:
    with pytest.raises(NoChapter) as told:
        chapter(view, f"question={line}", "zh")
    assert line in told.value.text.zh


def test_slides_and_sheets_have_answers(tmp_path: Path) -> None:
    picked = ["--chapter", "question=upstream?feature=企坪断面"]
    assert cli.main(["slides", str(tmp_path / "a.pptx"), *picked]) == 0
    texts = [
        shape.text_frame.text
        for slide in Presentation(str(tmp_path / "a.pptx")).slides
        for shape in slide.shapes
        if shape.has_text_frame
    ]
    assert any("企坪断面的上游和下游" in text for text in texts)
    assert any("石马河河口东江水源保护一期工程" in text or "深外环高速" in text for text in texts)
    assert cli.main(["sheet", str(tmp_path / "a.pdf"), *picked]) == 0
    text = "".join(page.extract_text() for page in PdfReader(tmp_path / "a.pdf").pages)
    assert "石马河河口东江水源保护一期工程在企坪断面下游" in text.replace("\n", "")


def test_the_lines_of_an_answer_stand_on_its_map(view: View) -> None:
    """Each by how sure it is, with dash and width of the one symbology; the legend tells those that are there."""
    one = chapter(view, "question=near?from=zones&to=stations&within=5000", "zh")
    sheet = chapter_sheet(Brief(view, "zh"), one, "zh")
    frame = fit(one.bounds, 200, 150, view.register.place)
    plain = draw(sheet.features, sheet.shown, sheet.themes, frame, "zh").svg
    svg = draw(sheet.features, sheet.shown, sheet.themes, frame, "zh", found=sheet.found).svg
    colour = rules()["ground"]["light"]["found"]
    assert colour not in plain and svg.count(f'stroke="{colour}"') == len(sheet.found)
    assert {sure for _, sure in sheet.found} == {"certain", "possible", "cannot-tell"}
    assert (sheet.found[0][1], sheet.found[-1][1]) == ("cannot-tell", "certain"), "the surest on top"
    for sure in ("certain", "possible", "cannot-tell"):
        dash = " ".join(f"{part * MM_PER_PX:.3f}" for part in rules()["finding"][sure]["dash"])
        assert not dash or f'stroke-dasharray="{dash}"' in svg
    assert {"certain", "possible", "cannot-tell"} <= signs(sheet)
    assert not {"certain", "possible"} & signs(chapter_sheet(Brief(view, "zh"), chapter(view, "overview", "zh"), "zh"))
