"""Written migrations of core and history: what the standard has renamed, moved or dropped, as numbered SQL.

A file `warehouse_sql/standard/NNN_name.sql` is run once, in the order of the numbers, before the additive changes of
the standard and in their transaction; `ledger.migration` keeps its name and SHA-256.  It must do nothing to a table or
column that is not there: a warehouse may come from any earlier edition.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, LiteralString

from warehouse.statements import FOLDER, file_text, statement

if TYPE_CHECKING:
    from psycopg import Connection

WRITTEN = FOLDER / "standard"


def written_migrations() -> dict[str, LiteralString]:
    """Return the text of each written migration by the name that the ledger keeps, in order."""
    paths = sorted(WRITTEN.glob("[0-9][0-9][0-9]_*.sql"))
    return {f"standard/{path.stem}": file_text(f"standard/{path.stem}") for path in paths}


def apply_migrations(conn: Connection[Any]) -> list[str]:
    """Run the written migrations that are not applied yet, and record them.

    Where the tables of the standard have not been made, there is nothing to migrate: the files are only recorded.

    Returns:
        The names of those that were run.
    """
    applied = {name for name, _ in conn.execute(statement("migration/applied_files")).fetchall()}
    old = conn.execute(statement("migration/holds_records")).fetchone() == (True,)
    due = {name: text for name, text in written_migrations().items() if name not in applied}
    if due and old:
        conn.execute(statement("label_views/drop_schemas"))  # they may name what is to go; made anew afterwards
        conn.execute(statement("migration/create_migration_functions"))
    for name, text in due.items():
        if old:
            conn.execute(text)
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        conn.execute(statement("migration/record_applied"), {"name": name, "sha256": sha256})
    return list(due) if old else []
