"""Around conflicts: what is hidden, links that change, crashes, two loads at once, the analyst's view, the command."""

from __future__ import annotations

import json
from threading import Thread
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

import standards.links
from cli.screen import FINE, WRONG, guarded
from hub.settings import settings
from pipeline.intake.receive import receive_ready
from pipeline.receipts import publish as acknowledge
from pipeline.steps.load import load_batch
from pipeline.steps.map import map_batch
from pipeline.steps.recovery import sweep
from pipeline.steps.validate import validate_batch
from stack.migrate import migrate
from standards.links import LINKS
from tests.support.exchange import ask, drop, receipt
from tests.support.linked_sources import DECLARED, INSPECTED, LinkedSources, declare, inspect
from warehouse.connection import connect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("warehouse")
HIDDEN = """\
id: hidden
label: {en: a, zh: 甲}
sides: [{record_type: customs_declaration, item: goods}, {record_type: port_inspection}]
"on": [[declaration_no, declaration_no], [goods.g_no, g_no]]
compare:
  - {id: place, fields: [address_text, address_text], message: {en: Two places., zh: 地点不一致。}}
  - {id: amount, fields: [goods.quantity, affected_quantity], message: {en: Two amounts., zh: 数量不一致。}}
"""


@pytest.fixture
def relink(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Give a function that makes the texts of links, by id, the only ones that are declared, and migrates."""
    folder = tmp_path / "links"
    folder.mkdir()

    def declared(**texts: str) -> None:
        for path in folder.iterdir():
            path.unlink()
        for name, text in texts.items():
            (folder / f"{name}.yml").write_text(text, "utf-8")
        monkeypatch.setattr(standards.links, "LINKS", folder)
        standards.links.links.cache_clear()
        migrate()

    yield declared
    standards.links.links.cache_clear()


def out(source: str) -> list[str]:
    return sorted(path.name for path in (settings().exchange / source / "out").glob("*.notice.json"))


def test_sensitive_and_unshared_values_are_not_told(linked: LinkedSources, relink: Callable[..., None]) -> None:
    for name, column in ((DECLARED, "note"), (INSPECTED, "品名")):
        path = linked.root / name / "mapping.yml"
        path.write_text(path.read_text("utf-8") + f"  address_text: {{column: {column}, extract: '(.*)'}}\n", "utf-8")
    relink(hidden=HIDDEN)
    declare({"note": "Secret Road 7"})
    batch = inspect({"品名": "Other Lane 9", "数量": "777.5"})
    kept = {row["rule"]: row for row in ask("select * from ledger.conflict")}
    assert (kept["place"]["left_value"], kept["place"]["right_value"]) == (None, None), "sensitive: nobody keeps it"
    assert (kept["amount"]["left_value"], kept["amount"]["right_value"]) == ("100", "777.5")
    notice = (settings().exchange / DECLARED / "out" / f"{batch['batch']}.notice.json").read_text("utf-8")
    told = {each["field"]: each for each in json.loads(notice)["findings"]}
    assert "Other Lane" not in notice
    assert "777.5" not in notice, "conditional, and this link has no basis"
    assert "P1" not in notice
    assert told["goods.quantity"]["value"] == "100", "its own value it knows"
    assert "Two amounts." in told["goods.quantity"]["message"]
    mine = [each for each in receipt(batch)["findings"] if each["code"] == "CONFLICT"]
    assert len(mine) == 2
    assert "Secret Road" not in json.dumps(mine)
    inspect({"品名": "Third Street 1", "数量": "777.5"})
    assert ask("select count(*) as n from ledger.conflict") == [{"n": 2}], "other sensitive values are no news"


def test_a_link_that_changes_is_asked_of_what_is_there(relink: Callable[..., None]) -> None:
    relink()
    declare()
    inspect({"数量": "7"})
    assert not ask("select 1 from ledger.conflict")
    relink(hidden=HIDDEN)
    assert [row["rule"] for row in ask("select rule from ledger.conflict where closed_at is null")] == ["amount"]
    assert not out(DECLARED), "published by the next sweep"
    sweep()
    (name,) = out(DECLARED)
    assert out(INSPECTED) == [name], "nobody has sent anything: both hear it from a notice"
    migrate()
    sweep()
    assert len(ask("select 1 from ledger.conflict")) == 1
    relink(hidden=HIDDEN.replace("affected_quantity]", "affected_quantity], tolerance: 0.99"))
    assert [row["outcome"] for row in ask("select outcome from ledger.conflict")] == ["agreed"]
    relink(hidden=HIDDEN)
    sweep()
    told = [json.loads((settings().exchange / DECLARED / "out" / each).read_text("utf-8")) for each in out(DECLARED)]
    assert [(len(each["findings"]), each["closed"]) for each in told] == [(1, 0), (0, 1), (1, 0)]
    relink()
    assert not ask("select 1 from ledger.conflict where closed_at is null"), "a link that is gone holds nothing open"


def test_a_link_that_is_about_other_types_now_leaves_nothing_open(relink: Callable[..., None]) -> None:
    relink(hidden=HIDDEN)
    declare()
    inspect({"数量": "7"})
    assert len(ask("select from ledger.conflict where closed_at is null")) == 1
    relink(hidden=(LINKS / "batch_sampling_recall.yml").read_text("utf-8").replace("batch_sampling_recall", "hidden"))
    (found,) = ask("select outcome, closed_by from ledger.conflict")
    assert (found["outcome"], found["closed_by"]) == ("agreed", "hidden-dropped")
    relink(hidden=HIDDEN)
    assert len(ask("select from ledger.conflict where closed_at is null")) == 1, "it may come back"


def test_a_notice_survives_a_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    declare()
    publish = acknowledge.publish

    def dies(name: str, document: str, body: bytes) -> None:
        if ".notice." in document:
            raise OSError
        publish(name, document, body)

    monkeypatch.setattr(acknowledge, "publish", dies)
    inspect({"原产国": "泰国"})  # the trouble of another agency's folder is not the batch's
    assert not out(DECLARED)
    monkeypatch.setattr(acknowledge, "publish", publish)
    sweep()
    (name,) = out(DECLARED)
    before = (settings().exchange / DECLARED / "out" / name).read_bytes()
    (settings().exchange / DECLARED / "out" / name).unlink()
    with connect() as conn:
        conn.execute("update ledger.notice set published_at = null")
    sweep()
    assert (settings().exchange / DECLARED / "out" / name).read_bytes() == before


def test_two_loads_at_once_do_not_miss_each_other(warehouse: str) -> None:
    ready = []
    declared = "no,entry,at,line,hs,origin,quantity,unit,note\nD1,E1,2026-05-01,1,850440,VNM,1,KGM,\n"
    found = "编号,时间,报关单号,序号,品名,编码,原产国,数量,单位\nP1,2026-05-03,E1,1,x,850440,泰国,1,KGM\n"
    for source, text in ((DECLARED, declared), (INSPECTED, found)):
        drop(source, "1.csv", text.encode())
        (batch,) = receive_ready(source)
        map_batch(batch)
        validate_batch(batch)
        ready.append(batch)
    with psycopg.connect(warehouse) as gate:
        gate.execute("lock table ledger.receipt in exclusive mode")  # both have compared, neither has committed
        loads = [Thread(target=load_batch, args=(batch,)) for batch in ready]
        for load in loads:
            load.start()
        _wait_for(warehouse, waiting=2)
        gate.commit()
    for load in loads:
        load.join(30)
    assert [row["rule"] for row in ask("select rule from ledger.conflict")] == ["origin"]


def _wait_for(url: str, waiting: int) -> None:
    deadline = monotonic() + 30
    with psycopg.connect(url, autocommit=True) as conn:
        while monotonic() < deadline:
            row = conn.execute(
                "select count(distinct l.pid) from pg_locks l join pg_stat_activity a using (pid)"
                " where not l.granted and a.datname = current_database()"
            ).fetchone()
            if row == (waiting,):
                return
            sleep(0.05)
    pytest.fail("the loads never met")


def test_analysts_ask_and_see_both_sides() -> None:
    declare()
    inspect({"原产国": "泰国"})
    with connect(settings().analyst_url) as conn:
        found = conn.execute(
            "select is_open, link_zh, left_agency, left_value, right_value, d.declaration_no from mart.conflict c"
            " join core.customs_declaration d on d.agency = c.left_agency and d.record_uid = c.left_uid"
        ).fetchall()
    assert found == [(True, "报关单与口岸检验检疫（同一商品项）", "t_customs", "VNM", "THA", "640120260000000001")]


def test_the_command_lists_and_counts(capsys: pytest.CaptureFixture[str]) -> None:
    declare()
    inspect({"原产国": "泰国"})
    assert _asked(capsys, "--source", DECLARED)[0]["right_value"] == "THA"
    (line,) = json.loads(_told(capsys, "conflict", "summary", "--json"))
    assert (line["rule"], line["open"], line["closed"]) == ("origin", 1, 0)
    inspect()
    assert _asked(capsys) == []
    assert [row["outcome"] for row in _asked(capsys, "--all")] == ["agreed"]
    assert _asked(capsys, "--all", "--link", "declaration_twice") == []
    assert guarded(["conflict", "list", "--link", "declaration_twicw"]) == WRONG
    assert guarded(["conflict", "list", "--source", "t_customs/linse"]) == WRONG
    assert "VNM" in _told(capsys, "conflict", "list", "--all")
    assert "open" in _told(capsys, "conflict", "summary")


def _asked(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(_told(capsys, "conflict", "list", "--json", *arguments))
    return found


def _told(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    capsys.readouterr()
    assert guarded(list(arguments)) == FINE
    return capsys.readouterr().out
