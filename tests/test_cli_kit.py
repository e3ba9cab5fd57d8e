"""The meeting kit from the terminal: what is written, and what is said when nothing is."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from fonts import needs_font, tool

import cli
from analysis.tourfile import write_tour
from analysis.view import View
from outputs.fields import tables


def run(*arguments: str | Path) -> int:
    return cli.main([str(word) for word in arguments])


@pytest.mark.parametrize(
    ("name", "start"), [("present a.html", b"<!doctype html>"), ("sheet a.pdf", b"%PDF"), ("sheet a.png", b"\x89PNG")]
)
def test_each_is_written(name: str, start: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    needs_font()
    command, file = name.split()
    assert run(command, tmp_path / file, "--theme", "bridges") == 0
    assert (tmp_path / file).read_bytes().startswith(start)
    assert str(tmp_path / file) in capsys.readouterr().out


def test_slides_take_a_tour(tmp_path: Path) -> None:
    needs_font()
    from pptx import Presentation

    (tmp_path / "tour.json").write_text(write_tour((("changes=2017-11-08", ""), ("overview", "注"))), encoding="utf-8")
    assert run("slides", tmp_path / "a.pptx", "--chapters", tmp_path / "tour.json", "--lang", "en") == 0
    slides = Presentation(str(tmp_path / "a.pptx")).slides
    assert [slide.shapes.title.text_frame.text.split()[0] for slide in list(slides)[1:]] == ["Since", "Of", "Where"]


def test_a_sheet_for_every_chapter_of_a_tour(tmp_path: Path) -> None:
    needs_font()
    (tmp_path / "tour.json").write_text(write_tour((("theme=bridges", ""), ("overview", ""))), encoding="utf-8")
    assert (
        run("sheet", tmp_path / "a.png", "--chapters", tmp_path / "tour.json", "--theme", "bridges", "--dpi", "40") == 0
    )
    assert len(list(tmp_path.glob("*.png"))) >= 2


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "wanted", [{}, {"theme": ("rail",)}, {"agency": ("fagai",), "role": ("lead",)}, {"q": ("hm",)}]
)
def test_figures_are_those_of_guantu_list(
    view: View, tmp_path: Path, capsys: pytest.CaptureFixture[str], wanted: dict[str, tuple[str, ...]], lang: str
) -> None:
    needs_font()
    from pptx import Presentation

    options = [part for name, value in wanted.items() for part in (f"--{name}", *value)]
    options += ["--as-of", str(view.day), "--lang", lang]
    counts = []
    for table in ("measures", "features"):
        assert run("list", table, *options, "--format", "json") == 0
        listed = json.loads(capsys.readouterr().out)
        counts.append(str(len(listed)))
    projects = str(sum(row["kind"] == "project" for row in listed))
    assert run("slides", tmp_path / "a.pptx", *options, "--chapter", "overview") == 0
    slide = Presentation(str(tmp_path / "a.pptx")).slides[1]
    said = [
        paragraph.text for shape in slide.shapes if shape.has_text_frame for paragraph in shape.text_frame.paragraphs
    ]
    assert [counts[0], projects] in [re.findall(r"\d+", line)[:2] for line in said]
    assert run("sheet", tmp_path / "a.pdf", *options) == 0
    text = subprocess.run([tool("pdftotext"), "-raw", tmp_path / "a.pdf", "-"], capture_output=True, text=True).stdout
    titles = [tables()[table].title(lang) for table in ("measures", "features")]
    for title, count in zip(titles, counts, strict=True):
        assert f"{title} {count}" in text and f"{title} ({count})" in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("present", "none/a.html"), "a.html"),
        (("sheet", "a.pdf", "--chapter", "theme=none"), "theme=none"),
        (("present", "a.html", "--chapters", "none.json"), "none.json"),
        (("present", "a.html", "--chapters", "bad.json"), "tour file"),
        (("slides", "a.pptx", "--agency", "none"), "agency=none"),
        (("slides", "a.pptx", "--chapter", "overview", "--chapter", "town=none"), "town=none"),
        (("slides", "a.pdf"), ".pptx"),
        (("sheet", "a.pdf", "--each-agency"), ".zip"),
        (("sheet", "a.png", "--dpi", "nan"), "dpi"),
        (("sheet", "a.png", "--size", "A0", "--dpi", "1200"), "dpi"),
    ],
)
def test_what_cannot_be_made_is_said_and_leaves_nothing(
    arguments: tuple[str, ...],
    said: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.json").write_text("{}", encoding="utf-8")
    assert run(*arguments) == 2
    assert said in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["bad.json"]


@pytest.mark.parametrize("command", ["present a.html", "export a.csv.zip --format csv"])
def test_an_empty_result_is_said(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(*command.split(), "--q", "没有这个词") == 0
    assert "no row meets this filter" in capsys.readouterr().err
    assert run(*command.split(), "--theme", "bridges") == 0
    assert "no row" not in capsys.readouterr().err


def test_pages_beside_a_picture_replace_nothing_that_nobody_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    needs_font()
    (tmp_path / "wall-2.png").write_bytes(b"a drawing of mine")
    several = ("--chapter", "overview", "--chapter", "theme=bridges", "--dpi", "30", "--size", "A4")
    assert run("sheet", tmp_path / "wall.png", *several) == 2
    assert "wall-2.png" in capsys.readouterr().err
    assert (tmp_path / "wall-2.png").read_bytes() == b"a drawing of mine"
    assert [path.name for path in tmp_path.iterdir()] == ["wall-2.png"]
