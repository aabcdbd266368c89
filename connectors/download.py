"""Where the bytes of a server go: hashed as they come, and stopped when they are too many."""

from __future__ import annotations

import hashlib
from typing import IO

from hub.errors import FixTheHub


class Download:
    """A file that is being written: knows its hash, and when it is too long."""

    def __init__(self, file: IO[bytes], most: int, place: str) -> None:
        self.file, self.most, self.place = file, most, place
        self.size, self._digest = 0, hashlib.sha256()

    def write(self, data: bytes) -> None:
        """Take more bytes; raise FixTheHub when they are more than a delivery may have."""
        self.size += len(data)
        if self.size > self.most:
            raise too_large(self.place, self.most, "Ask its sender to cut it")
        self._digest.update(data)
        self.file.write(data)

    def restart(self) -> None:
        """Forget what was written, for another attempt."""
        self.file.seek(0)
        self.file.truncate()
        self.size, self._digest = 0, hashlib.sha256()

    @property
    def sha256(self) -> str:
        """The hash of what was written."""
        return self._digest.hexdigest()


def too_large(place: str, most: int, cure: str) -> FixTheHub:
    """Return the fault of a delivery with more than `most` bytes; `cure` is what helps besides a higher limit."""
    return FixTheHub(
        "A delivery is too large.",
        where=place,
        why=f"It has more than {most:,} bytes.",
        next_step=f"{cure}, or raise RISKHUB_FETCH_BYTES.",
    )
