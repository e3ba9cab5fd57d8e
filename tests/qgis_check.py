"""Opens an unpacked export in a real QGIS and prints what it finds as JSON; runs under the Python of QGIS.

Called with the folder of the export and a folder for pictures; standard input is a JSON
object with `probes`: places (longitude, latitude, pixels to the right) whose colour is asked for.
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
    QgsLayoutExporter,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsPointXY,
    QgsProject,
    QgsSymbol,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize, Qt
from qgis.PyQt.QtGui import QColor, QImage

SIZE = (1600, 1000)
PAPER = "#f0f0f0"


def main(folder: Path, pictures: Path, probes: dict) -> dict:
    project = QgsProject.instance()
    opened = project.read(str(folder / "guantu.qgz"))
    layers = {layer.name(): layer for layer in project.mapLayers().values()}
    vectors = {name: layer for name, layer in layers.items() if isinstance(layer, QgsVectorLayer)}
    time = project.timeSettings()
    return {
        "version": Qgis.QGIS_VERSION,
        "opened": opened,
        "crs": project.crs().authid(),
        "crs_valid": project.crs().isValid(),
        "ellipsoid": project.ellipsoid(),
        "bad": [name for name, layer in layers.items() if not layer.isValid()],
        "layers": {layer.id(): vector(layer) for layer in vectors.values()},
        "relations": {relation.id(): related(relation) for relation in project.relationManager().relations().values()},
        "pairs": pairs(project),
        "themes": project.mapThemeCollection().mapThemes(),
        "theme_layers": {
            name: sorted(layer.id() for layer in project.mapThemeCollection().mapThemeVisibleLayers(name))
            for name in project.mapThemeCollection().mapThemes()
        },
        "groups": [group.name() for group in project.layerTreeRoot().findGroups()],
        "visible": sorted(layer.layerId() for layer in project.layerTreeRoot().findLayers() if layer.isVisible()),
        "bookmarks": [bookmark.name() for bookmark in project.bookmarkManager().bookmarks()],
        "variables": {name: value for name, value in project.customVariables().items() if name.startswith("guantu_")},
        "time": [time.temporalRange().begin().toString("yyyy-MM-dd"), time.timeStep(), time.timeStepUnit()],
        "embedded": embedded(folder),
        "alone": alone(folder, vectors),
        "expressions": wrong_expressions(folder),
        "colours": colours(project, pictures),
        "probes": {name: probe(project, place) for name, place in probes.items()},
        "layouts": {layout.name(): printed(layout, pictures) for layout in project.layoutManager().layouts()},
    }


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
        "styles": layer.styleManager().styles(),
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
        "unique": [field.name() for field in fields if field.constraints().constraints() & 2],
        "temporal": [time.isActive(), int(time.mode()), time.startField(), time.endField()],
        "names": sorted(str(each["name_zh"]) for each in layer.getFeatures()) if fields.indexOf("name_zh") >= 0 else [],
    }


def main_colour(symbol) -> str:
    """Colour of the part that tells the category: it stands above the casing or halo."""
    parts = [part for part in symbol.symbolLayers() if part.layerType() in ("SimpleLine", "SimpleMarker")]
    if symbol.type() == QgsSymbol.Marker:
        return [part for part in parts if part.strokeStyle() != Qt.NoPen][1].strokeColor().name()
    return parts[1].color().name()


def related(relation) -> dict:
    parents = list(relation.referencedLayer().getFeatures())
    return {"valid": relation.isValid(), "rows": sum(len(list(relation.getRelatedFeatures(each))) for each in parents)}


def pairs(project: QgsProject) -> list:
    """Measure and feature of every link, as the forms find them in both directions."""
    manager, found = project.relationManager(), []
    far = manager.relation("rel_measures_links")
    for relation in manager.relations().values():
        if relation.referencingLayerId() == far.referencingLayerId() and relation.id() != far.id():
            for parent in relation.referencedLayer().getFeatures():
                for link in relation.getRelatedFeatures(parent):
                    measure = far.getReferencedFeature(link)
                    back = [each["uid"] for each in far.getRelatedFeatures(measure)]
                    assert link["uid"] in back
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
        table = layer.id().replace("guantu-layer-", "")
        opened = QgsVectorLayer(f"{folder / 'guantu.gpkg'}|layername={table}", table, "ogr")
        renderer = opened.renderer()
        found[layer.id()] = {
            "renderer": renderer.type() if renderer else "",
            "aliases": sum(bool(field.alias()) for field in opened.fields()),
            "styles": opened.listStylesInDatabase()[2],
        }
    return found


def wrong_expressions(folder: Path) -> list:
    with zipfile.ZipFile(folder / "guantu.qgz") as archive:
        root = ET.fromstring(archive.read("guantu.qgs"))
    texts = {each.get("value") for each in root.iter("Option") if each.get("name") == "expression"}
    texts |= {each.get("fieldName") for each in root.iter("text-style") if each.get("isExpression") == "1"}
    texts |= {each.get("expression") for each in root.iter("default") if each.get("expression")}
    texts |= {each.text for each in root.iter("previewExpression")}
    for each in root.iter("LayoutItem"):
        texts |= set(re.findall(r"\[%(.*?)%\]", each.get("labelText", "")))
    assert len(texts) > 10
    return sorted(text for text in texts if QgsExpression(text).hasParserError())


def settings(project: QgsProject, theme: str = "") -> QgsMapSettings:
    found = QgsMapSettings()
    found.setOutputSize(QSize(*SIZE))
    found.setOutputDpi(96)
    found.setDestinationCrs(project.crs())
    found.setTransformContext(project.transformContext())
    found.setBackgroundColor(QColor(PAPER))
    found.setExtent(project.viewSettings().defaultViewExtent())
    found.setFlag(QgsMapSettings.DrawLabeling, bool(theme))
    themes = project.mapThemeCollection()
    theme = theme or themes.mapThemes()[0]
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
        map_settings = settings(project, theme)
        map_settings.setFlag(QgsMapSettings.DrawLabeling, False)
        image = picture(map_settings)
        image.save(str(pictures / f"theme-{place}.png"))
        plain = image.convertToFormat(QImage.Format_RGB32)
        counts = Counter(memoryview(plain.constBits().asstring(plain.sizeInBytes())).cast("I"))
        found[theme] = {f"#{pixel & 0xFFFFFF:06x}": count for pixel, count in counts.items() if count >= 20}
    return found


def probe(project: QgsProject, place: list) -> str:
    """The colour at a place, close up."""
    map_settings = settings(project, all_theme(project))
    map_settings.setFlag(QgsMapSettings.DrawLabeling, False)
    transform = QgsCoordinateTransform(QgsCoordinateReferenceSystem("EPSG:4326"), project.crs(), project)
    centre = transform.transform(QgsPointXY(*place[:2]))
    extent = map_settings.extent()
    extent.scale(0.1, centre)
    width, height = extent.width(), extent.height()
    extent.set(centre.x() - width / 2, centre.y() - height / 2, centre.x() + width / 2, centre.y() + height / 2)
    map_settings.setExtent(extent)
    map_settings.setOutputDpi(3 * 96)
    image = picture(map_settings)
    shift = 3 * place[2] if len(place) > 2 else 0
    return image.pixelColor(SIZE[0] // 2 + shift, SIZE[1] // 2).name()


def all_theme(project: QgsProject) -> str:
    themes = project.mapThemeCollection()
    return max(themes.mapThemes(), key=lambda name: len(themes.mapThemeVisibleLayers(name)))


def printed(layout, pictures: Path) -> dict:
    exporter, atlas = QgsLayoutExporter(layout), layout.atlas()
    pages = atlas.updateFeatures() if atlas.enabled() else 0
    if pages:
        atlas.beginRender()
        atlas.first()
    path = pictures / f"{len(list(pictures.glob('*.pdf')))}.pdf"
    result = exporter.exportToPdf(str(path), QgsLayoutExporter.PdfExportSettings())
    image = exporter.renderPageToImage(0, dpi=100)
    image.save(str(path.with_suffix(".png")))
    texts = [item.currentText() for item in layout.items() if hasattr(item, "currentText")]
    return {"result": int(result), "bytes": path.stat().st_size, "pages": pages, "texts": texts}


if __name__ == "__main__":
    application = QgsApplication([], False)
    application.initQgis()
    log = []
    QgsApplication.messageLog().messageReceived.connect(lambda text, tag, level: log.append(f"{tag}: {text}"))
    report = main(Path(sys.argv[1]), Path(sys.argv[2]), json.load(sys.stdin)["probes"])
    print(json.dumps({**report, "log": log}))
    QgsProject.instance().clear()
    application.exitQgis()
