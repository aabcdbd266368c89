"""Names of senders that are kept: without a person's number, and still told from others."""

from __future__ import annotations

import re

import pytest

from hub.named import name_to_keep


@pytest.mark.usefixtures("home")
def test_of_a_name_with_a_persons_number_a_short_hash_and_the_ending_are_kept() -> None:
    kept = [
        name_to_keep(f"一月/王芳{number}{ending}")
        for number in ("13912345678", "13912345679")
        for ending in (".csv", "")
    ]
    for name, ending in zip(kept, (r"\.csv", "") * 2, strict=True):
        assert re.fullmatch(rf"一月/\[\*\*\*\]~[0-9a-f]{{8}}{ending}", name)
    assert len({*kept}) == 4
    assert name_to_keep("王芳13912345678.csv") == name_to_keep("王芳13912345678.csv")
    assert name_to_keep("王芳13912345678.a-comment").partition("~")[2].isalnum(), "an ending is short"
    assert name_to_keep("一月/fires_0302.csv") == "一月/fires_0302.csv"
