"""DuckDB over Arrow tables: one connection for each thread, since making one costs a tenth of a second."""

from __future__ import annotations

import threading

import duckdb

_local = threading.local()


def connection() -> duckdb.DuckDBPyConnection:
    """Return the connection of this thread.

    One thread: a batch is one row group to DuckDB, and the other core has the next step to do.
    """
    if not hasattr(_local, "connection"):
        _local.connection = duckdb.connect(config={"threads": 1})
    found: duckdb.DuckDBPyConnection = _local.connection
    return found
