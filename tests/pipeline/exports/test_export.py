"""`riskhub export`: what lies in the folder, as of when, and that the same moment gives the same bytes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import duckdb
import openpyxl
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cli.screen import FAULT, FINE, WRONG, guarded
from hub.errors import WrongUsage
from hub.settings import settings
from pipeline.exports import export as exporting
from pipeline.exports.export import ExportRequest, write_export
from pipeline.exports.formats import FORMATS
from stack.analyst_query import analyst_connection
from tests.support.commands import json_of
from tests.support.exchange import ask, submit
from tests.support.official_schemas import errors
from tests.support.small_source import SMALL, fires, rows
from warehouse.connection import connect

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.exports.manifest import Manifest
    from tests.support.small_source import SmallSource

pytestmark = pytest.mark.usefixtures("warehouse", "small")
FIRES = "records/record_type=fire_incident/year=2026/part-0.parquet"
HAZARDS = "items/record_type=fire_incident/items=hazard/year=2026/part-0.parquet"


CLOSED = ("address_text", "lon", "lat", "narrative")  # of fires, to the login of `riskhub sql`


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no export wait for loads to take their first lock: none is under way."""
    monkeypatch.setattr(exporting, "SETTLING", 0.0)


@pytest.fixture(autouse=True)
def noted(small: SmallSource) -> None:
    """Let the note of a fire be read into a field that is open too."""
    small.map("  narrative: note\n", "  narrative: note\n  district_text: {column: note, extract: '(.*)'}\n")


def exported(folder: Path, *, patience: float = 10, **request: Any) -> Manifest:
    with analyst_connection() as conn:
        return write_export(conn, ExportRequest(folder, **{"types": ("fire_incident",), **request}), patience)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def moment() -> datetime:
    found: datetime = ask("select now() as at")[0]["at"]
    return found


def notes(path: Path) -> dict[str, str | None]:
    table = pq.read_table(path)
    return dict(zip(table["source_record_no"].to_pylist(), table["district_text"].to_pylist(), strict=True))


def test_records_and_items_lie_by_type_and_year(tmp_path: Path) -> None:
    submit(SMALL, "1.csv", fires("F1", "F2,2025-12-31 23:30", "F3,2026-01-01 00:30"))
    made = exported(tmp_path / "out")
    folders = {path: table.table.kind for table in made.tables if table.rows for path in (f.path for f in table.files)}
    assert folders == {
        "records/record_type=fire_incident/year=2025/part-0.parquet": "records",
        FIRES: "records",
        "items/record_type=fire_incident/items=hazard/year=2025/part-0.parquet": "items",
        HAZARDS: "items",
    }, "the year is that of the sender's own day"
    core = ask("select * from core.fire_incident order by agency, record_uid")
    table = pq.read_table(tmp_path / "out" / FIRES)
    assert table["record_uid"].to_pylist() == [str(row["record_uid"]) for row in core if row["event_date"].year == 2026]
    assert set(table.column_names) == set(core[0]) - {"row_hash", *CLOSED}
    assert table.schema.field("event_at").type == pa.timestamp("us", "UTC")
    assert pq.read_table(tmp_path / "out" / HAZARDS)["class_code"].to_pylist() == ["physical"] * 2


def test_every_value_is_that_of_the_warehouse(tmp_path: Path) -> None:
    submit(SMALL, "1.csv", fires('F1,2026-05-01 10:00,短路,"a ""b"", c"', "F2,2026-05-02 10:00,抽烟,=1+1", "F3"))
    exported(tmp_path / "out")
    [*core] = ask("select * from core.fire_incident order by agency, record_uid")
    table = pq.read_table(tmp_path / "out" / FIRES)
    for row, ours in zip(core, table.to_pylist(), strict=True):
        assert ours == {
            name: str(value) if name == "record_uid" else value
            for name, value in row.items()
            if name not in {"row_hash", *CLOSED}
        }
    assert notes(tmp_path / "out" / FIRES)["F3"] is None


