"""A filtered view as a QGIS package: GeoPackage with styles, project, note."""

from outputs.gis.qgis.geopackage import write_geopackage
from outputs.gis.qgis.package import write_package
from outputs.gis.qgis.plan import Options

__all__ = ["Options", "write_geopackage", "write_package"]
