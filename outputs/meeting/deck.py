"""A briefing as slides: which chapters it has, what each puts on its slide, what follows in the annex."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from analysis.chapters import Chapter
from analysis.kinds import kind_of
from analysis.tours import briefing, chapter
from analysis.words import Speech
from geodata.model import Document
from layers.symbology import look
from outputs.meeting import poster
from outputs.meeting.brief import Brief
from outputs.meeting.chapter_tables import ChapterTables
from outputs.meeting.posters import chapter_sheet
from outputs.meeting.slide_parts import Bars
from outputs.meeting.slides import Deck, Part, Slide, write_slides
from outputs.words import words

PICTURE = (190.0, 123.0)
"""Width and height in millimetres of the map on a slide."""
COVER = (164.0, 190.5)
"""The same of the map on the cover."""
_DIVIDED = 8
"""Chapters from which on a deck has dividers."""


def write_deck(path: Path, brief: Brief, annex: bool = False) -> None:
    """The briefing, all in one language and then in the other where both are asked for.

    With `annex` the tables of its chapters follow. Raises NoChapter for a chapter that does not exist, NoFont, and
    OSError when `path` cannot be written.
    """
    own = brief if brief.picked else replace(brief, picked=briefing(brief.view))
    write_slides(path, [_deck(own, lang, annex) for lang in own.langs])


def _deck(brief: Brief, lang: str, annex: bool) -> Deck:
    said, chapters = brief.about[lang], brief.chapters[lang]
    documents = [row for row in brief.view.register.rows(Document) if (brief.view.measures["document"] == row.id).any()]
    tables = ((one.title, ChapterTables(brief, one, lang).in_annex()) for one in chapters) if annex else ()
    return Deck(
        title=said["title"],
        subtitle=Speech(brief.view.register, lang).items(row.named(lang) for row in documents),
        lines=[brief.pair("filter", lang), brief.pair("day", lang), brief.pair("version", lang)],
        foot=f"{brief.pair('day', lang)}    {said['sources']}",
        stamp=brief.stamp(lang),
        parts=list(_parts(brief, chapters, lang)),
        words={key: words(f"slide-{key}", lang) for key in ("more", "continued", "annex", "numbers")},
        lang=lang,
        cover=_cover(brief, lang),
        annex=[(title, found) for title, found in tables if found],
    )


def _cover(brief: Brief, lang: str) -> bytes:
    """The whole city without names and legend."""
    whole = chapter_sheet(brief, chapter(brief.view, "overview", lang), lang)
    return poster.picture(replace(whole, bounds=None, is_named=False), *COVER, zoom=1.2, is_bare=True)


def _parts(brief: Brief, chapters: Sequence[Chapter], lang: str) -> Iterator[Part]:
    """The chapters by what they are about, and where it all comes from at the end."""
    divided = len(chapters) >= _DIVIDED
    for group, found in groupby(chapters, key=lambda one: kind_of(one.key).part):
        slides = [_slide(brief, one, lang) for one in found]
        yield Part(words(f"part-{group}", lang) if divided and group and len(slides) > 1 else "", slides)
    said = brief.about[lang]
    sentences = [
        brief.pair("sources", lang),
        brief.pair("accuracy", lang),
        said["scope"],
        *brief.state(lang).split("    "),
    ]
    yield Part("", [Slide(words("slide-method", lang), words("slide-sources", lang), sentences)])


def _slide(brief: Brief, one: Chapter, lang: str) -> Slide:
    chart, sources = one.chart, Speech(brief.view.register, lang).sources
    notes = [one.title, one.text, one.note, *brief.foot(lang), *(f"· {sources[source]}" for source in one.sources)]
    tables = ChapterTables(brief, one, lang)
    has_map = _is_on_map(brief, one) and not tables.kind.is_table
    sheet = chapter_sheet(brief, one, lang, callouts=one.key == "projects")
    return Slide(
        title=one.message,
        kicker=one.title,
        sentences=[line for line in one.text.splitlines() if line != one.message],
        picture=poster.picture(sheet, *PICTURE, zoom=1.4) if has_map else b"",
        alt=words("picture-alt", lang, title=one.title, n=len(one.features)),
        bars=None
        if chart is None
        else Bars(
            chart.title,
            [(title, len(rows.ids), look(chart.codelist, code)["color"]) for code, title, rows in chart.bars],
        ),
        tables=tables.on_slide(has_map),
        notes="\n".join(filter(None, notes)),
    )


def _is_on_map(brief: Brief, one: Chapter) -> bool:
    """Whether any feature of a chapter has a position."""
    return any(brief.view.standing.feature_status[name].feature.is_placed for name in one.features)
