"""Opens an unpacked export in a real QGIS and prints what it finds as JSON; runs under the Python of QGIS.

Called with a folder for pictures and folders of exports; prints a line for each. Standard input is a
JSON object that may have `probes`: places (longitude, latitude, pixels to the right) whose colour
is asked for by name; `views`: pictures by name (see `settings`); `themes`: whether to draw
them all; `sheets`: whether to print the layouts.
"""

from __future__ import annotations

import json
import re
import sys
import xml.etree.ElementTree as ET
import zipfile
from collections import Counter
from pathlib import Path

from qgis.core import (
    Qgis,
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFeatureRequest,
    QgsGeometry,
    QgsLayoutExporter,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
    QgsRenderContext,
    QgsSymbol,
    QgsVectorLayer,
    QgsVectorLayerUtils,
)
from qgis.PyQt.QtCore import QSize, QSizeF, Qt
from qgis.PyQt.QtGui import QColor, QFont, QFontDatabase, QImage

SIZE = (1600, 1000)
PAPER = "#f0f0f0"


def main(folder: Path, pictures: Path, asked: dict) -> dict:
    project = QgsProject.instance()
    opened = project.read(str(folder / "guantu.qgz"))
    layers = project.mapLayers()
    vectors = {name: layer for name, layer in layers.items() if isinstance(layer, QgsVectorLayer)}
    themes, time = project.mapThemeCollection(), project.timeSettings()
    report = {
        "version": Qgis.QGIS_VERSION,
        "opened": opened,
        "crs": project.crs().authid(),
        "crs_valid": project.crs().isValid(),
        "ellipsoid": project.ellipsoid(),
        "bad": [name for name, layer in layers.items() if not layer.isValid()],
        "layers": {name: vector(layer) for name, layer in vectors.items()},
        "relations": {relation.id(): related(relation) for relation in project.relationManager().relations().values()},
        "pairs": pairs(project),
        "themes": themes.mapThemes(),
        "theme_layers": {
            name: sorted(layer.id() for layer in themes.mapThemeVisibleLayers(name)) for name in themes.mapThemes()
        },
        "groups": [group.name() for group in project.layerTreeRoot().findGroups()],
        "visible": sorted(layer.layerId() for layer in project.layerTreeRoot().findLayers() if layer.isVisible()),
        "bookmarks": [bookmark.name() for bookmark in project.bookmarkManager().bookmarks()],
        "variables": {
            name: value or "" for name, value in project.customVariables().items() if name.startswith("guantu_")
        },
        "time": [time.temporalRange().begin().toString("yyyy-MM-dd"), time.timeStep(), time.timeStepUnit()],
        "embedded": embedded(folder),
        "alone": alone(folder, vectors),
        "expressions": list(wrong_expressions(project_xml(folder), vectors)),
        "probes": {name: probe(project, place) for name, place in asked.get("probes", {}).items()},
        "views": {
            name: view(project, pictures / f"{name}.png", **each) for name, each in asked.get("views", {}).items()
        },
    }
    full = project.viewSettings().fullExtent()
    report["full"] = [full.xMinimum(), full.yMinimum(), full.xMaximum(), full.yMaximum()]
    report["added"] = {name: added(vectors[name]) for name in asked.get("added", [])}
    if asked.get("themes"):
        report["colours"] = colours(project, pictures)
    if asked.get("sheets"):
        layouts = project.layoutManager().layouts()
        report["layouts"] = {layout.name(): printed(layout, pictures) for layout in layouts}
        report["labels"] = labels(layouts[0]) if layouts else {}
    return report


def project_xml(folder: Path) -> ET.Element:
    with zipfile.ZipFile(folder / "guantu.qgz") as archive:
        return ET.fromstring(archive.read("guantu.qgs"))


