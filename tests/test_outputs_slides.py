"""The deck is native and editable, keeps to the slide, and says what the register says."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from fonts import needs_font
from PIL import Image
from pptx import Presentation

from analysis.tours import chapter
from analysis.view import View
from outputs.meeting.brief import Brief
from outputs.meeting.deck import write_deck
from outputs.meeting.slide_room import ROWS, TABLES
from outputs.meeting.slides import ASIAN, LATIN, Bars, Deck, Slide, write_slides
from outputs.meeting.table import Table

WORDS = {"more": "另有 {n} 行", "continued": "（续）"}
HARD = ["<script>alert(1)</script>", "a\x00b\x0b", "العربية", "😀", "=1+1", "长" * 300, "\n" * 9]


def png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (300, 150)).save(out, "PNG")
    return out.getvalue()


def deck(*slides: Slide, **more: Any) -> Deck:
    values = {"title": "标题", "lines": ["筛选：全部"], "foot": "© 来源", "stamp": "内部使用", "words": WORDS}
    return Deck(slides=slides, **(values | more))


def written(path: Path, made: Deck) -> Any:
    write_slides(path, made)
    return Presentation(str(path))


def texts(slide: Any) -> str:
    return "\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)


def test_a_slide_holds_all_its_parts(tmp_path: Path) -> None:
    bars = Bars("按阶段", [("建设", 3, "#112233"), ("投用", 15, "#445566")])
    table = Table("表", ["一", "二"], [1, 2], [["甲", ("<svg/>", "乙")]])
    slide = Slide("章", ["第一句", "第二句"], png(), "地图", bars, [table], "备注\n来源")
    show = written(tmp_path / "a.pptx", deck(slide))
    assert len(show.slides) == 3
    first, chapter_slide, rows = show.slides
    assert first.shapes.title.text_frame.text == "标题" and "筛选：全部" in texts(first)
    assert chapter_slide.notes_slide.notes_text_frame.text == "备注\n来源"
    (picture,) = (shape for shape in chapter_slide.shapes if shape.shape_type == 13)
    assert picture.width / picture.height == pytest.approx(2, rel=0.01)
    assert picture._element.nvPicPr.cNvPr.get("descr") == "地图"
    (chart,) = (shape.chart for shape in chapter_slide.shapes if shape.has_chart)
    assert list(chart.plots[0].categories) == ["建设", "投用"] and list(chart.plots[0].series[0].values) == [3, 15]
    (grid,) = (shape.table for shape in rows.shapes if shape.has_table)
    assert [[cell.text for cell in row.cells] for row in grid.rows] == [["一", "二"], ["甲", "乙"]]
    for each in show.slides:
        assert "内部使用" in texts(each) and "© 来源" in texts(each)


def test_nothing_leaves_the_slide(tmp_path: Path) -> None:
    table = Table("表" * 99, HARD[:2], [1, 20], [[name, name] for name in HARD])
    show = written(tmp_path / "a.pptx", deck(*(Slide(name, HARD, png(), name, None, [table], name) for name in HARD)))
    for slide in show.slides:
        for shape in slide.shapes:
            assert shape.left >= 0 and shape.top >= 0
            assert shape.left + shape.width <= show.slide_width and shape.top + shape.height <= show.slide_height
    assert "<script>alert(1)</script>" in texts(show.slides[1])


def test_long_tables_go_on_and_the_rest_is_counted(tmp_path: Path) -> None:
    rows = [[f"行{place}"] for place in range(ROWS * TABLES + 7)]
    show = written(tmp_path / "a.pptx", deck(Slide("章", [], png(), tables=[Table("表", ["名"], [1], rows)])))
    tables = [shape.table for slide in show.slides for shape in slide.shapes if shape.has_table]
    assert [len(table.rows) - 1 for table in tables] == [ROWS] * TABLES
    assert "另有 7 行" in texts(show.slides[len(show.slides) - 1])
    assert "章（续）" in texts(show.slides[2])


def test_a_chapter_of_words_has_its_table_beside_them(tmp_path: Path) -> None:
    rows = [[f"行{place}"] for place in range(14)]
    show = written(tmp_path / "a.pptx", deck(Slide("章", ["一句"], tables=[Table("表", ["名"], [1], rows)])))
    tables = [[shape.table for shape in slide.shapes if shape.has_table] for slide in show.slides]
    assert [[len(table.rows) - 1 for table in each] for each in tables] == [[], [7], [7]]
    assert "一句" in texts(show.slides[1])


def test_a_tall_row_has_the_room_that_it_needs(tmp_path: Path) -> None:
    rows = [["短"], ["长" * 200]]
    show = written(tmp_path / "a.pptx", deck(Slide("章", [], png(), tables=[Table("表", ["名"], [1], rows)])))
    (grid,) = (shape.table for shape in show.slides[2].shapes if shape.has_table)
    assert grid.rows[2].height > 2 * grid.rows[1].height


def test_the_same_deck_gives_the_same_bytes(tmp_path: Path) -> None:
    slide = Slide("章", ["句"], png(), "", Bars("图", [("甲", 1, "#000000")]))
    for name in "ab":
        write_slides(tmp_path / name, deck(slide))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_fonts_are_those_of_windows(tmp_path: Path) -> None:
    write_slides(tmp_path / "a.pptx", deck())
    with zipfile.ZipFile(tmp_path / "a.pptx") as archive:
        theme = archive.read("ppt/theme/theme1.xml").decode()
    scheme = re.search(r"<a:fontScheme.*?</a:fontScheme>", theme, re.S)[0]
    assert re.findall(r'<a:latin typeface="([^"]*)"', scheme) == [LATIN, LATIN]
    assert re.findall(r'<a:ea typeface="([^"]*)"', scheme) == [ASIAN, ASIAN]


def test_a_failure_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        write_slides(tmp_path / "none" / "a.pptx", deck())
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_deck_of_the_register_says_its_numbers(view: View, tmp_path: Path, lang: str) -> None:
    needs_font()
    picked = (("overview", "只讲一分钟"), ("theme=bridges", ""))
    write_deck(tmp_path / "a.pptx", Brief(view, lang, picked))
    show = Presentation(str(tmp_path / "a.pptx"))
    for slide, (key, note) in zip((show.slides[1], show.slides[2]), picked, strict=True):
        one = chapter(view, key, lang)
        assert slide.shapes.title.text_frame.text == one.title
        assert all(" ".join(line.split()) in texts(slide) for line in one.text.splitlines())
        (chart,) = (shape.chart for shape in slide.shapes if shape.has_chart)
        assert list(chart.plots[0].series[0].values) == [len(rows.ids) for _, _, rows in one.chart.bars]
        assert note in slide.notes_slide.notes_text_frame.text
        assert view.day.isoformat() in texts(slide)
    (grid,) = (shape.table for shape in show.slides[3].shapes if shape.has_table)
    assert len(grid.rows) - 1 == len(chapter(view, "theme=bridges", lang).features)
