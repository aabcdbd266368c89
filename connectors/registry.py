"""Every way in by its kind.  The libraries of a protocol are loaded when a source uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hub.errors import FixTheHub

if TYPE_CHECKING:
    from collections.abc import Mapping

    from connectors.base import Connector, Limits
    from connectors.connection import Connection

FOLDER = "folder"
KINDS = {  # of a connector -> the kinds of Airflow connection that it can use
    "sftp": ("sftp", "ssh"),
    "s3": ("aws", "s3"),
    "sql": ("postgres", "sqlite"),
    "http": ("http", "https"),
}


def open_connector(agreed: Mapping[str, Any], form: Mapping[str, Any], who: Connection, limits: Limits) -> Connector:
    """Return the connector of a source; `agreed` and `form` are `connector:` and `format:` of its mapping."""
    kind = agreed["kind"]
    if who.kind not in KINDS[kind]:
        raise FixTheHub(
            f"A connection of the type {who.kind or '(none)'} cannot be used for `kind: {kind}`.",
            where=f"connection {who.id}",
            next_step=f"Give the connection one of the types {', '.join(KINDS[kind])}.",
        )
    return OPENERS[kind](agreed, form, who, limits)


def _sftp(agreed: Mapping[str, Any], _form: Mapping[str, Any], who: Connection, limits: Limits) -> Connector:
    from connectors.remote.files import RemoteFiles  # noqa: PLC0415
    from connectors.remote.sftp import Sftp  # noqa: PLC0415

    return RemoteFiles(Sftp(who, agreed, limits), agreed)


def _s3(agreed: Mapping[str, Any], _form: Mapping[str, Any], who: Connection, limits: Limits) -> Connector:
    from connectors.remote.files import RemoteFiles  # noqa: PLC0415
    from connectors.remote.s3 import S3  # noqa: PLC0415

    return RemoteFiles(S3(who, agreed, limits), agreed)


def _sql(agreed: Mapping[str, Any], _form: Mapping[str, Any], who: Connection, limits: Limits) -> Connector:
    from connectors.sql.source import Sql  # noqa: PLC0415

    return Sql(who, agreed, limits)


def _http(agreed: Mapping[str, Any], form: Mapping[str, Any], who: Connection, limits: Limits) -> Connector:
    from connectors.http.source import Http  # noqa: PLC0415

    return Http(who, agreed, form, limits)


OPENERS = {"sftp": _sftp, "s3": _s3, "sql": _sql, "http": _http}
