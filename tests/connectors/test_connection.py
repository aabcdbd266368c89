"""A connection is what Airflow writes, in either form, and never shows its secrets."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from connectors.base import Limits
from connectors.connection import Connection, from_environment
from connectors.registry import open_connector
from hub.errors import FixTheHub

if TYPE_CHECKING:
    from collections.abc import Callable

SECRET = "p@ss:/wörd?#"  # noqa: S105 - nobody's


@pytest.mark.parametrize(
    ("text", "is_like"),
    [
        (
            "sftp://me:p%40ss%3A%2Fw%C3%B6rd%3F%23@h.example:2222/",
            Connection("c", "sftp", "h.example", 2222, "me", SECRET),
        ),
        ("postgresql://me:x@h/db", Connection("c", "postgres", "h", None, "me", "x", "db")),
        ("google-cloud-x://", Connection("c", "google_cloud_x")),
        ("http://https%3A%2F%2Fh.example:8443", Connection("c", "http", "https://h.example", 8443)),
        ("http://https://me:x@h.example/", Connection("c", "http", "https://h.example", None, "me", "x")),
        ("http://:token@H.example/https", Connection("c", "http", "H.example", None, "", "token", "https")),
        ("sftp://me@[::1]:22/", Connection("c", "sftp", "::1", 22, "me")),
        ("sqlite://%2Ftmp%2FA%20b.db", Connection("c", "sqlite", "/tmp/A b.db")),  # noqa: S108 - not opened
        ("sqlite:////tmp/a.db", Connection("c", "sqlite", "", None, "", "", "/tmp/a.db")),  # noqa: S108
        (
            "sftp://h/?host_key=ssh-ed25519%20AAAA%2B",
            Connection("c", "sftp", "h", extra={"host_key": "ssh-ed25519 AAAA+"}),
        ),
        ("aws://?__extra__=%7B%22a%22%3A%20%7B%22b%22%3A%201%7D%7D", Connection("c", "aws", extra={"a": {"b": 1}})),
        ('{"conn_type": "aws", "login": "k", "extra": {"a": 1}}', Connection("c", "aws", login="k", extra={"a": 1})),
        (
            '{"conn_type": "ssh", "host": "h", "port": "22", "extra": "{\\"a\\": 1}"}',
            Connection("c", "ssh", "h", 22, extra={"a": 1}),
        ),
    ],
)
def test_both_forms(text: str, is_like: Connection) -> None:
    assert Connection.of("c", text) == is_like


@pytest.mark.parametrize("text", ["", "words", "sftp://h:port/", '{"conn_type":', '["a"]', '{"port": "x"}', "a://[::1"])
def test_what_cannot_be_understood_is_told_without_its_text(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_THEIRS", text + ("" if not text else SECRET))
    with pytest.raises(FixTheHub) as raised:
        from_environment("theirs")
    assert SECRET not in str(raised.value)
    assert "AIRFLOW_CONN_THEIRS" in str(raised.value)


def test_secrets_are_not_shown() -> None:
    who = Connection("c", "sftp", "h", 22, "me", SECRET, extra={"private_key": SECRET})
    assert SECRET not in f"{who} {who!r} {who.place}"
    assert SECRET not in json.dumps([who.place, who.id])


def sftp(who: Connection) -> object:
    return open_connector({"kind": "sftp"}, {}, who, Limits())


def web(who: Connection) -> object:
    return open_connector({"kind": "http", "path": "/x"}, {"kind": "json"}, who, Limits())


@pytest.mark.parametrize(
    ("opens", "who", "says"),
    [
        (sftp, Connection("c", "http", "h"), "type http cannot be used"),
        (web, Connection("c", "http", ""), "does not name a web server"),
        (web, Connection("c", "http", "[::1]", schema="https"), "does not name a web server"),
        (web, Connection("c", "http", "https://h.example:8443"), "does not name a web server"),
        (web, Connection("c", "http", "h/../x", schema="https"), "does not name a web server"),
        (web, Connection("c", "http", "h@evil.example", schema="https"), "does not name a web server"),
        (web, Connection("c", "http", "h", schema="ftp"), "does not name a web server"),
        (web, Connection("c", "http", "h", schema="http", password="t"), "without encryption"),  # noqa: S106
        (web, Connection("c", "http", "10.0.0.7", schema="http", password="t"), "without encryption"),  # noqa: S106
        (web, Connection("c", "http", "192.168.1.4", schema="http", login="me"), "without encryption"),
        (web, Connection("c", "http", "localhost.example", schema="http", password="t"), "without encryption"),  # noqa: S106
        (web, Connection("c", "http", "h", extra={"ca_file": "/no/such"}), "certificate file"),
        (web, Connection("c", "http", "h", schema="http", extra={"headers": {"X-Key": "k"}}), "without encryption"),
    ],
)
def test_connections_that_cannot_be_used(opens: Callable[[Connection], object], who: Connection, says: str) -> None:
    with pytest.raises(FixTheHub) as raised:
        opens(who)
    assert says in raised.value.what
    assert raised.value.next_step


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "localhost", "::1"])
def test_a_secret_stays_on_this_machine_without_encryption(host: str) -> None:
    assert web(Connection("c", "http", host, schema="http", password="t"))  # noqa: S106
