-- Which column of which table of a GeoPackage is a geometry.
SELECT table_name, column_name FROM gpkg_geometry_columns
