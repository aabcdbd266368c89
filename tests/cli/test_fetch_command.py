"""`riskhub source fetch` and `run`: each server is fetched from, none delays another, each fault is reported."""

from __future__ import annotations

import json
import threading
import time
from typing import TYPE_CHECKING

import pytest

from cli.screen import FAULT, FINE, guarded
from hub.errors import FixTheHub, RetryLater
from hub.settings import settings
from mappings.engine import read_source
from pipeline.intake.fetch import fetch_all
from tests.support.exchange import batches
from tests.support.partners.everyone import FOLDER_LINE
from tests.support.partners.http import HttpPartner
from tests.support.partners.sql import SqlitePartner
from tests.support.small_source import MAPPING, SMALL, SmallSource, fires

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HANGING, ROWS = "hn_hangs/fires", "hn_rows/fires"


def write(root: Path, name: str, connector: str, form: str) -> None:
    agency, feed = name.split("/")
    text = MAPPING.replace(FOLDER_LINE, f"connector: {connector}\nformat: {form}\n").replace("hn_small", agency)
    (root / name / "crosswalks").mkdir(parents=True)
    (root / name / "mapping.yml").write_text(text.replace("feed: fires", f"feed: {feed}"), "utf-8")
    (root / agency / "agency.yml").write_text("name: {zh: 某, en: Some}\nlanguage: en\n", "utf-8")
    (root / name / "crosswalks" / "cause.csv").write_text("source_value,code,note\n短路,electrical,\n", "utf-8")


@pytest.fixture
def hanging(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, warehouse: str) -> Iterator[HttpPartner]:
    """Three sources: one whose server hangs, one with a database, one with a folder."""
    assert warehouse
    root = tmp_path / "sources"
    hangs, rows = HttpPartner(tmp_path), SqlitePartner(tmp_path)
    SmallSource(root)
    write(root, HANGING, hangs.connector.replace("their_server", "hangs"), hangs.form)
    write(root, ROWS, rows.connector.replace("their_server", "rows"), rows.form)
    rows.put("F1,2026-05-01 10:00,短路,from the table")
    inbox = settings().exchange / SMALL / "in"
    inbox.mkdir(parents=True)
    (inbox / "a.csv").write_bytes(fires("F2"))
    for name, value in (
        ("RISKHUB_SOURCES", str(root)),
        ("AIRFLOW_CONN_HANGS", hangs.uri()),
        ("AIRFLOW_CONN_ROWS", rows.uri()),
        ("RISKHUB_FETCH_SECONDS", "6"),
    ):
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    hangs.faults = [lambda _: time.sleep(60)] * 9
    yield hangs
    hangs.close()


def test_a_server_that_hangs_holds_nobody_up(hanging: HttpPartner, capfd: pytest.CaptureFixture[str]) -> None:
    ended: list[int] = []
    runs = threading.Thread(target=lambda: ended.append(guarded(["run", "--json"])))
    runs.start()
    until = time.monotonic() + 30
    while sum(row["state"] == "acknowledged" for row in batches()) < 2 and time.monotonic() < until:
        time.sleep(0.1)
    assert runs.is_alive(), "the others are through while the server still hangs"
    runs.join()
    told = capfd.readouterr()
    assert ended == [FAULT]
    assert sorted(row["source"] for row in json.loads(told.out)) == sorted([ROWS, SMALL])
    assert "takes too long" in told.err
    assert hanging.secret not in told.err + told.out


def test_fetch_says_what_came(hanging: HttpPartner, capfd: pytest.CaptureFixture[str]) -> None:
    assert guarded(["source", "fetch", ROWS, "--json"]) == FINE
    (told,) = json.loads(capfd.readouterr().out)
    assert (told["source"], len(told["batches"])) == (ROWS, 1)
    assert guarded(["source", "fetch", ROWS]) == FINE
    assert f"{ROWS}: 0" in capfd.readouterr().out
    assert guarded(["source", "fetch", SMALL]) == FINE, "a folder has nothing to fetch"
    assert hanging.asked == []


