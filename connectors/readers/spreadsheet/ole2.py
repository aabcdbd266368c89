"""Compound files (the container of xls): one stream out of the chains of sectors, whatever their tables claim."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from hub.errors import RejectBatch
from hub.finding import Finding
from hub.personal import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from connectors.readers import Member

END = 0xFFFFFFFA  # this and what is above are marks, not sectors
ENTRY = 128  # bytes of an entry of the directory
IN_HEADER = 109  # sectors of the table that the header names
LARGEST = 512 << 20  # an xls file cannot be that large


def stream(member: Member, *names: str) -> bytes:
    """Return the first stream with one of these names.  Raises RejectBatch: BAD_DOCUMENT, READER_LIMIT."""
    size = member.path.stat().st_size
    if size > LARGEST:
        raise RejectBatch(Finding("READER_LIMIT", file=member.name, value=f"{size} bytes"))
    try:
        return _Compound(member.path.read_bytes()).stream(names)
    except (struct.error, IndexError, ValueError) as error:
        raise broken(member, str(error)) from None


def broken(member: Member, why: str) -> RejectBatch:
    """Return the verdict on an xls file that does not hold together."""
    return RejectBatch(Finding("BAD_DOCUMENT", file=member.name, value=quoted(why), expected="xls"))


class _Compound:
    def __init__(self, data: bytes) -> None:
        self._data = data
        sector, mini = struct.unpack_from("<HH", data, 30)
        if sector not in (9, 12) or mini != 6:  # noqa: PLR2004 - the two versions of the format
            raise ValueError("sector size")
        self._size, self._mini = 1 << sector, 1 << mini
        first_directory, self._cutoff, first_mini = (struct.unpack_from("<I", data, at)[0] for at in (48, 56, 60))
        self._next = self._table()
        self._directory = self._chain(first_directory)
        self._mini_next = struct.unpack(f"<{self._size // 4 * len(self._places(first_mini))}I", self._chain(first_mini))

    def _table(self) -> Sequence[int]:
        """Return the sector after each sector."""
        sectors = list(struct.unpack_from(f"<{IN_HEADER}I", self._data, 76))
        more, each = struct.unpack_from("<I", self._data, 68)[0], self._size // 4
        met: set[int] = set()
        while more < END and more not in met:
            met.add(more)
            *named, more = struct.unpack(f"<{each}I", self._sector(more))
            sectors += named
        found: list[int] = []
        for place in sectors:
            if place < END:
                found += struct.unpack(f"<{each}I", self._sector(place))
        return found

    def _sector(self, place: int) -> bytes:
        data = self._data[(place + 1) * self._size : (place + 2) * self._size]
        return data if len(data) == self._size else data + bytes(self._size - len(data))

    def _places(self, first: int, table: Sequence[int] | None = None) -> list[int]:
        after, places, met = self._next if table is None else table, [], set()
        while first < END:
            if first in met or first >= len(after):
                raise ValueError("a chain of sectors does not end")
            met.add(first)
            places.append(first)
            first = after[first]
        return places

    def _chain(self, first: int) -> bytes:
        return b"".join(map(self._sector, self._places(first)))

    def stream(self, names: Sequence[str]) -> bytes:
        """Return the first stream with one of the names, in any case."""
        wanted, root = {name.lower() for name in names}, b""
        for at in range(0, len(self._directory), ENTRY):
            entry = self._directory[at : at + ENTRY]
            (length,) = struct.unpack_from("<H", entry, 64)
            name = entry[: max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace").lower()
            first, size = struct.unpack_from("<II", entry, 116)
            if entry[66] == 5:  # noqa: PLR2004 - the root, which holds the small streams
                root = self._chain(first)
            elif name in wanted and entry[66] == 2:  # noqa: PLR2004 - a stream
                if size >= self._cutoff:
                    return self._chain(first)[:size]
                places = self._places(first, self._mini_next)
                return b"".join(root[place * self._mini : (place + 1) * self._mini] for place in places)[:size]
        raise ValueError("no workbook in it")
