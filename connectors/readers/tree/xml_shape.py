"""The shape of an XML document that nobody has agreed on: which element is a record, and what repeats within it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from connectors.readers.tree.safe_xml import elements, forget, local, root_name
from hub.errors import RejectBatch
from hub.finding import Finding

if TYPE_CHECKING:
    from connectors.readers import Member
    from connectors.readers.tree.safe_xml import Element

DEEPEST = 50  # elements within each other: what is deeper is no table
MOST = 10_000  # different paths


def shape_of(member: Member) -> tuple[str, tuple[str, ...]]:
    """Return the path of the records and the paths within one that stand several times.

    The records are the children of the root when all of them have one name, or else the root itself is the one record.
    Raises RejectBatch: DOCTYPE_REFUSED, TRUNCATED_FILE, BAD_DOCUMENT, READER_LIMIT.
    """
    with member.path.open("rb") as file:
        root = root_name(file, member.name)
        children: Counter[str] = Counter()
        repeated: set[str] = set()
        alone: set[str] = set()
        for element in elements(file, member.name, "*"):
            parent = element.getparent()
            if parent is None:
                alone = _repeated(element, "", member)
            elif parent.getparent() is None:
                children[local(element)] += 1
                repeated |= _repeated(element, "", member)
                if len(children) > 1 or children.total() > 1:
                    forget(element)
    if len(children) == 1:
        return f"{root}/{next(iter(children))}", tuple(sorted(repeated))
    every = {name for name, count in children.items() if count > 1} | {
        f"{name}/{path}" for name in children for path in repeated
    }
    return root, tuple(sorted(every | alone))


def _repeated(element: Element, above: str, member: Member, depth: int = 0) -> set[str]:
    if depth > DEEPEST:
        raise RejectBatch(Finding("READER_LIMIT", file=member.name, value=f"{DEEPEST} elements deep"))
    counts = Counter(local(part) for part in element)
    found = {above + name for name, count in counts.items() if count > 1}
    for part in element:
        found |= _repeated(part, f"{above}{local(part)}/", member, depth + 1)
        if len(found) > MOST:
            raise RejectBatch(Finding("READER_LIMIT", file=member.name, value=f"{MOST} paths"))
    return found
