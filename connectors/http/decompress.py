"""The body of a response, decompressed piece by piece: a server may compress it although the request did not ask."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from hub.errors import FixTheHub, RetryLater
from hub.messages import error_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    import httpx

PIECE = 1 << 16  # bytes that are held at once, however far a compressed byte expands
PLAIN, COMPRESSED = ("", "identity"), ("gzip", "x-gzip", "deflate")


async def decompressed(response: httpx.Response, place: str) -> AsyncIterator[bytes]:
    """Yield the body in pieces of at most `PIECE` bytes.

    The HTTP library would hold all that one compressed piece expands to, which can be more than the memory.

    Args:
        response: An open response whose body was not read; gzip and deflate are known (RFC 9110, 8.4.1).
        place: The address as errors name it.

    Raises:
        FixTheHub: The response has another content encoding.
        RetryLater: The compressed body is broken or cut short.
    """
    coding = response.headers.get("content-encoding", "").strip().lower()
    if coding in PLAIN:
        async for piece in response.aiter_raw(PIECE):
            yield piece
        return
    if coding not in COMPRESSED:
        raise error_of(FixTheHub, "server.unknown_coding", where=place, coding=coding[:40])
    unpacker, begun = zlib.decompressobj(zlib.MAX_WBITS | 32), False
    try:
        async for piece in response.aiter_raw(PIECE):
            begun = True
            for part in _parts(unpacker, piece):
                yield part
    except zlib.error:
        begun, unpacker = True, zlib.decompressobj()
    if begun and not unpacker.eof:
        raise error_of(RetryLater, "server.broken_coding", where=place)


def _parts(unpacker: zlib._Decompress, piece: bytes) -> Iterator[bytes]:
    while not unpacker.eof:
        part = unpacker.decompress(piece, PIECE)
        piece = unpacker.unconsumed_tail
        if part:
            yield part
        if not piece and len(part) < PIECE:  # else there may be more within
            return
