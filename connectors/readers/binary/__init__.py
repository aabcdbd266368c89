"""Binary tables: Parquet, SQLite, GeoPackage."""
