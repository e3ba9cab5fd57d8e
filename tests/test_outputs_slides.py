"""The deck is native and editable, keeps to the slide, and says what the register says."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from fonts import needs_font
from lxml import etree
from PIL import Image
from pptx import Presentation
from validators import openxml_errors

from analysis.tours import briefing, chapter
from analysis.view import View
from outputs.meeting.brief import Brief
from outputs.meeting.deck import write_deck
from outputs.meeting.slide_master import ASIAN, LATIN
from outputs.meeting.slide_parts import Bars
from outputs.meeting.slide_room import ROWS, TABLES
from outputs.meeting.slides import Deck, Part, Slide, write_slides
from outputs.meeting.table import Table

WORDS = {"more": "另有 {n} 行", "continued": "（续）", "annex": "附表", "numbers": "一二三"}
HARD = ["<script>alert(1)</script>", "a\x00b\x0b", "العربية", "😀", "=1+1", "长" * 300, "\n" * 9]
BARS = Bars("按阶段", [("建设", 3, "#112233"), ("投用", 15, "#445566")])


def png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (300, 150)).save(out, "PNG")
    return out.getvalue()


def deck(*slides: Slide, **more: Any) -> Deck:
    values: dict[str, Any] = {"title": "标题", "subtitle": "文件", "lines": ["筛选：全部"], "foot": "© 来源"}
    values |= {"stamp": "内部使用", "words": WORDS, "parts": [Part("", slides)]}
    return Deck(**(values | more))


def written(path: Path, made: Deck) -> Any:
    write_slides(path, [made])
    return Presentation(str(path))


def texts(slide: Any) -> str:
    return "\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)


def tables_of(slide: Any) -> list[Any]:
    return [shape.table for shape in slide.shapes if shape.has_table]


def test_a_slide_holds_all_its_parts(tmp_path: Path) -> None:
    slide = Slide("三项建成", "章", ["第一句", "第二句"], png(), "地图", BARS, notes="备注\n来源")
    show = written(tmp_path / "a.pptx", deck(slide, cover=png()))
    front, told = show.slides
    assert front.shapes.title.text_frame.text == "标题" and {"筛选：全部", "文件"} <= set(texts(front).split("\n"))
    assert told.shapes.title.text_frame.text == "三项建成" and {"章", "第一句", "第二句"} <= set(
        texts(told).split("\n")
    )
    assert told.notes_slide.notes_text_frame.text == "备注\n来源"
    (picture,) = (shape for shape in told.shapes if shape.shape_type == 13)
    assert picture.width / picture.height == pytest.approx(2, rel=0.01)
    assert picture._element.nvPicPr.cNvPr.get("descr") == "地图"
    (chart,) = (shape.chart for shape in told.shapes if shape.has_chart)
    assert list(chart.plots[0].categories) == ["建设", "投用"] and list(chart.plots[0].series[0].values) == [3, 15]
    for each in show.slides:
        assert "内部使用" in texts(each) and "© 来源" in texts(each)


def test_nothing_leaves_the_slide(tmp_path: Path) -> None:
    table = Table("表" * 99, HARD[:2], [1, 20], [[name, name] for name in HARD])
    slides = [Slide(name, name, HARD, picture, name, None, [table], name) for name in HARD for picture in (b"", png())]
    parts = [Part(name, slides) for name in HARD[:2]]
    show = written(tmp_path / "a.pptx", deck(parts=parts, annex=[(name, [table]) for name in HARD]))
    for slide in show.slides:
        for shape in slide.shapes:
            assert shape.left >= 0 and shape.top >= 0
            assert shape.left + shape.width <= show.slide_width + 10
            assert shape.top + shape.height <= show.slide_height
    assert "<script>alert(1)</script>" in texts(show.slides[2])


def test_parts_have_dividers_that_say_what_follows(tmp_path: Path) -> None:
    parts = [
        Part("", [Slide("甲")]),
        Part("项目", [Slide("乙", "铁路"), Slide("丙", "公路")]),
        Part("措施", [Slide("丁")]),
    ]
    show = written(tmp_path / "a.pptx", deck(parts=parts))
    titles = [slide.shapes.title.text_frame.text for slide in show.slides]
    assert titles == ["标题", "甲", "项目", "乙", "丙", "措施", "丁"]
    divider = show.slides[2]
    assert divider.slide_layout.name == "Section Header" and {"一", "铁路", "公路"} <= set(texts(divider).split("\n"))
    assert "二" in texts(show.slides[5])


def test_long_tables_of_the_annex_go_on_and_the_rest_is_counted(tmp_path: Path) -> None:
    rows = [[f"行{place}"] for place in range(ROWS * TABLES + 7)]
    show = written(tmp_path / "a.pptx", deck(annex=[("章", [Table("表", ["名"], [1], rows)])]))
    found = [table for slide in show.slides for table in tables_of(slide)]
    assert [len(table.rows) - 1 for table in found] == [ROWS] * TABLES
    assert "另有 7 行" in texts(show.slides[len(show.slides) - 1])
    titles = [slide.shapes.title.text_frame.text for slide in show.slides]
    assert titles == ["标题", "附表", "章", *["章（续）"] * (TABLES - 1)]


def test_a_chapter_of_words_has_its_tables_beside_them(tmp_path: Path) -> None:
    rows = [[f"行{place}"] for place in range(40)]
    table = Table("表", ["名"], [1], rows)
    show = written(
        tmp_path / "a.pptx", deck(Slide("章", "", ["一句"], tables=[table, Table("副", ["名"], [1], rows[:3])]))
    )
    slide = show.slides[1]
    first, second = tables_of(slide)
    kept = len(first.rows) - 1
    assert [len(second.rows) - 1, second.cell(1, 0).text] == [3, "行0"]
    assert 8 <= kept < 40 and f"另有 {40 - kept} 行" in texts(slide) and "一句" in texts(slide)


def test_a_tall_row_has_the_room_that_it_needs(tmp_path: Path) -> None:
    rows = [["短"], ["长" * 200]]
    show = written(tmp_path / "a.pptx", deck(Slide("章", tables=[Table("表", ["名"], [1], rows)])))
    (grid,) = tables_of(show.slides[1])
    assert grid.rows[2].height > 2 * grid.rows[1].height


def test_the_same_deck_gives_the_same_bytes(tmp_path: Path) -> None:
    slide = Slide("章", "", ["句"], png(), "", Bars("图", [("甲", 1, "#000000")]))
    for name in "ab":
        write_slides(tmp_path / name, [deck(slide)])
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def parts_of(path: Path) -> dict[str, Any]:
    """Every XML part of a deck by its name, parsed; those of the workbooks in it left out."""
    with zipfile.ZipFile(path) as archive:
        return {name: etree.fromstring(archive.read(name)) for name in archive.namelist() if name.endswith(".xml")}


def test_every_run_names_fonts_that_windows_has(tmp_path: Path) -> None:
    table = Table("表", ["一"], [1], [["甲"]])
    made = deck(Slide("章", "类", ["句"], b"", "", BARS, [table], "备注"), annex=[("章", [table])])
    write_slides(tmp_path / "a.pptx", [made])
    a = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
    runs = 0
    for name, root in parts_of(tmp_path / "a.pptx").items():
        if name.startswith(("ppt/slides/", "ppt/notesSlides/")):
            for run in (*root.iter(f"{a}r"), *root.iter(f"{a}fld")):
                fonts = [run.find(f"{a}rPr/{a}{tag}") for tag in ("latin", "ea")]
                assert [font.get("typeface") for font in fonts if font is not None] == [LATIN, ASIAN], name
                runs += 1
        elif name.startswith("ppt/charts/chart"):
            for font in root.iter(f"{a}defRPr", f"{a}rPr"):
                assert font.find(f"{a}ea") is None or font.find(f"{a}ea").get("typeface") == ASIAN
            assert root.find(f".//{a}defRPr/{a}ea") is not None
        elif name == "ppt/theme/theme1.xml":
            assert {node.get("typeface") for node in root.iterfind(f".//{a}fontScheme/*/{a}ea")} == {ASIAN}
    assert runs > 20


def test_ids_are_those_that_powerpoint_takes(tmp_path: Path) -> None:
    write_slides(tmp_path / "a.pptx", [deck(Slide("章", "", ["句"], png(), "", BARS, [], "备注"), cover=png())] * 2)
    p = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
    c = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
    parts = parts_of(tmp_path / "a.pptx")
    high = [node.get("id") for root in parts.values() for node in root.iter(f"{p}sldMasterId", f"{p}sldLayoutId")]
    assert len(high) == 4 == len(set(high)) and all(2**31 <= int(each) < 2**32 for each in high)
    slides = [int(node.get("id")) for node in parts["ppt/presentation.xml"].iter(f"{p}sldId")]
    assert len(set(slides)) == len(slides) == 4 and all(256 <= each < 2**31 for each in slides)
    for name, root in parts.items():
        shapes = [node.get("id") for node in root.iter(f"{p}cNvPr")]
        assert len(set(shapes)) == len(shapes), name
        axes = [int(node.get("val")) for node in root.iter(f"{c}axId", f"{c}crossAx")]
        assert all(0 < each < 2**31 for each in axes) and len(set(axes)) == (2 if axes else 0), name


def test_the_open_xml_sdk_finds_nothing(view: View, tmp_path: Path) -> None:
    needs_font()
    picked = (("overview", "备注"), ("theme=bridges", ""), ("asks", ""), ("changes=2017-11-08", ""))
    write_deck(tmp_path / "a.pptx", Brief(view, "both", picked), annex=True)
    assert openxml_errors(tmp_path / "a.pptx") == []
    hard = [Slide(name, name, HARD, png(), name, BARS, [Table(name, [name], [1], [[name]])], name) for name in HARD]
    write_slides(tmp_path / "b.pptx", [deck(*hard, cover=png())])
    assert openxml_errors(tmp_path / "b.pptx") == []


def test_a_failure_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        write_slides(tmp_path / "none" / "a.pptx", [deck()])
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_usual_deck_is_a_briefing(view: View, tmp_path: Path, lang: str) -> None:
    needs_font()
    write_deck(tmp_path / "a.pptx", Brief(view, lang))
    show = Presentation(str(tmp_path / "a.pptx"))
    titles = [slide.shapes.title.text_frame.text for slide in show.slides]
    assert len(titles) == 15 == len(set(titles))
    for key, _ in briefing(view):
        one = chapter(view, key, lang)
        assert one.message in titles and one.message != one.title
    assert [slide.slide_layout.name for slide in show.slides].count("Section Header") == 2
    top = chapter(view, "projects", lang)
    assert len(top.features) == 10 and len(top.measures) > 20
    # What is asked names who is asked.
    (asked,) = (slide for slide in show.slides if chapter(view, "asks", lang).message in texts(slide))
    assert len(tables_of(asked)[0].rows) - 1 == len(chapter(view, "asks", lang).measures) > 0
    assert all(row.cells[0].text for row in tables_of(asked)[0].rows)


def test_a_document_is_told_by_its_own_sections(view: View, tmp_path: Path) -> None:
    needs_font()
    write_deck(tmp_path / "a.pptx", Brief(view, "zh", (("document=d2012", ""), ("document=d2017", ""))))
    articles, measures = view.register["articles"], view.measures
    for slide, document in zip(
        list(Presentation(str(tmp_path / "a.pptx")).slides)[1:3], ("d2012", "d2017"), strict=True
    ):
        own = articles[articles["document"] == document].drop_duplicates("section").sort_values("section")
        rows = [[cell.text for cell in row.cells] for row in tables_of(slide)[0].rows][1:]
        assert [row[0] for row in rows] == list(own["section_title_zh"])
        assert sum(int(row[1]) for row in rows) == int((measures["document"] == document).sum())


def test_the_annex_has_the_tables_of_the_chapters(view: View, tmp_path: Path) -> None:
    needs_font()
    write_deck(tmp_path / "a.pptx", Brief(view, "zh", (("theme=bridges", ""), ("theme=rail", ""))), annex=True)
    show = Presentation(str(tmp_path / "a.pptx"))
    found = [len(table.rows) - 1 for slide in show.slides for table in tables_of(slide)]
    sizes = [len(chapter(view, f"theme={code}", "zh").features) for code in ("bridges", "rail")]
    assert found[0] == sizes[0] and sum(found[1:]) == sizes[1]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_deck_of_the_register_says_its_numbers(view: View, tmp_path: Path, lang: str) -> None:
    needs_font()
    picked = (("overview", "只讲一分钟"), ("theme=bridges", ""))
    write_deck(tmp_path / "a.pptx", Brief(view, lang, picked))
    show = Presentation(str(tmp_path / "a.pptx"))
    for slide, (key, note) in zip((show.slides[1], show.slides[2]), picked, strict=True):
        one = chapter(view, key, lang)
        assert slide.shapes.title.text_frame.text == one.message and one.title in texts(slide)
        assert all(" ".join(line.split()) in texts(slide) for line in one.text.splitlines())
        (chart,) = (shape.chart for shape in slide.shapes if shape.has_chart)
        assert list(chart.plots[0].series[0].values) == [len(rows.ids) for _, _, rows in one.chart.bars]
        assert note in slide.notes_slide.notes_text_frame.text
        assert view.day.isoformat() in texts(slide)
