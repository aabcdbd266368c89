"""One compressed file (gz, bz2), unpacked under a limit; what is not whole, or followed by something else, is refused.

The standard library's files would do, but that of bz2 passes over whatever stands behind the last stream.
"""

from __future__ import annotations

import bz2
import zlib
from typing import IO, TYPE_CHECKING, Any

from connectors.readers import Member
from connectors.readers.archive.zip_errors import intact
from connectors.readers.magic import require
from hub.errors import RejectBatch
from hub.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PIECE = 1 << 20
RATIO, FREE = 200, 1 << 20  # unpacked to packed bytes, above so many unpacked bytes
WINDOW = zlib.MAX_WBITS | 16  # with the header and the check sum of gzip
NEW: dict[str, Callable[[], Any]] = {"gz": lambda: zlib.decompressobj(WINDOW), "bz2": bz2.BZ2Decompressor}


def inflated(packed: Member, kind: str, folder: Path, budget: int) -> Member:
    """Unpack one file into `folder`; it keeps the name that its wrapping has in an archive around it.

    Raises RejectBatch: WRONG_FORMAT, OTHER_ARCHIVE, BAD_ARCHIVE, ARCHIVE_REFUSED (out of proportion), READER_LIMIT.
    """
    require(packed, kind, expected=kind)
    whole, size = packed.path.stat().st_size, 0
    member = Member(folder / "0000", packed.name)
    with intact(packed.name), member.path.open("xb") as target:
        for piece in _pieces(packed.path, kind):
            size += len(piece)
            if size > budget:
                raise RejectBatch(Finding("READER_LIMIT", file=packed.name, value=f"{budget} bytes unpacked"))
            if size > FREE and size > RATIO * whole:
                why = f"{size // whole}:1 compressed"
                raise RejectBatch(Finding("ARCHIVE_REFUSED", file=packed.name, value=why))
            target.write(piece)
    return member


def _pieces(path: Path, kind: str) -> Iterator[bytes]:
    """Yield the content of all streams of a file, at most 1 MiB at a time."""
    with path.open("rb") as file:
        stream, data = NEW[kind](), b""
        while True:
            data = data or file.read(PIECE)
            if not data:
                raise EOFError("the compressed file ends too early")
            yield stream.decompress(data, PIECE)
            data = getattr(stream, "unconsumed_tail", b"")  # bz2 keeps it to itself
            while not (stream.eof or getattr(stream, "needs_input", True)):
                yield stream.decompress(b"", PIECE)
            if stream.eof:
                data = _after(stream.unused_data, file)
                if not data:
                    return
                stream = NEW[kind]()


def _after(unused: bytes, file: IO[bytes]) -> bytes:
    """Return what stands behind a stream; blocks may be filled up with zeros."""
    data = unused.lstrip(b"\0")
    while not data and (piece := file.read(PIECE)):
        data = piece.lstrip(b"\0")
    return data
