"""`document_no:`: numbers of official documents in one form, so that one document has one number.

The year stands in 〔〕 (GB/T 9704-2012, 7.2.6), whatever brackets the sender has; other brackets are ASCII, and there
are no blanks.  In the number of a court's case it stands in （） (rules of the Supreme People's Court on case numbers,
法〔2015〕137号, as they are commonly quoted).
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import pyarrow as pa

from mappings.engine.arrays import by_distinct

if TYPE_CHECKING:
    from collections.abc import Iterable

OPENING, CLOSING = "〔﹝[【（(〖《〈<{", "〕﹞]】）)〗》〉>}"
YEAR = re.compile(rf"[{re.escape(OPENING)}]((?:19|20)[0-9]{{2}})[{re.escape(CLOSING)}]")
OTHERS = str.maketrans(dict.fromkeys(OPENING.replace("〔", ""), "(") | dict.fromkeys(CLOSING.replace("〕", ""), ")"))


def normal_numbers(text: pa.Array, *, court: bool = False) -> pa.Array:
    """Return document numbers (string), or those of cases of a court, in their normal form; null for null."""
    return by_distinct(text, _normal_of_court if court else _normal, pa.string())


def _normal(texts: Iterable[str | None]) -> list[str | None]:
    return [None if each is None else normal(each) for each in texts]


def _normal_of_court(texts: Iterable[str | None]) -> list[str | None]:
    return [None if each is None else normal_of_court(each) for each in texts]


def normal_of_court(number: str) -> str:
    """Return the number of a court's case in its normal form.

    >>> normal_of_court("〈2016〉京01刑 初32号")
    '（2016）京01刑初32号'
    """
    return normal(number).replace("〔", "（").replace("〕", "）")


def normal(number: str) -> str:
    """Return a document number in its normal form.

    >>> normal("泗地税二 简罚 【２０１７】 345 号"), normal("宿农（种子）罚[2018]26号")
    ('泗地税二简罚〔2017〕345号', '宿农(种子)罚〔2018〕26号')
    """
    plain = "".join(unicodedata.normalize("NFKC", number).split())
    return YEAR.sub(r"〔\1〕", plain).translate(OTHERS)
