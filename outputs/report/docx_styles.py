"""The styles of an official paper by GB/T 9704, as styles that a desk may change, and the numbers of headings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from layers.symbology import rules
from outputs.report.content import TEXTS

SMALL, TABLE, FOOT = 10.5, 9, 14
"""Points: 五号 and 小五 for notes and tables, 四号 for page numbers."""
_NUMBERS = {"zh": 90, "en": 91}
"""Of the lists that number headings."""
_SPOKEN = ("BodyText", "Title", "Subtitle", "Heading1", "Heading2", "Heading3", "Caption")
"""Styles that the second language of a document has for itself."""
_REPLACED = (*_SPOKEN, "Normal", "Footer")
_INDENT = '<w:ind w:firstLineChars="200" w:firstLine="{}"/>'
"""Two characters, as paragraphs begin."""


@dataclass(frozen=True)
class _Sizes:
    """Points of text, title and caption, and from line to line."""

    body: float
    title: float
    caption: float
    line: float
    title_line: float


_SIZES = {"zh": _Sizes(16, 22, 12, 28, 34), "en": _Sizes(12, 18, 10.5, 19, 25)}
"""三号, 二号, 小四 by the standard; it says nothing of English, whose letters are as legible when smaller."""


def fonts(role: str) -> tuple[str, str]:
    """The fonts of a role for Latin and for Chinese letters; Windows and WPS have them."""
    return TEXTS("font-latin", "en"), TEXTS(f"font-{role}", "zh")


def style_of(name: str, lang: str, langs: Sequence[str]) -> str:
    """The id of a style in a language of a document."""
    return f"{name}{_suffix(lang, langs)}" if name in _SPOKEN else name


def _suffix(lang: str, langs: Sequence[str]) -> str:
    return "" if lang == langs[0] else lang.title()


def styled(document: Any, langs: Sequence[str]) -> None:
    """Give a document the styles of its languages, with the numbers of headings in each."""
    _numbering(document)
    root = document.styles.element
    for old in root.findall(qn("w:style")):
        is_table = old.get(qn("w:type")) == "table" and old.get(qn("w:styleId")) != "TableNormal"
        if is_table or old.get(qn("w:styleId")) in _REPLACED:
            root.remove(old)
    defaults = root.find(qn("w:docDefaults"))
    defaults.getparent().replace(defaults, parse_xml(_defaults(_SIZES[langs[0]].body)))
    made = [*_common(), *(xml for lang in langs for xml in _spoken(lang, _suffix(lang, langs)))]
    for xml in made:
        root.append(parse_xml(xml))
    _fallback(document)


def _colour(name: str) -> str:
    found: str = rules()["report"][name]
    return found.removeprefix("#")


def _rpr(role: str, points: float, bold: bool = False) -> str:
    latin, asian = fonts(role)
    size, weight = round(points * 2), "<w:b/>" if bold else '<w:b w:val="0"/>'
    return (
        f'<w:rPr><w:rFonts w:ascii="{latin}" w:hAnsi="{latin}" w:eastAsia="{asian}" w:cs="{latin}"/>{weight}'
        f'<w:i w:val="0"/><w:color w:val="{_colour("ink")}"/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>'
    )


def _defaults(points: float) -> str:
    latin, asian = fonts("body")
    return (
        f'<w:docDefaults {nsdecls("w")}><w:rPrDefault><w:rPr><w:rFonts w:ascii="{latin}" w:hAnsi="{latin}" '
        f'w:eastAsia="{asian}" w:cs="{latin}"/><w:sz w:val="{round(points * 2)}"/><w:szCs w:val="{round(points * 2)}"/>'
        f'<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        f"<w:pPrDefault/></w:docDefaults>"
    )


def _spaced(line: float, before: float = 0, after: float = 0, rule: str = "exact") -> str:
    before, after, line = (round(20 * points) for points in (before, after, line))
    return f'<w:spacing w:before="{before}" w:after="{after}" w:line="{line}" w:lineRule="{rule}"/>'


def _jc(side: str) -> str:
    return f'<w:jc w:val="{side}"/>'


def _style(name: str, title: str, ppr: str, rpr: str, follow: str = "") -> str:
    """A paragraph style; those that Word does not know by their name are custom ones."""
    own = ' w:default="1"' if name == "Normal" else "" if name in _REPLACED else ' w:customStyle="1"'
    based = "" if name == "Normal" else '<w:basedOn w:val="Normal"/>'
    after = f'<w:next w:val="{follow}"/>' if follow else ""
    return (
        f'<w:style {nsdecls("w")} w:type="paragraph"{own} w:styleId="{name}"><w:name w:val="{title}"/>{based}{after}'
        f"<w:qFormat/><w:pPr>{ppr}</w:pPr>{rpr}</w:style>"
    )


def _spoken(lang: str, suffix: str) -> Iterator[str]:
    """The styles that differ between languages."""
    sizes, tail, follow = _SIZES[lang], f" {suffix}".rstrip(), f"BodyText{suffix}"
    indent = _INDENT.format(round(40 * sizes.body))
    body, title = _spaced(sizes.line), _spaced(sizes.title_line, 0, 6)
    yield _style(f"BodyText{suffix}", f"Body Text{tail}", f"{body}{indent}{_jc('both')}", _rpr("body", sizes.body))
    yield _style(f"Title{suffix}", f"Title{tail}", f"<w:keepNext/>{title}{_jc('center')}",
                 _rpr("title", sizes.title), follow)  # fmt: skip
    yield _style(f"Subtitle{suffix}", f"Subtitle{tail}", f"{_spaced(sizes.line, 0, 4)}{_jc('center')}",
                 _rpr("second", sizes.body), follow)  # fmt: skip
    yield _style(f"Caption{suffix}", f"caption{tail}", f"{_spaced(sizes.caption + 7, 6, 4)}{_jc('center')}",
                 _rpr("heading", sizes.caption), follow)  # fmt: skip
    for level, role in enumerate(("heading", "second", "body")):
        number = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{_NUMBERS[lang]}"/></w:numPr>'
        outline = f'<w:outlineLvl w:val="{level}"/>'
        ppr = f"<w:keepNext/><w:keepLines/>{number}{_spaced(sizes.line, 4)}{indent}{_jc('left')}{outline}"
        bold = lang == "en" or role == "body"
        rpr = _rpr(role, sizes.body, bold)
        yield _style(f"Heading{level + 1}{suffix}", f"heading {level + 1}{tail}", ppr, rpr, follow)


def _common() -> Iterator[str]:
    """The styles that both languages share."""
    cell, centre = _spaced(12.5), _jc("center")
    yield _style("Normal", "Normal", f"<w:widowControl/>{_spaced(16, rule='atLeast')}", _rpr("body", 12))
    yield _style("Footer", "footer", _spaced(20, rule="atLeast"), _rpr("foot", FOOT))
    yield _style("ReportNote", "Report Note", f"{_spaced(17)}{centre}", _rpr("body", SMALL))
    yield _style("ReportEndNote", "Report End Note", f"{_spaced(17)}{_jc('both')}", _rpr("body", SMALL))
    yield _style("ReportGap", "Report Gap", _spaced(8), _rpr("body", TABLE))
    figure = f"<w:keepNext/>{_spaced(12, 6, rule='atLeast')}{centre}"
    yield _style("ReportFigure", "Report Figure", figure, _rpr("body", TABLE))
    yield _style("ReportTableText", "Report Table Text", f"{cell}{_jc('left')}", _rpr("body", TABLE))
    yield _style("ReportTableNumber", "Report Table Number", f"{cell}{centre}", _rpr("body", TABLE))
    yield _style("ReportTableHead", "Report Table Head", f"<w:keepNext/>{cell}{centre}", _rpr("heading", TABLE))
    right = f'<w:ind w:rightChars="200" w:right="640"/>{_jc("right")}'
    yield _style("ReportSignature", "Report Signature", f"<w:keepLines/>{_spaced(28)}{right}", _rpr("body", 16))
    yield _table_style()


def _table_style() -> str:
    """Thin lines, the head on a pale ground."""
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="{_colour("line")}"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    margins = "".join(
        f'<w:{side} w:w="{wide}" w:type="dxa"/>'
        for side, wide in (("top", 20), ("left", 60), ("bottom", 20), ("right", 60))
    )
    return (
        f'<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="ReportTable">'
        f'<w:name w:val="Report Table"/><w:basedOn w:val="TableNormal"/><w:qFormat/><w:tblPr><w:tblBorders>{sides}'
        f"</w:tblBorders><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>"
        f'<w:tcPr><w:vAlign w:val="center"/></w:tcPr><w:tblStylePr w:type="firstRow"><w:tblPr/><w:tcPr>'
        f'<w:shd w:val="clear" w:color="auto" w:fill="{_colour("head")}"/></w:tcPr></w:tblStylePr></w:style>'
    )


def _numbering(document: Any) -> None:
    """Headings count by themselves: Chinese ones as 一、 and （一）, English ones as 1. and 1.1."""
    root = document.part.numbering_part.element
    for old in list(root):
        root.remove(old)
    kinds = {"zh": ("chineseCounting", "nothing"), "en": ("decimal", "space")}
    for lang, (kind, after) in kinds.items():
        levels = "".join(
            f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind if level < 2 else "decimal"}"/>'
            f'<w:suff w:val="{after}"/><w:lvlText w:val="{TEXTS(f"heading-{level + 1}", lang)}"/>'
            f'<w:lvlJc w:val="left"/><w:pPr>{_INDENT.format(round(40 * _SIZES[lang].body))}</w:pPr></w:lvl>'
            for level in range(3)
        )
        head = f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{_NUMBERS[lang]}">'
        root.append(parse_xml(f'{head}<w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'))
    for number in _NUMBERS.values():
        entry = f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>'
        root.append(parse_xml(entry))


def _fallback(document: Any) -> None:
    """Name the font that stands in for that of the title where it is not installed."""
    title, other = fonts("title")[1], TEXTS("font-title-else", "zh")
    entry = f'<w:font w:name="{title}"><w:altName w:val="{other}"/></w:font></w:fonts>'
    for related in document.part.rels.values():
        if str(related.reltype).endswith("/fontTable"):
            part = related.target_part
            part._blob = part.blob.replace(b"</w:fonts>", entry.encode())
