"""The map of a report as a picture, and the fonts that it needs."""

from __future__ import annotations

from functools import lru_cache

from analysis.tours import chapter
from analysis.view import View
from layers.paper.typesetting import NoFont
from outputs.meeting import poster
from outputs.meeting.brief import Brief
from outputs.meeting.posters import chapter_sheet
from outputs.report.content import Picture

SIZE = (155.0, 104.0)
"""Width and height in millimetres, within the 156 mm that the text of an official paper is wide."""


def png_of(picture: Picture, lang: str) -> bytes:
    """The map of a view as a PNG of `SIZE` with its signs below it; nothing on a machine without a font for names."""
    try:
        return _drawn(picture.view, lang)
    except NoFont:
        return b""


@lru_cache(maxsize=4)
def _drawn(view: View, lang: str) -> bytes:
    sheet = chapter_sheet(Brief(view, lang), chapter(view, "overview", lang), lang)
    return poster.picture(sheet, *SIZE, dpi=150, zoom=0.8)
