"""Texts as they are shown: without control characters, cut, and without the numbers of persons that free text holds.

Personal columns are hidden as a whole; this is for the identity number or the mobile number that somebody wrote into a
narrative.  An 18-digit number is one only with a day of birth in it: declarations and cases have 18 digits too.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from hub.finding import shortened
from mappings.engine.arrays import any_true
from mappings.engine.repair import without_controls

MASK = "***"
D = "[0-9０-９]"
BORN = "(?:[1１][89８９]|[2２][0０])" + D * 2 + "(?:[0０][1-9１-９]|[1１][0-2０-２])(?:[0-3０-３]" + D + ")"
RESIDENT = D + "{6}" + BORN + D + "{3}[0-9０-９XxＸｘ]"
MOBILE = "(?:[8８][6６][- ]?)?[1１][3-9３-９]" + D + "[- ]?" + D + "{4}[- ]?" + D + "{4}"
PERSONAL = f"(?P<before>^|[^0-9０-９])(?:{RESIDENT}|{MOBILE})(?P<after>$|[^0-9０-９])"
KEPT = rf"\1{MASK}\2"
TWICE = 2  # the sign between two numbers is taken by the first of them


def scrubbed(text: pa.Array) -> pa.Array:
    """Return texts with resident identity numbers and mobile numbers as `***`."""
    if not any_true(pc.match_substring_regex(text, PERSONAL)):
        return text
    for _ in range(TWICE):
        text = pc.replace_substring_regex(text, PERSONAL, KEPT)
    return text


def shown_text(text: pa.Array) -> pa.Array:
    """Return texts as a finding may show them."""
    return shortened(without_controls(scrubbed(text)))
