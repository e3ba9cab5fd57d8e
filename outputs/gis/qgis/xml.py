"""The little XML that QGIS files are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import NAMESPACE_OID, uuid5
from xml.etree.ElementTree import Element, SubElement, tostring

from layers.symbology import rules
from outputs.escape import xml_text

_SRSID = "1"
"""QGIS finds the system by its authid, but calls it invalid without a number here."""
_TYPES = {bool: "bool", int: "int", float: "double", str: "QString", dict: "Map", list: "List"}


def text_of(value: Any) -> str:
    """A value as QGIS writes it: booleans in lower case, numbers short, characters that XML forbids as U+FFFD."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.10g}"
    return xml_text(str(value))


def add(parent: Element, tag: str, attributes: Mapping[str, Any] | None = None, text: Any = "") -> Element:
    """A new child of `parent`; attribute values and text are made plain by `text_of`."""
    child = SubElement(parent, tag, {key: text_of(value) for key, value in (attributes or {}).items()})
    if text != "":
        child.text = text_of(text)
    return child


def option(parent: Element, value: Any, name: str = "") -> Element:
    """A value as `<Option>`, dictionaries and lists with all they hold."""
    attributes = ({"name": name} if name else {}) | {"type": _TYPES[type(value)]}
    if isinstance(value, dict):
        child = add(parent, "Option", attributes)
        for key, inner in value.items():
            option(child, inner, key)
    elif isinstance(value, list):
        child = add(parent, "Option", attributes)
        for inner in value:
            option(child, inner)
    else:
        child = add(parent, "Option", attributes | {"value": value})
    return child


def defined(parent: Element, expressions: Mapping[str, str], tag: str = "data_defined_properties") -> None:
    """Data-defined properties: the expression that sets each, under a name that is the parent's own."""
    properties = {key: {"active": True, "expression": text, "type": 3} for key, text in expressions.items()}
    option(add(parent, tag), {"name": "", "properties": properties, "type": "collection"})


def srs(parent: Element, crs: str) -> None:
    """A coordinate reference system by its authority code, for instance EPSG:4490."""
    system = add(parent, "spatialrefsys")
    add(system, "srsid", text=_SRSID)
    add(system, "authid", text=crs)


def colour(code: str, alpha: float = 1.0) -> str:
    """`#rrggbb` of the symbology as QGIS writes it: red, green, blue, alpha from 0 to 255."""
    return ",".join(str(int(code[i : i + 2], 16)) for i in (1, 3, 5)) + f",{round(255 * alpha)}"


def quoted(text: str) -> str:
    """A text as a string of the QGIS expression language."""
    return "'" + text.replace("\\", "\\\\").replace("'", "''").replace("\n", "\\n") + "'"


def text_style(parent: Element, tag: str, size: float, ink: str, **more: Any) -> Element:
    """A text format with the fonts of the symbology; `size` in points, `ink` as `#rrggbb`."""
    families: Iterable[str] = rules()["fonts"]["families"]
    first, *_ = families
    style = add(
        parent,
        tag,
        {"fontFamily": first, "fontSize": size, "fontSizeUnit": "Point", "textColor": colour(ink), "textOpacity": 1}
        | {"multilineHeight": 1, "fontKerning": 1}
        | more,
    )
    chain = add(style, "families")
    for name in families:
        add(chain, "family", {"name": name})
    return style


def font_description(size: float, bold: bool = False) -> str:
    """A Qt font of the symbology, `size` in points, for the places that know no chain of fonts."""
    return f"{rules()['fonts']['families'][0]},{size:g},-1,5,{75 if bold else 50},0,0,0,0,0"


def stable_uuid(*parts: str) -> str:
    """The same braced id for the same parts, on every run."""
    return "{" + str(uuid5(NAMESPACE_OID, "/".join(parts))) + "}"


def document(root: Element) -> bytes:
    """The document as UTF-8 bytes."""
    # As a text first: writing bytes, the library asks its encoder anew for each piece.
    text: str = tostring(root, encoding="unicode")
    return f"<?xml version='1.0' encoding='utf-8'?>\n{text}".encode()
