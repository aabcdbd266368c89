"""Texts that were read off a picture or out of narrow cells, with blanks where the lines were broken."""

import pyarrow as pa
import pyarrow.compute as pc


def without_blanks(text: pa.Array) -> pa.Array:
    """Text with blanks and line breaks anywhere.

    Returns the text without them, `海口样例有限公司` for `海口样例有 限公司`.  It is for Chinese text and for
    numbers, in which a blank means nothing.
    """
    return pc.replace_substring_regex(text, r"[\s\x{3000}]+", "")
