"""What source and hub agreed on about the form of a file: the `format:` part of a mapping."""

from __future__ import annotations

import codecs
import difflib
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from hub.errors import FixTheHub

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS = ("csv", "xlsx", "json", "xml")
# A closed list: codecs that are not text (zlib), stateful (utf-7, hz) or meant for programs (idna) stay out.
ENCODINGS = (
    "ascii", "big5", "big5hkscs", "cp1250", "cp1251", "cp1252", "cp932", "cp949", "cp950", "euc_jp", "euc_kr",
    "gb18030", "gb2312", "gbk", "iso8859-1", "iso8859-15", "iso8859-2", "koi8-r", "shift_jis", "utf-16", "utf-16-be",
    "utf-16-le", "utf-32", "utf-32-be", "utf-32-le", "utf-8", "utf-8-sig",
)  # fmt: skip
FIND = "find"


@dataclass(frozen=True)
class Format:
    """The agreed form of a delivery.

    `header` is None (the first line that is not empty), a 1-based line number, or `"find"`: the first of 30 lines that
    holds all of `expected`, the column names that the caller's mapping uses.  `records` is the path of the records
    (JSON members or XML elements from the root on, joined by "/"), `repeat` the paths of XML elements within a record
    that may stand several times.  `archive="zip"`: the delivery is an archive of such files.  `missing` are texts that
    stand for "no value"; a workbook's error cell with such a text is not a fault.
    """

    kind: str
    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    header: int | str | None = None
    sheet: str | None = None
    records: str | None = None
    repeat: tuple[str, ...] = ()
    archive: str | None = None
    missing: tuple[str, ...] = ()
    expected: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raise FixTheHub for anything that no reader can do."""
        _one_of("kind", self.kind, KINDS)
        _one_of("encoding", _codec(self.encoding), ENCODINGS)
        if self.archive is not None:
            _one_of("archive", self.archive, ("zip",))
        for key, text, lengths in (("delimiter", self.delimiter, (1,)), ("quote", self.quote, (0, 1))):
            if len(text) not in lengths or not text.isascii() or text in ("\r", "\n"):
                raise FixTheHub(f"`{key}` must be one ASCII character.", where=f"format.{key}", why=f"It is {text!r}.")
        if self.header == FIND and not self.expected:
            raise FixTheHub("`header: find` needs to know the expected columns.", where="format.header")
        if not (self.header in (None, FIND) or (isinstance(self.header, int) and self.header > 0)):
            raise FixTheHub("`header` must be {row: N} or find.", where="format.header", why=f"It is {self.header!r}.")

    @classmethod
    def of(cls, agreed: Mapping[str, Any], expected: tuple[str, ...] | list[str] = ()) -> Format:
        """Return the format that `format:` of a mapping describes; `expected` are the column names in use."""
        known = [field.name for field in fields(cls)]
        for key in agreed:
            if key not in known:
                near = difflib.get_close_matches(key, known, 1)
                raise FixTheHub(
                    f"`{key}` is not a key of a format.",
                    where="format",
                    why=f"Known are {', '.join(known)}.",
                    next_step=f"Did you mean `{near[0]}`?" if near else "",
                )
        told = {"expected": expected, **agreed}
        header = told.get("header")
        if isinstance(header, dict):
            told["header"] = header.get("row")
        for key in ("repeat", "missing", "expected"):
            told[key] = tuple(str(item) for item in told.get(key) or ())
        return cls(**told)

    def as_dict(self) -> dict[str, Any]:
        """Return the format as plain data that `Format.of` takes back."""
        return asdict(self)


def _codec(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        return encoding


def _one_of(key: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise FixTheHub(f"`{key}: {value}` is not known.", where=f"format.{key}", why=f"Known are {', '.join(known)}.")
