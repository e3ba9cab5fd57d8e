"""The QGIS project: layers with their styles, themes, relations, bookmarks, time and sheets."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from itertools import chain
from urllib.parse import quote
from xml.etree.ElementTree import Element

from layers.basemaps import ALIGNED, addresses, basemaps
from layers.symbology import theme_look
from outputs.gis.qgis import atlas
from outputs.gis.qgis.forms import is_editable, relations
from outputs.gis.qgis.layout import UNIT, add_layouts, note, one_line
from outputs.gis.qgis.names import NUMBERS
from outputs.gis.qgis.plan import POINT, VERSIONS, Layer, Options, Plan
from outputs.gis.qgis.sheets import Sheets
from outputs.gis.qgis.style import add_style, labelled, scale_range, style_document, styles
from outputs.gis.qgis.xml import add, document, srs, text_of

_MERCATOR = "EPSG:3857"
_ELLIPSOID = "EPSG:7030"
_TOWN_METRES = 5000
_APART = ("title", "filter", "asked", "day", "approval", "use", "rows")
"""What a sheet shows elsewhere than in its note, or at its end."""


def project(plan: Plan, options: Options, sheets: Sheets) -> bytes:
    """The project as XML; its layers are those of the GeoPackage beside it, `sheets` are those of the plan.

    The same arguments give the same bytes. KeyError for a version of QGIS that is not listed.
    """
    root = Element("qgis", {"version": VERSIONS[options.qgis], "projectname": text_of(plan.extract.title)})
    add(root, "title", text=plan.extract.title)
    srs(add(root, "projectCrs"), plan.working_crs)
    online = _online(plan, options)
    _add_tree(root, plan, online, sheets)
    _add_view(root, plan)
    _add_relations(root, plan)
    holder = _add_layers(root, plan, options, online)
    if sheets.pages:
        atlas.add_layers(holder, plan)
    _add_properties(root, variables(plan, options.crs, sheets))
    _add_themes(root, plan)
    add_layouts(root, plan, sheets)
    _add_bookmarks(root, plan)
    _add_time(root, plan)
    return document(root)


def _online(plan: Plan, options: Options) -> dict[str, tuple[str, str]]:
    """Layers of the online basemap: title and source by id; none without the user's token."""
    token = options.tianditu_token.strip()
    found = {}
    for basemap in basemaps().values():
        if token and basemap.token == "tianditu_token" and basemap.datum in ALIGNED:
            for place, address in enumerate(addresses(basemap, quote(token, safe="")), start=1):
                # QGIS 3.40 wants the question mark as it is; the others would end the address.
                url = address.replace("&", "%26").replace("=", "%3D")
                title = basemap.title_en if plan.extract.lang == "en" else basemap.title_zh
                found[f"guantu-online-{basemap.id}-{place}"] = (
                    f"{title} {place}",
                    f"type=xyz&url={url}&zmin=1&zmax=18",
                )
    return found


def _add_tree(root: Element, plan: Plan, online: Mapping[str, tuple[str, str]], sheets: Sheets) -> None:
    tree = add(root, "layer-tree-group")
    for key, chosen in (
        ("group-answers", [layer for layer in plan.layers if layer.is_answer]),
        ("group-themes", [layer for layer in plan.layers if layer.staged]),
        ("group-history", [layer for layer in plan.layers if layer.dated]),
        ("group-context", [layer for layer in plan.layers if layer.context]),
        ("group-tables", [layer for layer in plan.layers if not layer.kind and not layer.is_answer]),
    ):
        if key == "group-answers" and not chosen:
            continue
        checked = key != "group-history"
        group = _add_group(tree, plan.words(key), checked)
        for layer in chosen:
            attributes = {"id": layer.id, "name": layer.title, "source": layer.source, "providerKey": "ogr"}
            attributes |= {"expanded": "0", "checked": "Qt::Checked" if checked else "Qt::Unchecked"}
            add(group, "layer-tree-layer", attributes)
    if sheets.pages:
        atlas.add_tree(_add_group(tree, plan.words("group-sheets"), False), plan)
    if online:
        group = _add_group(tree, plan.words("group-basemap"), False)
        for key, (title, source) in online.items():
            attributes = {"id": key, "name": title, "source": source, "providerKey": "wms", "checked": "Qt::Unchecked"}
            add(group, "layer-tree-layer", attributes)
    # What is drawn above what, whatever the order of the tree.
    order = add(tree, "custom-order", {"enabled": 1})
    for key in [*(layer.id for layer in _from_top(plan.layers)), *online]:
        add(order, "item", text=key)


def _add_group(tree: Element, name: str, checked: bool) -> Element:
    state = "Qt::Checked" if checked else "Qt::Unchecked"
    return add(tree, "layer-tree-group", {"name": name, "checked": state, "expanded": int(checked)})


