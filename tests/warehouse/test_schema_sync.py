"""The standard is upgraded over a warehouse with data: what only adds applies itself, all else is refused by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from alembic.autogenerate import compare_metadata

from hub.errors import FixTheHub
from hub.settings import settings
from stack.migrate import migrate
from standards import standard
from tests.support.exchange import ask, counts, submit
from tests.support.small_source import SMALL, SmallSource, fires, rows
from warehouse import schema_sync
from warehouse.connection import owner_url

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = """
select n.nspname || '.' || c.relname || '.' || a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
       col_description(c.oid, a.attnum)
from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('core', 'history') and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
order by 1
"""
RECALLS = """
select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('core', 'history') and c.relkind = 'r' and c.relname ~ '^recall'
"""


@pytest.fixture(autouse=True)
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, warehouse: str) -> None:
    """Give a warehouse with two fires, one of which was corrected."""
    assert warehouse
    monkeypatch.setenv("RISKHUB_SOURCES", str(tmp_path / "sources"))
    settings.cache_clear()
    assert SmallSource(tmp_path / "sources").folder.exists()
    submit(SMALL, "1.csv", rows(F1="one", F2="two"))
    submit(SMALL, "2.csv", rows(F1="One"))


def owner(query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(owner_url()) as conn:
        cursor = conn.execute(query.encode())
        return cursor.fetchall() if cursor.description else []


def told() -> set[tuple[str, str]]:
    return {
        (row["no"], row["narrative"]) for row in ask("select source_record_no no, narrative from core.fire_incident")
    }


def test_an_optional_field_that_is_new(loaded: None) -> None:
    assert loaded is None
    sound = owner(COLUMNS)
    for schema in ("core", "history"):
        owner(f"alter table {schema}.fire_incident drop column alarm_level cascade")
    assert sorted(migrate()) == [f"add_column {schema} fire_incident alarm_level" for schema in ("core", "history")]
    assert owner(COLUMNS) == sound, "with its type and its comment"
    assert told() == {("F1", "One"), ("F2", "two")}
    assert migrate() == []
    assert counts(submit(SMALL, "3.csv", rows(F1="one more", F2="two"))) == {"read": 2, "changed": 1, "unchanged": 1}
    query = "select alarm_level, record_version from history.fire_incident_as_of(now()) where source_record_no = 'F1'"
    then = owner(query)
    assert then == [(None, 3)]
    assert owner("select count(*) from history.fire_incident") == [(2,)]


@pytest.mark.parametrize(
    "change",
    [
        "alter table core.fire_incident drop column alarm_level cascade",
        "comment on column history.fire_incident.alarm_level is 'x'",
        "drop index core.fire_incident_batch_id",
        "drop table core.fire_incident_product cascade",
    ],
)
def test_columns_are_compared_when_something_has_changed(change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    def compare(*given: Any) -> Any:
        asked.append(True)
        return compare_metadata(*given)

    monkeypatch.setattr(schema_sync, "compare_metadata", compare)
    assert migrate() == []
    assert not asked
    owner(change)
    assert migrate() != []
    assert asked == [True]
    assert migrate() == []
    assert asked == [True]


NO_DAYS = (
    "alter table {}.fire_incident drop column event_date cascade, drop column event_tz cascade,"
    " drop column reported_date cascade"
)
DAYS = "select source_record_no, event_date::text, event_tz from {}.fire_incident order by 1, recorded_from"


def without_days() -> None:
    """Make the warehouse one of before the standard kept local days."""
    for schema in ("core", "history"):
        owner(NO_DAYS.format(schema) + ", drop column reported_tz cascade, drop column reported_at_precision cascade")


def test_local_days_of_what_is_loaded_are_filled_and_nothing_is_changed_by_them() -> None:
    submit(SMALL, "3.csv", fires("F3,2026-03-02 00:30"))
    sound = {schema: owner(DAYS.format(schema)) for schema in ("core", "history")}
    assert ("F3", "2026-03-02", "Asia/Shanghai") in sound["core"], "in UTC it is the day before"
    without_days()
    done = [each for each in migrate() if not each.startswith("add_")]
    assert done == [
        "fill core fire_incident event_date hn_small/fires Asia/Shanghai: 3",
        "fill history fire_incident event_date hn_small/fires Asia/Shanghai: 1",
    ]
    assert {schema: owner(DAYS.format(schema)) for schema in ("core", "history")} == sound
    again = submit(SMALL, "4.csv", fires("F3,2026-03-02 00:30", "F2,2026-05-01 10:00,短路,two"))
    assert counts(again) == {"read": 2, "unchanged": 2}
    assert migrate() == []


@pytest.mark.parametrize("mapping", ["two zones", "broken", "gone"])
def test_local_days_stay_open_where_the_zone_is_not_known(mapping: str, tmp_path: Path) -> None:
    file = tmp_path / "sources" / SMALL / "mapping.yml"
    text = file.read_text("utf-8")
    rule = '{column: at, datetime: ["%Y-%m-%d %H:%M"], tz: Asia/Shanghai}'
    assert rule in text
    if mapping == "two zones":
        other = rule.replace("column: at,", "column: at, when: {column: note, in: [x]},").replace("Shanghai", "Seoul")
        file.write_text(text.replace(rule, f"[{other}, {rule}]"), "utf-8")
    elif mapping == "broken":
        file.write_text(text.replace("tz:", "zt:"), "utf-8")
    else:
        file.unlink()
    without_days()
    done = [each for each in migrate() if not each.startswith("add_")]
    assert done == [
        f"zone not known {schema} fire_incident event_date: {n}" for schema, n in (("core", 2), ("history", 1))
    ]
    assert owner("select distinct event_date, event_tz from core.fire_incident") == [(None, None)]


def test_a_type_of_records_that_is_new() -> None:
    sound = owner(COLUMNS)
    owner(f"drop table {', '.join(name for (name,) in owner(RECALLS))} cascade")
    added = migrate()
    assert {"add_table core.recall", "add_table history.recall_product"} <= {
        " ".join(each.split()[:2]) for each in added
    }
    assert owner(COLUMNS) == sound
    assert told() == {("F1", "One"), ("F2", "two")}
    assert owner("select count(*) from mart.risk_event where record_type = 'fire_incident'") == [(2,)]
    assert migrate() == []


def test_an_index_and_a_comment_that_are_new() -> None:
    owner("drop index core.fire_incident_event_at")
    owner("comment on column core.fire_incident.narrative is 'what it said before'")
    migrate()
    assert owner("select to_regclass('core.fire_incident_event_at') is not null") == [(True,)]
    (comment,) = [row[3] for row in owner(COLUMNS) if row[0] == "core.fire_incident.narrative"]
    assert comment != "what it said before"


REFUSED = {
    "a field that is gone": ("alter table core.fire_incident add column smell text", "core fire_incident smell"),
    "a type that is gone": ("create table history.flood (agency text primary key)", "history.flood"),
    "a field that must be filled": (
        "alter table core.fire_incident drop column incident_no",
        "fire_incident incident_no",
    ),
    "a field that need not be filled": (
        "alter table core.fire_incident alter column narrative set not null",
        "core.fire_incident.narrative",
    ),
    "a number that was text": (
        "alter table history.fire_incident alter column death_count type text",
        "history.fire_incident.death_count",
    ),
    "fewer digits": (
        "alter table core.fire_incident alter column area_m2 type numeric(12, 1)",
        "core.fire_incident.area_m2",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_would_change_or_drop_data_is_refused_by_name(case: str) -> None:
    change, named = REFUSED[case]
    owner("drop schema core_zh, core_en, own cascade")  # whose views stand on the columns; a migration makes them anew
    owner("update core.fire_incident set narrative = '' where narrative is null")
    owner(change)
    owner("alter table core.fire_incident drop column alarm_level")
    before, held = owner(COLUMNS), owner("select count(*) from core.fire_incident")
    with pytest.raises(FixTheHub) as refused:
        migrate()
    assert named in refused.value.where
    assert "migration" in refused.value.next_step
    assert owner(COLUMNS) == before, "not even what would only add is done"
    assert owner("select count(*) from core.fire_incident") == held


def test_codes_come_with_the_version_of_the_standard() -> None:
    codes = "select list, code, valid_from from code.entry order by 1, 2, 3"
    sound = owner(codes)
    owner("delete from code.entry where list = 'country'")
    owner("insert into code.entry (list, code, label_zh, label_en) values ('gone', 'x', '', '')")
    owner("delete from code.list where list <> 'country'")
    migrate()
    assert owner(codes) != sound, "the version is the same: nothing is loaded"
    owner("comment on index code.entry_once is '0.0.1'")
    migrate()
    assert owner(codes) == sound
    assert owner("select count(*), count(distinct made_zh) > 5 from code.list") == [(len(standard().codelists), True)]
    assert owner("select count(*) from code.entry left join code.list using (list) where made_en is null") == [(0,)]
    assert told() == {("F1", "One"), ("F2", "two")}
