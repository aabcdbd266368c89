"""Read by Airflow when a component starts: the scheduler imports what every step needs, before it forks.

A step is a fork of one of the scheduler's workers, and most of a small step is importing: measured, 0.9 s of processor
time without this, 0.1 s with it.  Only what starts no threads when imported (a fork has none of them), and none of our
own code: that is read anew by each step, so that a change counts at once.
"""

import sys
from contextlib import suppress
from importlib import import_module

NEEDED_BY_STEPS = (
    "alembic.autogenerate",
    "duckdb",
    "fsspec.implementations.local",
    "jinja2",
    "jsonschema",
    "pandas",
    "psycopg",
    "pyarrow.compute",
    "pyarrow.csv",
    "pyarrow.parquet",
    "sqlalchemy.dialects.postgresql",
    "stdnum",
    "yaml",
)

if "scheduler" in sys.argv:
    for name in NEEDED_BY_STEPS:
        with suppress(ImportError):
            import_module(name)
