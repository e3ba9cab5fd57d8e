-- Where QGIS looks for projects inside a GeoPackage; the content is the .qgz in hexadecimal.
-- It is no data, so it does not stand among the contents.
CREATE TABLE qgis_projects (name TEXT PRIMARY KEY, metadata BLOB, content BLOB);
