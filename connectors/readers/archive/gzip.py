"""One compressed file (gzip, RFC 1952; bzip2), unpacked under a limit.

A stream that is cut off, or followed by other bytes, rejects the file.  The file objects of the standard library are
not used: that of bz2 skips whatever follows the last stream.
"""

from __future__ import annotations

import bz2
import zlib
from typing import IO, TYPE_CHECKING, Any

from connectors.labels import shown
from connectors.readers import Member
from connectors.readers.archive.zip_errors import reject_broken_zip
from connectors.readers.magic import require_kind
from hub.errors import RejectBatch
from hub.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

BLOCK = 1 << 20
MAX_RATIO, RATIO_FREE_BYTES = 200, 1 << 20  # unpacked to packed bytes, above so many unpacked bytes
GZIP_WINDOW = zlib.MAX_WBITS | 16  # with the header and the check sum of gzip
DECOMPRESSORS: dict[str, Callable[[], Any]] = {
    "gz": lambda: zlib.decompressobj(GZIP_WINDOW),
    "bz2": bz2.BZ2Decompressor,
}


def decompress(packed: Member, kind: str, folder: Path, budget: int) -> Member:
    """Unpack one compressed file.

    Args:
        packed: The file.
        kind: "gz" or "bz2".
        folder: An empty folder for the unpacked file.
        budget: Most bytes that the unpacked file may have.

    Returns:
        The unpacked file; its name is that of the compressed one in an archive around it.

    Raises:
        RejectBatch: WRONG_FORMAT, OTHER_ARCHIVE, BAD_ARCHIVE, ARCHIVE_REFUSED (the ratio), READER_LIMIT.
    """
    require_kind(packed, kind, expected=kind)
    target = Member(folder / "0000", packed.name)
    with reject_broken_zip(packed.name):
        write_bounded(_decompressed(packed.path, kind), target, packed.path.stat().st_size, budget)
    return target


def write_bounded(blocks: Iterable[bytes], target: Member, packed_bytes: int, budget: int) -> int:
    """Write unpacked blocks to a new file until a limit is reached.

    Args:
        blocks: The unpacked content.
        target: The file to create, and its name for findings.
        packed_bytes: Size of the packed content.
        budget: Most bytes to write.

    Returns:
        The bytes written.

    Raises:
        RejectBatch: READER_LIMIT (the budget), ARCHIVE_REFUSED (more than 200 times the packed size, above 1 MiB).
    """
    size = 0
    with target.path.open("xb") as file:
        for block in blocks:
            size += len(block)
            if size > budget:
                raise RejectBatch(Finding("READER_LIMIT", file=target.name, value=f"{budget} bytes unpacked"))
            if size > RATIO_FREE_BYTES and size > MAX_RATIO * packed_bytes:
                raise refused(target.name, f"{size // max(packed_bytes, 1)}:1 compressed")
            file.write(block)
    return size


def refused(file: str | None, why: str) -> RejectBatch:
    """Return the rejection (ARCHIVE_REFUSED) of an archive that is not safe to unpack.

    Args:
        file: Name of the member; None for the archive as a whole.
        why: The reason, a few words.
    """
    return RejectBatch(Finding("ARCHIVE_REFUSED", file=file and shown(file), value=why))


def _decompressed(path: Path, kind: str) -> Iterator[bytes]:
    """Yield the content of all streams of a file, at most 1 MiB at a time."""
    with path.open("rb") as file:
        stream, data = DECOMPRESSORS[kind](), b""
        while True:
            data = data or file.read(BLOCK)
            if not data:
                raise EOFError("the compressed file ends too early")
            yield stream.decompress(data, BLOCK)
            data = getattr(stream, "unconsumed_tail", b"")  # a decompressor of bz2 has no such attribute
            while not (stream.eof or getattr(stream, "needs_input", True)):
                yield stream.decompress(b"", BLOCK)
            if stream.eof:
                data = _next_stream(stream.unused_data, file)
                if not data:
                    return
                stream = DECOMPRESSORS[kind]()


def _next_stream(unused: bytes, file: IO[bytes]) -> bytes:
    """Return the bytes that follow a stream, without padding zeros."""
    data = unused.lstrip(b"\0")
    while not data and (block := file.read(BLOCK)):
        data = block.lstrip(b"\0")
    return data
