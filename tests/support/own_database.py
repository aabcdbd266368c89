"""A warehouse of a test's own: a copy of the migrated one on the run's server."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from stack import postgres as server
from warehouse.statements import file_text

if TYPE_CHECKING:
    from collections.abc import Iterator

RUN = "RISKHUB_TEST_RUN"  # the folder that the processes of one run share
NUMBER = count()


@contextmanager
def new_database(postgres: str, template: str) -> Iterator[str]:
    """Copy the migrated warehouse, give its owner's URL, and drop it in the end."""
    name = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{next(NUMBER)}"
    yield copy_template(postgres, name, template)
    with psycopg.connect(postgres, autocommit=True) as conn, suppress(psycopg.Error):
        conn.execute(sql.SQL("drop database {name} with (force)").format(name=sql.Identifier(name)))


def copy_template(postgres: str, name: str, template: str) -> str:
    """Copy the migrated warehouse to a database of this name and return its owner's URL."""
    place = {"name": sql.Identifier(name), "template": sql.Identifier(template)}
    with psycopg.connect(postgres, autocommit=True) as conn:
        conn.execute(sql.SQL("create database {name} template {template} strategy file_copy").format(**place))
        # At once: a test beside this one may look for databases that an analyst's login can enter.
        conn.execute(sql.SQL("revoke connect, temporary on database {name} from public").format(**place))
    url = beside(postgres, name)
    with psycopg.connect(url) as own:
        own.execute(file_text("schema/910_database"))
    return url


def beside(url: str, database: str) -> str:
    """Return the URL of another database of the same server."""
    return f"{url.rpartition('/')[0]}/{database}"


def variables_of(url: str) -> dict[str, str]:
    """Return the variables that name a warehouse as in production: the hub is its loader, `riskhub sql` an analyst."""
    name, folder = url.rpartition("/")[2], Path(os.environ[RUN])
    return {
        "RISKHUB_DATABASE_URL": beside(server.loader_url(folder), name),
        "RISKHUB_OWNER_URL": url,
        "RISKHUB_ANALYST_URL": beside(server.analyst_url(folder), name),
        "RISKHUB_PORTAL_URL": beside(server.portal_url(folder), name),
    }
