"""The code points that stood for characters before Unicode had them, by the bytes that GB 18030 writes them with."""

from __future__ import annotations

import pytest

from hub.glyphs import as_meant

# Annex D of GB 18030-2022: bytes that the edition of 2000 had in the private area, and the characters that they are.
ANNEX = {
    "a6d9 a6da a6db a6dc a6dd a6de a6df a6ec a6ed a6f3": "︐︒︑︓︔︕︖︗︘︙",
    "a8bc": "ḿ",
    "fe51 fe52 fe53 fe6c fe76 fe91": "\U00020087\U00020089\U000200cc\U000215d7\U0002298f\U000241fe",
    "fe59 fe61 fe66 fe67 fe6d fe7e fe90 fea0": "\u9fb4\u9fb5\u9fb6\u9fb7\u9fb8\u9fb9\u9fba\u9fbb",
}


@pytest.mark.parametrize(("written", "meant"), ANNEX.items())
def test_what_the_annex_lists_is_meant(written: str, meant: str) -> None:
    assert as_meant(bytes.fromhex(written).decode("gb18030")) == meant
