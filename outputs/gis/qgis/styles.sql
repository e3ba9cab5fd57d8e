-- Where QGIS looks for the style of a layer that is opened alone.
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT DEFAULT '',
  f_table_schema TEXT DEFAULT '', f_table_name TEXT,
  f_geometry_column TEXT, styleName TEXT, styleQML TEXT, styleSLD TEXT DEFAULT '', useAsDefault BOOLEAN, description TEXT,
  owner TEXT DEFAULT '', ui TEXT, update_time DATETIME
);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id)
  VALUES ('layer_styles', 'attributes', 'layer_styles', '', 0);