def vector(layer: QgsVectorLayer) -> dict:
    renderer, fields = layer.renderer(), layer.fields()
    categories = renderer.categories() if renderer and renderer.type() == "categorizedSymbol" else []
    time = layer.temporalProperties()
    return {
        "name": layer.name(),
        "count": layer.featureCount(),
        "crs": layer.crs().authid(),
        "crs_valid": layer.crs().isValid(),
        "spatial": layer.isSpatial(),
        "renderer": renderer.type() if renderer else "",
        "categories": [[each.value(), each.label(), main_colour(each.symbol())] for each in categories],
        "labels": layer.labelsEnabled() and layer.labeling() is not None,
        "styles": looks(layer),
        "style": layer.styleManager().currentStyle(),
        "fields": [field.name() for field in fields if field.name() != "fid"],
        "types": {field.name(): field.typeName() for field in fields},
        "aliases": {field.name(): field.alias() for field in fields},
        "widgets": {field.name(): field.editorWidgetSetup().type() for field in fields},
        "values": {
            field.name(): [value for pair in field.editorWidgetSetup().config()["map"] for value in pair.values()]
            for field in fields
            if field.editorWidgetSetup().type() == "ValueMap"
        },
        "tabs": [tab.name() for tab in layer.editFormConfig().tabs()],
        "read_only": layer.readOnly(),
        "fixed": [name for i, name in enumerate(fields.names()) if layer.editFormConfig().readOnly(i)],
        "references": {
            field.name(): field.editorWidgetSetup().config()["Layer"]
            for field in fields
            if field.editorWidgetSetup().type() == "ValueRelation"
        },
        "unique": [field.name() for field in fields if field.constraints().constraints() & 2],
        "scales": [layer.minimumScale(), layer.maximumScale()] if layer.hasScaleBasedVisibility() else [],
        "temporal": [time.isActive(), int(time.mode()), time.startField(), time.endField()],
        "names": sorted(str(each["name_zh"]) for each in layer.getFeatures()) if fields.indexOf("name_zh") >= 0 else [],
    }


def main_colour(symbol) -> str:
    """Colour of the part that tells the category: it stands above the casing or halo."""
    parts = [part for part in symbol.symbolLayers() if part.layerType() in ("SimpleLine", "SimpleMarker")]
    if symbol.type() == QgsSymbol.Marker:
        return [part for part in parts if part.strokeStyle() != Qt.NoPen][1].strokeColor().name()
    return parts[1].color().name()


def looks(layer: QgsVectorLayer) -> dict:
    """Each style of a layer: its column, its values, and the values of rows that it does not draw."""
    manager, found = layer.styleManager(), {}
    current = manager.currentStyle()
    for name in manager.styles():
        if name != manager.currentStyle():
            manager.setCurrentStyle(name)
        renderer = layer.renderer()
        if renderer and renderer.type() == "categorizedSymbol":
            column = renderer.classAttribute()
            values = [each.value() or "" for each in renderer.categories()]
            there = (
                {each[column] or "" for each in layer.getFeatures()} if layer.fields().indexOf(column) >= 0 else set()
            )
            # An empty value stands for all others; no row of ours should need it but those that have none.
            undrawn = there - set(values)
            found[name] = {"column": column, "values": values, "undrawn": sorted(undrawn)}
    if manager.currentStyle() != current:
        manager.setCurrentStyle(current)
    return found


def related(relation) -> dict:
    valid = relation.isValid()
    parents = list(relation.referencedLayer().getFeatures()) if valid else []
    return {"valid": valid, "rows": sum(len(list(relation.getRelatedFeatures(each))) for each in parents)}


def pairs(project: QgsProject) -> list:
    """Measure and feature of every link that the forms find in both directions."""
    manager, found = project.relationManager(), []
    far = manager.relation("rel_measures_links")
    if not far.isValid():
        return found
    for relation in manager.relations().values():
        if (
            relation.isValid()
            and relation.referencingLayerId() == far.referencingLayerId()
            and relation.id() != far.id()
        ):
            for parent in relation.referencedLayer().getFeatures():
                for link in relation.getRelatedFeatures(parent):
                    measure = far.getReferencedFeature(link)
                    if measure.isValid() and link["uid"] in [each["uid"] for each in far.getRelatedFeatures(measure)]:
                        found.append([measure["code"], parent["code"]])
    return sorted(found)


