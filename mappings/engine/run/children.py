"""Children: the goods of a declaration, the failed items of a sampling, the products of an injury."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from mappings.engine.arrays import any_true, false
from mappings.engine.model.rule import Place
from mappings.engine.run.evaluate import any_filled, as_table, evaluate, source_text_table
from mappings.engine.run.finding_names import renumbered
from mappings.engine.run.item_scopes import blame_uneven, block_scope, counted, laid_out, with_picks
from mappings.engine.run.lists import Spread, cut, item, lengths, longest, spread
from mappings.engine.text.repair import repaired

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mappings.engine.model.condition import Condition
    from mappings.engine.model.rule import Block, Rule, Split
    from mappings.engine.run.scope import Scope
    from standards import Table

PLACE = (pa.field("row", pa.int64()), pa.field("position", pa.int32()))
PLACED = [field.name for field in PLACE]
ROLE = {"role_code"}  # a role that nobody has makes no item


def children(table: Table, blocks: tuple[Block, ...], above: Scope) -> tuple[pa.Table, pa.Array]:
    """Return the records of one child.

    Args:
        table: The child's table of the standard.
        blocks: The blocks of the mapping that make such items; positions count over all of them, from 0 in each row.
        above: The scope of the rows.

    Returns:
        The child table (row, position, fields), and the index of each item's row in `above` (int64).
    """
    if len(blocks) > 1:
        return several(table, blocks, above)
    return _in_order([part for block in blocks for part in _parts(table, block, above)])


def several(table: Table, blocks: tuple[Block, ...], above: Scope) -> tuple[pa.Table, pa.Array]:
    """Return the items of several blocks as one list; findings name the place of an item in that list."""
    scopes = [replace(above, findings=[]) for _ in blocks]
    made = [_in_order(list(_parts(table, block, each))) for block, each in zip(blocks, scopes, strict=True)]
    numbered = [
        (each.add_column(0, "block", pa.repeat(pa.scalar(at, pa.int8()), len(each))), rows)
        for at, (each, rows) in enumerate(made)
    ]
    found, rows = _in_order(numbered)
    places = found.select(["block", *PLACED])
    found = found.remove_column(0).set_column(1, PLACE[1], counted(rows))
    for at, (block, each) in enumerate(zip(blocks, scopes, strict=True)):
        mine = pc.equal(places["block"], at)
        here = places.filter(mine).append_column("now", found["position"].filter(mine))
        above.findings += [renumbered(findings, block.child, here) for findings in each.findings]
    return found, rows


def _in_order(parts: list[tuple[pa.Table, pa.Array]]) -> tuple[pa.Table, pa.Array]:
    """Return items of several parts, and the index of each one's row, in the order of their rows."""
    found = pa.concat_tables([each for each, _ in parts])
    rows = pa.concat_arrays([rows for _, rows in parts])
    if len(parts) > 1:
        order = pc.sort_indices(
            pa.table([rows, pa.arange(0, len(rows))], ["row", "at"]), [("row", "ascending"), ("at", "ascending")]
        )
        found, rows = found.take(order), rows.take(order)
    return found.combine_chunks(), rows


def _parts(table: Table, block: Block, above: Scope) -> Iterable[tuple[pa.Table, pa.Array]]:
    conditions = block.when or (None,) * len(block.items)
    if block.split is not None:
        yield _part(table, block.items[0], _split_scope(block, block.split, above), conditions[0])
    elif block.each:
        yield _part(table, block.items[0], block_scope(block, above), conditions[0])
    else:
        for index, (rules, when) in enumerate(zip(block.items, conditions, strict=True)):
            rows = pa.arange(0, len(above))
            place = pa.repeat(pa.scalar(index, pa.int64()), len(above))
            yield _part(table, rules, _scope(block, above, Spread(rows, place), dict(above.columns)), when)


