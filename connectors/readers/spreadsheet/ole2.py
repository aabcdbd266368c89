"""Compound files ([MS-CFB], the container of xls): one stream out of its chains of sectors."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from connectors.readers.magic import bad_document
from hub.errors import RejectBatch
from hub.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from connectors.readers import Member

FIRST_SPECIAL = 0xFFFFFFFA  # from here on values have a meaning and are no sectors
ENTRY_BYTES = 128  # bytes of an entry of the directory
HEADER_SECTORS = 109  # sectors of the table that the header names
MAX_FILE_BYTES = 512 << 20  # an xls file cannot be that large


def read_stream(member: Member, *names: str) -> bytes:
    """Return the first stream with one of these names, in any case.

    Raises:
        RejectBatch: BAD_DOCUMENT, READER_LIMIT (more than 512 MiB).
    """
    size = member.path.stat().st_size
    if size > MAX_FILE_BYTES:
        raise RejectBatch(Finding("READER_LIMIT", file=member.name, value=f"{size} bytes"))
    try:
        return _Compound(member.path.read_bytes()).read_stream(names)
    except (struct.error, IndexError, ValueError) as error:
        raise bad_document(member, str(error), "xls") from None


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
        sectors = list(struct.unpack_from(f"<{HEADER_SECTORS}I", self._data, 76))
        next_table, each = struct.unpack_from("<I", self._data, 68)[0], self._size // 4
        visited: set[int] = set()
        while next_table < FIRST_SPECIAL and next_table not in visited:
            visited.add(next_table)
            *named, next_table = struct.unpack(f"<{each}I", self._sector(next_table))
            sectors += named
        found: list[int] = []
        for place in sectors:
            if place < FIRST_SPECIAL:
                found += struct.unpack(f"<{each}I", self._sector(place))
        return found

    def _sector(self, place: int) -> bytes:
        data = self._data[(place + 1) * self._size : (place + 2) * self._size]
        return data if len(data) == self._size else data + bytes(self._size - len(data))

    def _places(self, first: int, table: Sequence[int] | None = None) -> list[int]:
        next_sector, numbers, visited = self._next if table is None else table, [], set()
        while first < FIRST_SPECIAL:
            if first in visited or first >= len(next_sector):
                raise ValueError("a chain of sectors does not end")
            visited.add(first)
            numbers.append(first)
            first = next_sector[first]
        return numbers

    def _chain(self, first: int) -> bytes:
        return b"".join(map(self._sector, self._places(first)))

    def read_stream(self, names: Sequence[str]) -> bytes:
        """Return the first stream with one of the names, in any case."""
        wanted, root = {name.lower() for name in names}, b""
        for at in range(0, len(self._directory), ENTRY_BYTES):
            entry = self._directory[at : at + ENTRY_BYTES]
            (length,) = struct.unpack_from("<H", entry, 64)
            name = entry[: max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace").lower()
            first, size = struct.unpack_from("<II", entry, 116)
            if entry[66] == 5:  # noqa: PLR2004 - the root, which holds the small streams
                root = self._chain(first)
            elif name in wanted and entry[66] == 2:  # noqa: PLR2004 - a stream
                if size >= self._cutoff:
                    return self._chain(first)[:size]
                numbers = self._places(first, self._mini_next)
                return b"".join(root[place * self._mini : (place + 1) * self._mini] for place in numbers)[:size]
        raise ValueError("no workbook in it")
