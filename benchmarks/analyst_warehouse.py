"""A warehouse of generated records, built once: core, history, ledger and the openings of personal data.

The rows are written by the server, not loaded from files: the load itself is measured by `end_to_end`.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import psycopg

from benchmarks import analyst_rows as rows
from benchmarks.analyst_records import RECORDS
from stack import postgres
from stack.migrate import migrate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from psycopg import Connection

    from benchmarks.analyst_records import Generated

WORKERS = 2  # connections that write at a time
# What a cluster is made with, so that a table that is filled in the transaction that emptied it is not logged as well.
BUILDING = {"wal_level": "minimal", "max_wal_senders": "0"}


def build(home: Path, total: int, say: Callable[[str], None]) -> str:
    """Bring a warehouse of so many records to where the marts can be made, going on where an earlier call stopped.

    Args:
        home: The home of a hub that is the benchmark's own.
        total: How many records.
        say: Takes a line for whoever waits.

    Returns:
        The URL of the owner.
    """
    url = postgres.start(home, extra=BUILDING)
    with psycopg.connect(url, autocommit=True) as conn:
        built = conn.execute("select to_regclass('bench.done')").fetchone()
        if built == (None,):
            migrate(url)
            conn.execute("create schema if not exists bench")
            conn.execute("create table bench.done (step text primary key, total bigint not null)")
        other = conn.execute("select max(total) from bench.done where total <> %s", [total]).fetchone()
        if other != (None,):
            raise SystemExit(f"{home} holds a warehouse of {other} records: name another home")
    largest_first = sorted(RECORDS, key=lambda each: -each.part)
    with ThreadPoolExecutor(WORKERS) as pool:
        for _ in pool.map(lambda each: _fill(url, each, total, say), largest_first):
            pass
    with psycopg.connect(url) as conn:
        once(conn, "ledger", total, say, _fill_ledger)
    with psycopg.connect(url, autocommit=True) as conn:
        once(conn, "analyze", total, say, lambda each: each.execute("vacuum analyze"))
        conn.execute("alter system set wal_level = replica")
        conn.execute("alter system set max_wal_senders = 10")
    postgres.stop(home)
    return postgres.start(home)


def once(conn: Connection[Any], step: str, total: int, say: Callable[[str], None], work: Callable[..., Any]) -> None:
    """Do a step unless an earlier call has done it, and write down that it is done."""
    if conn.execute("select from bench.done where step = %s", [step]).fetchone() is not None:
        return
    say(step)
    work(conn)
    conn.execute("insert into bench.done values (%s, %s)", [step, total])
    if not conn.autocommit:
        conn.commit()


def _fill(url: str, generated: Generated, total: int, say: Callable[[str], None]) -> None:
    """Write the records of one type, their lists and their earlier versions; one transaction for each table."""
    count = rows.rows_of(generated, total)
    source = rows.numbers(1, count, count)
    name = generated.record_type
    work = {f"core.{name}": rows.insert_records(generated, source)}
    work |= {f"core.{name}_{child}": rows.insert_items(generated, child, source) for child in generated.items}
    work[f"history.{name}"] = rows.archive_records(generated)
    work |= {f"history.{name}_{child}": rows.archive_items(generated, child) for child in generated.items}
    with psycopg.connect(url) as conn:
        conn.execute("set timezone = 'UTC'")
        for table, statement in work.items():
            once(conn, table, total, say, lambda each, t=table, s=statement: _fill_table(each, t, s))


def _fill_table(conn: Connection[Any], table: str, statement: str) -> None:
    """Fill an empty table, and make its indexes afterwards."""
    conn.execute(f"truncate {table}")
    indexes = conn.execute(
        "select i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid), c.conname, pg_get_constraintdef(c.oid)"
        " from pg_index i left join pg_constraint c on c.conindid = i.indexrelid and c.contype = 'p'"
        " where i.indrelid = %s::regclass",
        [table],
    ).fetchall()
    for index, _, constraint, _ in indexes:
        drop = f"alter table {table} drop constraint {constraint}" if constraint else f"drop index {index}"
        conn.execute(drop)
    conn.execute(statement)
    for _, definition, constraint, key in indexes:
        add = f"alter table {table} add constraint {constraint} {key}" if constraint else definition
        conn.execute(add)


def _fill_ledger(conn: Connection[Any]) -> None:
    """Write agencies, sources, the batch of each day, when each was due, and what the hub did beside."""
    for generated in RECORDS:
        _fill_source(conn, generated)
    days = {"first": rows.FIRST_DAY, "days": rows.DAYS}
    conn.execute(
        "insert into ledger.source_terms (agency, feed, terms, every, zone, is_readable, known_until)"
        " select agency, feed, encode(sha256(feed::bytea), 'hex'), 'P1D', 'Asia/Shanghai', true, now()"
        " from ledger.source"
    )
    conn.execute(
        "insert into ledger.due_period (agency, feed, terms, starts_at, ends_at, due_at, late_at, first_day, last_day,"
        " calendar_known) select agency, feed, terms, s, s + interval '1 day', s + interval '36 hours',"
        " s + interval '48 hours', day, day, true from ledger.source_terms"
        " cross join lateral (select %(first)s::date + n as day from generate_series(0, %(days)s - 1) n) d"
        " cross join lateral (select day::timestamp at time zone 'Asia/Shanghai' as s) m",
        days,
    )
    conn.execute(
        "insert into ledger.poll_window (agency, feed, since, until)"
        " select agency, feed, %(first)s::date, %(first)s::date + %(days)s + 30 from ledger.source",
        days,
    )
    conn.execute(
        "insert into ledger.finding (agency, batch_id, number, code, level, field, count)"
        " select agency, batch_id, 1, 'REPAIRED', 'repair', 'region_code', 3 from ledger.batch"
    )
    conn.execute(
        "insert into access.opening (opened_at, login, agency, record_type, record_uid, purpose, reason, basis, fields,"
        " rank_max, session, opened_in, valid_until) select event_at + interval '9 days', 'wang', agency,"
        " 'injury_case', record_uid, 'case_follow_up', 'complaint', 'agreement', '{injury_case.age_years}', 3, 1, '1',"
        " event_at + interval '10 days' from core.injury_case"
        " where source_record_no = 'I1' or hashint4(source_line::int) % 40 = 0"
        " limit 5000"
    )
    conn.execute(
        "insert into ledger.conflict (link, rule, thing, left_agency, left_feed, left_uid, left_record_no, left_value,"
        " left_batch, right_agency, right_feed, right_uid, right_record_no, right_value, right_batch, opened_at,"
        " closed_at, outcome)"
        " select 'declaration_inspection', case n %% 3 when 0 then 'origin' else 'hs_code' end, n::text, 'hn_customs',"
        " 'declarations', md5('customs_declaration' || n)::uuid, 'NO' || n, 'a', 'x', 'hn_customs', 'port_inspections',"
        " md5('port_inspection' || n)::uuid, 'NO' || n, 'b', 'y', %(first)s::date + (n %% %(days)s)::int,"
        " case when n %% 4 > 0 then now() end, case when n %% 4 > 0 then 'agreed' end from generate_series(1, 20000) n",
        days,
    )


def _fill_source(conn: Connection[Any], generated: Generated) -> None:
    """Write a source and the batches that its records name."""
    agency, feed = generated.source.split("/")
    about = {"agency": agency, "feed": feed, "record_type": generated.record_type}
    conn.execute(
        "insert into ledger.agency (agency, name_zh, name_en, language) values (%(agency)s, '单位', %(agency)s, 'zh')"
        " on conflict do nothing",
        about,
    )
    conn.execute(
        "insert into ledger.source (agency, feed, title_zh, title_en, record_type)"
        " values (%(agency)s, %(feed)s, '来源', %(feed)s, %(record_type)s)",
        about,
    )
    record_batches(conn, generated)


def record_batches(conn: Connection[Any], generated: Generated) -> None:
    """Write the batches that core and history name and the ledger does not have, with what each brought."""
    name = generated.record_type
    conn.execute(
        f"create temporary table brought on commit drop as"
        f" select agency, feed, batch_id, received_at, recorded_from, sum(new)::bigint as new,"
        f" sum(changed)::bigint as changed"
        f" from (select agency, feed, batch_id, received_at, recorded_from,"
        f" count(*) filter (where record_version = 1) as new,"
        f" count(*) filter (where record_version > 1) as changed from core.{name} group by 1, 2, 3, 4, 5"
        f" union all select agency, feed, batch_id, received_at, recorded_from, count(*), 0 from history.{name}"
        f" group by 1, 2, 3, 4, 5) b where not exists (select from ledger.batch o where o.batch_id = b.batch_id)"
        f" group by 1, 2, 3, 4, 5"
    )
    conn.execute(
        "insert into ledger.delivery (agency, feed, delivery_id, file_name, sha256, bytes, connector, received_at)"
        " select agency, feed, 'd-' || batch_id, batch_id || '.csv', encode(sha256(batch_id::bytea), 'hex'), 1000,"
        " 'folder', received_at from brought"
    )
    conn.execute(
        "insert into ledger.batch (agency, feed, batch_id, delivery_id, state, number, origin_number, loaded_number,"
        " mode,"
        " read, new, changed, received_at, mapped_at, validated_at, loaded_at, acknowledged_at)"
        " select agency, feed, batch_id, 'd-' || batch_id, 'acknowledged', n, n, n, 'upsert', new + changed, new,"
        " changed,"
        " received_at, received_at, received_at, recorded_from, recorded_from"
        " from (select b.*, nextval('ledger.batch_number') as n from (select * from brought"
        " order by recorded_from) b) o"
    )
    conn.execute("drop table brought")