def embedded(folder: Path) -> dict:
    project = QgsProject()
    opened = project.read(f"geopackage:{folder / 'guantu.gpkg'}?projectName=guantu")
    layers = project.mapLayers().values()
    return {"opened": opened, "layers": len(layers), "bad": [each.id() for each in layers if not each.isValid()]}


def alone(folder: Path, vectors: dict) -> dict:
    """Layers of the GeoPackage opened without the project."""
    found = {}
    for layer in vectors.values():
        if not layer.isValid():
            continue
        table = layer.id().replace("guantu-layer-", "")
        opened = QgsVectorLayer(f"{folder / 'guantu.gpkg'}|layername={table}", table, "ogr")
        renderer = opened.renderer()
        found[layer.id()] = {
            "renderer": renderer.type() if renderer else "",
            "aliases": sum(bool(field.alias()) for field in opened.fields()),
            "styles": opened.listStylesInDatabase()[2],
            "scales": opened.hasScaleBasedVisibility(),
        }
    return found


def wrong_expressions(root: ET.Element, vectors: dict):
    """Expressions that cannot be read, and columns that they name but the layer does not have."""
    for each in root.iter("maplayer"):
        name = each.findtext("id")
        texts = {part.get("value") for part in each.iter("Option") if part.get("name") == "expression"}
        texts |= {part.get("filter") for part in each.iter("rule") if part.get("filter")}
        texts |= {part.get("fieldName") for part in each.iter("text-style") if part.get("isExpression") == "1"}
        texts |= {part.get("expression") for part in each.iter("default") if part.get("expression")}
        texts |= {part.text for part in each.iter("previewExpression")}
        texts |= {part.get("rule") for part in each.iterfind("conditionalstyles/rowstyles/style")}
        assert texts or name not in vectors or "sheet" in name
        for text in sorted(texts):
            expression = QgsExpression(text)
            columns = {*expression.referencedColumns(), *re.findall(r"attribute\('(\w+)'\)", text)}
            columns -= {QgsFeatureRequest.ALL_ATTRIBUTES, *vectors[name].fields().names()}
            if expression.hasParserError():
                yield f"{name}: {text}: {expression.parserErrorString()}"
            elif columns:
                yield f"{name}: {text}: no column {sorted(columns)}"
    for each in root.iter("LayoutItem"):
        for text in re.findall(r"\[%(.*?)%\]", each.get("labelText", "")):
            if QgsExpression(text).hasParserError():
                yield f"{each.get('id')}: {text}"


def settings(
    project: QgsProject, theme: str = "", crs: str = "", extent: tuple = (), size: tuple = SIZE, zoom: int = 1
) -> QgsMapSettings:
    """How a theme is drawn without names, all layers of the project if none is given.

    `extent` is in `crs`; `zoom` is the number of dots a pixel has on a side.
    """
    found, themes = QgsMapSettings(), project.mapThemeCollection()
    found.setOutputSize(QSize(*size) * zoom)
    found.setOutputDpi(96 * zoom)
    found.setDestinationCrs(QgsCoordinateReferenceSystem(crs) if crs else project.crs())
    found.setTransformContext(project.transformContext())
    found.setBackgroundColor(QColor(PAPER))
    found.setExtent(QgsRectangle(*extent) if extent else project.viewSettings().defaultViewExtent())
    found.setFlag(QgsMapSettings.DrawLabeling, False)
    theme = theme or max(themes.mapThemes(), key=lambda name: len(themes.mapThemeVisibleLayers(name)))
    found.setLayers(themes.mapThemeVisibleLayers(theme))
    found.setLayerStyleOverrides(themes.mapThemeStyleOverrides(theme))
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(None))
    context.appendScope(QgsExpressionContextUtils.mapSettingsScope(found))
    found.setExpressionContext(context)
    return found


