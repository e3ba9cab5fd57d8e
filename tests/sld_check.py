"""Run by the Python that has QGIS: what it makes of the styles of shapefiles in a folder, as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from qgis.core import QgsApplication, QgsMarkerSymbol, QgsSimpleMarkerSymbolLayer, QgsVectorLayer


def part(layer: Any) -> dict[str, Any]:
    """A part of a symbol; lengths in pixels."""
    if isinstance(layer, QgsSimpleMarkerSymbolLayer):
        shape = QgsSimpleMarkerSymbolLayer.encodeShape(layer.shape())
        found = {"shape": shape, "size": layer.size(), "angle": layer.angle(), "fill": layer.fillColor().name()}
        return found | {"stroke": layer.strokeColor().name()}
    return {"color": layer.color().name(), "width": layer.width(), "dash": layer.customDashVector()}


def opened(path: Path) -> dict[str, Any]:
    """The rules of a layer with its style, and how many of its features each draws."""
    layer = QgsVectorLayer(str(path), path.stem, "ogr")
    said, done = layer.loadSldStyle(str(path.with_suffix(".sld")))
    renderer = layer.renderer()
    rules = {}
    for rule in renderer.rootRule().children():
        layer.setSubsetString("")
        drawn = 0
        for feature in layer.getFeatures(rule.filterExpression()):
            drawn += feature.hasGeometry()
        symbol = rule.symbol()
        rules[rule.label()] = {
            "drawn": drawn,
            "scale": rule.minimumScale(),
            "else": rule.filterExpression() == "",
            "marker": isinstance(symbol, QgsMarkerSymbol),
            "parts": [part(each) for each in symbol.symbolLayers()],
        }
    labels = [rule.settings().fieldName for rule in layer.labeling().rootRule().children()] if layer.labeling() else []
    return {"said": said, "done": done, "count": layer.featureCount(), "rules": rules, "labels": labels}


application = QgsApplication([], False)
application.initQgis()
print(json.dumps({path.stem: opened(path) for path in sorted(Path(sys.argv[1]).glob("*.shp"))}))
