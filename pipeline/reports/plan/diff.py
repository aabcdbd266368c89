"""What a reading would change in core, record type by record type, field by field; worked out beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

from psycopg import sql
from psycopg.rows import dict_row

from pipeline.loading.core_comparison import CoreComparison
from warehouse.dynamic_sql import compose
from warehouse.statements import statement

if TYPE_CHECKING:
    from pipeline.loading.context import LoadContext
    from pipeline.loading.merge import RecordMerge
    from pipeline.loading.precedence import Precedence

BESIDE = "pg_temp"
# Columns of the hub's own: who, when and where from.  They differ in every reading and say nothing about content.
HUB_COLUMNS = [
    *("agency", "feed", "record_uid", "record_version", "position", "batch_id", "row_hash"),
    *("source_file", "source_sheet", "source_line", "received_at", "recorded_from"),
]
EXAMPLES = 5  # changes shown per field; their number is always the true one


class ChangeExample(TypedDict):
    """One way in which a field would change, and in how many records; `record_no` names one of them."""

    before: str | None
    after: str | None
    records: int
    record_no: str


class FieldChange(TypedDict):
    """A field that would change, in how many records of core, and the most frequent ways."""

    record_type: str
    field: str
    records: int
    examples: list[ChangeExample]


class PlannedChanges(CoreComparison):
    """The comparison with core that also works out, beside it, what would change field by field.

    Writes to temporary tables only, which the caller's rollback removes.
    """

    into = BESIDE

    def __init__(self, context: LoadContext) -> None:
        """Prepare the tables that changes are noted in."""
        super().__init__(context)
        self.ended: list[str] = []  # numbers of records that would end: the first of each type
        context.conn.execute(statement("plan/create_differences"))

    def visit(self, merge: RecordMerge, precedence: Precedence) -> None:  # noqa: ARG002 - as its base
        """Note what would change of one record type."""
        _compare(self.context, merge)
        about = {"agency": self.context.entry.agency, "limit": EXAMPLES}
        found = self.context.conn.execute(compose("plan/ended_records", core=merge.core), about).fetchall()
        self.ended += [row[0] for row in found]

    def fields(self) -> list[FieldChange]:
        """Return the fields that would change in records that core has, each with examples."""
        with self.context.conn.cursor(row_factory=dict_row) as cursor:
            fields = cursor.execute(statement("plan/changed_fields")).fetchall()
            examples = cursor.execute(statement("plan/change_examples"), {"limit": EXAMPLES}).fetchall()
        names = ("record_type", "field")
        for field in fields:
            same = [each for each in examples if all(each[name] == field[name] for name in names)]
            shown = ("before", "after", "records", "record_no")
            field["examples"] = [{name: each[name] for name in shown} for each in same]
        changes: list[Any] = fields
        return changes


def _compare(context: LoadContext, merge: RecordMerge) -> None:
    conn, record_type = context.conn, merge.record_type
    names = {child: table.name for child, table in record_type.tables.items()}
    for name in names.values():
        tables = {"core": sql.Identifier("core", name), "candidate": sql.Identifier(BESIDE, name)}
        conn.execute(compose("plan/create_candidate", **tables))
    merge.copy()
    about: dict[str, Any] = {
        "agency": context.entry.agency,
        "record_type": record_type.name,
        "hub_columns": HUB_COLUMNS,
    }
    pair = {"core": merge.core, "candidate": sql.Identifier(BESIDE, names[""])}
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
