"""The target of a download: it hashes the bytes as they come, and stops when they are too many."""

from __future__ import annotations

import hashlib
from typing import IO

from hub.errors import FixTheHub
from hub.messages import error_of, sentence


class Download:
    """A file that is being downloaded, with its size and hash.

    Args:
        file: The open file.
        most: The number of bytes that it may have.
        place: The delivery as errors name it.
    """

    def __init__(self, file: IO[bytes], most: int, place: str) -> None:
        self.file, self.most, self.place = file, most, place
        self.size, self._digest = 0, hashlib.sha256()

    def write(self, data: bytes) -> None:
        """Write further bytes.

        Raises:
            FixTheHub: They are more than the delivery may have.
        """
        self.size += len(data)
        if self.size > self.most:
            raise too_large(self.place, self.most, "fetch.too_large.cut")
        self._digest.update(data)
        self.file.write(data)

    def restart(self) -> None:
        """Empty the file for another attempt."""
        self.file.seek(0)
        self.file.truncate()
        self.size, self._digest = 0, hashlib.sha256()

    @property
    def sha256(self) -> str:
        """The SHA-256 of what was written, hexadecimal."""
        return self._digest.hexdigest()


def too_large(place: str, most: int, cure: str) -> FixTheHub:
    """Return the error for a delivery of more than `most` bytes; `cure` is the key of the next step."""
    return error_of(FixTheHub, "fetch.too_large", where=place, next_step=sentence(cure), most=most)