def test_the_same_moment_gives_the_same_bytes_whatever_was_loaded_since(tmp_path: Path) -> None:
    submit(SMALL, "1.csv", rows(F1="first", F2="first", F3="first"))
    before = exported(tmp_path / "before")
    assert before.as_of < moment()
    submit(SMALL, "2.csv", rows(F2="second", F4="second"))
    submit(SMALL, "3.csv", rows(F2="third"))
    exported(tmp_path / "after", as_of=before.as_of)
    assert contents(tmp_path / "before") == contents(tmp_path / "after")
    assert notes(tmp_path / "after" / FIRES) == {"F1": "first", "F2": "first", "F3": "first"}
    exported(tmp_path / "now")
    assert notes(tmp_path / "now" / FIRES) == {"F1": "first", "F2": "third", "F3": "first", "F4": "second"}


@pytest.mark.parametrize("form", FORMATS)
def test_each_format_gives_the_same_bytes_twice(form: str, tmp_path: Path) -> None:
    submit(SMALL, "1.csv", rows(F1="first", F2="=1+1"))
    at = moment()
    exported(tmp_path / "one", as_of=at, form=form, labels="zh")
    submit(SMALL, "2.csv", rows(F1="second", F9="second"))
    exported(tmp_path / "two", as_of=at, form=form, labels="zh")
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_records_as_of_a_moment_are_those_of_the_function(tmp_path: Path) -> None:
    moments = []
    for number, batch in enumerate((rows(F1="a", F2="a"), rows(F1="b", F3="b"), rows(F1="c", F2="c"))):
        submit(SMALL, f"{number}.csv", batch)
        moments.append(moment())
    for number, at in enumerate(moments):
        exported(tmp_path / str(number), as_of=at)
        known = ask("select source_record_no as no, district_text from history.fire_incident_as_of(%(at)s)", at=at)
        assert notes(tmp_path / str(number) / FIRES) == {row["no"]: row["district_text"] for row in known}


def test_the_items_are_those_of_the_version_of_their_record(small: SmallSource, tmp_path: Path) -> None:
    submit(SMALL, "1.csv", rows(F1="first", F2="first"))
    at = moment()
    small.map("hazard.0.type_code: {constant: fire}", "hazard.0.type_code: {constant: explosion}")
    submit(SMALL, "2.csv", rows(F1="second"))
    exported(tmp_path / "then", as_of=at)
    exported(tmp_path / "now")
    assert pq.read_table(tmp_path / "then" / HAZARDS)["type_code"].to_pylist() == ["fire", "fire"]
    assert sorted(pq.read_table(tmp_path / "now" / HAZARDS)["type_code"].to_pylist()) == ["explosion", "fire"]


def test_a_load_that_began_before_the_moment_is_waited_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RISKHUB_LOCK_SECONDS", "1")
    settings.cache_clear()
    with connect() as load:
        load.execute("select 1 from ledger.lock for update")
        assert guarded(["export", "--out", str(tmp_path / "out"), "--type", "fire_incident"]) == FAULT
        assert "still writing" in capsys.readouterr().err
        assert not (tmp_path / "out").exists()
        long_ago = ["--as-of", (moment() - timedelta(days=2)).isoformat()]
        assert guarded(["export", "--out", str(tmp_path / "old"), "--type", "fire_incident", *long_ago]) == FINE
    assert guarded(["export", "--out", str(tmp_path / "out"), "--type", "fire_incident"]) == FINE


def test_the_manifest_tells_rows_queries_and_hashes(tmp_path: Path) -> None:
    submit(SMALL, "1.csv", fires("F1", "F2"))
    made = exported(tmp_path / "out")
    written = json.loads((tmp_path / "out" / "export.json").read_text("utf-8"))
    assert written == json.loads(made.to_bytes())
    assert (written["as_of"], written["login"], written["format"]) == (made.as_of.isoformat(), "analyst", "parquet")
    files = [each for table in written["tables"] for each in table["files"]]
    for each in files:
        content = (tmp_path / "out" / each["path"]).read_bytes()
        assert (each["bytes"], each["sha256"]) == (len(content), sha256(content).hexdigest())
    described = {"export.json", "datapackage.json", "contract.odcs.yaml", "README.md", "README.zh.md"}
    rest = {name for name in contents(tmp_path / "out") if not name.startswith("codelists/")}
    catalogues = {"catalogue.dcat.jsonld", "catalogue.gbt21063.csv"}
    assert rest == {each["path"] for each in files} | described | catalogues
    [fire] = [table for table in written["tables"] if table["name"] == "fire_incident"]
    assert (fire["rows"], fire["withheld"]) == (2, list(CLOSED))
    with analyst_connection() as conn:
        assert len(conn.execute(fire["query"].encode()).fetchall()) == 2, "the query can be asked again"


