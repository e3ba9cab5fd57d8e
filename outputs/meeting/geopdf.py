"""Maps in a PDF that say where they are: a viewer with a measuring tool, QGIS or GDAL reads positions off them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyproj
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, FloatObject, NameObject, NumberObject, TextStringObject

from layers.paper.paper import Frame

_POINTS = 72 / 25.4
"""Points of a millimetre."""


@dataclass(frozen=True)
class Viewport:
    """The rectangle of a map on its page (left, bottom, right, top in points), and the ground on it."""

    box: tuple[float, float, float, float]
    frame: Frame


def viewport(frame: Frame, left: float, top: float, page_height: float) -> Viewport:
    """Of a map whose left top corner lies at these millimetres of a page."""
    high = page_height - top
    box = (left, high - frame.height, left + frame.width, high)
    return Viewport((box[0] * _POINTS, box[1] * _POINTS, box[2] * _POINTS, box[3] * _POINTS), frame)


def with_maps(data: bytes, maps: Sequence[Viewport]) -> bytes:
    """A PDF whose maps, one under each entry of its outline, know their place (ISO 32000-2, 12.10)."""
    writer = PdfWriter(clone_from=io.BytesIO(data))
    reader = PdfReader(io.BytesIO(data))
    for item, each in zip(reader.outline, maps, strict=True):
        number = None if isinstance(item, list) else reader.get_destination_page_number(item)
        page = writer.pages[number or 0]
        page[NameObject("/VP")] = ArrayObject([writer._add_object(_viewport(each))])
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _viewport(each: Viewport) -> DictionaryObject:
    corners, unit = each.frame.corner_points(), (0, 0, 0, 1, 1, 1, 1, 0)
    system = pyproj.CRS.from_user_input(each.frame.crs)
    projection = _named(
        Type=NameObject("/PROJCS"),
        EPSG=NumberObject(system.to_epsg() or 0),
        WKT=TextStringObject(system.to_wkt(pyproj.enums.WktVersion.WKT1_ESRI)),
    )
    measure = _named(
        Type=NameObject("/Measure"),
        Subtype=NameObject("/GEO"),
        Bounds=_numbers(unit),
        GPTS=_numbers([value for lon, lat in corners for value in (lat, lon)]),
        LPTS=_numbers(unit),
        GCS=projection,
    )
    return _named(Type=NameObject("/Viewport"), BBox=_numbers(each.box), Measure=measure)


def _named(**values: Any) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{name}"): value for name, value in values.items()})


def _numbers(values: Sequence[float]) -> ArrayObject:
    return ArrayObject([FloatObject(round(value, 8)) for value in values])
