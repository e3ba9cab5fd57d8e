-- Where QGIS looks for projects inside a GeoPackage; the content is the .qgz in hexadecimal.
CREATE TABLE qgis_projects (name TEXT PRIMARY KEY, metadata BLOB, content BLOB);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id)
  VALUES ('qgis_projects', 'attributes', 'qgis_projects', '', 0);