def test_descriptions_fit_the_official_schemas(tmp_path: Path) -> None:
    submit(SMALL, "1.csv", fires("F1", "F2,2025-05-01 10:00"))
    exported(tmp_path / "out", marts=("risk_event",))
    package = json.loads((tmp_path / "out" / "datapackage.json").read_text("utf-8"))
    for resource in package["resources"]:
        paths = [resource["path"]] if isinstance(resource["path"], str) else resource["path"]
        assert all((tmp_path / "out" / path).is_file() for path in paths)
        if "hash" in resource:
            [path] = paths
            assert resource["hash"] == f"sha256:{sha256((tmp_path / 'out' / path).read_bytes()).hexdigest()}"
    [fire] = [each for each in package["resources"] if each["name"] == "fire_incident"]
    names = [each["name"] for each in fire["schema"]["fields"]]
    assert names == pq.read_schema(tmp_path / "out" / FIRES).names
    assert errors("dplib", "profiles/2.0/datapackage.json", package) == []


def test_columns_say_what_they_are(tmp_path: Path) -> None:
    submit(SMALL, "1.csv", fires("F1"))
    exported(tmp_path / "out")
    told = pq.read_schema(tmp_path / "out" / FIRES).field("cause_code").metadata
    assert told[b"codelist"] == b"fire_cause"
    assert told[b"sensitivity"]
    assert told[b"label_en"].isascii()
    assert not told[b"label_zh"].isascii()


def test_labels_are_those_in_force_on_the_day(small: SmallSource, tmp_path: Path) -> None:
    small.map('region_code: {constant: "460100"}', 'region_code: {constant: "469003"}')
    submit(SMALL, "1.csv", fires("F1,2014-05-01 10:00", "F2,2014-05-01 10:00"))
    exported(tmp_path / "out", labels="zh")
    table = pq.read_table(tmp_path / "out" / FIRES.replace("2026", "2014"))
    assert table.column_names.index("region_code_label") == table.column_names.index("region_code") + 1
    expected = ask("select label_zh from code.entry where list = 'region' and code = '469003'")[0]["label_zh"]
    assert table["region_code_label"].to_pylist() == [expected] * 2


def test_csv_cells_are_no_formulas(tmp_path: Path) -> None:
    submit(SMALL, "1.csv", rows(F1="=HYPERLINK(1)", F2="-3.5"))
    exported(tmp_path / "out", form="csv")
    path = tmp_path / "out" / FIRES.replace(".parquet", ".csv")
    found = duckdb.sql(f"select source_record_no, district_text from read_csv('{path}', all_varchar = true)").fetchall()
    assert dict(found) == {"F1": "'=HYPERLINK(1)", "F2": "-3.5"}


