"""Identification numbers of vehicles (VIN): their form, and their check digit where one is prescribed.

Sources: GB 16735-2019 (the ninth sign is a check digit); 49 CFR 565.15, which prescribes the same one in North America.
Other countries leave the ninth sign to the maker (ISO 3779), so nothing can be said against it there.
"""

from __future__ import annotations

import re
from operator import mul

FORM = re.compile("[A-HJ-NPR-Z0-9]{17}")
CHECKED = frozenset("L12345")  # first signs of China, the United States, Canada and Mexico
LETTERS = {
    **dict(zip("ABCDEFGH", range(1, 9), strict=True)),
    **dict(zip("JKLMNPR", (1, 2, 3, 4, 5, 7, 9), strict=True)),
    **dict(zip("STUVWXYZ", range(2, 10), strict=True)),
}
WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
DIGITS = "0123456789X"
PLACE = 8  # of the check digit, from 0


def is_vehicle_number(number: str) -> bool:
    """Whether a text in capitals has the form of a VIN, and the right check digit where its country prescribes one.

    >>> is_vehicle_number("1M8GDM9AXKP042788"), is_vehicle_number("1M8GDM9A1KP042788")
    (True, False)
    >>> is_vehicle_number("WDB6703742N083329"), is_vehicle_number("WDB670374")
    (True, False)
    """
    if not FORM.fullmatch(number):
        return False
    return number[0] not in CHECKED or number[PLACE] == check_digit(number)


def check_digit(number: str) -> str:
    """Return the ninth sign that the other sixteen of a VIN call for.

    >>> check_digit("1M8GDM9A_KP042788")
    'X'
    """
    values = [int(sign) if sign.isdigit() else LETTERS.get(sign, 0) for sign in number]
    return DIGITS[sum(map(mul, WEIGHTS, values)) % len(DIGITS)]
