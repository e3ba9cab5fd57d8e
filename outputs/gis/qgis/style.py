"""How a layer looks: named styles by stage, outcome and lead agency."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from geodata.codes import Stage
from layers.symbology import look, rules
from outputs.answers import HOW_SURE, by_sure
from outputs.escape import unrun
from outputs.gis.qgis.forms import add_form
from outputs.gis.qgis.names import add_names, names_of
from outputs.gis.qgis.plan import VERSIONS, Layer, Plan
from outputs.gis.qgis.symbols import Rule, answer_symbol, context_symbol, symbol
from outputs.gis.qgis.xml import add, document, text_of


@dataclass(frozen=True)
class Category:
    """One value of a column, its title and its rule; None as value stands for all others."""

    value: str | None
    title: str
    rule: Rule


@dataclass(frozen=True)
class Style:
    """A named style: the column it tells apart and the categories; no column means one symbol."""

    name: str
    column: str
    categories: tuple[Category, ...]


def styles(layer: Layer, plan: Plan) -> list[Style]:
    """The styles of a layer, the default first: by stage, by outcome, by lead agency; one for all other layers, for
    answers by how sure they are."""
    if layer.is_answer and layer.kind:
        found = rules()["ground"]["light"]["found"]
        sure = by_sure(plan.extract).items()
        return [
            Style(
                plan.words("by-sure"),
                HOW_SURE,
                tuple(Category(code, title, {"color": found, **look("finding", code)}) for code, title in sure),
            )
        ]
    # What is added in QGIS has no stage yet, and is seen all the same.
    added = Category(None, plan.words("no-stage"), look("stage", Stage.UNKNOWN))
    by_stage = Style(plan.words("by-stage"), "stage", (*_coded("stage", plan), added))
    if not layer.staged:
        return [by_stage] if layer.kind and not layer.context else [Style(plan.words("plain"), "", ())]
    return [
        by_stage,
        Style(plan.words("by-outcome"), "outcome", (*_coded("outcome", plan), _other(plan.words("no-measure")))),
        Style(plan.words("by-lead"), "lead", (*_by_lead(layer, plan), _other(plan.words("no-lead")))),
    ]


def _coded(codelist: str, plan: Plan) -> Iterable[Category]:
    return [Category(code, title, look(codelist, code)) for code, title in plan.titles[codelist].items()]


def _by_lead(layer: Layer, plan: Plan) -> Iterable[Category]:
    """Lists of lead agencies that the layer has; each has one look in all layers."""
    rule = rules()["qualitative"]
    colours, markers, dashes = rule["colors"], rule["markers"], rule["dashes"]
    for place, value in enumerate(plan.leads):
        turn, step = divmod(place, len(colours))
        if value in layer.leads:
            look_ = {"color": colours[step], "marker": markers[turn % len(markers)], "dash": dashes[turn % len(dashes)]}
            yield Category(value, value, look_)


def _other(title: str) -> Category:
    return Category(None, title, {"color": rules()["muted"]["color"], "marker": "circle", "scale": 0.6})


def qml(layer: Layer, style: Style, plan: Plan, qgis: str = "3.22") -> bytes:
    """A style as a QGIS style file."""
    return document(style_document(layer, style, plan, qgis))


def style_document(layer: Layer, style: Style, plan: Plan, qgis: str) -> Element:
    """A style as a document of its own, as style files and the style manager hold it."""
    attributes = {"version": VERSIONS[qgis], "styleCategories": "AllStyleCategories"}
    attributes |= {"labelsEnabled": labelled(layer)}
    root = Element("qgis", attributes | {key: text_of(value) for key, value in scale_range(layer).items()})
    add_style(root, layer, style, plan)
    return root


def labelled(layer: Layer) -> str:
    """Whether a layer shows names, as QGIS writes it."""
    return "1" if layer.kind and layer.theme else "0"


def scale_range(layer: Layer) -> dict[str, Any]:
    """Attributes of a layer that QGIS draws only from a scale on; none for all others."""
    scale = rules()["names"][names_of(layer)].get("drawn") if layer.theme else None
    return {"hasScaleBasedVisibilityFlag": 1, "minScale": scale, "maxScale": 0} if scale else {}


def add_style(parent: Element, layer: Layer, style: Style, plan: Plan) -> None:
    """Renderer, names and form of a layer, as children of a `<maplayer>` or a style document."""
    if layer.kind:
        _add_renderer(parent, layer, style, plan)
        if layer.theme:
            add_names(parent, layer, plan)
    add_form(parent, layer, plan)


def _add_renderer(parent: Element, layer: Layer, style: Style, plan: Plan) -> None:
    if not style.column:
        renderer = add(parent, "renderer-v2", {"type": "singleSymbol", "symbollevels": 0, "enableorderby": 0})
        context_symbol(add(renderer, "symbols"), "0", layer)
        return
    attributes = {"type": "categorizedSymbol", "attr": style.column, "symbollevels": 0, "enableorderby": 0}
    renderer = add(parent, "renderer-v2", attributes)
    categories, symbols = add(renderer, "categories"), add(renderer, "symbols")
    letter = str(plan.extract.codes["theme"][f"short_{plan.extract.lang}"].get(layer.theme, ""))
    for place, category in enumerate(style.categories):
        # An empty value is QGIS's "all others".
        attributes = {"value": category.value or "", "type": "string", "symbol": place, "label": unrun(category.title)}
        attributes |= {"render": True, "uuid": place}
        add(categories, "category", attributes)
        if layer.is_answer:
            answer_symbol(symbols, str(place), layer, category.rule)
            continue
        symbol(symbols, str(place), layer, category.rule, "" if category.value is None else letter)
