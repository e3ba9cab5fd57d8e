"""Printed maps of chapters, and one for every agency."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from analysis.chapters import Chapter
from analysis.counts import key_numbers
from analysis.duties import duties_of
from analysis.spatial.certainty import SURE
from analysis.tours import chapter
from analysis.words import TEXTS as SAID
from analysis.words import Speech
from geodata.codes import Location
from geodata.files import replacing
from geodata.place import Box
from geodata.text import LANGS
from layers import swatch
from layers.web.legend import legend
from outputs.errors import WouldReplace
from outputs.fields import tables
from outputs.meeting import poster, poster_layout
from outputs.meeting.agency_tables import agency_tables
from outputs.meeting.brief import Brief
from outputs.meeting.chapter_tables import ChapterTables
from outputs.meeting.table import Table
from outputs.words import words

LARGE = ("A0", "A1")
"""Sizes of wall maps, on which names also say the stage."""
Progress = Callable[[int, int], None]
"""Is told how many are done, and of how many."""


def chapter_sheet(
    brief: Brief, one: Chapter, lang: str, callouts: bool = False, tables_of: Sequence[Table] | None = None
) -> poster_layout.Sheet:
    """A sheet that shows what a chapter shows, with the tables of its kind or those that are given."""
    standing, register, said = brief.view.standing, brief.view.register, brief.about[lang]
    rows = ChapterTables(brief, one, lang)
    numbers = [(tables()[name].title(lang), str(len(getattr(one, name)))) for name in ("measures", "features")]
    if one.chart:
        numbers += [(title, str(len(rows.ids))) for _, title, rows in one.chart.bars]
    return poster_layout.Sheet(
        title=said["title"] if one.key == "overview" else one.title,
        lines=[f"{brief.pair('filter', lang)}    {brief.pair('day', lang)}", one.text.splitlines()[0]],
        features=standing.features,
        shown=frozenset(one.features),
        themes=register.codelist("theme"),
        bounds=one.bounds or _whole(brief),
        is_whole=one.bounds is None,
        place=register.place,
        legend=[*([_how_sure()] if one.answers else []), *legend(register)],
        numbers=numbers,
        tables=rows.on_sheet() if tables_of is None else tables_of,
        foot=brief.foot(lang),
        stamp=brief.stamp(lang),
        words={key: words(f"sheet-{key}", lang) for key in ("unscaled", "off", "off-screen", "listed", "more")},
        stages=register.titles("stage", lang),
        lang=lang,
        callouts=callouts,
        listed=[_entry(brief, name, number, lang) for name, number in rows.numbers.items()],
        numbers_of=_on_map(rows.numbers, standing.features),
        found=_lines(one),
    )


def _how_sure() -> dict[str, Any]:
    """The part of the legend that tells the lines of an answer."""
    items = [
        {"code": sure, "swatch": swatch.finding(sure), **{lang: SAID(f"sure-{sure}", lang) for lang in LANGS}}
        for sure in SURE
    ]
    return {**{lang: words("answer-sure", lang) for lang in LANGS}, "items": items}


def _lines(one: Chapter) -> list[tuple[BaseGeometry, str]]:
    """The lines of an answer, the surest on top."""
    found = [(row.line, row.sure) for row in one.answers if row.line is not None and row.sure]
    return sorted(found, key=lambda each: -SURE.index(each[1]))


def _on_map(numbers: Mapping[str, str], features: gpd.GeoDataFrame) -> dict[str, str]:
    """The numbers as they stand on the map: none for a stretch of a line, whose whole has its own."""
    lines = set(features["id"][shapely.get_dimensions(features.geometry.to_numpy()) == 1])
    return {name: "" if name in lines and not number.isdigit() else number for name, number in numbers.items()}


def _whole(brief: Brief) -> Box:
    """The city and what begins in it, a twentieth of its size beyond it at most: there is the estuary."""
    features, view = brief.view.standing.features, np.array(brief.view.register.place.first_view)
    near = features[(features["location"] != Location.OUTSIDE) & features.geometry.notna()].total_bounds
    twentieth = (view[2:] - view[:2]) / 20
    west, south = np.clip(near[:2], view[:2] - twentieth, view[:2])
    east, north = np.clip(near[2:], view[2:], view[2:] + twentieth)
    return float(west), float(south), float(east), float(north)


def _entry(brief: Brief, name: str, number: str, lang: str) -> poster_layout.Entry:
    status = brief.view.standing.feature_status[name]
    sign = swatch.marker("stage", status.stage.stage)
    return poster_layout.Entry(number, sign, status.feature.name.in_(lang), status.stage.stage_since)


def whole_picture(brief: Brief, lang: str) -> bytes:
    """The map of all that a view keeps, as a PNG of 240 × 165 mm with its signs below it; raises NoFont."""
    return poster.picture(
        chapter_sheet(brief, chapter(brief.view, "overview", lang), lang), 240, 165, dpi=150, zoom=1.1
    )


def write_sheets(path: Path, brief: Brief, size: str = "A3", portrait: bool = False, dpi: float = 200) -> list[Path]:
    """Every picked chapter, or the overview, as a printed map: PDF or, for a path that ends in .png, a picture a page.

    Returns what was written. Raises NoChapter for a chapter that does not exist, NoFont, BadOption for a size or dpi
    out of bounds, WouldReplace where further pages would take the place of files that nobody named, and OSError.
    """
    keys = [picked for picked, _ in brief.picked] or ["overview"]
    sheets = [
        chapter_sheet(brief, chapter(brief.view, each, lang), lang, callouts=size in LARGE)
        for lang in brief.langs
        for each in keys
    ]
    if path.suffix.lower() != ".png":
        poster.write_pdf(path, sheets, size, portrait)
        return [path]
    pages = poster.png_pages(sheets, size, portrait, dpi)
    paths = [path if place == 1 else path.with_stem(f"{path.stem}-{place}") for place in range(1, len(pages) + 1)]
    if there := [each.name for each in paths[1:] if each.exists()]:
        raise WouldReplace(names=", ".join(there))
    written: list[Path] = []
    try:
        for each, data in zip(paths, pages, strict=True):
            with replacing(each) as fresh:
                fresh.write_bytes(data)
            written.append(each)
    except OSError:
        # Half a set is none: the further pages did not exist before.
        for each in written[1:]:
            each.unlink(missing_ok=True)
        raise
    return paths


def write_agency_sheets(path: Path, brief: Brief, size: str = "A3", progress: Progress | None = None) -> int:
    """A zip with an upright sheet for every agency that the filter names, its measures under the map.

    Returns how many. Raises as `write_sheets`.
    """
    wanted = agencies(brief)
    names = Speech(brief.view.register, "zh").agencies
    with (
        replacing(path) as fresh,
        zipfile.ZipFile(fresh, "w", zipfile.ZIP_STORED) as archive,
        TemporaryDirectory() as folder,
    ):
        for done, code in enumerate(wanted, start=1):
            page = Path(folder) / "sheet.pdf"
            own = replace(brief, view=brief.view.narrowed(replace(brief.view.filter, agency=(code,))))
            poster.write_pdf(page, [_agency_sheet(own, code, lang) for lang in brief.langs], size, True)
            entry = zipfile.ZipInfo(f"{done:02d}-{_safe(names[code])}.pdf")
            archive.writestr(entry, page.read_bytes())
            if progress:
                progress(done, len(wanted))
    return len(wanted)


def _agency_sheet(brief: Brief, code: str, lang: str) -> poster_layout.Sheet:
    one, speech = chapter(brief.view, "overview", lang), Speech(brief.view.register, lang)
    duties, features = duties_of(brief.view, code), ChapterTables(brief, one, lang).table("features")
    found = [*agency_tables(brief, duties, lang), *([features] if features.rows else [])]
    sheet = chapter_sheet(brief, one, lang, tables_of=found)
    roles = [(speech.title("role", role), str(len(named))) for role, named in duties.by_role.items()]
    late = key_numbers(brief.view).past_due
    unseen = [(words("past-due", lang), str(late))] if late else []
    return replace(sheet, title=speech.agencies[code], numbers=[*roles, *sheet.numbers, *unseen])


def agencies(brief: Brief) -> list[str]:
    """The agencies that the measures of the view name, in the order of the register; those of the filter if any."""
    chosen = brief.view.filter.agency
    return [code for code in brief.view.agencies if not chosen or code in chosen]


def _safe(name: str) -> str:
    """A name as part of a file name on every system."""
    return "".join("-" if char in '<>:"/\\|?*' or ord(char) < 32 else char for char in name)[:60].strip(". ")