def _from_top(layers: Iterable[Layer]) -> list[Layer]:
    def height(layer: Layer) -> tuple[bool, bool, bool, int]:
        order = theme_look(layer.theme)["order"] if layer.theme else 0
        return (layer.is_answer, not layer.context, layer.kind == POINT, order)

    return sorted((layer for layer in layers if layer.kind), key=height, reverse=True)


def _add_view(root: Element, plan: Plan) -> None:
    view = dict(zip(("xmin", "ymin", "xmax", "ymax"), plan.first_view, strict=True))
    canvas = add(root, "mapcanvas", {"name": "theMapCanvas", "annotationsVisible": 1})
    add(canvas, "units", text="meters")
    extent = add(canvas, "extent")
    for name, value in view.items():
        add(extent, name, text=value)
    srs(add(canvas, "destinationsrs"), plan.working_crs)
    settings = add(root, "ProjectViewSettings", {"UseProjectScales": 0})
    # All that there is reaches from Africa to Siberia: the whole of it is the city.
    for name in ("DefaultViewExtent", "PresetFullExtent"):
        srs(add(settings, name, view), plan.working_crs)


def _add_relations(root: Element, plan: Plan) -> None:
    holder = add(root, "relations")
    for each in relations(plan):
        attributes = {"id": each.id, "name": f"{each.parent.title} – {each.child.title}", "strength": "Association"}
        ends = {"referencedLayer": each.parent.id, "referencingLayer": each.child.id}
        relation = add(holder, "relation", attributes | ends)
        add(relation, "fieldRef", {"referencedField": each.parent.table.key, "referencingField": each.column})


def _add_layers(root: Element, plan: Plan, options: Options, online: Mapping[str, tuple[str, str]]) -> Element:
    holder = add(root, "projectlayers")
    for layer in plan.layers:
        attributes = {"type": "vector", "labelsEnabled": labelled(layer), "geometry": _GEOMETRY[layer.kind]}
        attributes["readOnly"] = str(int(not is_editable(layer)))
        element = add(holder, "maplayer", attributes | scale_range(layer))
        add(element, "id", text=layer.id)
        add(element, "datasource", text=layer.source)
        add(element, "layername", text=layer.title)
        if layer.kind:
            srs(add(element, "srs"), options.crs)
        add(element, "provider", {"encoding": "UTF-8"}, "ogr")
        looks = styles(layer, plan)
        manager = add(element, "map-layer-style-manager", {"current": looks[0].name})
        for style in looks:
            held = add(manager, "map-layer-style", {"name": style.name})
            if style is not looks[0]:
                held.append(style_document(layer, style, plan, options.qgis))
        if layer.dated:
            span = {"startField": "date_from", "endField": "date_to", "durationUnit": "d", "limitMode": 1}
            add(element, "temporal", {"enabled": 1, "mode": 2, "accumulate": 0, "fixedDuration": 0} | span)
        add_style(element, layer, looks[0], plan)
    for key, (title, source) in online.items():
        element = add(holder, "maplayer", {"type": "raster"})
        add(element, "id", text=key)
        add(element, "datasource", text=source)
        add(element, "layername", text=title)
        srs(add(element, "srs"), _MERCATOR)
        add(element, "provider", text="wms")
    return holder


_GEOMETRY = {"point": "Point", "line": "Line", "polygon": "Polygon", "": "No geometry"}


def _add_properties(root: Element, variables: Mapping[str, str]) -> None:
    properties = add(root, "properties")
    add(add(properties, "SpatialRefSys"), "ProjectionsEnabled", {"type": "int"}, 1)
    add(add(properties, "Measure"), "Ellipsoid", {"type": "QString"}, _ELLIPSOID)
    add(add(properties, "Paths"), "Absolute", {"type": "bool"}, False)
    # No name is cut off by the edge of the map.
    labels = add(properties, "PAL")
    add(labels, "ShowingPartialsLabels", {"type": "bool"}, False)
    # The second engine gives way to markers; without a word QGIS takes the first.
    add(labels, "PlacementEngineVersion", {"type": "int"}, 1)
    names = add(add(properties, "Variables"), "variableNames", {"type": "QStringList"})
    values = add(properties[-1], "variableValues", {"type": "QStringList"})
    for name, value in variables.items():
        add(names, "value", text=name)
        add(values, "value", text=value)


