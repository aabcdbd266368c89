"""Findings about fields, named by the sender's columns, without the numbers of persons that free text holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from hub.finding import FINDINGS
from mappings.engine.arrays import any_true, by_distinct, one_array, only_where
from mappings.engine.run.mask import masked_text

if TYPE_CHECKING:
    from mappings.engine.model.route import Route

ITEM = r"^([a-z_]+[.][0-9]+)?.*$"  # `goods.0` of `goods.0.hs_code`, nothing of `product.name`
IN_UTC = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"
REPORTED_ONCE = "MISSING_VALUE"  # a blank cell is one thing to mend, however many fields are made from it


def renumbered(findings: pa.Table, child: str, places: pa.Table) -> pa.Table:
    """Return findings about items under the positions that the items have now.

    Args:
        findings: The findings.
        child: The name of the child.
        places: The columns row, position, and the new position.  An item that was dropped has none; its findings name
            the child's field only.
    """
    parts = pc.extract_regex(findings["field"].combine_chunks(), rf"^{child}[.](?P<at>[0-9]+)(?P<rest>(?:[.].*)?)$")
    at, rest = (pc.struct_field(parts, name) for name in ("at", "rest"))
    was, here = (
        pc.binary_join_element_wise(one_array(pc.cast(row, pa.string())), one_array(pc.cast(place, pa.string())), "|")
        for row, place in ((findings["row"], at), (places["row"], places["position"]))
    )
    now = pc.cast(one_array(places["now"]).take(pc.index_in(was, value_set=here)), pa.string())
    place = pc.coalesce(pc.binary_join_element_wise(child, now, "."), child)
    path = pc.binary_join_element_wise(place, pc.if_else(pc.is_null(at), pa.scalar(None, pa.string()), rest), "")
    field = pc.coalesce(path, findings["field"].combine_chunks())
    return findings.set_column(FINDINGS.get_field_index("field"), FINDINGS.field("field"), field)


def as_read(findings: pa.Table) -> pa.Table:
    """Return the standard's findings with their value as what the cell was read as, before the cell itself is quoted.

    `quoted` puts the cell itself in the place of the value.
    """
    return findings.set_column(FINDINGS.get_field_index("read"), "read", findings["value"])


def unquoted(findings: pa.Table) -> pa.Array:
    """Return where the value of a finding is what a cell was read as, and not yet the cell."""
    return one_array(pc.fill_null(pc.equal(findings["value"], findings["read"]), fill_value=False))


def _by_their_clock(findings: pa.Table, route: Route) -> pa.Array:
    """Return the values of findings, moments in the zone in which the sender's cells are read, days as days.

    The standard is judged in UTC, in which a sender does not know its own cell again.
    """
    values = findings["value"].combine_chunks()
    moments = pc.fill_null(pc.match_substring_regex(values, IN_UTC), fill_value=False)
    moments = pc.and_(moments, unquoted(findings))
    if not any_true(moments):
        return values
    zones = by_distinct(
        only_where(moments, findings["field"].combine_chunks()),
        lambda paths: [route.zone_of(path) for path in paths],
        pa.string(),
    )
    for zone in pc.unique(zones.drop_null()).to_pylist():
        mine = pc.fill_null(pc.equal(zones, zone), fill_value=False)
        when = pc.strptime(values.filter(mine), format="%Y-%m-%dT%H:%M:%SZ", unit="s").cast(pa.timestamp("s", "UTC"))
        local = pc.strftime(when.cast(pa.timestamp("s", zone)), format="%Y-%m-%d %H:%M:%S")
        values = pc.replace_with_mask(values, mine, pc.replace_substring_regex(local, " 00:00:00$", ""))
    return values


def named(findings: pa.Table, route: Route) -> pa.Table:
    """Fill in the column of findings that know only their field, and report a blank cell once.

    Args:
        findings: Those of the mapping, then those of the standard; of two about one blank cell the first stays.
        route: The route of the records.
    """
    if findings.num_rows == 0:
        return findings
    shown, same = masked_text(_by_their_clock(findings, route)), unquoted(findings)
    read = pc.if_else(same, shown, one_array(findings["read"]))
    for name, column in (("value", shown), ("read", read)):
        findings = findings.set_column(FINDINGS.get_field_index(name), name, column)
    if findings["column"].null_count == 0:
        return findings
    behind = by_distinct(
        findings["field"].combine_chunks(),
        lambda paths: [None if path is None else route.column_of(path) for path in paths],
        pa.string(),
    )
    column = pc.coalesce(findings["column"].combine_chunks(), behind)
    filled = findings.set_column(FINDINGS.get_field_index("column"), "column", column)
    item = pc.replace_substring_regex(filled["field"], ITEM, r"\1")
    cell = (pc.cast(filled["row"], pa.string()), filled["code"], filled["column"], item)
    place = pc.binary_join_element_wise(*cell, "\x1f").combine_chunks()
    first = pc.equal(pc.index_in(place, value_set=place), pa.arange(0, len(place)))
    other = pc.not_equal(filled["code"], REPORTED_ONCE)
    return filled.filter(pc.or_(other, pc.fill_null(first, fill_value=True)))
