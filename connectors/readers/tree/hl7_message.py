"""One message of HL7 version 2 as a record: its segments are cut by the signs that its own MSH segment names.

A field is the member `PID-7`, its further components are `PID-11.4`, the further parts of a component `PID-3.4.2`.
The first component bears the name of its field, and the first part that of its component, since HL7 reads a field
without components as one that has only the first.  An empty field is absent; `""`, which HL7 writes for a value that is
to be deleted, is an empty text.

What `repeat` names is a list with an item for each repetition.  Other repetitions lie side by side: each member is then
a list of its own, all of one length.  So nothing is lost, and a rule that wants one value finds that there are several.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from connectors.readers.header import MAX_COLUMNS
from connectors.readers.rows import Fault, truncated
from connectors.readers.tree.flatten import OWN_TEXT, FaultyRecordError, check_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from connectors.readers.format import Format
    from connectors.readers.tree.flatten import Node, Record

HEADERS = ("MSH", "FHS", "BHS")  # the segments whose first field is the sign between fields
SEGMENT = re.compile(r"[A-Z][A-Z0-9]{2}")
OBSERVATION, CODE, GROUP = "OBX", "OBX-3", "OBX-4"
CONTINUED = ("ADD", "DSC")  # the segment before goes on here, or the message in another one
DELETED = '""'
LEAST_SIGNS, MOST_SIGNS = 1, 5  # component, repetition, escape, subcomponent; in version 2.7 truncation, too
ESCAPED = {"H": "", "N": "", ".br": "\n", ".sp": "\n", ".ce": "\n"}  # H and N only highlight


class Signs(NamedTuple):
    """The signs of one message; "" for one that its MSH does not name."""

    field: str
    component: str
    repetition: str
    escape: str
    subcomponent: str
    truncation: str

    @classmethod
    def of(cls, header: str) -> Signs:
        r"""Return the signs that a segment MSH, FHS or BHS names.

        Raises:
            FaultyRecordError: BAD_RECORD, where two of them are alike, or one is a letter, a digit or a blank.

        >>> Signs.of("MSH|^~\\&|A")
        Signs(field='|', component='^', repetition='~', escape='\\', subcomponent='&', truncation='')
        """
        between = header[3:4]
        others = header[4:].partition(between)[0] if between else ""
        found = [between, *others]
        usable = all(each.isprintable() and not each.isalnum() and not each.isspace() for each in found)
        if not (LEAST_SIGNS <= len(others) <= MOST_SIGNS and usable and len(set(found)) == len(found)):
            raise FaultyRecordError(Fault("BAD_RECORD", truncated(header)))
        return cls(*(found + [""] * MOST_SIGNS)[: MOST_SIGNS + 1])

    def unescaped(self, text: str) -> str:
        r"""Return a value with what its escapes stand for; a sequence that HL7 does not define stays as it is.

        >>> Signs.of("MSH|^~\\&|").unescaped("a\\T\\b \\X4142\\ \\q\\")
        'a&b AB \\q\\'
        """
        if not self.escape or self.escape not in text:
            return text
        sign = re.escape(self.escape)
        return re.sub(f"{sign}([^{sign}]{{0,1000}}){sign}", self._meant, text)

    def _meant(self, match: re.Match[str]) -> str:
        name = match[1]
        own = {
            "F": self.field, "S": self.component, "R": self.repetition,
            "E": self.escape, "T": self.subcomponent, "P": self.truncation,
        }  # fmt: skip
        if own.get(name):
            return own[name]
        if name in ESCAPED:
            return ESCAPED[name]
        if re.fullmatch(r"X(?:[0-9A-Fa-f]{2})+", name):
            try:
                return bytes.fromhex(name[1:]).decode()
            except UnicodeDecodeError:
                return match[0]
        return match[0]

    def parts(self, text: str) -> Iterator[tuple[str, str]]:
        """Yield the filled components and parts of one repetition of a field, each with the end of its name."""
        for at, component in enumerate(text.split(self.component), 1):
            if not component:
                continue
            pieces = component.split(self.subcomponent) if self.subcomponent else [component]
            for below, piece in enumerate(pieces, 1):
                if piece:
                    name = f".{at}.{below}" if below > 1 else f".{at}" if at > 1 else ""
                    yield name, "" if piece == DELETED else self.unescaped(piece)


@dataclass
class Layout:
    """How the messages of a feed become columns.

    Attributes:
        repeat: Paths of segments and fields that are lists.
        observations: The fields of an observation that become columns by its code, its value first: `OBX=11368-8`,
            `OBX=11368-8/@OBX-6`; those with an OBX-4 are members of the items of the list `OBX-4`.  None: OBX is a
            segment like others.
        limit: Bytes (UTF-8) of the longest text.
        paths: The paths of the segments that are lists by the name of the segment, the deepest first.
    """

    repeat: frozenset[str]
    observations: tuple[str, ...]
    limit: int
    paths: dict[str, list[str]] = field(init=False)

    def __post_init__(self) -> None:
        """Sort the paths of segments by their names."""
        self.paths = {}
        for path in sorted(self.repeat, key=lambda each: -each.count("/")):
            name = path.rpartition("/")[2]
            if SEGMENT.fullmatch(name):
                self.paths.setdefault(name, []).append(path)

    @classmethod
    def of(cls, fmt: Format, limit: int) -> Layout:
        """Return the layout that a format declares."""
        return cls(frozenset(fmt.repeat), fmt.observations, limit)

    def lists(self) -> list[str]:
        """Return the names of the columns that are lists, even where no message has them."""
        segments = {path for paths in self.paths.values() for path in paths}
        inner = (*segments, GROUP)
        found = [path for path in self.repeat if not any(path.startswith(f"{each}/") for each in inner)]
        return sorted(found) + ([GROUP] if self.observations else [])

    def record(self, segments: Sequence[str]) -> Record:
        """Return a message as a record.

        Args:
            segments: The segments of the message, MSH first.

        Raises:
            FaultyRecordError: BAD_RECORD (a line that is no segment, a continuation, a segment outside the one it
                belongs to, an observation without a code), and what `check_text` raises.
        """
        return _Builder(self, Signs.of(segments[0])).built(segments)


class _Builder:
    """Makes the record of one message.

    Attributes:
        root: The record.
        open: The last items of the lists of segments, by their paths.
        groups: The items for the observations of a group.
        times: How often each segment that is no list, or each code of a group, has come.
        spread: The members, each with its group, that are lists since their segment or observation came again.
    """

    def __init__(self, layout: Layout, signs: Signs) -> None:
        self.layout, self.signs = layout, signs
        self.root: Record = {}
        self.open: dict[str, Record] = {"": self.root}
        self.groups: dict[str, Record] = {}
        self.times: Counter[tuple[str, str]] = Counter()
        self.spread: set[tuple[str, str]] = set()

    def built(self, segments: Sequence[str]) -> Record:
        for line in segments:
            name, fields = self._cut(line)
            if name == OBSERVATION and self.layout.observations:
                self._add_observation(line, fields)
            if name in self.layout.paths:
                item, path = self._opened(name, line)
                for number, text in fields:
                    self._add_field(item, path, f"{name}-{number}", text)
            elif name != OBSERVATION or not self.layout.observations:
                for number, text in fields:
                    self._add_field(self.root, "", f"{name}-{number}", text, self.times["", name])
                self.times["", name] += 1
        return self.root

    def _cut(self, line: str) -> tuple[str, list[tuple[int, str]]]:
        """Return the name of a segment, and its filled fields by number."""
        name, *fields = line.split(self.signs.field)
        if not SEGMENT.fullmatch(name) or name in CONTINUED or len(fields) > MAX_COLUMNS:
            raise FaultyRecordError(Fault("BAD_RECORD", truncated(line)))
        first = 1
        if name in HEADERS:
            first, fields = 3, fields[1:]
        return name, [(number, text) for number, text in enumerate(fields, first) if text]

    def _opened(self, name: str, line: str) -> tuple[Record, str]:
        """Return a new item for a segment that is a list, and the path of the list; it ends the lists beside it."""
        paths = self.layout.paths[name]
        path = next((each for each in paths if each.rpartition("/")[0] in self.open), None)
        if path is None:  # such as a result before the order that it is of
            raise FaultyRecordError(Fault("BAD_RECORD", truncated(line)))
        above = path.rpartition("/")[0]
        self.open = {each: item for each, item in self.open.items() if not each or f"{above}/".startswith(f"{each}/")}
        item: Record = {}
        _listed(self.open[above], path[len(above) :].lstrip("/")).append(item)
        self.open[path] = item
        return item, path

    def _add_field(self, record: Record, above: str, name: str, text: str, times: int = 0) -> None:
        """Add a field to a record.

        Args:
            record: The message, or the item of a list.
            above: The path of that list.
            name: Of the field in the record.
            text: Its text, with all repetitions.
            times: How often the segment came before.
        """
        repetitions = self._repetitions(text)
        whole = f"{above}/{name}" if above else name
        if whole in self.layout.repeat:
            members = [self._parts(each, whole) for each in repetitions]
            _listed(record, name).extend(
                _item({name + end if end else OWN_TEXT: value for end, value in each.items()}) for each in members
            )
            return
        for end, node in _side_by_side([self._parts(each, whole) for each in repetitions]).items():
            self._put(record, "", name + end, node, times)

    def _repetitions(self, text: str) -> list[str]:
        """Return the filled repetitions of a field."""
        return [each for each in (text.split(self.signs.repetition) if self.signs.repetition else [text]) if each]

    def _parts(self, text: str, path: str) -> dict[str, str]:
        """Return the filled components and parts of a repetition by the end of their names."""
        return {end: check_text(value, path, self.layout.limit) for end, value in self.signs.parts(text)}

    def _put(self, record: Record, group: str, name: str, node: Node, times: int) -> None:
        """Set a member; where its segment came before, the member is a list with an item for each time."""
        if not times:
            record[name] = node
            return
        if (group, name) not in self.spread:
            self.spread.add((group, name))
            record[name] = [record.get(name)]
        found = _listed(record, name)
        found.extend([None] * (times - len(found)))
        found.append(node)

    def _add_observation(self, line: str, fields: list[tuple[int, str]]) -> None:
        """Add the kept fields of an observation under its code: to the record, or to the group that it names."""
        texts = {f"{OBSERVATION}-{number}": text for number, text in fields}
        code, group = (self._parts(texts.get(name, ""), name).get("", "") for name in (CODE, GROUP))
        if not code or "/@" in code:  # the sign for a further field of an observation
            raise FaultyRecordError(Fault("BAD_RECORD", truncated(line)))
        record, name, whole = self.root, f"{OBSERVATION}={code}", f"{OBSERVATION}={code}"
        if group:
            record, name, whole = self._group(group), code, f"{GROUP}/{code}"
        observed = self._observed(texts, whole)
        if whole in self.layout.repeat:
            _listed(record, name).extend(map(_item, observed))
            return
        for member, node in _side_by_side(observed).items():
            self._put(record, group, name if member == OWN_TEXT else f"{name}/{member}", node, self.times[group, code])
        self.times[group, code] += 1

    def _group(self, group: str) -> Record:
        """Return the item for the observations of a group."""
        if group not in self.groups:
            self.groups[group] = {GROUP: group}
            _listed(self.root, GROUP).append(self.groups[group])
        return self.groups[group]

    def _observed(self, texts: dict[str, str], whole: str) -> list[dict[str, str]]:
        """Return the kept fields for each repetition of the value of an observation; its value is the member `.`."""
        value, *others = self.layout.observations
        value_field = value.partition(".")[0]
        names = {value: OWN_TEXT} | {name: f"@{name}" for name in others}
        found: list[dict[str, str]] = []
        for repetition in self._repetitions(texts.get(value_field, "")) or [""]:
            cells = {value_field: repetition}
            for name in {each.partition(".")[0] for each in others} - {value_field}:
                cells[name] = texts.get(name, "")
            parts = {
                field + end: text for field, cell in cells.items() for end, text in self._parts(cell, whole).items()
            }
            found.append({member: parts[name] for name, member in names.items() if name in parts})
        return found


def _item(members: dict[str, str]) -> Node:
    """Return an item of a list: its text, where it has nothing else."""
    return members[OWN_TEXT] if list(members) == [OWN_TEXT] else dict(members)


def _side_by_side(items: Sequence[dict[str, str]]) -> dict[str, Node]:
    """Return the members of the only item, or of several ones as lists of the same length."""
    if len(items) == 1:
        return dict(items[0])
    return {name: [each.get(name) for each in items] for name in dict.fromkeys(name for each in items for name in each)}


def _listed(record: Record, name: str) -> list[Node]:
    """Return the list of that name in a record, which is made where there is none."""
    found = record.setdefault(name, [])
    assert isinstance(found, list)  # noqa: S101 - what is a list is one in every message
    return found