def variables(plan: Plan, crs: str, sheets: Sheets) -> dict[str, str]:
    """Variables of the project: what the extract says of itself, and what stands on the sheets.

    These are filter and day in a line, the note, the stamp, the numbers on the map (JSON, by code), and the name of
    the office, to be filled in.
    """
    extract, labels = plan.extract, plan.extract.labels
    found = {f"guantu_{key}": value for key, value in extract.about.items() if key != "day"}
    approval = extract.about.get("approval", "")
    apart = {labels[key] for key in _APART}
    said = extract.lines({label: value for label, value in plan.said(crs).items() if label not in apart})
    (stamp,) = extract.lines({labels["approval"]: approval}) if approval else [extract.about.get("use", "")]
    (chosen,) = extract.lines({labels["filter"]: extract.about["filter"]})
    day = plan.words("as-of", day=extract.as_of)
    asked = extract.lines({labels["asked"]: extract.about["asked"]}) if "asked" in extract.about else []
    found |= {"guantu_as_of": extract.as_of.isoformat(), "guantu_note": note(said, asked), "guantu_stamp": stamp}
    found |= {"guantu_subtitle": one_line(chosen, f"　{day}"), UNIT: ""}
    return found | {NUMBERS: json.dumps(sheets.numbers, separators=(",", ":"))}


def _add_themes(root: Element, plan: Plan) -> None:
    """One theme for all, one a stage that occurs, one a lead agency that occurs."""
    holder = add(root, "visibility-presets")
    staged = [layer for layer in plan.layers if layer.staged]
    answers = [layer for layer in plan.layers if layer.is_answer and layer.kind]
    _add_theme(holder, plan, plan.words("theme-all"), 0, {layer.id: None for layer in (*staged, *answers)})
    for place, (code, title) in enumerate(plan.titles["stage"].items()):
        if shown := {layer.id: {place} for layer in staged if code in layer.stages}:
            _add_theme(holder, plan, plan.words("theme-stage", name=title), 0, shown)
    by_lead = {
        layer.id: [plan.agencies(each.value or "") for each in styles(layer, plan)[2].categories] for layer in staged
    }
    for agency in dict.fromkeys(chain.from_iterable(plan.agencies(value) for value in plan.leads)):
        places = {key: {i for i, names in enumerate(lists) if agency in names} for key, lists in by_lead.items()}
        shown = {key: found for key, found in places.items() if found}
        _add_theme(holder, plan, plan.words("theme-lead", name=agency), 2, shown)


def _add_theme(holder: Element, plan: Plan, name: str, style: int, shown: Mapping[str, Iterable[int] | None]) -> None:
    """A theme that shows the given categories of the given layers; None for all of them. Context is always on."""
    theme = add(holder, "visibility-preset", {"name": name})
    for layer in plan.layers:
        if layer.id in shown or layer.context:
            chosen = styles(layer, plan)[style if layer.staged else 0].name
            add(theme, "layer", {"id": layer.id, "visible": 1, "style": chosen})
        if (places := shown.get(layer.id)) is not None:
            nodes = add(theme, "checked-legend-nodes", {"id": layer.id})
            for place in sorted(places):
                add(nodes, "checked-legend-node", {"id": place})


def _add_bookmarks(root: Element, plan: Plan) -> None:
    holder = add(root, "Bookmarks")
    places = [(plan.words("bookmark-all"), plan.first_view)]
    group = plan.extract.place.name.in_(plan.extract.lang)
    for layer in plan.layers:
        if layer.context and layer.kind == POINT:
            own = layer.frame[f"name_{plan.extract.lang}"]
            names = own.where(own.notna() & (own != ""), layer.frame["name_zh"])
            # A town may have several label points.
            for name, at in zip(names, layer.frame.to_crs(plan.working_crs).centroid, strict=True):
                x, y, far = at.x, at.y, _TOWN_METRES
                places.append((name, (x - far, y - far, x + far, y + far)))
    for place, (name, (west, south, east, north)) in enumerate(places):
        corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
        text = ", ".join(f"{x:.0f} {y:.0f}" for x, y in corners)
        attributes = {
            "id": f"guantu-bookmark-{place}",
            "name": name,
            "group": group,
        }
        srs(add(holder, "Bookmark", attributes | {"extent": f"POLYGON(({text}))"}), plan.working_crs)


def _add_time(root: Element, plan: Plan) -> None:
    """The span of the stages over time.

    The step is one hour: any other makes QGIS 3.40 open the project with its time filter on.
    """
    starts = plan.extract.history["date_from"].dropna()
    if starts.empty:
        return
    settings = {"timeStep": 1, "timeStepUnit": "h", "frameRate": 1, "cumulativeTemporalRange": 0}
    span = add(add(root, "ProjectTimeSettings", settings), "TemporalRange")
    for tag, day in (("start", min(starts)), ("end", plan.extract.as_of)):
        add(span, tag, text=f"{day}T00:00:00Z")
