"""The records of an XML document without a declared format: which element is a record, and what repeats in it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from connectors.readers.tree.safe_xml import iter_elements, local_name, release, root_name
from hub.errors import RejectBatch
from hub.finding import Finding

if TYPE_CHECKING:
    from connectors.readers import Member
    from connectors.readers.tree.safe_xml import Element

MAX_DEPTH = 50  # elements within each other; deeper documents are no tables
MAX_PATHS = 10_000  # different paths


def find_records(member: Member) -> tuple[str, tuple[str, ...]]:
    """Return the path of the records and the paths within a record that occur several times.

    The children of the root are the records when all have one name; otherwise the root is the only record.

    Raises:
        RejectBatch: DOCTYPE_REFUSED, TRUNCATED_FILE, BAD_DOCUMENT, READER_LIMIT (50 levels, 10,000 paths).
    """
    with member.path.open("rb") as file:
        root = root_name(file, member.name)
        children: Counter[str] = Counter()
        repeated: set[str] = set()
        root_repeated: set[str] = set()
        for element in iter_elements(file, member.name, "*"):
            parent = element.getparent()
            if parent is None:
                root_repeated = _repeated(element, "", member)
            elif parent.getparent() is None:
                children[local_name(element)] += 1
                repeated |= _repeated(element, "", member)
                if len(children) > 1 or children.total() > 1:
                    release(element)
    if len(children) == 1:
        return f"{root}/{next(iter(children))}", tuple(sorted(repeated))
    all_repeated = {name for name, count in children.items() if count > 1} | {
        f"{name}/{path}" for name in children for path in repeated
    }
    return root, tuple(sorted(all_repeated | root_repeated))


def _repeated(element: Element, parent_path: str, member: Member, depth: int = 0) -> set[str]:
    if depth > MAX_DEPTH:
        raise RejectBatch(Finding("READER_LIMIT", file=member.name, value=f"{MAX_DEPTH} elements deep"))
    counts = Counter(local_name(part) for part in element)
    found = {parent_path + name for name, count in counts.items() if count > 1}
    for part in element:
        found |= _repeated(part, f"{parent_path}{local_name(part)}/", member, depth + 1)
        if len(found) > MAX_PATHS:
            raise RejectBatch(Finding("READER_LIMIT", file=member.name, value=f"{MAX_PATHS} paths"))
    return found
