"""The warehouse as the portal's login has it: what one agency may see, and its own tables of accounts and sessions."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from pages.site.reading import Reader
from warehouse.connection import portal_url
from warehouse.listings import rows_of
from warehouse.statements import statement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Connection

Row = TypeVar("Row")


class AgencyReader(Reader):
    """Reads what one agency may see: each transaction names the agency, and the views give no other's rows."""

    def __init__(self, agency: str) -> None:
        """Read for an agency, which the row of the session gives and never the address of a page."""
        super().__init__(portal_url, "riskhub portal")
        self.agency = agency

    @contextmanager
    def connection(self) -> Iterator[Connection[Any]]:
        """Give a connection in a read-only transaction of this agency."""
        with super().connection() as conn:
            conn.execute(statement("portal/of_agency"), {"agency": self.agency})
            yield conn


@contextmanager
def writing() -> Iterator[Connection[Any]]:
    """Give a connection that may change accounts, sessions and counters; what it did stays when the block ends well."""
    with Reader(portal_url, "riskhub portal").connection() as conn:
        conn.execute(statement("portal/may_write"))
        yield conn


def first_of(conn: Connection[Any], kind: type[Row], name: str, /, **values: Any) -> Row | None:
    """Return the first row of a named statement as `kind`; None when there is none."""
    return next(iter(rows_of(conn, kind, name, **values)), None)
