"""Asks the processing of a real QGIS for nearest features, crossings and what lies within a distance.

Runs under the Python of QGIS. Standard input: JSON with `first` and `second`, lists of id and WKT in EPSG:4547, and
`width` in metres. Prints `nearest` (first, second, metres), `crossings` (first, second, x, y), `within` (ids).
"""

from __future__ import annotations

import json
import sys

from qgis.analysis import QgsNativeAlgorithms
from qgis.core import (
    QgsApplication,
    QgsFeature,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProject,
    QgsVectorLayer,
)


def layer(name: str, kind: str, rows: list[list[str]]) -> QgsVectorLayer:
    """Rows of one kind of geometry as a layer in memory."""
    found = QgsVectorLayer(f"{kind}?crs=EPSG:4547&field=id:string", name, "memory")
    features = []
    for ident, text in rows:
        if text.upper().startswith(kind.upper()):
            feature = QgsFeature(found.fields())
            feature.setAttributes([ident])
            feature.setGeometry(QgsGeometry.fromWkt(text))
            features.append(feature)
    assert found.dataProvider().addFeatures(features)[0]
    QgsProject.instance().addMapLayer(found)
    return found


def run(name: str, told: dict[str, object]) -> list[QgsFeature]:
    """The features of an algorithm's output."""
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    algorithm = QgsApplication.processingRegistry().createAlgorithmById(name)
    result, ok = algorithm.run({**told, "OUTPUT": "TEMPORARY_OUTPUT"}, context, QgsProcessingFeedback())
    assert ok, name
    return list(context.takeResultLayer(result["OUTPUT"]).getFeatures())


def main() -> None:
    asked = json.load(sys.stdin)
    app = QgsApplication([], False)
    app.initQgis()
    app.processingRegistry().addProvider(QgsNativeAlgorithms(app.processingRegistry()))
    points = layer("points", "Point", asked["first"])
    lines, others = (layer(name, "LineString", asked[name]) for name in ("first", "second"))
    nearest = run("native:joinbynearest", {"INPUT": points, "INPUT_2": others, "NEIGHBORS": 1, "PREFIX": "to_"})
    crossing = run("native:lineintersections", {"INPUT": lines, "INTERSECT": others})
    near = run("native:extractwithindistance", {"INPUT": others, "REFERENCE": lines, "DISTANCE": asked["width"]})
    at = [each.geometry().asPoint() for each in crossing]
    json.dump(
        {
            "nearest": [[each["id"], each["to_id"], each["distance"]] for each in nearest],
            "crossings": [[each["id"], each["id_2"], x.x(), x.y()] for each, x in zip(crossing, at, strict=True)],
            "within": sorted(each["id"] for each in near),
        },
        sys.stdout,
    )


main()
