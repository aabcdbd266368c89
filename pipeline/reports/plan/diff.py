"""What a reading would change in core, record type by record type, field by field; worked out beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg import sql
from psycopg.rows import dict_row

from pipeline.loading.classify import classified
from pipeline.loading.precedence import Precedence
from pipeline.loading.snapshot import Snapshot
from validation.aggregation import finding_to_dict
from warehouse.dynamic_sql import compose
from warehouse.statements import statement

if TYPE_CHECKING:
    import pyarrow as pa
    from psycopg import Connection

    from mappings.engine import Source
    from pipeline.loading.merge import RecordMerge
    from pipeline.transform.staging import Work
    from warehouse.ledger import Entry

BESIDE = "pg_temp"
# Columns of the hub's own: who, when and where from.  They differ in every reading and say nothing about content.
HUB_COLUMNS = [
    *("agency", "feed", "record_uid", "record_version", "position", "batch_id", "row_hash"),
    *("source_file", "source_sheet", "source_line", "received_at", "recorded_from"),
]
EXAMPLES = 5  # changes shown per field; their number is always the true one


def changes(conn: Connection[Any], entry: Entry, source: Source, work: Work, bad: pa.Table) -> dict[str, Any]:
    """Return counts by fate, the fields that would change, the records that would end, and what is unusual about that.

    `bad` are the rows that would be kept out (`BAD`).  Writes to temporary tables only, which the caller's rollback
    removes.
    """
    conn.execute(statement("plan/create_differences"))
    fates: dict[str, int] = {}
    ended: list[str] = []
    word, snapshot = Precedence(conn, entry), Snapshot(conn, entry, source, bad, work.meta()["totals"])
    for arrivals in classified(conn, entry, source, work, word, snapshot, into=BESIDE):
        for fate, rows in arrivals.tally().items():
            fates[fate] = fates.get(fate, 0) + rows
        _compare(conn, entry, arrivals)
        about = {"agency": entry.agency, "limit": EXAMPLES}
        ended += [row[0] for row in conn.execute(compose("plan/ended_records", core=arrivals.core), about).fetchall()]
    with conn.cursor(row_factory=dict_row) as cursor:
        fields = cursor.execute(statement("plan/changed_fields")).fetchall()
        examples = cursor.execute(statement("plan/change_examples"), {"limit": EXAMPLES}).fetchall()
    for field in fields:
        same = [each for each in examples if all(each[name] == field[name] for name in ("record_type", "field"))]
        field["examples"] = [
            {name: each[name] for name in ("before", "after", "records", "record_no")} for each in same
        ]
    judgement = snapshot.judgement
    findings = [finding_to_dict(each) for each in judgement.findings]
    return {"fates": fates, "fields": fields, "ended": ended, "findings": findings, "reasons": judgement.reasons}


def _compare(conn: Connection[Any], entry: Entry, arrivals: RecordMerge) -> None:
    record_type = arrivals.record_type
    names = {child: table.name for child, table in record_type.tables.items()}
    for name in names.values():
        tables = {"core": sql.Identifier("core", name), "candidate": sql.Identifier(BESIDE, name)}
        conn.execute(compose("plan/create_candidate", **tables))
    arrivals.copy()
    about: dict[str, Any] = {"agency": entry.agency, "record_type": record_type.name, "hub_columns": HUB_COLUMNS}
    pair = {"core": arrivals.core, "candidate": sql.Identifier(BESIDE, names[""])}
    conn.execute(compose("plan/record_changes", **pair), about)
    for child, name in names.items():
        if child:
            pairs = {
                **pair,
                "core_child": sql.Identifier("core", name),
                "candidate_child": sql.Identifier(BESIDE, name),
            }
            conn.execute(compose("plan/record_child_changes", **pairs), {**about, "child": child})
    for name in names.values():
        conn.execute(compose("plan/drop_candidate", candidate=sql.Identifier(BESIDE, name)))