def picture(map_settings: QgsMapSettings):
    job = QgsMapRendererSequentialJob(map_settings)
    job.start()
    job.waitForFinished()
    assert not job.errors(), [error.message for error in job.errors()]
    return job.renderedImage()


def colours(project: QgsProject, pictures: Path) -> dict:
    """How many pixels of each colour every theme shows, drawn without names."""
    found = {}
    for place, theme in enumerate(project.mapThemeCollection().mapThemes()):
        image = picture(settings(project, theme))
        image.save(str(pictures / f"theme-{place}.png"))
        plain = image.convertToFormat(QImage.Format_RGB32)
        counts = Counter(memoryview(plain.constBits().asstring(plain.sizeInBytes())).cast("I"))
        found[theme] = {f"#{pixel & 0xFFFFFF:06x}": count for pixel, count in counts.items() if count >= 20}
    return found


def view(project: QgsProject, path: Path, **asked) -> dict:
    """Draw what is asked for (see `settings`) as a picture at `path`."""
    map_settings = settings(project, **asked)
    picture(map_settings).save(str(path))
    extent = map_settings.visibleExtent()
    return {
        "path": str(path),
        "scale": map_settings.scale(),
        "extent": [extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum()],
    }


def added(layer: QgsVectorLayer) -> dict:
    """What a feature has that is drawn by hand in a layer, and whether it is seen then; nothing is saved."""
    layer.startEditing()
    at = QgsGeometry.fromPointXY(layer.extent().center())
    row = QgsVectorLayerUtils.createFeature(layer, at, {}, layer.createExpressionContext())
    context = QgsRenderContext()
    renderer = layer.renderer().clone()
    renderer.startRender(context, layer.fields())
    context.expressionContext().setFeature(row)
    drawn = renderer.willRenderFeature(row, context)
    renderer.stopRender(context)
    layer.rollBack()
    found = {field.name(): row[field.name()] for field in layer.fields()}
    return {"drawn": drawn, "row": {name: value for name, value in found.items() if isinstance(value, (str, bool))}}


