"""Address and credentials of a server: the value of one Airflow connection.

A mapping names the connection; in a task Airflow gives its value (from any of its secrets backends), on the command
line the environment does, in Airflow's own form: `AIRFLOW_CONN_<ID>` as a URI or as JSON.  Secrets are in `password`
and `extra`; neither is part of the text of this object, and nothing here is ever written to the ledger or a log.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from hub.errors import FixTheHub
from hub.messages import error_of, sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = "AIRFLOW_CONN_"
EXTRA = "__extra__"  # the parameter of Airflow's URIs that carries nested extras as JSON
SAME = {"postgresql": "postgres"}  # Airflow's names for one kind
LONGEST_SHOWN = 120


@dataclass(frozen=True)
class Connection:
    """One server, with the fields of an Airflow connection.

    Attributes:
        id: The id of the connection, which a mapping names.
        kind: Its type in lower case, such as `sftp` or `postgres`.
        host: The host, as it was written; for SQLite the path of a file, for HTTP perhaps with a protocol.
        port: The port; None for the usual one.
        login: The user name or access key.
        password: The password, token or secret key.
        schema: The database, or the protocol of a web server.
        extra: Further options.
    """

    id: str
    kind: str = ""
    host: str = ""
    port: int | None = None
    login: str = ""
    password: str = field(default="", repr=False)
    schema: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def place(self) -> str:
        """The server as errors name it, without secrets."""
        port = f":{self.port}" if self.port else ""
        return f"{self.kind}://{self.host[:LONGEST_SHOWN]}{port} (connection {self.id})"

    def option(self, name: str) -> str:
        """Return one of the extras as text; "" when it is absent or null."""
        value = self.extra.get(name)
        return "" if value is None else str(value)

    @classmethod
    def of(cls, conn_id: str, text: str) -> Connection:
        """Return the connection that a text in Airflow's URI or JSON form describes.

        >>> Connection.of("their_server", "sftp://hub:pw@example.org:2222")
        Connection(id='their_server', kind='sftp', host='example.org', port=2222, login='hub', schema='')

        Raises:
            FixTheHub: It is neither; the error does not quote it, since it holds secrets.
        """
        try:
            return _of_json(conn_id, text) if text.lstrip().startswith("{") else _of_uri(conn_id, text)
        except (ValueError, TypeError, AttributeError):
            raise error_of(FixTheHub, "connection.unreadable", where=VARIABLE + conn_id.upper(), id=conn_id) from None


def from_environment(conn_id: str) -> Connection:
    """Return the connection in the environment variable `AIRFLOW_CONN_<ID>`.

    Raises:
        FixTheHub: The variable is not set, or cannot be parsed.
    """
    text = os.environ.get(VARIABLE + conn_id.upper())
    if not text:
        raise missing(conn_id, sentence("connection.not_set", variable=VARIABLE + conn_id.upper()))
    return Connection.of(conn_id, text)


def missing(conn_id: str, why: str) -> FixTheHub:
    """Return the error for a connection that does not exist; `why` says where it was expected."""
    variable = VARIABLE + conn_id.upper()
    return error_of(FixTheHub, "connection.unknown", where=conn_id, why=why, id=conn_id, variable=variable)


def _of_json(conn_id: str, text: str) -> Connection:
    values = json.loads(text)
    extra = values.get("extra") or {}
    if isinstance(extra, str):
        extra = json.loads(extra)
    return Connection(
        conn_id,
        _kind(values.get("conn_type") or ""),
        values.get("host") or "",
        int(values["port"]) if values.get("port") else None,
        values.get("login") or "",
        values.get("password") or "",
        values.get("schema") or "",
        dict(extra),
    )


def _of_uri(conn_id: str, text: str) -> Connection:
    kind, separator, rest = text.strip().partition("://")
    if not separator:
        raise ValueError
    protocol = ""
    if "://" in rest.partition("?")[0]:  # kind://protocol://host: the host as a web address
        protocol, _, rest = rest.partition("://")
        protocol += "://"
    parts = urlsplit(f"x://{rest}")
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    extra = json.loads(query[EXTRA]) if EXTRA in query else query
    return Connection(
        conn_id,
        _kind(kind),
        protocol + unquote(_host(parts.netloc)),
        parts.port,
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        unquote(parts.path.removeprefix("/")),
        dict(extra),
    )


def _host(netloc: str) -> str:
    """Return the host as it was written: `hostname` is in lower case, and it may be the path of a file."""
    host = netloc.rpartition("@")[2]
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def _kind(written: str) -> str:
    kind = written.lower().replace("-", "_")
    return SAME.get(kind, kind)
