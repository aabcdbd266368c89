"""The connectors by kind.  The libraries of a protocol are imported when a source uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hub.errors import FixTheHub
from hub.messages import error_of

if TYPE_CHECKING:
    from connectors.base import Connector, Limits
    from connectors.connection import Connection
    from hub.source_options import ConnectorOptions, FormatOptions

FOLDER = "folder"
KINDS = {  # kind of connector -> types of Airflow connection that it can use
    "sftp": ("sftp", "ssh"),
    "s3": ("aws", "s3"),
    "sql": ("postgres", "sqlite"),
    "http": ("http", "https"),
}


def open_connector(
    config: ConnectorOptions, file_format: FormatOptions, connection: Connection, limits: Limits
) -> Connector[Any]:
    """Return the connector of a source; most of them connect when they are first used.

    Args:
        config: The mapping's `connector:`.
        file_format: The mapping's `format:`.
        connection: The value of the Airflow connection that the mapping names.
        limits: Times and sizes.

    Raises:
        FixTheHub: The connection has a type that this kind cannot use, or names no server that it could use.
    """
    kind = config["kind"]
    if connection.kind not in KINDS[kind]:
        raise error_of(
            FixTheHub,
            "connection.wrong_type",
            where=f"connection {connection.id}",
            type=connection.kind or "(none)",
            connector=kind,
            known=", ".join(KINDS[kind]),
        )
    return OPENERS[kind](config, file_format, connection, limits)


def _sftp(
    config: ConnectorOptions, _file_format: FormatOptions, connection: Connection, limits: Limits
) -> Connector[Any]:
    from connectors.remote.files import RemoteFiles  # noqa: PLC0415
    from connectors.remote.sftp import Sftp  # noqa: PLC0415

    return RemoteFiles(Sftp(connection, config, limits), config)


def _s3(
    config: ConnectorOptions, _file_format: FormatOptions, connection: Connection, limits: Limits
) -> Connector[Any]:
    from connectors.remote.files import RemoteFiles  # noqa: PLC0415
    from connectors.remote.s3 import S3  # noqa: PLC0415

    return RemoteFiles(S3(connection, config, limits), config)


def _sql(
    config: ConnectorOptions, _file_format: FormatOptions, connection: Connection, limits: Limits
) -> Connector[Any]:
    from connectors.sql.source import Sql  # noqa: PLC0415

    return Sql(connection, config, limits)


def _http(
    config: ConnectorOptions, file_format: FormatOptions, connection: Connection, limits: Limits
) -> Connector[Any]:
    from connectors.http.source import Http  # noqa: PLC0415

    return Http(connection, config, file_format, limits)


OPENERS = {"sftp": _sftp, "s3": _s3, "sql": _sql, "http": _http}