def probe(project: QgsProject, place: list) -> str:
    """The colour at a place, close up."""
    transform = QgsCoordinateTransform(QgsCoordinateReferenceSystem("EPSG:4326"), project.crs(), project)
    centre = transform.transform(QgsPointXY(*place[:2]))
    extent = project.viewSettings().defaultViewExtent()
    x, y = extent.width() / 20, extent.height() / 20
    map_settings = settings(project, extent=(centre.x() - x, centre.y() - y, centre.x() + x, centre.y() + y))
    map_settings.setOutputDpi(3 * 96)
    image = picture(map_settings)
    shift = 3 * place[2] if len(place) > 2 else 0
    return image.pixelColor(SIZE[0] // 2 + shift, SIZE[1] // 2).name()


def printed(layout, pictures: Path) -> dict:
    """A layout as PDF and PNG, what its texts say, and what stands on its map; of an atlas each page has both."""
    exporter, atlas = QgsLayoutExporter(layout), layout.atlas()
    count = atlas.updateFeatures() if atlas.enabled() else 0
    path = pictures / f"{len(list(pictures.glob('*.pdf')))}.pdf"
    found = {"atlas": count, "sheets": layout.pageCollection().pageCount(), "pages": []}
    if count:
        atlas.beginRender()
    for place in range(max(count, 1)):
        if count:
            atlas.seekTo(place)
        found["pages"].append(page_of(layout))
    if count:
        atlas.seekTo(0)
    found["result"] = int(exporter.exportToPdf(str(path), QgsLayoutExporter.PdfExportSettings()))
    exporter.renderPageToImage(0, dpi=100).save(str(path.with_suffix(".png")))
    return {**found, "bytes": path.stat().st_size}


def page_of(layout) -> dict:
    """What stands on a page: its texts by id, ground and scale of its map, the rows of its table."""
    shown, extent = layout.itemById("map"), layout.itemById("map").extent()
    texts = {item.id(): item.currentText() for item in layout.items() if hasattr(item, "currentText")}
    tables = [table for table in layout.multiFrames() if hasattr(table, "contents")]
    for table in tables:
        table.refresh()
    sizes = [table.totalSize() for table in tables]
    return {
        "texts": texts,
        "scale": shown.scale(),
        "extent": [extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum()],
        "rows": [[str(cell) for cell in row] for table in tables for row in table.contents()],
        "tables": [[size.width(), size.height()] for size in sizes],
        "frames": [[f.rect().width(), f.rect().height()] for table in tables for f in table.frames()],
    }


def labels(layout, dpi: int = 200) -> dict:
    """Names and numbers on the map of a layout, and which of them lie on a marker."""
    item, project = layout.itemById("map"), QgsProject.instance()
    size = QSizeF(item.rect().width(), item.rect().height()) * dpi / 25.4
    asked = item.mapSettings(item.extent(), size, dpi, True)
    job = QgsMapRendererSequentialJob(asked)
    job.start()
    job.waitForFinished()
    found: dict = {}
    for each in job.takeLabelingResults().allLabels():
        if each.isUnplaced:
            continue
        key = (each.layerID, each.featureId, each.labelText)
        corners = QgsGeometry.fromPolygonXY([list(each.cornerPoints)])
        found[key] = found[key].combine(corners) if key in found else corners
    marks, codes = [], {}
    for layer in asked.layers():
        columns = layer.fields().names() if isinstance(layer, QgsVectorLayer) else []
        for feature in layer.getFeatures() if "code" in columns else []:
            codes[layer.id(), feature.id()] = str(feature["code"])
        if "stage" in columns and layer.renderer().type() == "categorizedSymbol" and layer.geometryType() == 0:
            marks += list(discs(layer, asked, project))
    on = [key for key, shape in found.items() if any(shape.intersects(mark) for mark in marks)]
    return {
        "drawn": sorted([codes.get(key[:2], ""), key[0], key[2]] for key in found),
        "on_markers": sorted(key[2] for key in on),
    }


def discs(layer: QgsVectorLayer, asked: QgsMapSettings, project: QgsProject):
    """The markers of a layer as discs on the ground."""
    context = QgsRenderContext.fromMapSettings(asked)
    renderer = layer.renderer().clone()
    renderer.startRender(context, layer.fields())
    transform = QgsCoordinateTransform(layer.crs(), asked.destinationCrs(), project)
    for feature in layer.getFeatures():
        context.expressionContext().setFeature(feature)
        symbol = renderer.symbolForFeature(feature, context)
        parts = [part for part in symbol.symbolLayers() if part.layerType() == "SimpleMarker"]
        solid = [part for part in parts if part.strokeStyle() != Qt.NoPen]
        shape = feature.geometry()
        shape.transform(transform)
        yield shape.buffer(solid[1].size() / 2 * asked.scale() / 1000, 12)
    renderer.stopRender(context)


if __name__ == "__main__":
    application = QgsApplication([], False)
    application.initQgis()
    if not application.font().family():
        # Every desktop has a font of its own; without a screen Qt 5.15 has none, and remarks on it.
        application.setFont(QFont(QFontDatabase().families()[0]))
    log, asked = [], json.load(sys.stdin)
    QgsApplication.messageLog().messageReceived.connect(lambda text, tag, level: log.append(f"{tag}: {text}"))
    # What the desktop shows as yellow bars.
    QgsProject.instance().loadingLayerMessageReceived.connect(
        lambda layer, messages: log.extend(f"{layer}: {each.message()}" for each in messages)
    )
    for folder in sys.argv[2:]:
        report = main(Path(folder), Path(sys.argv[1]), asked)
        print(json.dumps({**report, "log": log}))
        log.clear()
        QgsProject.instance().clear()
    application.exitQgis()
