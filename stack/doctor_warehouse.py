"""Checks of the warehouse: rights of the hub and the analysts, batches that wait, bytes of the raw store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict, cast

import psycopg
from psycopg.rows import dict_row

from hub.messages import sentence
from pipeline.reports.waiting import batches_in_trouble, damaged
from stack.checks import Found
from stack.logins import analyst_url
from warehouse.connection import connect
from warehouse.statements import statement

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    faults, cure = faults_of_hub(hub), sentence("doctor.logins.cure")
    try:
        with psycopg.connect(analyst_url(), connect_timeout=10) as conn:
            analyst = _facts(conn)
    except psycopg.OperationalError:
        return Found(fine=False, says="; ".join([*faults, sentence("doctor.logins.none")]), cure=cure)
    faults += faults_of_analyst(analyst)
    says = "; ".join(faults) or sentence("doctor.logins.fine", hub=hub["login"], analyst=analyst["login"])
    return Found(not faults, says, cure)


def _facts(conn: Connection[Any]) -> LoginFacts:
    with conn.cursor(row_factory=dict_row) as cursor:
        (facts,) = cursor.execute(statement("stack/login_facts")).fetchall()
    return cast("LoginFacts", facts)


def faults_of_hub(facts: LoginFacts) -> list[str]:
    """Return a sentence for each right that the hub's own login lacks or should not have."""
    rights = {
        "superuser": facts["is_superuser"],
        "owner": facts["owns_tables"],
        "cannot_write": not facts["writes"],
    }
    return _listed("doctor.logins.hub", facts["login"], rights)


def faults_of_analyst(facts: LoginFacts) -> list[str]:
    """Return a sentence for each right that the login of `riskhub sql` should not have."""
    rights = {
        "superuser": facts["is_superuser"],
        "owner": facts["owns_tables"],
        "writes": facts["writes"],
        "quarantine": facts["sees_quarantine"],
        "temporary": facts["makes_temporary"],
        "databases": facts["other_databases"],
    }
    return _listed("doctor.logins.analyst", facts["login"], rights)


def _listed(key: str, login: str, wrong: Mapping[str, bool]) -> list[str]:
    """Return a sentence for each right that is wrong for the login."""
    return [sentence(key, login=login, right=sentence(f"doctor.right.{name}")) for name, has in wrong.items() if has]


def waiting() -> Found:
    """List the batches that wait for the machine, and what for."""
    with connect() as conn:
        rows = batches_in_trouble(conn)
    says = "; ".join(sentence("doctor.waits", **row) for row in rows)
    cures = " ".join(dict.fromkeys(row["cure"] for row in rows))
    return Found(not rows, says or sentence("doctor.none_waits"), cures)


def raw_store() -> Found:
    """Check that the bytes of the batches that wait are those that were delivered."""
    with connect() as conn:
        bad, checked = damaged(conn)
    says = "; ".join(sentence("doctor.raw.damaged", **row) for row in bad)
    return Found(not bad, says or sentence("doctor.raw.fine", count=checked), sentence("doctor.raw.cure"))