def test_a_workbook_has_days_numbers_and_texts(tmp_path: Path) -> None:
    submit(SMALL, "1.csv", rows(F1="=1+1"))
    exported(tmp_path / "out", form="xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "out" / "records" / "fire_incident.xlsx")["data"]
    [header, row] = [*sheet.iter_rows()]
    cells = {name.value: cell for name, cell in zip(header, row, strict=True)}
    assert (cells["district_text"].value, cells["district_text"].data_type) == ("=1+1", "s")
    assert cells["event_at (UTC)"].value == datetime(2026, 5, 1, 2, 0)  # noqa: DTZ001 - a cell has no zone
    assert cells["event_date"].value == datetime(2026, 5, 1)  # noqa: DTZ001
    assert cells["record_version"].value == 1
    assert cells["region_code"].value == "460100", "a code stays a text"


def test_a_workbook_refuses_more_rows_than_a_sheet_has(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    submit(SMALL, "1.csv", fires("F1", "F2"))
    assert FORMATS["xlsx"].most_rows == 1_048_575
    monkeypatch.setitem(FORMATS, "xlsx", FORMATS["xlsx"]._replace(most_rows=1))
    options = ["--out", str(tmp_path / "out"), "--type", "fire_incident", "--format", "xlsx"]
    assert guarded(["export", *options]) == WRONG
    assert "--format parquet" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_mart_is_exported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    submit(SMALL, "1.csv", fires("F1", "F2,2025-05-01 10:00"))
    made = json_of(capsys, "export", "--mart", "risk_event", "--out", str(tmp_path / "out"))
    [table] = made["tables"]
    assert (table["rows"], table["kind"]) == (2, "marts")
    found = duckdb.sql(
        f"select year, source_record_no from read_parquet('{tmp_path}/out/marts/mart=risk_event/*/*.parquet',"
        " hive_partitioning = true) order by 1"
    ).fetchall()
    assert found == [(2025, "F2"), (2026, "F1")]


def test_columns_that_the_login_may_not_read_are_left_out_and_told(small: SmallSource, tmp_path: Path) -> None:
    small.map()  # the note is in a closed field alone
    submit(SMALL, "1.csv", rows(F1="secret"))
    made = exported(tmp_path / "out")
    [fire] = [each for each in made.tables if each.table.name == "fire_incident"]
    assert (fire.rows, set(fire.table.withheld)) == (1, set(CLOSED))
    assert b"secret" not in b"".join(contents(tmp_path / "out").values())
    assert "withheld" in (tmp_path / "out" / "README.md").read_text("utf-8")


def test_tables_that_the_login_may_not_read_are_named(warehouse: str, tmp_path: Path) -> None:
    submit(SMALL, "1.csv", rows(F1="secret"))
    with psycopg.connect(warehouse) as owner:
        owner.execute("revoke select on core.fire_incident_hazard, core.recall from riskhub_analyst")
    made = exported(tmp_path / "some")
    assert made.withheld == ("fire_incident_hazard",)
    assert "fire_incident_hazard" not in {each.table.name for each in made.tables}
    written = json.loads((tmp_path / "some" / "export.json").read_text("utf-8"))
    assert written["withheld"] == ["fire_incident_hazard"]
    with pytest.raises(WrongUsage, match="recall"):
        exported(tmp_path / "none", types=("recall",))
    assert not (tmp_path / "none").exists()


def test_wrong_requests(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").touch()
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    for options, said in (
        (["--out", str(tmp_path / "full")], "must be empty"),
        (["--out", str(tmp_path / "a"), "--type", "nothing"], "no record type nothing"),
        (["--out", str(tmp_path / "a"), "--mart", "nothing"], "no mart nothing"),
        (["--out", str(tmp_path / "a"), "--format", "sas"], "no format sas"),
        (["--out", str(tmp_path / "a"), "--labels", "fr"], "fr"),
        (["--out", str(tmp_path / "a"), "--as-of", tomorrow], "in the future"),
        (["--out", str(tmp_path / "a"), "--mart", "conflict", "--as-of", "2026-01-01"], "earlier moment"),
    ):
        assert guarded(["export", *options]) == WRONG, options
        assert said in capsys.readouterr().err
        assert not (tmp_path / "a").exists()


def test_files_do_not_depend_on_how_rows_come(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    submit(SMALL, "1.csv", fires(*(f"F{n},20{20 + n % 3}-05-01 10:00" for n in range(11))))
    at = moment()
    exported(tmp_path / "one", as_of=at)
    reading = exporting.read_parts
    monkeypatch.setattr(exporting, "read_parts", lambda conn, query, schema: reading(conn, query, schema, rows=2))
    exported(tmp_path / "two", as_of=at)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
