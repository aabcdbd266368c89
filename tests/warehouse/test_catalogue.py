"""What the warehouse says of itself: no table, view or column without a comment in two languages."""

from __future__ import annotations

import psycopg

SCHEMAS = r"^(pg_.*|information_schema|public)$"
SILENT = """
select n.nspname || '.' || c.relname || coalesce('.' || a.attname, '') as what
from pg_class c
join pg_namespace n on n.oid = c.relnamespace and n.nspname !~ %(ours)s
left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relkind in ('r', 'p', 'v', 'm', 'f')
  and (coalesce(col_description(c.oid, a.attnum), '') !~ %(both)s
       or coalesce(obj_description(c.oid, 'pg_class'), '') !~ %(both)s)
union all
select nspname from pg_namespace
where nspname !~ %(ours)s and coalesce(obj_description(oid, 'pg_namespace'), '') !~ %(both)s
order by 1
"""
BOTH = "[A-Za-z].*[一-龥]|[一-龥].*[A-Za-z]"


def test_every_table_and_column_says_what_it_is_in_two_languages(database: str) -> None:
    with psycopg.connect(database) as conn:
        silent = [what for (what,) in conn.execute(SILENT, {"ours": SCHEMAS, "both": BOTH}).fetchall()]
    assert silent == []


def test_views_show_what_their_reader_may_see(database: str) -> None:
    """A view without `security_invoker` would show what its owner may see, which is everything.

    Those in `own` and `portal` are meant to, for the rows of one agency; `test_opening.py` and `test_portal_rights.py`
    ask them.
    """
    with psycopg.connect(database) as conn:
        found = conn.execute(
            """select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
               where c.relkind = 'v' and n.nspname !~ %s and n.nspname not in ('own', 'portal')
                     and not coalesce('security_invoker=true' = any(c.reloptions), false)
                     and not coalesce('security_invoker=on' = any(c.reloptions), false)
               order by 1""",
            [SCHEMAS],
        ).fetchall()
    assert found == []
