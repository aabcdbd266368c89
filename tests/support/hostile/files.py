"""Hostile deliveries of our own making: one for each trap of `test_hostile_own.py`, the same on every machine.

Each function of no arguments returns the bytes of the file whose case it is called after; `content` finds it.
"""

from __future__ import annotations

from tests.support.hostile import packages as hostile_packages
from tests.support.hostile import texts as hostile_texts


def content(case: str) -> bytes:
    """Return the bytes of a case such as `csv_bom`."""
    maker = getattr(hostile_texts, case, None) or getattr(hostile_packages, case)
    made: bytes | str = maker()
    return made.encode() if isinstance(made, str) else made
