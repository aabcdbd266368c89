"""What is known about the real files of a source."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class RealFiles:
    """The real files of one source, read whole, and what must come of them together.

    Attributes:
        source: Its folder below mappings/sources/.
        paths: The files below the folder of test data; `*` stands for a part of a name.
        counts: Rows read, let in, kept out and skipped.
        children: Items of each list of the records.
        findings: How many findings of a code there are for a field of the standard.
        values: By the agency's number: values by path (`product.0.name`), looked up in the file by hand; moments are
            UTC, decimals without padding.  At least twelve; nothing here was computed by the code under test.
        told: Codes of findings about the files as such.
        cut: The name of a file that is cut off within its last record.  As it is it is refused; it is read without it.
        received: The day on which they count as sent (YYYY-MM-DD); that of all real files when nothing is said.
        packed: Whether the files are one delivery; they are read out of one archive.
        slow: Whether it takes more than some seconds.
    """

    source: str
    paths: list[str]
    counts: tuple[int, int, int, int]
    children: dict[str, int]
    findings: dict[tuple[str, str | None], int]
    values: dict[str, dict[str, Any]]
    told: list[str] = field(default_factory=list)
    cut: str = ""
    received: str = ""
    packed: bool = False
    slow: bool = False