def test_all_are_asked_and_every_fault_is_kept() -> None:
    def fetch(name: str) -> None:
        if name == "bug":
            raise ValueError("secret")
        if name != "fine":
            raise {"later": RetryLater, "fix": FixTheHub}[name](name)

    found = dict(fetch_all(["later", "fine", "bug", "fix"], fetch))
    assert found["fine"] is None
    assert isinstance(found["later"], RetryLater)
    assert isinstance(found["fix"], FixTheHub)
    assert "secret" not in str(found["bug"])
    assert list(fetch_all([])) == []


@pytest.mark.parametrize(
    "connector",
    ["{kind: http, connection: a, path: /p}", "{kind: sql, connection: a, table: t, watermark: w}"],
)
@pytest.mark.parametrize("policy", ["required", "wanted"])
def test_a_signature_cannot_be_asked_of_what_comes_without_a_manifest(
    tmp_path: Path, connector: str, policy: str
) -> None:
    write(tmp_path, "a/b", connector, "{kind: csv}")
    mapping = tmp_path / "a" / "b" / "mapping.yml"
    mapping.write_text(f"signature: {policy}\n" + mapping.read_text("utf-8"), "utf-8")
    with pytest.raises(FixTheHub) as raised:
        read_source(tmp_path / "a" / "b")
    assert "no manifest can name them" in raised.value.why


@pytest.mark.parametrize("mode", ["snapshot", "append"])
def test_rows_by_watermark_are_upserted(tmp_path: Path, mode: str) -> None:
    """As a snapshot, what has changed would end all the rest; and rows of the last watermark may come again."""
    write(tmp_path, "a/b", "{kind: sql, connection: a, table: t, watermark: w}", "{kind: csv}")
    mapping = tmp_path / "a" / "b" / "mapping.yml"
    mapping.write_text(mapping.read_text("utf-8").replace("mode: upsert", f"mode: {mode}"), "utf-8")
    with pytest.raises(FixTheHub) as raised:
        read_source(tmp_path / "a" / "b")
    assert f"mode: {mode} is not one of upsert, check" in raised.value.why


@pytest.mark.parametrize(
    ("connector", "form", "says"),
    [
        ("{kind: sftp}", "", "connector: The key connection is missing."),
        (
            "{kind: sfpt, connection: a}",
            "",
            "connector.kind: sfpt is not one of folder, sftp, s3, sql, http. Did you mean sftp?",
        ),
        ("{kind: sftp, connection: a, pth: in}", "", "There is no key pth. Did you mean path?"),
        ("{kind: sftp, connection: a, password: x}", "", "There is no key password."),
        ("{kind: sftp, connection: a, after: archve}", "", "Did you mean archive?"),
        ("{kind: sftp, connection: 'sftp://me:x@h'}", "", "is not the id of an Airflow connection"),
        ("{kind: s3, connection: a, bucket: A_B}", "", "is not the name of a bucket"),
        ("{kind: sql, connection: a, table: t}", "", "The key watermark is missing."),
        ("{kind: sql, connection: a, table: t, watermark: w, rows: 0}", "", "is not rows of one delivery"),
        ("{kind: sql, connection: a, table: t, watermark: w}", "{kind: xlsx}", "xlsx is not one of csv"),
        ("{kind: sql, connection: a, table: t, watermark: w}", "{kind: csv, encoding: gbk}", "gbk is not one of utf-8"),
        ("{kind: sql, connection: a, table: t, watermark: w}", "{kind: csv, archive: zip}", "format.archive"),
        ("{kind: http, connection: a, path: 'https://h/x'}", "", "is not the path at the connection's host"),
        ("{kind: http, connection: a, path: //h/x}", "", "is not the path at the connection's host"),
        ("{kind: http, connection: a, path: /x, pages: {by: lnk}}", "", "Did you mean link?"),
        ("{kind: http, connection: a, path: /x, pages: {by: next}}", "", "connector.pages: The key at is missing."),
        (
            "{kind: http, connection: a, path: /x, pages: {by: link}}",
            "{kind: json}",
            "format: The key archive is missing.",
        ),
        ("{kind: folder, connection: a}", "", "There is no key connection."),
    ],
)
def test_lint_tells_what_is_wrong_with_a_connector(tmp_path: Path, connector: str, form: str, says: str) -> None:
    write(tmp_path, "a/b", connector, form or "{kind: csv}")
    with pytest.raises(FixTheHub) as raised:
        read_source(tmp_path / "a" / "b")
    assert says in raised.value.why
