"""Whatever speaks of a value quotes the cell as its sender wrote it: finding, receipt, answer, trace, check and plan.

Where the hub has read the cell as something else, that is said beside it.
"""

from __future__ import annotations

import csv
import html
import io
import json
from typing import TYPE_CHECKING, Any, NamedTuple

import openpyxl
import pytest

from cli.screen import FINDINGS, guarded
from hub.settings import settings
from mappings.engine import read_source
from pipeline.reports.plan import plan_file
from pipeline.reports.trace import trace_line
from pipeline.reports.unmapped.gaps import unmapped_values
from tests.support.exchange import receipt, submit
from tests.support.small_source import SMALL, SmallSource

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("warehouse")
FIELDS = """\
fields:
  source_record_no: no
  incident_no: no
  event_at: {column: at, datetime: ["%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M", excel], tz: Asia/Shanghai}
  alarm_at: {column: alarm, datetime: [iso], tz: Asia/Shanghai}
  out_at: {join: [day, time], with: " ", datetime: ["%Y-%m-%d %H:%M"], tz: Asia/Shanghai}
  reported_at: {first: [told, also], datetime: ["%Y-%m-%d"], tz: Asia/Shanghai}
  loss_cny: {column: loss, decimal: 2, thousands: ",", times: 10000}
  area_m2: {column: area, extract: "(-?[0-9.]+)", decimal: 2}
  death_count: {column: dead, integer: true}
  incident_type_code: {column: kind, case: upper}
  region_code: {column: place, region: true}
  cause_code: {column: cause, crosswalk: cause}
  country_code: {constant: CHN}
  hazard.0.class_code: {constant: physical}
  hazard.0.type_code: {constant: fire}
"""
COLUMNS = ["no", "at", "alarm", "day", "time", "told", "also", "loss", "area", "dead", "kind", "place", "cause"]
USUAL = {"at": "2026-05-01 10:00", "place": "460100"}


class Case(NamedTuple):
    """One row with one odd cell (or two that make one value), and what is told of it."""

    cells: dict[str, str]
    code: str
    column: str
    value: str
    read: str | None = None


CASES = {
    "a day in another form": Case({"at": "2126/3/1 8:00"}, "DATE_OUT_OF_RANGE", "at", "2126/3/1 8:00"),
    "a day number": Case({"at": "59467.375"}, "DATE_OUT_OF_RANGE", "at", "59467.375", "2062-10-23 09:00:00"),
    "no date at all": Case({"at": "2026/13/1 8:00"}, "BAD_DATE", "at", "2026/13/1 8:00"),
    "an instant with its zone": Case(
        {"alarm": "2126-05-01T10:00:00+09:00"}, "DATE_OUT_OF_RANGE", "alarm", "2126-05-01T10:00:00+09:00"
    ),
    "an instant in UTC that is another day here": Case(
        {"alarm": "2126-05-01T20:00:00Z"}, "DATE_OUT_OF_RANGE", "alarm", "2126-05-01T20:00:00Z", "2126-05-02 04:00:00"
    ),
    "an instant that never was": Case({"alarm": "2026-13-45T00:00:00Z"}, "BAD_DATE", "alarm", "2026-13-45T00:00:00Z"),
    "two columns that make one value": Case(
        {"day": "2026-05-01", "time": "25:61"}, "BAD_DATE", "day + time", "2026-05-01 + 25:61", "2026-05-01 25:61"
    ),
    "two columns that make a wrong value": Case(
        {"day": "2126-05-01", "time": "10:00"}, "DATE_OUT_OF_RANGE", "day + time", "2126-05-01 + 10:00"
    ),
    "the second of two columns": Case({"also": "1.5.2026 "}, "BAD_DATE", "also", "1.5.2026 ", "1.5.2026"),
    "the second of two columns, read": Case({"also": " 2126-05-01"}, "DATE_OUT_OF_RANGE", "told / also", " 2126-05-01"),
    "signs between thousands, and a unit": Case(
        {"loss": "-1,234.5"}, "OUT_OF_RANGE", "loss", "-1,234.5", "-12345000.00"
    ),
    "full-width digits": Case({"loss": "－１２"}, "OUT_OF_RANGE", "loss", "－１２", "-120000.00"),
    "full-width digits that are no number": Case({"loss": "１.２.３"}, "BAD_NUMBER", "loss", "１.２.３", "1.2.3"),
    "a number out of a text": Case({"area": "约-5.50平米"}, "OUT_OF_RANGE", "area", "约-5.50平米", "-5.50"),
    "no number out of a text": Case({"area": "约1.2.3平米"}, "BAD_NUMBER", "area", "约1.2.3平米", "1.2.3"),
    "blanks": Case({"dead": " -3 "}, "OUT_OF_RANGE", "dead", " -3 "),
    "a code in small letters": Case({"kind": "zz９ "}, "UNKNOWN_CODE", "kind", "zz９ ", "ZZ9"),
    "a word": Case({"cause": " 鞭炮"}, "UNKNOWN_CODE", "cause", " 鞭炮", "鞭炮"),
    "no place": Case({"place": "某某县 "}, "UNKNOWN_REGION", "place", "某某县 ", "某某县"),
    "the former name of a place": Case({"place": " 琼中县"}, "REPAIRED_CODE", "place", " 琼中县"),
}
ONE_LINE = 2  # of the first row


