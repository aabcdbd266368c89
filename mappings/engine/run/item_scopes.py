"""Scopes of the items of lists: of a list column, of a list within the items of another, and the one that is taken."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from mappings.engine.arrays import any_true, as_text, one_array
from mappings.engine.cells import members_of
from mappings.engine.model.names import NUMBER, UP
from mappings.engine.model.rule import Place
from mappings.engine.run.lists import Spread, as_list, item, lengths, lone, longest, spread
from mappings.engine.run.scope import Items, Scope, together
from mappings.engine.run.single_values import LIST, NOT_ONE_VALUE, OWN, one_value
from mappings.engine.text.repair import ANY_BLANKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mappings.engine.model.rule import Block, Pick, Rule


def block_scope(block: Block, above: Scope) -> Scope:
    """Return the scope of the items of a block with `each`; their places count within the row.

    A list that stands in the items of another one is laid out within theirs: `../` leads to the item above.
    """
    rules = [rule for rules in block.items for rule in rules]
    personal = any(rule.personal for rule in rules)
    read = {cell for rule in rules for cell in (*rule.cells, *rule.beside)}
    read |= {each.when.cell for each in rules if each.when} | {each.cell for each in block.when}
    chain = [*((path,) for path in block.of), block.each]
    return nested_scope(block.child, chain, above, frozenset(read), personal=personal)


def nested_scope(
    child: str, chain: Sequence[tuple[str, ...]], above: Scope, read: frozenset[str], *, personal: bool
) -> Scope:
    """Return the scope of the items of the last list of a chain, as items of the rows of `above`.

    Args:
        child: The list of the standard that findings are about.
        chain: Full paths of list columns, several where they are parallel; each stands in the items before it.
        above: The scope in which the first one stands.
        read: The cells that are read, under the names of the last list's items.
        personal: Whether findings leave out values.
    """
    scope = above
    plain = {cell.replace(UP, "") for cell in read}
    for at, lists in enumerate(chain):
        values = plain - set(chain[at + 1]) if at + 1 < len(chain) else plain
        scope = _plain(_laid_out(child, lists, scope, personal=personal), child, values, personal=personal)
    if scope.above is above or scope is above:
        return scope
    rows, up = _items(scope).rows, scope.above
    while up is not None and up is not above:
        rows, up = _items(up).rows.take(rows), up.above
    found = Items(child, rows, counted(rows))
    return replace(scope, above=above, items=found, inner=scope)


def _items(scope: Scope) -> Items:
    assert scope.items is not None  # noqa: S101 - every scope of a list has them
    return scope.items


def laid_out(child: str, above: Scope, layout: Spread, columns: dict[str, pa.Array], *, parts: bool = False) -> Scope:
    """Return the scope of items that are laid out so over the rows of `above`."""
    items = Items(child, layout.rows, pc.cast(layout.place, pa.int32()))
    return Scope(above.row.take(layout.rows), columns, above.findings, above, items, parts=parts, quoting=above.quoting)


def _laid_out(child: str, names: tuple[str, ...], above: Scope, *, personal: bool) -> Scope:
    lists = [as_list(above.written(name)) for name in names]
    singles = [lone(above.columns, name, each) for name, each in zip(names, lists, strict=True)]
    counts = [
        lengths(each) if one is None else pc.max_element_wise(lengths(each), lengths(one))
        for each, one in zip(lists, singles, strict=True)
    ]
    most, uneven = longest(counts)
    blame_uneven(Place(" / ".join(names), child, personal), names, uneven, above)
    layout = spread(most)
    columns: dict[str, pa.Array] = {f"{name}/{NUMBER}": pc.cast(layout.place, pa.string()) for name in names}
    for name, each, one in zip(names, lists, singles, strict=True):
        columns |= _members(name, item(each, layout))
        if one is not None:
            columns |= {
                member: pc.coalesce(columns[member], values) if member in columns else values
                for member, values in _members(name, item(one, layout)).items()
                if member not in columns or columns[member].type == values.type
            }
    return laid_out(child, above, layout, columns)


def _plain(scope: Scope, child: str, read: set[str], *, personal: bool) -> Scope:
    """Return the scope with every column as text; an item with a list or an object in one of them is at fault."""
    texts = {}
    for name, column in scope.columns.items():
        texts[name] = column
        if pa.types.is_nested(column.type) and name in read:
            texts[name], wrong = one_value(column)
            if any_true(wrong):
                scope.note(NOT_ONE_VALUE, wrong, Place(name, child, personal), pa.repeat(LIST, len(scope)))
                scope.faulty.append(wrong)
    return replace(scope, columns=texts)


def _members(name: str, items: pa.Array) -> dict[str, pa.Array]:
    if not pa.types.is_struct(items.type):
        return {name: as_text(items)}
    members = members_of(items)
    own = {name: items} if OWN in members else {}  # the item itself is its own text
    return own | {f"{name}/{each}": at if pa.types.is_nested(at.type) else as_text(at) for each, at in members.items()}


def blame_uneven(place: Place, columns: tuple[str, ...], uneven: pa.Array, above: Scope) -> None:
    """Write down the rows whose parallel lists differ in length."""
    if any_true(uneven):
        cells = [above.written(each) for each in columns]
        texts = all(pa.types.is_string(each.type) for each in cells)
        text = together(cells, " / ") if texts else pa.nulls(len(above), pa.string())
        above.note("BAD_SPLIT", uneven, place, text, " = ".join(columns))


def counted(rows: pa.Array) -> pa.Array:
    """Return 0, 1, 2 ... within each run of equal rows (int32)."""
    at = pa.arange(0, len(rows))
    if len(rows) == 0:
        return pc.cast(at, pa.int32())
    starts = pc.not_equal(rows, pa.concat_arrays([pa.array([-1], pa.int64()), one_array(rows.slice(0, len(rows) - 1))]))
    first = pc.fill_null_forward(pc.if_else(starts, at, pa.scalar(None, pa.int64())))
    return pc.cast(pc.subtract(at, first), pa.int32())


def with_picks(scope: Scope, rules: Iterable[Rule]) -> Scope:
    """Return the scope with a column for each value that a rule takes from one item of a list."""
    picks = {rule.pick.cell: _picked(rule.pick, rule, scope) for rule in rules if rule.pick}
    return replace(scope, columns={**scope.columns, **picks}) if picks else scope


def _picked(pick: Pick, rule: Rule, above: Scope) -> pa.Array:
    """Return the value of the item that is taken in each row, as it was written; null where none has one."""
    chain = [(path,) for path in pick.lists]
    read = frozenset({pick.column, *((pick.when.cell,) if pick.when else ())})
    inner = nested_scope("", chain, above, read, personal=rule.personal)
    if pick.when is not None:
        inner = inner.only(inner.holds(pick.when))
    text = inner.written(pick.column)
    blank = pc.is_in(pc.utf8_trim(text, ANY_BLANKS), value_set=pa.array(sorted(rule.missing), pa.string()))
    given = pc.and_not(pc.is_valid(text), blank)
    text, rows = text.filter(given), _items(inner).rows.filter(given)
    rank = pc.index_in(pc.utf8_trim(text, ANY_BLANKS), value_set=pa.array(pick.order, pa.string()))
    order = pa.table([rows, pc.fill_null(rank, len(pick.order)), pa.arange(0, len(rows))], ["row", "rank", "at"])
    best = pc.sort_indices(order, [(name, "ascending") for name in order.column_names])
    text, rows = text.take(best), rows.take(best)
    first = pc.equal(counted(rows), 0)
    place = pc.index_in(pa.arange(0, len(above)), value_set=rows.filter(first))
    return text.filter(first).take(place)
