"""`record export`: messages of what the warehouse holds, or of the records of a file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from cli.screen import WRONG, guarded
from tests.support.commands import json_of
from tests.support.exchange import counts, submit
from tests.support.read_back import records_in
from tests.support.source_files import SOURCES

if TYPE_CHECKING:
    from pathlib import Path

ALERT = {
    "source_record_no": "A 1",
    "alert_no": "A 1",
    "event_at": "2026-03-02T01:00:00Z",
    "issued_at": "2026-03-02T01:00:00Z",
    "audience_code": "Public",
    "level_code": "red",
    "text": [{"language": "zh-CN", "headline": "预警"}, {"language": "en", "headline": "Alert"}],
    "product": [{"name": "充电器"}],
}
CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"


def lines(folder: Path, *records: object) -> str:
    path = folder / "alert.jsonl"
    texts = [each if isinstance(each, str) else json.dumps(each, ensure_ascii=False) for each in records]
    path.write_text("\n\n".join(texts), "utf-8")
    return str(path)


def test_alerts_of_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    made = json_of(
        capsys, "record", "export", "--cap", "--from", lines(tmp_path, ALERT), "--out", str(out), "--sender", "hn"
    )
    assert (made["record_type"], made["records"], made["left_out"]) == ("alert", 1, {"product": 1})
    [path] = out.iterdir()
    assert made["files"] == [str(path)]
    alert = etree.parse(path).getroot()
    assert [alert.findtext(f"{CAP}{name}") for name in ("identifier", "sender", "sent")] == [
        "A_1",
        "hn",
        "2026-03-02T01:00:00-00:00",
    ]
    assert [each.findtext(f"{CAP}language") for each in alert.iter(f"{CAP}info")] == ["zh-CN", "en"]
    assert {each.findtext(f"{CAP}severity") for each in alert.iter(f"{CAP}info")} == {"Extreme"}


def test_what_is_left_out_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--from", lines(tmp_path, ALERT), "--out", str(tmp_path / "out"), "--language", "en"]
    assert guarded(["record", "export", "--cap", *options]) == 0
    assert "product (1)" in capsys.readouterr().out


@pytest.mark.parametrize(
    "record",
    [
        *("{", {"alert_no": "A 1"}, ALERT | {"level_code": "purple"}, "[" * 200_000),
        *(json.dumps(ALERT)[:-1] + each for each in (', "summary": "b", "summary": "c"}', ', "x": NaN}')),
    ],
)
def test_a_line_that_is_no_record_is_named(record: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--from", lines(tmp_path, ALERT, record), "--out", str(tmp_path / "out")]
    assert guarded(["record", "export", "--cap", *options, "--language", "en"]) == WRONG
    assert "alert.jsonl:3" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_file_that_is_not_utf8_is_named_and_other_line_breaks_are_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "alert.jsonl"
    path.write_bytes(json.dumps(ALERT, ensure_ascii=False).encode("gb18030"))
    options = ["--from", str(path), "--out", str(tmp_path / "out")]
    assert guarded(["record", "export", "--cap", *options, "--language", "en"]) == WRONG
    assert "alert.jsonl:1" in capsys.readouterr().err
    lines(tmp_path, ALERT | {"summary": "a\u2028b\u0085c"})
    assert json_of(capsys, "record", "export", "--cap", *options)["records"] == 1


def test_one_form_is_named(tmp_path: Path) -> None:
    assert guarded(["record", "export", "--out", str(tmp_path)]) == WRONG
    assert guarded(["record", "export", "--cap", "--epcis", "--out", str(tmp_path)]) == WRONG


@pytest.mark.usefixtures("warehouse")
def test_what_was_loaded_comes_out_of_the_warehouse(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sample = SOURCES / "intl_cap/alerts/sample.xml"
    loaded = counts(submit("intl_cap/alerts", sample.name, sample.read_bytes()))["new"]
    hainan = next((SOURCES / "hn_market/alerts").glob("sample.*"))
    submit("hn_market/alerts", hainan.name, hainan.read_bytes())
    command = ["record", "export", "--cap", "--source", "intl_cap/alerts"]
    made = json_of(capsys, *command, "--out", str(tmp_path / "cap"))
    assert made["records"] == len(made["files"]) == loaded
    first = next((tmp_path / "cap").glob("W-001.*"))
    assert records_in(first, "intl_cap/alerts") == [
        each for each in records_in(sample, "intl_cap/alerts") if each["alert_no"] == "W-001"
    ]
    everything = json_of(capsys, "record", "export", "--cap", "--out", str(tmp_path / "all"))
    assert everything["records"] > loaded
    assert everything["left_out"]["product"]


@pytest.mark.usefixtures("warehouse")
def test_trace_events_come_out_of_the_warehouse(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sample = SOURCES / "hn_trace/epcis_events/sample.json"
    loaded = counts(submit("hn_trace/epcis_events", sample.name, sample.read_bytes()))["new"]
    made = json_of(capsys, "record", "export", "--epcis", "--out", str(tmp_path))
    assert (made["records"], made["left_out"]) == (loaded, {})
    again = {each.get("event_id") for each in records_in(tmp_path / "trace_event.epcis.json", "hn_trace/epcis_events")}
    assert "urn:uuid:00000000-0000-4000-8000-000000000001" in again
