"""Which columns of a source are searched for personal data, how deeply, and in which ones a row names its persons."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from hub.personal import Depth

if TYPE_CHECKING:
    from mappings.engine.model.rule import Rule
    from mappings.engine.model.source import Source

# How fields of the standard are called that hold numbers of things, and those that hold sentences.
NUMBERS = ("_no", "_code", "uscc", "gtin", "_id", "barcode", "url", "lot")
THINGS = ("gtin", "barcode", "barcode_text", "lot", "hs_code")
NARRATIVES = ("narrative", "_text", "remark", "remarks", "description", "note", "detail", "details", "summary")


class Search(NamedTuple):
    """What is searched: a depth by column, and the columns whose values name a person."""

    depths: dict[str, Depth]
    own: frozenset[str]


class _Same:
    """A source as the key of a cache: it is the same only as itself, for what it holds has no hash."""

    def __init__(self, source: Source) -> None:
        self.source = source

    def __hash__(self) -> int:
        return id(self.source)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.source is self.source


def search_of(source: Source) -> Search:
    """Return what is searched in the rows of a source; worked out once for each source that was read."""
    return _search_of(_Same(source))


@lru_cache(maxsize=64)
def _search_of(same: _Same) -> Search:
    """Work out what is searched.

    A field that the standard calls personal and keeps as it is (age, sex, occupation) describes a person and names
    nobody: other columns are not searched for its values, but it is searched like every other text.
    """
    source = same.source
    own = own_columns(source)
    depths: dict[str, Depth] = dict.fromkeys(source.read_columns, Depth.THING)
    for _, rule in source.all_rules():
        for column in rule.reads:
            depths[column] = max(depths.get(column, Depth.THING), _depth(rule, column))
    mapped = {column for _, rule in source.all_rules() for column in rule.reads}
    depths |= {column: Depth.NAME for column in source.read_columns if column not in mapped}  # cut into parts first
    depths |= dict.fromkeys(source.key_columns, Depth.IDENTIFIER)
    free = own | source.not_personal
    return Search({name: depth for name, depth in depths.items() if name not in free}, own)


def own_columns(source: Source) -> frozenset[str]:
    """Return the columns whose values name a person: declared personal, or behind a token."""
    tokens = {column for _, rule in source.all_rules() if rule.verb == "token" for column in rule.columns}
    return source.personal | tokens


def _depth(rule: Rule, column: str) -> Depth:
    if column not in rule.columns or rule.verb != "text":
        return Depth.VALUE
    target = rule.target
    if target.identifier == "gtin" or target.name.endswith(THINGS):
        return Depth.THING
    if target.codelist or target.pattern or target.identifier or target.name.endswith(NUMBERS):
        return Depth.IDENTIFIER
    return Depth.NARRATIVE if target.name.endswith(NARRATIVES) else Depth.NAME
