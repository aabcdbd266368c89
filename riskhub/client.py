"""Questions to the warehouse, each with the rights of the login that asks."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from psycopg.sql import Identifier, Literal

from hub.errors import WrongUsage
from hub.i18n import LANGUAGES
from hub.messages import error_of
from pipeline.exports.selection import Mart, marts, readable_columns
from riskhub.result import Result
from stack.analyst_query import analyst_connection, refusals_of
from standards import standard
from warehouse.copy_out import read_all
from warehouse.dynamic_sql import (
    all_of,
    all_rows,
    as_of_function,
    before_day,
    begins_with,
    columns,
    compose,
    from_day,
    union_all,
)
from warehouse.statements import statement

if TYPE_CHECKING:
    from types import TracebackType

    from psycopg import Connection
    from psycopg.sql import Composed

DAY = "event_date"
REGION = "region_code"


def connect(url: str | None = None) -> Hub:
    """Connect to the warehouse.

    Args:
        url: The address with the login, as `riskhub analyst add` prints it; None is the login of `riskhub sql`.

    Raises:
        FixTheHub: The server does not let the login in.
        RetryLater: The server does not answer.
    """
    return Hub(analyst_connection(url))


class Hub:
    """A connection to the warehouse.  Each question sees one state of it, and gives all rows or an error."""

    def __init__(self, conn: Connection[Any]) -> None:
        """Ask by a connection, which `close` closes."""
        self.conn = conn

    def __enter__(self) -> Self:
        """Return the connection, to be closed at the end of the block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self.conn.close()

    def marts(self) -> list[Mart]:
        """Return the marts that the login may read: name, what a row is, columns, whether `as_of` can be asked."""
        with refusals_of("marts"):
            return self._ended(marts(self.conn))

    def mart(
        self,
        name: str,
        since: date | str | None = None,
        until: date | str | None = None,
        region: str | None = None,
        as_of: datetime | str | None = None,
    ) -> Result:
        """Return the rows of a mart, in the columns that the login may read.

        Args:
            name: A mart, such as risk_event.
            since: The first day, by the sender's own day of the event (`event_date`).
            until: The day after the last one.
            region: The beginning of a code of a region: "46" is Hainan, "4601" is Haikou with its districts.
            as_of: The moment as of which the hub is asked, with its time zone; None is now.

        Raises:
            WrongUsage: There is no such mart or column, a time has no zone, or the mart has no earlier moments.
        """
        known = {each.mart: each for each in self.marts()}
        if name not in known:
            raise error_of(WrongUsage, "export.no_mart", name=name, known=", ".join(known))
        at = _moment(as_of)
        if at and not known[name].has_as_of:
            able = ", ".join(each.mart for each in known.values() if each.has_as_of) or "-"
            raise error_of(WrongUsage, "export.no_as_of", name=name, known=able)
        names = self._ended(readable_columns(self.conn, "mart", name))
        day, place = Identifier("t", DAY), Identifier("t", REGION)
        conditions = [
            (DAY, from_day(day, _day(since)) if since else None),
            (DAY, before_day(day, _day(until)) if until else None),
            (REGION, begins_with(place, region) if region else None),
        ]
        for column, condition in conditions:
            if condition and column not in names:
                raise error_of(WrongUsage, "client.no_column", name=name, column=column)
        query = compose(
            "export/mart_where",
            columns=columns(names, "t"),
            mart=as_of_function(Identifier("mart", f"{name}_as_of"), at) if at else Identifier("mart", name),
            condition=all_of([all_rows(), *(condition for _, condition in conditions if condition)]),
        )
        return self._result(query, at)

    def codes(self, name: str, on: date | str | None = None, lang: str = "en") -> Result:
        """Return the codes of a list with their labels.

        Args:
            name: A code list, such as region.
            on: Only those in force on this day; None is all of them, with the days from and to which each is.
            lang: The language of the labels, en or zh.

        Raises:
            WrongUsage: There is no such list or language.
        """
        if name not in standard().codelists:
            raise error_of(WrongUsage, "client.no_list", name=name, known=", ".join(sorted(standard().codelists)))
        if lang not in LANGUAGES:
            raise error_of(WrongUsage, "cli.no_language", name=lang, known=", ".join(LANGUAGES))
        day = Literal(_day(on) if on else None)
        label = Identifier(f"label_{lang}")
        return self._result(compose("export/codes_on", label=label, list=Literal(name), day=day))

    def trace(self, uid: UUID | str) -> Result:
        """Return where each version of a record comes from: file, SHA-256, sheet, line, and when it was recorded.

        Args:
            uid: The `record_uid`.

        Raises:
            WrongUsage: It is no UUID.
        """
        try:
            known = UUID(str(uid))
        except ValueError:
            raise error_of(WrongUsage, "client.no_uid", name=uid) from None
        with refusals_of("trace"):
            types = self._ended([name for (name,) in self.conn.execute(statement("export/record_tables"))])
        return self._result(
            union_all(
                compose(
                    "export/trace_record",
                    record_type=Literal(name),
                    core=Identifier("core", name),
                    history=Identifier("history", name),
                    uid=Literal(known),
                )
                for name in types
            )
        )

    def sql(self, query: str) -> Result:
        """Return all rows of one query, read only; raises WrongUsage where the server refuses it."""
        return self._result(query.encode())

    def _result(self, query: Composed | bytes, as_of: datetime | None = None) -> Result:
        text = query.decode() if isinstance(query, bytes) else query.as_string(self.conn)
        try:
            with refusals_of(text):
                return Result(read_all(self.conn, query), text, as_of)
        finally:
            self.conn.rollback()

    def _ended(self, found: list[Any]) -> list[Any]:
        self.conn.rollback()
        return found


def _day(given: date | str) -> date:
    """Return a day; an instant has none without a zone, so it is refused.

    >>> _day("2026-03-02")
    datetime.date(2026, 3, 2)
    """
    try:
        if isinstance(given, str):
            return date.fromisoformat(given)
    except ValueError:
        raise error_of(WrongUsage, "client.no_day", name=given) from None
    if isinstance(given, datetime):
        raise error_of(WrongUsage, "client.no_day", name=given)
    return given


def _moment(given: datetime | str | None) -> datetime | None:
    """Return a moment with its zone.

    >>> _moment("2026-03-02T08:00+08:00").isoformat()
    '2026-03-02T08:00:00+08:00'
    """
    try:
        moment = datetime.fromisoformat(given) if isinstance(given, str) else given
    except ValueError:
        raise error_of(WrongUsage, "client.no_moment", name=given) from None
    if moment is not None and moment.tzinfo is None:
        raise error_of(WrongUsage, "client.no_zone", name=given)
    return moment
