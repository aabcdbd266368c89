"""Rows that deliveries, openings and grants of several agencies leave, for tests of what one is told of others."""

from __future__ import annotations

import psycopg

from hub.settings import settings

TYPE = "fire_incident"
# A source of an agency that has delivered 100 rows this month, of which some were not let in.
DELIVERED = """
with a as (insert into ledger.agency (agency, name_zh, name_en, language)
           values (%(agency)s, %(agency)s, %(agency)s, 'en') on conflict do nothing),
s as (insert into ledger.source (agency, feed, title_zh, title_en, record_type)
      values (%(agency)s, %(feed)s, 'f', 'f', %(types)s)),
d as (insert into ledger.delivery (agency, feed, delivery_id, file_name, sha256, bytes, connector, received_at)
      values (%(agency)s, %(feed)s, %(id)s, 'a.csv', repeat('a', 64), 1, 'folder', now()))
insert into ledger.batch (agency, feed, batch_id, delivery_id, state, number, origin_number, mode, read, new,
                          quarantined, received_at, loaded_at)
values (%(agency)s, %(feed)s, %(id)s, %(id)s, 'loaded', %(number)s, %(number)s, 'upsert', 100, 100 - %(bad)s, %(bad)s,
        now(), now())
"""
MONTHLY = """
insert into mart.feed_month (record_type, agency, feed, month, records, read_rows, newest_received_at, newest_loaded_at,
                             event_to_receipt_h, batches)
values (%(types)s, %(agency)s, %(feed)s, date_trunc('month', now() at time zone 'Asia/Shanghai')::date, 90, 100, now(),
        now(), %(bad)s, '{}')
"""
FILLED = """
insert into mart.completeness (record_type, agency, feed, month, field, of_records, filled, read_rows, quarantined,
                               repaired)
values (%(types)s, %(agency)s, %(feed)s, date_trunc('month', now() at time zone 'Asia/Shanghai')::date, 'narrative',
        100, 100 - %(bad)s, 100, 0, 0)
"""
OPENING = """
insert into access.opening (login, agency, record_type, record_uid, purpose, reason, basis, fields, rank_max, session,
                            opened_in, valid_until)
select %s, %s, 'injury_case', gen_random_uuid(), 'case_follow_up', 'complaint 77', 'agreement 7', '{}', 3, 1,
       pg_current_xact_id(), now()
from generate_series(1, %s)
"""
GRANT = """
insert into access.grant (subject, agency, record_type, purpose, sensitivity_max, valid_to, basis, origin)
values (%s, %s, 'injury_case', 'case_follow_up', 'personal', %s, 'agreement 7', 'operator')
"""


def deliver(agency: str, bad: int, feed: str = "f", types: str = TYPE) -> None:
    """Let a feed of an agency deliver 100 rows, so many of which are bad, empty and late."""
    with psycopg.connect(str(settings().owner_url)) as conn:
        (number,) = conn.execute("select count(*) + 1 from ledger.batch").fetchone() or (0,)
        about = {"agency": agency, "feed": feed, "bad": bad, "types": types, "id": f"b{number}", "number": number}
        for statement in (DELIVERED, MONTHLY, FILLED):
            conn.execute(statement.encode(), about)


def open_fields(login: str, agency: str, times: int) -> None:
    """Let a login open closed fields of so many records of an agency."""
    with psycopg.connect(str(settings().owner_url)) as conn:
        conn.execute(OPENING.encode(), [login, agency, times])


def grant(subject: str, agency: str, until: str = "2100-01-01") -> None:
    """Let a role see records of an agency, for the same purpose."""
    with psycopg.connect(str(settings().owner_url)) as conn:
        conn.execute(GRANT.encode(), [subject, agency, until])
