"""A filtered view as a QGIS package: GeoPackage with styles, project, note."""

from layers.qgis.geopackage import write_geopackage
from layers.qgis.package import write_package
from layers.qgis.plan import Options

__all__ = ["Options", "write_geopackage", "write_package"]
