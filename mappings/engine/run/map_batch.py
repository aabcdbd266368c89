"""`refine`: rows in the agency's columns and codes to records of the standard.

A pure function of one batch: Arrow in, Arrow out, no loop over rows, and never an exception for what is in the data.
Every row of the batch comes out exactly once, as a record (perhaps a broken one, with findings) or as skipped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from hub.finding import no_findings
from hub.i18n import say
from mappings.engine.arrays import any_true, as_text, false, one_array, only_where
from mappings.engine.model.rule import Place
from mappings.engine.run.children import PLACE, children
from mappings.engine.run.content import content_hashes
from mappings.engine.run.evaluate import as_table, evaluate
from mappings.engine.run.failed_items import hazards_of
from mappings.engine.run.footers import footers_apart
from mappings.engine.run.item_scopes import with_picks
from mappings.engine.run.key_only import repaired_key, without_lost
from mappings.engine.run.main_hazard import with_main_hazard
from mappings.engine.run.mask import about, hide, is_masked
from mappings.engine.run.reader_faults import findings_without_mapping, reading_faults
from mappings.engine.run.record_keys import key_text, record_uids
from mappings.engine.run.route_rows import no_route, sorted_out, whole
from mappings.engine.run.scope import Scope
from mappings.engine.run.single_values import lists_apart
from mappings.engine.run.totals import totals_apart

if TYPE_CHECKING:
    from mappings.engine.model.route import Route
    from mappings.engine.model.source import Source

SKIPPED = pa.schema([pa.field("row", pa.int64()), pa.field("reason", pa.string())])
IDENTITY = (pa.field("row", pa.int64()), pa.field("record_uid", pa.string()), pa.field("row_hash", pa.binary(32)))


@dataclass(frozen=True)
class Refined:
    """What became of a batch, by the name of the route that a row took; every route is there.

    `tables[route][""]` holds row, record_uid, row_hash and the fields; a child row, position and its fields.
    `findings[""]` are those about rows that took no route; `unrouted` names these rows.
    """

    tables: dict[str, dict[str, pa.Table]]
    findings: dict[str, pa.Table]
    skipped: pa.Table
    unrouted: pa.Array


def refine(rows: pa.RecordBatch, source: Source) -> Refined:
    """Map one batch of rows to records, as the steps in `mappings.engine` say.

    Args:
        rows: The columns of the file (string, or list where the mapping reads a list) and the place columns `@row`
            (int64, unique in the file), `@fault` and `@raw` (string, null for a row that was read).
        source: The compiled mapping.

    Returns:
        The records by route and table, the findings, and the rows that became no record; equal input gives equal
        output.
    """
    if source.only_checks:
        return _only_checked(rows, source)
    rows = lists_apart(rows, source)
    skipped, wanted, footers = _skip(rows, source)
    if len(skipped):
        rows = rows.filter(wanted)
    rows, masked = hide(totals_apart(rows, source), source)
    taken, unrouted = sorted_out(rows, source)
    made = {route.name: _refined(taken[route.name], source, route, masked) for route in source.routes}
    tables = {name: tables for name, (tables, _) in made.items()}
    lost = pa.concat_tables([no_route(unrouted, source), about(masked, unrouted), footers]).combine_chunks()
    findings = {name: found for name, (_, found) in made.items()} | {"": lost}
    return Refined(tables, findings, skipped, one_array(unrouted.column("@row")))


def _only_checked(rows: pa.RecordBatch, source: Source) -> Refined:
    """Return every row as skipped, with the findings that need no mapping."""
    reason = pa.repeat(pa.scalar(say("skip.only_checked", source.language), pa.string()), len(rows))
    skipped = pa.table([rows.column("@row"), reason], schema=SKIPPED)
    return Refined({}, {"": findings_without_mapping(rows, source)}, skipped, pa.array([], pa.int64()))


def _refined(
    rows: pa.RecordBatch, source: Source, route: Route, masked: pa.Table
) -> tuple[dict[str, pa.Table], pa.Table]:
    """Return the tables of the records that rows become on one route, and the findings about them."""
    if len(rows) == 0:
        return _nothing_of(route), no_findings()
    findings: list[pa.Table] = [reading_faults(rows, source), about(masked, rows)]
    scope, values = _begun(rows, route, findings)
    values |= evaluate((rule for rule in route.rules if rule.name not in values), scope)
    main = as_table(route.record_type.tables[""], values, len(scope))
    made = {name: children(route.record_type.tables[name], blocks, scope) for name, blocks in route.children.items()}
    if hazards := hazards_of(made):
        main = with_main_hazard(main, *hazards)
    uids = record_uids(source, route.record_type.name, _keys(rows, source, route, scope))
    hashes = content_hashes(route.record_type, main, made, route.local_zones)
    for at, (field, column) in enumerate(zip(IDENTITY, (scope.row, uids, hashes), strict=True)):
        main = main.add_column(at, field, column)
    return {"": main} | {name: child for name, (child, _) in made.items()}, pa.concat_tables(findings).combine_chunks()


def _begun(
    rows: pa.RecordBatch, route: Route, findings: list[pa.Table], *, quoting: bool = False
) -> tuple[Scope, dict[str, pa.Array]]:
    """Return the scope of rows, which knows the day of each event, and the values that were worked out for it."""
    scope = Scope(one_array(rows.column("@row")), _columns(rows, route), findings, quoting=quoting)
    scope = with_picks(scope, route.rules)
    begins = route.record_type.begins
    local = route.record_type.tables[""].local_time(begins)
    values = evaluate([rule for rule in route.rules if rule.name in {begins, *local.values()}], scope)
    scope.day = values.get(local.get("day", begins))
    return scope, values


def quoting_scope(rows: pa.RecordBatch, route: Route) -> Scope:
    """Return a scope that gives the source text of rows; findings made on the way are dropped."""
    return _begun(rows, route, [], quoting=True)[0]


def _nothing_of(route: Route) -> dict[str, pa.Table]:
    """Return the tables of a route that no row took."""
    shapes = {"": pa.schema([*IDENTITY, *route.record_type.tables[""].arrow])}
    for name in route.children:
        shapes[name] = pa.schema([*PLACE, *route.record_type.tables[name].arrow])
    return {name: shape.empty_table() for name, shape in shapes.items()}


def _columns(rows: pa.RecordBatch, route: Route) -> dict[str, pa.Array]:
    """Return the columns that the route reads, plain ones as text; what it does not read is not touched."""
    names = [name for name in route.read_columns if name in rows.schema.names]
    found = {}
    for name in names:
        column = rows.column(name)
        nested = pa.types.is_nested(column.type) or name in route.lists
        found[name] = column if nested else as_text(column)
    return found


def _keys(rows: pa.RecordBatch, source: Source, route: Route, scope: Scope) -> list[pa.Array]:
    """Return the key columns as written but repaired; a blank one is a finding, and one that lost characters.

    Keys with lost characters are not distinct any more: two records would become one.  The number of a person names no
    record either (a shifted row).  Such a key is null, and the row is quarantined.
    """
    keys = []
    sound = pc.is_null(rows.column("@fault")) if "@fault" in rows.schema.names else pc.invert(false(len(scope)))
    for name in route.key:
        path, rule = next((path, rule) for path, rule in route.all_rules() if name in rule.columns)
        place = Place(name, path, rule.personal)
        done, text = repaired_key(scope.written(name), source, name, route)
        scope.note_repairs(name, done, place, scope.written(name))
        lost = false(len(scope)) if done.lost_characters is None else pc.and_(done.lost_characters, pc.is_valid(text))
        somebody = is_masked(text)
        for code, where in (("MISSING_VALUE", pc.is_null(text)), ("GARBLED_KEY", lost), ("PERSONAL_KEY", somebody)):
            wrong = pc.and_(where, sound)
            if any_true(wrong):
                scope.note(code, wrong, place, scope.written(name))
        keys.append(key_text(without_lost(done, only_where(pc.invert(somebody), text)), name, source))
    return keys


def _skip(rows: pa.RecordBatch, source: Source) -> tuple[pa.Table, pa.Array, pa.Table]:
    """Return the rows that are no records, with the reason, the mask of the others, and the findings about them."""
    reason = pa.nulls(len(rows), pa.string())
    blank = _blank(rows, source)
    if any_true(blank):
        reason = pc.if_else(blank, say("skip.blank_row", source.language), reason)
    for skip in source.skips:
        if skip.condition.column not in rows.schema.names:
            continue  # a missing column is no reason to skip every row
        hit = pc.and_(whole(rows, skip.condition.holds_in(rows)), pc.is_null(reason))
        if any_true(hit):
            reason = pc.if_else(hit, skip.reason, reason)
    footer, footers = footers_apart(rows)
    footer = pc.and_(footer, pc.is_null(reason))
    if any_true(footer):
        reason = pc.if_else(footer, say("skip.footer", source.language), reason)
    footers = footers.filter(pc.is_in(footers["row"], value_set=one_array(rows.column("@row")).filter(footer)))
    wanted = pc.is_null(reason)
    skipped = pc.invert(wanted)
    return pa.table([rows.column("@row").filter(skipped), reason.filter(skipped)], schema=SKIPPED), wanted, footers


def _blank(rows: pa.RecordBatch, source: Source) -> pa.Array:
    """Return where every cell of a row is blank; other cells are read only where every key is blank."""
    blank = pc.invert(false(len(rows)))
    if "@fault" in rows.schema.names:
        blank = pc.is_null(rows.column("@fault"))
    names = [name for name in rows.schema.names if not name.startswith("@")]
    for name in sorted(names, key=lambda each: each not in source.key_columns):
        blank = pc.and_(blank, _nothing(rows.column(name)))
        if not any_true(blank):
            break
    return blank


def _nothing(column: pa.Array) -> pa.Array:
    if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        return pc.equal(pc.fill_null(pc.list_value_length(column), 0), 0)
    if pa.types.is_nested(column.type):
        return pc.is_null(column)
    return pc.fill_null(pc.equal(pc.utf8_trim_whitespace(as_text(column)), ""), fill_value=True)