@pytest.fixture
def odd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmallSource:
    monkeypatch.setenv("RISKHUB_SOURCES", str(tmp_path / "sources"))
    settings.cache_clear()
    source = SmallSource(tmp_path / "sources")
    source.map()
    text = (source.folder / "mapping.yml").read_text("utf-8")
    (source.folder / "mapping.yml").write_text(text[: text.index("fields:")] + FIELDS, "utf-8")
    return source


def file_of(*rows: dict[str, str]) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, COLUMNS, restval="")
    writer.writeheader()
    writer.writerows({**USUAL, "no": f"F{at}", **row} for at, row in enumerate(rows, ONE_LINE))
    return stream.getvalue().encode()


def everything() -> bytes:
    return file_of(*(case.cells for case in CASES.values()))


def told_at(findings: list[dict[str, Any]], line: int, case: Case) -> tuple[str | None, str | None]:
    """Return value and read of a case in findings as receipts have them."""
    for found in findings:
        if (found["code"], found["column"]) == (case.code, case.column):
            for place in found["samples"]:
                if place["line"] == line:
                    return place["value"], place["read"]
    raise AssertionError(f"{case} is not told of line {line}")


def answer(batch: dict[str, Any], kind: str) -> bytes:
    return (settings().exchange / SMALL / "out" / f"{batch['batch']}.{kind}").read_bytes()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_receipt_answer_and_trace(odd: SmallSource, language: str) -> None:
    agency = odd.folder.parent / "agency.yml"
    agency.write_text(agency.read_text("utf-8").replace("language: en", f"language: {language}"), "utf-8")
    batch = submit(SMALL, "1.csv", everything())
    findings, page = receipt(batch)["findings"], html.unescape(answer(batch, "receipt.html").decode())
    back = {row["no"]: row for row in csv.DictReader(io.StringIO(answer(batch, "fix.csv").decode("utf-8-sig")))}
    book = openpyxl.load_workbook(io.BytesIO(answer(batch, "fix.xlsx"))).worksheets[0]
    cells = {str(cell.value) for row in book.iter_rows() for cell in row if cell.value is not None}
    for line, (name, case) in enumerate(CASES.items(), ONE_LINE):
        assert told_at(findings, line, case) == (case.value, case.read), name
        assert case.value in page, name
        (story,) = trace_line(batch["batch"], line)
        assert {column: story["sent"][column] for column in case.cells} == case.cells, name
        if case.code == "REPAIRED_CODE":
            continue
        (mine,) = [each for each in story["kept_out"][0]["findings"] if each["code"] == case.code]
        assert (mine["value"], mine["read"]) == (case.value, case.read), name
        row = back[f"F{line}"]
        assert {column: row[column].removeprefix("'") for column in case.cells} == case.cells, name
        assert {*case.cells.values()} <= {each.removeprefix("'") for each in cells}, name
        note = row[[*row][-1]]
        assert " ".join(case.value.split()) in note, name
        if case.read and case.read.lower() != case.value.strip().lower():
            assert {"en": f"has read the cell as {case.read}", "zh": f"将该单元格读作“{case.read}”"}[language] in note
    assert "{" not in page.split("</style>")[1], "no place of a sentence is left open"


def test_check_and_plan(odd: SmallSource, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "1.csv"
    path.write_bytes(everything())
    plan = plan_file(path, read_source(odd.folder))
    capsys.readouterr()
    assert guarded(["check", str(path), "--source", SMALL, "--json"]) == FINDINGS
    for findings in (json.loads(capsys.readouterr().out)["findings"], plan.findings):
        assert not any("row" in place for found in findings for place in found["samples"])
        for line, (name, case) in enumerate(CASES.items(), ONE_LINE):
            assert told_at(findings, line, case) == (case.value, case.read), name


@pytest.mark.usefixtures("odd")
def test_a_warning_alone_is_quoted_too() -> None:
    """No row is kept out, so nothing else makes the hub look at the file again."""
    batch = submit(SMALL, "1.csv", file_of({}, {"also": " 2026-04-30"}))
    assert (batch["quarantined"], batch["new"]) == (0, 2)
    (found,) = [each for each in receipt(batch)["findings"] if each["code"] == "UNLIKELY_VALUES"]
    assert (found["line"], found["value"], found["read"]) == (3, " 2026-04-30", None)


@pytest.mark.usefixtures("odd")
def test_a_word_that_is_missing_is_offered_as_the_crosswalk_looks_for_it() -> None:
    submit(SMALL, "1.csv", file_of({"cause": " 鞭炮"}, {"cause": "鞭炮"}))
    assert [(gap.value, gap.rows) for gap in unmapped_values(SMALL)] == [("鞭炮", 2)]


def test_what_is_personal_is_not_quoted(odd: SmallSource, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mapping = odd.folder / "mapping.yml"
    text = mapping.read_text("utf-8").replace("{first: [told, also], ", "{column: also, ")
    mapping.write_text(text + "personal: [told]\nignore: {told: a name}\n", "utf-8")
    path = tmp_path / "1.csv"
    path.write_bytes(file_of({"told": "张某某", "area": "张某某-5.50", "loss": "13812345678 -5"}))
    guarded(["check", str(path), "--source", SMALL, "--json"])
    said = capsys.readouterr().out
    assert "张某某" not in said
    assert "13812345678" not in said
    assert "-5.50" in said, "the rest of the cell is"
