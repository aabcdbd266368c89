"""Names from outside as labels: whatever their bytes, a person can read them and nothing can be done with them."""

from __future__ import annotations

import unicodedata

CONTROLS = dict.fromkeys((*range(9), 11, 12, *range(14, 32), *range(127, 160), *range(0xD800, 0xE000)), "\ufffd")
UNDECODED = range(0xDC80, 0xDD00)
HARMFUL = ("Cc", "Cf", "Cs", "Zl", "Zp")  # controls, invisible and direction marks, undecodable bytes, line separators


def harmful(char: str) -> bool:
    """Whether a character must not stand in a name: it cannot be seen, or changes how the rest is seen."""
    return unicodedata.category(char) in HARMFUL


def plain(text: str) -> str:
    """Return a text with every control character as U+FFFD: neither a database nor a page can hold it."""
    return text if text.isprintable() else text.translate(CONTROLS)


def shown(name: str) -> str:
    r"""Return a name with every harmful character written as an escape such as `\x0a` or `\u202e`."""
    return "".join(_escape(char) if harmful(char) else char for char in name)


def _escape(char: str) -> str:
    code = ord(char)
    if code in UNDECODED:  # a byte that was not UTF-8, as the operating system's interface gives it
        code -= 0xDC00
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"  # noqa: PLR2004 - two hexadecimal digits
