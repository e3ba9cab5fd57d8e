"""Fields and forms: titles, value lists, dates, keys, tabs and the rows of related tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any
from xml.etree.ElementTree import Element

from geodata.codes import Basis, Location, Stage
from outputs.answers import SENTENCE
from outputs.fields import OutputField
from outputs.gis.qgis.plan import Layer, Plan
from outputs.gis.qgis.xml import add, option, quoted

TABS: dict[str, tuple[str, ...]] = {
    "tab-identity": (),
    "tab-progress": ("stage", "stage_since", "stage_grade", "restriction", "evidence", "stale", "sources"),
    "tab-measures": ("outcome", "measures", "measure_codes", "lead", "cooperating", "responsible"),
    "tab-position": ("location", "position_basis", "accuracy_m"),
}
"""Tabs of the form of a feature and the columns on each; the first has all that are on no other."""
_FOLLOWING = {
    "features": {
        *("background", "evidence", "stale", "towns", "sources", *TABS["tab-measures"]),
        *("stage", "stage_since", "stage_grade", "restriction"),
    },
    "events": {"date_from", "date_to"},
}
"""Columns that follow from other tables or columns, by table of the dictionary: shown, not edited."""
_EDITABLE = ("links", "events", "sources")
"""Tables beside the features that a planner may add to; what the documents say and what follows is not edited."""
_OF_NEW = {"stage": Stage.UNKNOWN, "location": Location.INSIDE, "position_basis": Basis.SCHEMATIC}
"""Codes of a feature that is added."""
_UID = "uid"
_LONG = ("note", "sources", "measure_codes", SENTENCE)
_MEASURES, LINKS, _EVENTS = "measures", "links", "events"
"""Tables that relations tie to the features."""


@dataclass(frozen=True)
class Relation:
    """Rows of `child` that name a row of `parent` in the column `column`, by its code."""

    id: str
    parent: Layer
    child: Layer
    column: str


def relations(plan: Plan) -> list[Relation]:
    """All relations of the project: features and measures to their links, then to their events."""
    by_name = {layer.name: layer for layer in plan.layers}
    found = []
    for name in (LINKS, _EVENTS):
        if name in by_name:
            found += [_relation(layer, by_name[name], "feature") for layer in plan.layers if _is_feature(layer)]
    if _MEASURES in by_name:
        children = (by_name[name] for name in (LINKS, _EVENTS) if name in by_name)
        found += [_relation(by_name[_MEASURES], child, "measure") for child in children]
    return found


def _is_feature(layer: Layer) -> bool:
    return "part_of" in layer.columns


def _relation(parent: Layer, child: Layer, column: str) -> Relation:
    return Relation(f"rel_{parent.name}_{child.name}", parent, child, column)


def is_editable(layer: Layer) -> bool:
    """Whether rows of a layer may be added and changed in QGIS."""
    return _is_feature(layer) or layer.name in _EDITABLE


def add_form(parent: Element, layer: Layer, plan: Plan) -> None:
    """Fields and form of a layer, as children of a `<maplayer>` or a style document."""
    fields = layer.table.fields
    configuration = add(parent, "fieldConfiguration")
    for field in fields:
        widget = add(add(configuration, "field", {"name": field.name, "configurationFlags": "None"}), "editWidget")
        kind, config = _widget(field, plan)
        widget.set("type", kind)
        option(add(widget, "config"), config)
    aliases = add(parent, "aliases")
    for place, field in enumerate(fields):
        add(aliases, "alias", {"field": field.name, "index": place, "name": field.title(plan.extract.lang)})
    _add_rules(parent, layer)
    columns = add(add(parent, "attributetableconfig", {"actionWidgetStyle": "dropDown"}), "columns")
    for name in ("fid", *(field.name for field in fields)):
        add(columns, "column", {"name": name, "type": "field", "width": -1, "hidden": int(name in ("fid", _UID))})
    add(parent, "editorlayout", text="tablayout")
    form = add(parent, "attributeEditorForm")
    if _is_feature(layer):
        elsewhere = {_UID, *chain.from_iterable(TABS.values())}
        rest = [field.name for field in fields if field.name not in elsewhere]
        for tab, names in TABS.items():
            _add_tab(form, plan.words(tab), layer, names or rest, _rows(layer, tab, plan))
    else:
        _add_tab(form, layer.title, layer, [field.name for field in fields if field.name != _UID], ())
        if layer.name == _MEASURES:
            _add_tab(form, plan.words("tab-features"), layer, (), _rows(layer, "", plan))
    editable, fixed = add(parent, "editable"), _FOLLOWING.get(layer.table.name, set())
    for field in fields:
        add(editable, "field", {"name": field.name, "editable": int(field.name not in fixed)})
    add(parent, "previewExpression", text=_preview(layer, plan.extract.lang))


def _preview(layer: Layer, lang: str) -> str:
    """What stands for a row in a list."""
    if layer.is_answer:
        return f'"{SENTENCE}"'
    if layer.name == LINKS:
        return "concat(nullif(\"locator\", '') || ' · ', \"feature\")"
    title = _preview_column(layer, lang)
    return f'coalesce("{title}", "code")' if title != layer.table.key else f'"{layer.table.fields[0].name}"'


def _preview_column(layer: Layer, lang: str) -> str:
    titles = [f"{field}_{lang}" for field in ("name", "title", "text")]
    return next((name for name in titles if name in layer.columns), layer.table.key)


def _widget(field: OutputField, plan: Plan) -> tuple[str, dict[str, Any]]:
    if field.name == _UID:
        return "Hidden", {}
    if field.codelist:
        return "ValueMap", {"map": [{title: code} for code, title in plan.titles[field.codelist].items()]}
    if far := next((each for each in plan.layers if each.name == field.of and not field.is_list), None):
        found: dict[str, Any] = {
            "Layer": far.id,
            "LayerName": far.title,
            "LayerSource": far.source,
            "LayerProviderName": "ogr",
        }
        found |= {"Key": far.table.key, "Value": _preview_column(far, plan.extract.lang), "AllowMulti": False}
        return "ValueRelation", found | {"AllowNull": True, "OrderByValue": True, "UseCompleter": True}
    if field.type == "date":
        day = {"field_format": "yyyy-MM-dd", "display_format": "yyyy-MM-dd"}
        return "DateTime", day | {"calendar_popup": True, "allow_null": True, "field_iso_format": False}
    if field.type == "boolean":
        return "CheckBox", {}
    return "TextEdit", {"IsMultiline": field.type == "string" and field.name in _LONG}


def _add_rules(parent: Element, layer: Layer) -> None:
    """Defaults, constraints and what a cut or copied feature keeps: all but its keys."""
    defaults, constraints = add(parent, "defaults"), add(parent, "constraints")
    policies = [add(parent, "splitPolicies"), add(parent, "duplicatePolicies")]
    for name in (field.name for field in layer.table.fields):
        key = name in (_UID, layer.table.key)
        add(defaults, "default", {"field": name, "expression": _default(layer, name), "applyOnUpdate": 0})
        strength = {"unique_strength": int(key), "notnull_strength": int(key), "exp_strength": 0}
        add(constraints, "constraint", {"field": name, "constraints": 3 if key else 0} | strength)
        for policy in policies:
            add(policy, "policy", {"field": name, "policy": "DefaultValue" if key else "Duplicate"})


def _default(layer: Layer, name: str) -> str:
    if name == _UID:
        return "uuid('WithoutBraces')"
    if name == layer.table.key and _is_feature(layer):
        return f"{quoted(layer.name.replace('_', '-') + '-')} || left(uuid('WithoutBraces'), 8)"
    if name == "theme" and layer.theme:
        return quoted(layer.theme)
    if _is_feature(layer) and name in _OF_NEW:
        return quoted(_OF_NEW[name])
    if _is_feature(layer) and name == "background":
        return "false"
    if layer.name == _EVENTS and name == layer.table.key:
        return "'new-' || left(uuid('WithoutBraces'), 8)"
    return ""


def _rows(layer: Layer, tab: str, plan: Plan) -> Iterator[tuple[Relation, str, str]]:
    """Relations shown on a tab, each with the id of the relation that leads on and the title of the far side."""
    found = relations(plan)
    mine = [each for each in found if each.parent.name == layer.name]
    if layer.name == _MEASURES:
        # One list of links: led on to the features it would be one a layer, all but one or two of them empty.
        yield from ((each, "", each.child.title) for each in mine)
        return
    far = [each for each in found if each.parent.name == _MEASURES and each.child.name == LINKS]
    for each in mine:
        if tab == "tab-progress" and each.child.name == _EVENTS:
            yield each, "", each.child.title
        if tab == "tab-measures" and each.child.name == LINKS and far:
            yield each, far[0].id, far[0].parent.title


def _add_tab(
    form: Element, title: str, layer: Layer, names: Iterable[str], rows: Iterable[tuple[Relation, str, str]]
) -> None:
    places = {field.name: place for place, field in enumerate(layer.table.fields)}
    tab = add(form, "attributeEditorContainer", {"name": title, "showLabel": 1, "groupBox": 0, "columnCount": 1})
    for name in names:
        add(tab, "attributeEditorField", {"name": name, "index": places[name], "showLabel": 1})
    for relation, far, label in rows:
        attributes: dict[str, Any] = {"relation": relation.id, "name": relation.id, "nmRelationId": far, "label": label}
        attributes |= {"relationWidgetTypeId": "relation_editor", "forceSuppressFormPopup": 0, "showLabel": 1}
        add(tab, "attributeEditorRelation", attributes)
