"""A tour as slides: what each chapter puts on them."""

from __future__ import annotations

from pathlib import Path

from analysis.chapters import Chapter
from analysis.words import Speech
from layers.symbology import look
from outputs.meeting import poster
from outputs.meeting.brief import Brief
from outputs.meeting.chapter_tables import ChapterTables
from outputs.meeting.posters import chapter_sheet
from outputs.meeting.slides import Bars, Deck, Slide, write_slides
from outputs.words import words

PICTURE = (190.0, 133.0)
"""Width and height in millimetres of the map on a slide."""


def write_deck(path: Path, brief: Brief) -> None:
    """The tour as slides, all in one language and then in the other where both are asked for.

    Raises NoChapter for a chapter that does not exist, NoFont, and OSError when `path` cannot be written.
    """
    slides = [_slide(brief, one, lang) for lang in brief.langs for one in brief.chapters[lang]]
    lang = brief.langs[0]
    said = brief.about[lang]
    deck = Deck(
        title=said["title"],
        lines=[brief.pair("filter", lang), brief.state(lang), brief.pair("sources", lang)],
        foot=f"{brief.pair('day', lang)}    {said['sources']}",
        stamp=brief.stamp(lang),
        slides=slides,
        words={key: words(f"slide-{key}", lang) for key in ("more", "continued")},
        lang=lang,
    )
    write_slides(path, deck)


def _slide(brief: Brief, one: Chapter, lang: str) -> Slide:
    chart, sources = one.chart, Speech(brief.view.register, lang).sources
    notes = [one.text, one.note, *brief.foot(lang), *(f"· {sources[source]}" for source in one.sources)]
    has_map = _is_on_map(brief, one)
    return Slide(
        title=one.title,
        sentences=one.text.splitlines(),
        picture=poster.picture(chapter_sheet(brief, one, lang), *PICTURE, zoom=1.4) if has_map else b"",
        alt=words("picture-alt", lang, title=one.title, n=len(one.features)),
        bars=None
        if chart is None
        else Bars(
            chart.title,
            [(title, len(rows.ids), look(chart.codelist, code)["color"]) for code, title, rows in chart.bars],
        ),
        tables=ChapterTables(brief, one, lang).on_slides(has_map),
        notes="\n".join(filter(None, notes)),
    )


def _is_on_map(brief: Brief, one: Chapter) -> bool:
    """Whether any feature of a chapter has a position."""
    return any(brief.view.standing.feature_status[name].feature.is_placed for name in one.features)