def _part(
    table: Table, rules: tuple[Rule, ...], scope: Scope, when: Condition | None
) -> tuple[pa.Table, pa.Array]:  # fmt: skip
    """Return the items of one scope that are wanted and hold anything, and the index of each one's row."""
    scope = with_picks(scope, rules)
    if when is not None:
        scope = scope.only(scope.holds(when))
    assert scope.items is not None  # noqa: S101 - every scope of a child has them
    values = evaluate(rules, scope)
    if all(rule.subject == "constant" for rule in rules) and (
        when is not None or {rule.name for rule in rules} != ROLE
    ):
        filled = false(len(scope))  # the mapping says that there is such an item where its conditions leave any value
        for each in values.values():
            filled = pc.or_(filled, pc.is_valid(each))
    else:
        filled = any_filled(rules, values, scope)
    found = source_text_table(table, rules, scope) if scope.quoting else as_table(table, values, len(scope))
    for at, (field, column) in enumerate(zip(PLACE, (scope.row, scope.items.position), strict=True)):
        found = found.add_column(at, field, column)
    return found.filter(filled), scope.items.rows.filter(filled)


def _scope(block: Block, above: Scope, layout: Spread, columns: dict[str, pa.Array]) -> Scope:
    return laid_out(block.child, above, layout, columns, parts=block.split is not None)


def _split_scope(block: Block, split: Split, above: Scope) -> Scope:
    cells = [_cells(block, name, above) for name in split.columns]
    lists = [cut(_filled(cell, block), split.items) for cell in cells]
    most, uneven = longest([lengths(each) for each in lists])
    if not split.lenient:
        place = Place(" / ".join(split.columns), block.child, _personal(block))
        blame_uneven(place, split.columns, uneven, above)
    layout = spread(most)
    items = [pc.utf8_trim_whitespace(item(each, layout)) for each in lists]
    if split.parts is not None:
        return _parts_scope(block, split, above, layout, items[0])
    return _scope(block, above, layout, dict(zip(split.columns, items, strict=True)))


def _cells(block: Block, name: str, above: Scope) -> pa.Array:
    """Return a column that is to be split, without the values that have control characters; these are reported."""
    done = repaired(above.written(name), halve=False)
    if done.control is not None:
        place = Place(name, block.child, _personal(block))
        above.note("CONTROL_CHARACTER", done.control, place, above.written(name))
    return done.text


def _filled(cell: pa.Array, block: Block) -> pa.Array:
    """Return the cells without those that mean no value to every rule of the block."""
    missing = frozenset.intersection(*(rule.missing for rule in block.items[0])) if block.items[0] else frozenset()
    missing_here = pc.is_in(cell, value_set=pa.array(sorted(missing), pa.string()))
    return pc.if_else(missing_here, pa.scalar(None, pa.string()), cell)


def _parts_scope(block: Block, split: Split, above: Scope, layout: Spread, items: pa.Array) -> Scope:
    parts = pc.split_pattern(items, split.parts)
    counts = lengths(parts)
    limit = pa.scalar(len(split.names), pa.int32())
    wrong = pc.greater(counts, limit) if split.lenient else pc.not_equal(counts, limit)
    wrong = pc.and_(wrong, pc.fill_null(pc.not_equal(items, ""), fill_value=False))
    columns = {}
    for at, name in enumerate(split.names):
        place = Spread(pa.arange(0, len(items)), pa.repeat(pa.scalar(at, pa.int64()), len(items)))
        columns[name] = pc.utf8_trim_whitespace(item(parts, place))
    scope = _scope(block, above, layout, columns)
    if any_true(wrong):
        expected = (split.parts or "").join(split.names)
        about, whole = Place(split.columns[0], "", _personal(block)), scope.cell("", split.columns[0])
        scope.add_findings("BAD_SPLIT", wrong, about, whole.filter(wrong), expected, read=items.filter(wrong))
        scope.faulty.append(wrong)
    return scope


def _personal(block: Block) -> bool:
    return any(rule.personal for rules in block.items for rule in rules)
