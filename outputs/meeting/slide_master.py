"""The empty presentation that slides are put into: size, colours, fonts and three layouts, which a desk may change."""

from __future__ import annotations

from typing import Any

from lxml import etree
from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Inches

from geodata.codes import Stage
from layers.symbology import look, rules
from outputs.meeting.slide_room import HEIGHT, MARGIN, WIDTH

LATIN, ASIAN = "Arial", "Microsoft YaHei"
"""Fonts that Windows and WPS have."""
COVER, PLAIN, DIVIDER = "Title Slide", "Title Only", "Section Header"
"""Layouts by name."""
Box = tuple[float, float, float, float]
"""Left, top, width and height in inches."""
TITLES: dict[str, Box] = {
    COVER: (0.8, 2.0, 5.6, 1.9),
    PLAIN: (MARGIN, 0.62, WIDTH - 2 * MARGIN, 0.82),
    DIVIDER: (3.6, 2.7, WIDTH - 4.5, 1.3),
}
"""Where the title stands."""
_GROUNDS: dict[str, Box] = {COVER: (0, 0, 6.9, HEIGHT), DIVIDER: (0, 0, 2.8, HEIGHT), PLAIN: (0, 0, 0.16, HEIGHT)}
"""The plain area of each layout."""


def presentation() -> Any:
    """A presentation without slides, 13.333 × 7.5 inches, that has the layouts of `TITLES` alone."""
    show = Presentation()
    show.slide_width, show.slide_height = Inches(WIDTH), Inches(HEIGHT)
    master = show.slide_masters[0]
    for layout in list(master.slide_layouts):
        if layout.name not in TITLES:
            master.slide_layouts.remove(layout)
    _placed(master, TITLES[PLAIN], keep=("title", "body"))
    for layout in master.slide_layouts:
        _placed(layout, TITLES[layout.name])
        layout.shapes._spTree.insert(2, _area(_GROUNDS[layout.name]))
    theme = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    theme._blob = _theme(theme.blob)
    return show


def layout(show: Any, name: str) -> Any:
    """The layout of that name."""
    return next(each for each in show.slide_layouts if each.name == name)


def _placed(page: Any, title: Box, keep: tuple[str, ...] = ("title", "ctrTitle")) -> None:
    """The title where it belongs; date, foot and number stand on the slides themselves, and go along with a copy."""
    for shape in list(page.placeholders):
        kind = shape._element.ph.get("type", "body")
        if kind not in keep:
            shape._element.getparent().remove(shape._element)
        elif kind != "body":
            shape.left, shape.top, shape.width, shape.height = (Inches(side) for side in title)
            for style in shape._element.iter(qn("a:defRPr")):
                # Capitals throughout are for signboards.
                style.attrib.pop("cap", None)


def _area(box: Box) -> Any:
    left, top, width, height = (int(Inches(side)) for side in box)
    colour = rules()["deck"]["cover"].removeprefix("#")
    return etree.fromstring(
        f'<p:sp {nsdecls("p", "a")}><p:nvSpPr><p:cNvPr id="90" name="Ground"/><p:cNvSpPr/>'
        '<p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr><a:xfrm>'
        f'<a:off x="{left}" y="{top}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
        f'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>'
        "<a:ln><a:noFill/></a:ln></p:spPr></p:sp>"
    )


def _theme(theme: bytes) -> bytes:
    """The theme with our fonts for Latin and Chinese letters and the colours of the symbology."""
    root = etree.fromstring(theme)
    for tag, name in (("latin", LATIN), ("ea", ASIAN)):
        for node in root.findall(f".//{qn('a:fontScheme')}/*/{qn(f'a:{tag}')}"):
            node.set("typeface", name)
    for tag, colour in _colours().items():
        node = root.find(f".//{qn('a:clrScheme')}/{qn(f'a:{tag}')}")
        for child in list(node):
            node.remove(child)
        etree.SubElement(node, qn("a:srgbClr")).set("val", colour.removeprefix("#").upper())
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _colours() -> dict[str, str]:
    """What a desk finds when it picks a colour: ink, cover, and stages."""
    ground, deck = rules()["ground"]["light"], rules()["deck"]
    stages = (Stage.IMPLEMENTATION, Stage.MAINTENANCE, Stage.PREPARATION, Stage.IDENTIFICATION, Stage.COMPLETION)
    accents = {f"accent{place}": look("stage", code)["color"] for place, code in enumerate(stages, start=1)}
    return {"dk1": ground["ink"], "dk2": deck["cover"], "lt2": ground["paper"], **accents}
