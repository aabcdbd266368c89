"""Lists of names and values as columns: `keyed` of a format, such as the entries of a FHIR bundle by their profile.

The item of the list `dataValues` whose `dataElement` is `age` becomes the columns `dataValues=age/value` and so on.
The key itself is no column; of an address only what stands behind the last `/` counts.  Items with one key lie side by
side: each member is then a list of its own, all of one length.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.readers.rows import Fault
from connectors.readers.tree.flatten import OWN_TEXT, FaultyRecordError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from connectors.readers.tree.flatten import Node, Record


def by_key(record: Record, keyed: Mapping[str, str]) -> Record:
    """Return a record with the items of lists as columns by their key.

    Args:
        record: With flattened members.
        keyed: Path of each list, and of the key within its items.

    Raises:
        FaultyRecordError: BAD_RECORD, where an item has no key; CELL_ERROR, where two members would be one column.

    >>> by_key({"no": "1", "v": [{"k": "http://x/age", "n": "7"}, {"k": "sex", "n": "F"}]}, {"v": "k"})
    {'no': '1', 'v=age/n': '7', 'v=sex/n': 'F'}
    """
    found = dict(record)
    for path, name in keyed.items():
        items = found.pop(path, None)
        if items is None:  # an object where others have a list is a list of one
            items = {each.removeprefix(f"{path}/"): found.pop(each) for each in record if each.startswith(f"{path}/")}
        if not items:
            continue
        groups: dict[str, list[Record]] = {}
        for item in items if isinstance(items, list) else [items]:
            members: Record = item if isinstance(item, dict) else {OWN_TEXT: item}
            groups.setdefault(_key(members, path, name), []).append(members)
        for key, same in groups.items():
            names = dict.fromkeys(each for members in same for each in members if each != name)
            for each in names:
                nodes: list[Node] = [members.get(each) for members in same]
                if (column := f"{path}={key}/{each}") in found:
                    raise FaultyRecordError(Fault("CELL_ERROR", f"{column}: duplicate key"))
                found[column] = nodes[0] if len(same) == 1 else nodes
    return found


def _key(members: Record, path: str, name: str) -> str:
    """Return the key of an item: a text, or the only one of a list."""
    value = members.get(name)
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not isinstance(value, str) or not value.strip():
        raise FaultyRecordError(Fault("BAD_RECORD", f"{path}: {name}"))
    return value.strip().rstrip("/").rpartition("/")[2]
