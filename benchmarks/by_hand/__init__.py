"""The same mappings as an engineer writes them by hand in polars and in pandas, without findings, keys or hashes."""
