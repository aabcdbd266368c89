"""Names and texts from outside made safe to show: no control characters, no invisible ones, no undecodable bytes."""

from __future__ import annotations

import unicodedata

CONTROLS = dict.fromkeys((*range(9), 11, 12, *range(14, 32), *range(127, 160), *range(0xD800, 0xE000)), "\ufffd")
UNDECODED = range(0xDC80, 0xDD00)
HARMFUL = ("Cc", "Cf", "Cs", "Zl", "Zp")  # controls, invisible and direction marks, undecodable bytes, line separators


def harmful(char: str) -> bool:
    r"""Whether a character must not stand in a name: it is invisible, or changes how the rest is displayed.

    >>> harmful("\u202e"), harmful("é")
    (True, False)
    """
    return unicodedata.category(char) in HARMFUL


def plain(text: str) -> str:
    r"""Return a text with every control character replaced by U+FFFD: neither a database nor a page can hold it.

    >>> plain("a\0b")
    'a�b'
    """
    return text if text.isprintable() else text.translate(CONTROLS)


def shown(name: str) -> str:
    r"""Return a name with every harmful character written as an escape such as `\x0a` or `\u202e`.

    >>> print(shown("a\tb"))
    a\x09b
    """
    return "".join(_escape(char) if harmful(char) else char for char in name)


def _escape(char: str) -> str:
    code = ord(char)
    if code in UNDECODED:  # a byte that was not UTF-8, as the operating system's interface gives it
        code -= 0xDC00
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"  # noqa: PLR2004 - two hexadecimal digits
