-- The tables that a GeoPackage offers.
SELECT table_name FROM gpkg_contents ORDER BY table_name
