"""Doctor's looks at what the hub and its analysts may do in the warehouse, and at what waits for the machine."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.rows import dict_row

from hub.i18n import say
from hub.settings import settings
from pipeline.reports.waiting import batches_in_trouble, damaged
from stack.logins import analyst_url
from warehouse.connection import connect
from warehouse.statements import statement


def logins() -> tuple[bool, str, str]:
    """Look whether the hub and `riskhub sql` work as logins that can do what they must, and no more."""
    with connect() as conn, conn.cursor(row_factory=dict_row) as cursor:
        hub = cursor.execute(statement("stack/login_facts")).fetchall()[0]
    faults = _faults_of_hub(hub)
    try:
        with psycopg.connect(analyst_url(), connect_timeout=10) as conn, conn.cursor(row_factory=dict_row) as cursor:
            analyst = cursor.execute(statement("stack/login_facts")).fetchall()[0]
        faults += _faults_of_analyst(analyst)
        who = analyst["login"]
    except psycopg.OperationalError:
        faults.append("`riskhub sql` has no login that the warehouse lets in")
        who = "nobody"
    says = "; ".join(faults) or f"the hub works as {hub['login']}, `riskhub sql` as {who}"
    return not faults, says, say("doctor.logins.cure", settings().language)


def _faults_of_hub(facts: dict[str, Any]) -> list[str]:
    rights = {
        "is a superuser": facts["is_superuser"],
        "owns the tables": facts["owns_tables"],
        "may not write rows": not facts["writes"],
    }
    return [f"the hub works as {facts['login']}, which {right}" for right, has in rights.items() if has]


def _faults_of_analyst(facts: dict[str, Any]) -> list[str]:
    rights = {
        "is a superuser": facts["is_superuser"],
        "owns the tables": facts["owns_tables"],
        "may write rows": facts["writes"],
        "sees rows in quarantine": facts["sees_quarantine"],
        "may make temporary tables": facts["makes_temporary"],
        "may connect to other databases of this server": facts["other_databases"],
    }
    return [f"`riskhub sql` works as {facts['login']}, which {right}" for right, has in rights.items() if has]


def waiting() -> tuple[bool, str, str]:
    """Look which batches wait until the machine is well, and what for."""
    with connect() as conn:
        rows = batches_in_trouble(conn)
    says = "; ".join(f"{row['source']} batch {row['batch']}: {row['says']}" for row in rows)
    return not rows, says or "none waits for the machine", " ".join(dict.fromkeys(row["cure"] for row in rows))


def raw_store() -> tuple[bool, str, str]:
    """Look whether the bytes of the batches that wait are those that came."""
    with connect() as conn:
        bad, looked_at = damaged(conn)
    said = [f"{row['source']} batch {row['batch']} ({row['file']}): its bytes were changed or are gone" for row in bad]
    says = "; ".join(said) or f"the bytes of {looked_at} waiting batches are those that came"
    return not bad, says, say("doctor.raw.cure", settings().language)
