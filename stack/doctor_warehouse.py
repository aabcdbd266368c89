"""Checks of the warehouse: rights of the hub and the analysts, batches that wait, bytes of the raw store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict, cast

import psycopg
from psycopg.rows import dict_row

from hub.i18n import say
from hub.settings import settings
from pipeline.reports.waiting import batches_in_trouble, damaged
from stack.checks import Found
from stack.logins import analyst_url
from warehouse.connection import connect
from warehouse.statements import statement

if TYPE_CHECKING:
    from psycopg import Connection


class LoginFacts(TypedDict):
    """What a login is and may do: a row of `stack/login_facts`."""

    login: str
    is_superuser: bool
    owns_tables: bool
    writes: bool
    sees_quarantine: bool
    makes_temporary: bool
    other_databases: bool


def logins() -> Found:
    """Check that the hub and `riskhub sql` work as logins with the rights that they need, and no more."""
    with connect() as conn:
        hub = _facts(conn)
    faults = _faults_of_hub(hub)
    try:
        with psycopg.connect(analyst_url(), connect_timeout=10) as conn:
            analyst = _facts(conn)
        faults += _faults_of_analyst(analyst)
        who = analyst["login"]
    except psycopg.OperationalError:
        faults.append("`riskhub sql` has no login that the warehouse lets in")
        who = "nobody"
    says = "; ".join(faults) or f"the hub works as {hub['login']}, `riskhub sql` as {who}"
    return Found(not faults, says, say("doctor.logins.cure", settings().language))


def _facts(conn: Connection[Any]) -> LoginFacts:
    with conn.cursor(row_factory=dict_row) as cursor:
        (facts,) = cursor.execute(statement("stack/login_facts")).fetchall()
    return cast("LoginFacts", facts)


def _faults_of_hub(facts: LoginFacts) -> list[str]:
    rights = {
        "is a superuser": facts["is_superuser"],
        "owns the tables": facts["owns_tables"],
        "may not write rows": not facts["writes"],
    }
    return [f"the hub works as {facts['login']}, which {right}" for right, has in rights.items() if has]


def _faults_of_analyst(facts: LoginFacts) -> list[str]:
    rights = {
        "is a superuser": facts["is_superuser"],
        "owns the tables": facts["owns_tables"],
        "may write rows": facts["writes"],
        "sees rows in quarantine": facts["sees_quarantine"],
        "may make temporary tables": facts["makes_temporary"],
        "may connect to other databases of this server": facts["other_databases"],
    }
    return [f"`riskhub sql` works as {facts['login']}, which {right}" for right, has in rights.items() if has]


def waiting() -> Found:
    """List the batches that wait for the machine, and what for."""
    with connect() as conn:
        rows = batches_in_trouble(conn)
    says = "; ".join(f"{row['source']} batch {row['batch']}: {row['says']}" for row in rows)
    cures = " ".join(dict.fromkeys(row["cure"] for row in rows))
    return Found(not rows, says or "none waits for the machine", cures)


def raw_store() -> Found:
    """Check that the bytes of the batches that wait are those that were delivered."""
    with connect() as conn:
        bad, looked_at = damaged(conn)
    faults = [
        f"{row['source']} batch {row['batch']} ({row['file']}): its bytes were changed or are gone" for row in bad
    ]
    says = "; ".join(faults) or f"the bytes of {looked_at} waiting batches are those that came"
    return Found(not bad, says, say("doctor.raw.cure", settings().language))
