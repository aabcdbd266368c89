"""Invented persons where a reader dies, where two feeds disagree, and in the names of files."""

from __future__ import annotations

import logging
import os
import signal
import tempfile
from typing import TYPE_CHECKING

import pytest

import standards.links
from connectors.sandbox.reader import Reading
from hub.errors import HubError
from pipeline.intake.receive import exchange_folder
from pipeline.steps.runner import run
from stack.analyst_query import run_query
from stack.migrate import migrate
from tests.support.canary import found_in, in_files
from tests.support.canary_reports import HOSPITAL, PEOPLE, VALUES, commands, hits, report, story, table, written
from tests.support.exchange import ask, batches, codes, drop
from tests.support.linked_sources import DECLARED, INSPECTED, LinkedSources, declare, inspect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyarrow as pa

pytestmark = pytest.mark.usefixtures("warehouse")
ONE, TWO, THREE, *_ = PEOPLE
DISAGREE = """\
id: said
label: {en: a, zh: 甲}
sides: [{record_type: customs_declaration, item: goods}, {record_type: port_inspection, item: product}]
"on": [[declaration_no, declaration_no], [goods.g_no, g_no]]
compare:
  - {id: words, fields: [remark, product.name], message: {en: Two names., zh: 名称不一致。}}
"""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder in which everything temporary lies while a test runs."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def dies_after_the_first_rows(reading: Reading) -> Iterator[pa.RecordBatch]:
    for at, rows in enumerate(ordinary(reading)):
        yield rows
        if at == 0:
            os.kill(reading.pid, signal.SIGABRT)


ordinary = Reading.__iter__


def test_a_reader_that_dies_leaves_nothing_of_anybody(
    temporary: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    rows = [report(each, at, 事件经过=story(each), 伤害发生时间="昨天") for at, each in enumerate(PEOPLE * 400)]
    drop(HOSPITAL, f"{ONE.name}{ONE.mobile}.csv", written(table()[0], rows))
    monkeypatch.setattr(Reading, "__iter__", dies_after_the_first_rows)
    run(HOSPITAL)
    (batch,) = batches(HOSPITAL)
    assert codes(batch) == {"READER_CRASH": 1}
    assert not hits()
    assert not in_files(temporary, VALUES, spared=())
    assert not found_in(caplog.text.encode(), VALUES)


def test_two_feeds_that_disagree_tell_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RISKHUB_SOURCES", str(tmp_path / "sources"))
    LinkedSources(tmp_path / "sources")
    links = tmp_path / "links"
    links.mkdir()
    (links / "said.yml").write_text(DISAGREE, "utf-8")
    migrate()  # with the links that the standard has: the tables know their indexes from then on
    with monkeypatch.context() as patch:
        patch.setattr(standards.links, "LINKS", links)
        standards.links.links.cache_clear()
        migrate()
        declare({"note": f"收货人{story(ONE).partition('驾驶')[2]}"})
        inspect({"品名": f"充电器 联系{TWO.mobile}、{TWO.mail}、{TWO.plate}"})
        found = ask("select left_value, right_value from ledger.conflict")
        told = commands(["conflict", "list", "--json"])
        assert not hits()
    standards.links.links.cache_clear()
    assert len(found) == 1
    assert "[***" in f"{found[0]['left_value']} {found[0]['right_value']}"
    notices = [*(exchange_folder(DECLARED) / "out").iterdir(), *(exchange_folder(INSPECTED) / "out").iterdir()]
    assert any(path.name.endswith(".notice.html") for path in notices)
    assert not found_in(b"".join(path.read_bytes() for path in notices), VALUES)
    assert not found_in(told.encode(), VALUES)


@pytest.mark.parametrize("kind", ["resident", "mobile", "plate", "mail"])
def test_a_file_that_is_called_after_somebody_tells_nobody(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    number = getattr(ONE, kind)
    drop(
        HOSPITAL, f"{ONE.name} {number}.csv", written(table()[0], [report(TWO, 1), report(THREE, 2, 伤害发生时间="x")])
    )
    drop(HOSPITAL, f"{number}.{ONE.name}.xlsx", b"no workbook")
    done = run(HOSPITAL)
    said = commands(["status", "--json"], ["batches", "--json"], *(["receipt", each, "--json"] for each in done))
    assert len(done) == 2
    assert "[***]~" in said
    assert not found_in((said + caplog.text).encode(), VALUES)
    assert not hits()


def test_what_the_server_quotes_of_a_statement_is_not_shown() -> None:
    with pytest.raises(HubError, match="not answered") as caught:
        run_query(f"select '{ONE.mobile} {ONE.resident}'::int")
    assert "[***phone] [***id]" in caught.value.why
    assert not found_in(caught.value.why.encode(), VALUES)
