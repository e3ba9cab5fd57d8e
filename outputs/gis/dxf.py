"""DXF for CAD: a DXF layer a theme, lines and points in the colour of their stage, names beside them."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyproj
import shapely
from ezdxf import units
from ezdxf.colors import rgb2int
from ezdxf.document import CONST_GUID, Drawing
from ezdxf.filemanagement import new
from ezdxf.layouts.layout import Modelspace
from ezdxf.version import __version__
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from geodata.codes import Basis
from geodata.files import replacing
from geodata.place import Box
from layers.symbology import look, rules
from outputs.answers import HOW_SURE, NUMBER, SENTENCE, AnswerTable, answer_tables
from outputs.coordinates import point_of
from outputs.escape import xml_text
from outputs.extract import Extract
from outputs.gis.parts import TEXTS, is_ground, parts, settings

VERSION = "R2004"
"""The newest release whose texts are in the code page that it names. Of later ones, which are UTF-8, GDAL and all that
reads through it take the Chinese for that code page."""
APP = "GUANTU"
STYLE = "GUANTU"
STAMP = 2451544.5
"""Julian date of every drawing, 2000-01-01: the same extract gives the same bytes."""
TEXT_BYTES = 250
"""Of a text in the extended data of an entity."""
_WIDE = 40
"""Heights of a text after which the sentence of an answer goes on below."""
_FORBIDDEN = re.compile(r'[<>/\\":;?*|=`,\x00-\x1f]')
"""Characters that the name of a layer cannot hold."""
_MTEXT = str.maketrans({"\\": "\\\\", "{": "\\{", "}": "\\}", "^": "^ "})
_SECTION_END = "\n  0\nENDSEC\n"
"""With its group code, which no text of ours can have before it: the word alone may be the value of a property."""
_MADE = re.compile(rf"(?<=\n){re.escape(__version__)} @ \d[\dT:.+-]*(?=\n)")


_ESCAPED = "guantu-dxf"
"""How what the code page lacks is written: as CAD programs escape it, or as a box where four digits do not hold it."""


def _escaped(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    missing = error.object[error.start : error.end]
    return "".join(f"\\U+{ord(each):04X}" if ord(each) <= 0xFFFF else "□" for each in missing), error.end


codecs.register_error(_ESCAPED, _escaped)


def write_dxf(path: Path, extract: Extract, crs: str | None = None) -> None:
    """A drawing in metres, east before north, in `crs` (the metric system of the place if None).

    One DXF layer a theme, named by its title, one for its names, and the same of its background, which is
    off; lines are LWPOLYLINEs with the dash of their stage, points are POINTs, names are MTEXTs that also
    say if a position is schematic. Answers are drawn above all, a layer each for shapes and sentences, with the dash of
    how sure a row is. The drawing opens on the city.
    Every entity carries uid, code and stage as extended data of the application GUANTU.
    A note below the drawing, the drawing's properties and the comments at the top of the
    file say what it is. Features far outside the area of `crs` are not drawn and the note names
    them. Raises ValueError when `crs` is not projected in metres.
    """
    crs = crs or extract.place.metric_crs
    system = pyproj.CRS.from_user_input(crs)
    if not system.is_projected or {axis.unit_name for axis in system.axis_info} != {"metre"}:
        raise ValueError(f"a drawing is in metres: {crs} is not, take {extract.place.metric_crs} for instance")
    extract = extract.within(crs)
    drawing = new(VERSION, units=units.M)
    _prepare(drawing)
    space = drawing.modelspace()
    # What is drawn first lies beneath.
    for background in (True, False):
        for title, frame in parts(extract, background):
            layers = _layers(drawing, title, extract.lang, background)
            projected = frame.to_crs(system)
            for row, shape in zip(projected.to_dict("records"), projected.geometry, strict=True):
                _feature(space, extract, row, shape, layers)
    for each in answer_tables(extract):
        _answer(drawing, each, extract, system)
    said = extract.said(extract.count("features"), f"EPSG:{system.to_epsg()} {system.name}")
    lines = extract.lines(said)
    _note(space, lines)
    _open_on(drawing, extract.place.first_view, system)
    for label, value in said.items():
        drawing.header.custom_vars.append(_line(label), _line(value))
    text = _dated(drawing)
    comments = "".join(f"999\n{_line(line)}\n" for line in lines)
    with replacing(path) as fresh:
        fresh.write_bytes((comments + text).encode(drawing.encoding, _ESCAPED))


def _prepare(drawing: Drawing) -> None:
    own = settings()["dxf"]
    drawing.header["$PDMODE"], drawing.header["$PDSIZE"] = own["mode"], own["mark"]
    drawing.encoding = settings()["dxf"]["encoding"]
    drawing.appids.add(APP)
    drawing.styles.add(STYLE, font=own["font"])
    for stage in rules()["stage"]:
        _add_dash(drawing, "stage", stage)


def _add_dash(drawing: Drawing, kind: str, code: str) -> None:
    name = _linetype(code, kind)
    lengths = [part * settings()["dxf"]["metres_per_px"] for part in look(kind, code)["dash"]]
    if lengths and name not in drawing.linetypes:
        pattern = [sum(lengths), *(part if i % 2 == 0 else -part for i, part in enumerate(lengths))]
        drawing.linetypes.add(name, pattern=pattern)


def _linetype(code: str, kind: str = "stage") -> str:
    return f"GUANTU-{code.upper()}" if look(kind, code)["dash"] else "CONTINUOUS"


def _open_on(drawing: Drawing, box: Box, system: pyproj.CRS) -> None:
    """What is seen first, and taken for the extent of the drawing: `box` in degrees."""
    to_metres = pyproj.Transformer.from_crs("EPSG:4326", system, always_xy=True)
    west, south, east, north = to_metres.transform_bounds(*box)
    drawing.set_modelspace_vport(height=north - south, center=((west + east) / 2, (south + north) / 2))
    drawing.header["$EXTMIN"], drawing.header["$EXTMAX"] = (west, south, 0.0), (east, north, 0.0)
    drawing.modelspace().reset_extents((west, south, 0.0), (east, north, 0.0))


def _layers(drawing: Drawing, title: str, lang: str, background: bool) -> tuple[str, str]:
    """The names of the layers for shapes and for their names; those of the background are off."""
    found = _layer(drawing, title), _layer(drawing, TEXTS("names", lang, theme=title))
    for name in found if background else ():
        drawing.layers.get(name).off()
    return found


def _layer(drawing: Drawing, title: str) -> str:
    name = plain = _FORBIDDEN.sub("_", title)
    number = 1
    # Two titles that differ only in what a name cannot hold are two layers all the same.
    while name in drawing.layers:
        number += 1
        name = f"{plain} {number}"
    layer = drawing.layers.add(name)
    layer.rgb = _rgb(rules()["context"]["town"])
    return name


def _rgb(colour: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(colour[1:])
    return red, green, blue


def _feature(
    space: Modelspace, extract: Extract, row: dict[str, Any], shape: BaseGeometry, layers: tuple[str, str]
) -> None:
    context = is_ground(extract, row["theme"], row["stage"])
    kind = "town" if shape.geom_type == "Point" else "water"
    colour = rules()["context"][kind] if context else look("stage", row["stage"])["color"]
    layer, names = layers
    attributes = {"layer": layer, "true_color": rgb2int(_rgb(colour))}
    data = [
        (1000, _cut(f"{name}={row[name]}"))
        for name in ("uid", "code", "theme", "stage", "position_basis", "accuracy_m")
    ]
    _draw(space, shape, attributes, "CONTINUOUS" if context else _linetype(row["stage"]), data)
    label = row[f"name_{extract.lang}"] or row["name_zh"]
    if row["position_basis"] == Basis.SCHEMATIC:
        label += f" [{extract.titles('position-basis')[row['position_basis']]} ±{row['accuracy_m']:g} m]"
    _write(space, label, point_of(shape), attributes | {"layer": names}, data)


def _answer(drawing: Drawing, each: AnswerTable, extract: Extract, system: pyproj.CRS) -> None:
    """The rows of an answer that are somewhere, those that are nowhere are left out; its layers are there anyhow."""
    own, space = settings()["dxf"], drawing.modelspace()
    layer, texts = _layers(drawing, each.table.title(extract.lang), extract.lang, False)
    ink = rgb2int(_rgb(rules()["ground"]["light"]["found"]))
    placed = each.frame[each.frame.geometry.notna()].to_crs(system)
    for row, shape in zip(placed.to_dict("records"), placed.geometry, strict=True):
        sure = row[HOW_SURE]
        _add_dash(drawing, "finding", sure)
        data = [(1000, _cut(f"{name}={row[name]}")) for name in (NUMBER, "from", "to", HOW_SURE)]
        attributes = {"layer": layer, "true_color": ink}
        _draw(space, shape, attributes, _linetype(sure, "finding"), data)
        said = TEXTS("answer-row", extract.lang, number=row[NUMBER], sure=row["sure_title"], sentence=row[SENTENCE])
        _write(space, said, point_of(shape), attributes | {"layer": texts, "width": _WIDE * own["text"]}, data)


def _draw(space: Modelspace, shape: BaseGeometry, attributes: dict[str, Any], dash: str, data: list[Any]) -> None:
    """The parts of a shape with extended data."""
    for part in _parts(shape):
        points = shapely.get_coordinates(part).tolist()
        if part.geom_type == "Point":
            entity: Any = space.add_point(points[0], dxfattribs=attributes)
        else:
            closed, line = part.geom_type == "LinearRing", attributes | {"linetype": dash}
            entity = space.add_lwpolyline(points[:-1] if closed else points, close=closed, dxfattribs=line)
        entity.set_xdata(APP, data)


def _write(space: Modelspace, said: str, anchor: Point, attributes: dict[str, Any], data: list[Any]) -> None:
    """A text beside a point with extended data."""
    own = settings()["dxf"]
    looks = attributes | {"style": STYLE, "char_height": own["text"], "attachment_point": 1}
    text = space.add_mtext(encode_mtext(said), dxfattribs=looks)
    text.set_location((anchor.x + own["mark"], anchor.y))
    text.set_xdata(APP, data)


def _parts(shape: BaseGeometry) -> Iterator[BaseGeometry]:
    """Points, lines and rings."""
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon":
            yield from (part.exterior, *part.interiors)
        else:
            yield part


def encode_mtext(text: str) -> str:
    """A text as MTEXT writes it, so that nothing in it is taken for formatting."""
    plain = xml_text(text).translate(_MTEXT).replace("%%", "%{}%")
    return re.sub("\r\n|\r|\n", r"\\P", plain).replace("\t", " ")


def _line(text: str) -> str:
    return " ".join(xml_text(text).split())


def _cut(text: str) -> str:
    return _line(text).encode()[:TEXT_BYTES].decode(errors="ignore")


def _note(space: Modelspace, lines: list[str]) -> None:
    """What the drawing is, below its south-west corner."""
    own = settings()["dxf"]
    coordinates = [
        point
        for entity in space
        for point in ([entity.dxf.location] if entity.dxftype() == "POINT" else getattr(entity, "vertices", list)())
    ]
    west = min((point[0] for point in coordinates), default=0.0)
    south = min((point[1] for point in coordinates), default=0.0)
    size = {"char_height": own["note"], "width": 200 * own["note"]}
    note = space.add_mtext(encode_mtext("\n".join(lines)), dxfattribs={"style": STYLE} | size)
    note.set_location((west, south - 4 * own["note"]))


def _dated(drawing: Drawing) -> str:
    """The drawing as text, with fixed dates and identifiers in place of those of this moment."""
    # The library adds the classes in use in the order of a set, which differs from process to process.
    for kind in sorted(drawing.entitydb.dxf_types_in_use()):
        drawing.classes.add_class(kind)
    out = io.StringIO()
    drawing.write(out)
    text = out.getvalue()
    header, end, rest = text.partition(_SECTION_END)
    for name in ("$TDCREATE", "$TDUCREATE", "$TDUPDATE", "$TDUUPDATE"):
        header = re.sub(rf"(\{name}\n *40\n)[^\n]*", rf"\g<1>{STAMP}", header)
    for name in ("$FINGERPRINTGUID", "$VERSIONGUID"):
        header = re.sub(rf"(\{name}\n *2\n)[^\n]*", rf"\g<1>{CONST_GUID}", header)
    return _MADE.sub(__version__, header + end + rest)
