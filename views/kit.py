"""The meeting kit for both doors: from a filter to the page, the slides and the sheets."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from analysis.about import labels
from analysis.bundle import bundle
from analysis.chapters import Chapter
from analysis.filters import apply
from analysis.summary import is_context, is_section
from analysis.tours import chapter
from analysis.words import Speech, words
from geodata.outputs import replacing
from layers import sheet, webmap
from layers.present import write_present
from layers.symbology import look
from views.chapter_sheets import Kit, chapter_sheet, tables_of
from views.words import by_language

PICTURE = (190.0, 133.0)
"""Width and height in millimetres of the map on a slide."""


ENDS = {"present": (".html",), "slides": (".pptx",), "sheet": (".pdf", ".png")}
"""How the file of each output may end; sheets of every agency are a .zip."""


def write_page(path: Path, kit: Kit) -> None:
    """The tour and the map to explore as one HTML file."""
    joined, context = kit.joined, is_context(kit.joined)
    on = apply(joined, kit.chosen).features | context
    write_present(
        path,
        bundle(joined, kit.chosen, {lang: kit.tour(lang) for lang in kit.langs}),
        webmap.pack_register(joined.register, context, is_section(joined.register), on),
        webmap.words_of(joined.register, by_language()),
        title={lang: kit.said(lang)["title"] for lang in kit.langs},
        foot={lang: kit.foot(lang) for lang in kit.langs},
        stamp={lang: kit.stamp(lang) for lang in kit.langs},
    )


def write_deck(path: Path, kit: Kit) -> None:
    """The tour as slides, all in one language and then in the other where both are asked for."""
    from layers.slides import Deck, write_slides

    slides = [_slide(kit, one, lang) for lang in kit.langs for one in kit.tour(lang)]
    lang = kit.langs[0]
    said, label, colon = kit.said(lang), labels(lang), words("colon", lang)
    deck = Deck(
        title=said["title"],
        lines=[f"{label[key]}{colon}{said[key]}" for key in ("filter", "day", "sources")],
        foot=f"{label['day']}{colon}{said['day']}    {said['sources']}",
        stamp=kit.stamp(lang),
        slides=slides,
        words={key: words(f"slide-{key}", lang) for key in ("more", "continued")},
        lang=lang,
    )
    write_slides(path, deck)


def _slide(kit: Kit, one: Chapter, lang: str) -> Any:
    from layers.slides import Bars, Slide

    chart = one.chart
    sources = Speech(kit.joined.register, lang).named("sources", "title")
    notes = [one.text, one.note, *kit.foot(lang), *(f"· {sources[source]}" for source in one.sources)]
    return Slide(
        title=one.title,
        sentences=one.text.splitlines(),
        picture=sheet.picture(chapter_sheet(kit, one, lang), *PICTURE, zoom=1.4) if _is_on_map(kit, one) else b"",
        alt=words("picture-alt", lang, title=one.title, n=len(one.features)),
        bars=chart
        and Bars(
            chart.title,
            [(title, len(rows.ids), look(chart.codelist, code)["color"]) for code, title, rows in chart.bars],
        ),
        tables=_listed(kit, one, lang),
        notes="\n".join(filter(None, notes)),
    )


def _is_on_map(kit: Kit, one: Chapter) -> bool:
    """Whether any feature of a chapter has a position."""
    features = kit.joined.features
    return bool(features.geometry[features["id"].isin(one.features)].notna().any())


def _listed(kit: Kit, one: Chapter, lang: str) -> list[sheet.Table]:
    """The tables that go on slides: none for what would take dozens."""
    kind = one.key.partition("=")[0]
    if kind == "overview" or (kind == "section" and _is_on_map(kit, one)):
        return []
    tables = tables_of(kit, one, lang, brief=True)
    if kind in ("theme", "town", "agency"):
        return tables[:1]
    return tables[-1:] if kind == "section" else tables


def write_sheet(path: Path, kit: Kit, size: str = "A3", portrait: bool = False, dpi: float = 200) -> list[Path]:
    """Every picked chapter, or the overview, as a printed map: PDF or, for a path that ends in .png, a picture a page.

    Returns what was written.
    """
    keys = [picked for picked, _ in kit.picked] or ["overview"]
    sheets = [
        chapter_sheet(kit, chapter(kit.joined, kit.chosen, each, lang), lang, callouts=size in ("A0", "A1"))
        for lang in kit.langs
        for each in keys
    ]
    if path.suffix.lower() != ".png":
        sheet.write_pdf(path, sheets, size, portrait)
        return [path]
    pages = sheet.png_pages(sheets, size, portrait, dpi)
    paths = [path if place == 1 else path.with_stem(f"{path.stem}-{place}") for place in range(1, len(pages) + 1)]
    for each, data in zip(paths, pages, strict=True):
        with replacing(each) as fresh:
            fresh.write_bytes(data)
    return paths


def write_agency_sheets(path: Path, kit: Kit, size: str = "A3", told: Callable[[int, int], None] | None = None) -> int:
    """A zip with an upright sheet for every agency that the filter names, its measures under the map.

    Returns how many; `told` hears done and all.
    """
    from tempfile import TemporaryDirectory

    names = {row.id: row.name_zh for row in kit.joined.register["agencies"].itertuples()}
    wanted = list(agencies(kit))
    with (
        replacing(path) as fresh,
        zipfile.ZipFile(fresh, "w", zipfile.ZIP_STORED) as archive,
        TemporaryDirectory() as folder,
    ):
        for done, code in enumerate(wanted, start=1):
            page = Path(folder) / "sheet.pdf"
            own = replace(kit, chosen=replace(kit.chosen, agency=(code,)))
            sheet.write_pdf(page, [_agency_sheet(own, names[code], code, lang) for lang in kit.langs], size, True)
            entry = zipfile.ZipInfo(f"{done:02d}-{_safe(names[code])}.pdf")
            archive.writestr(entry, page.read_bytes())
            if told:
                told(done, len(wanted))
    return len(wanted)


def _agency_sheet(kit: Kit, name: str, code: str, lang: str) -> sheet.Sheet:
    one = chapter(kit.joined, kit.chosen, "overview", lang)
    title = name if lang == "zh" else Speech(kit.joined.register, lang).named("agencies")[code]
    return replace(chapter_sheet(kit, one, lang), title=title)


def agencies(kit: Kit) -> Iterator[str]:
    """The agencies that the measures of the filter name, in the order of the register."""
    kept = apply(kit.joined, kit.chosen).measures
    assigned = kit.joined.register["assignments"]
    named = set(assigned.loc[assigned["article"].isin(kit.joined.measures.loc[kept, "article"]), "agency"])
    yield from (
        code for code in kit.joined.register["agencies"]["id"] if code in named and code in (kit.chosen.agency or named)
    )


def _safe(name: str) -> str:
    """A name as part of a file name on every system."""
    return "".join("-" if char in '<>:"/\\|?*' or ord(char) < 32 else char for char in name)[:60].strip(". ")


def make(name: str, path: Path, kit: Kit, options: Any, told: Callable[[int, int], None] | None = None) -> list[Path]:
    """Write present, slides or sheet; `options` has size, portrait, dpi and each_agency for a sheet.

    Raises ValueError for a path whose end says another format, for a chapter, size or dpi that does not exist.
    """
    ends = (".zip",) if getattr(options, "each_agency", False) else ENDS[name]
    if path.suffix.lower() not in ends:
        raise ValueError(f"文件名应以 {'、'.join(ends)} 结尾 the name must end in {' or '.join(ends)}: {path.name}")
    if name == "present":
        write_page(path, kit)
    elif name == "slides":
        write_deck(path, kit)
    elif options.each_agency:
        write_agency_sheets(path, kit, options.size, told)
    else:
        return write_sheet(path, kit, options.size, options.portrait, options.dpi)
    return [path]
