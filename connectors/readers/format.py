"""What source and hub agreed on about the form of a file: the `format:` part of a mapping."""

from __future__ import annotations

import codecs
import difflib
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from connectors.readers.layout import Cut, cuts, names
from hub.errors import FixTheHub

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS = (
    "csv", "fixed", "tagged", "xlsx", "xls", "xlsb", "ods", "json", "ndjson", "xml", "parquet", "sqlite", "gpkg", "any",
)  # fmt: skip
ARCHIVES = ("zip", "gz", "bz2")
DEEPEST = 2  # an archive within an archive, where that was agreed; never a third
UNITS = ("bytes", "characters")
# A closed list: codecs that are not text (zlib), stateful (utf-7, hz) or meant for programs (idna) stay out.
ENCODINGS = (
    "ascii", "utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-16-le", "utf-32", "utf-32-be", "utf-32-le",
    "gb18030", "gb2312", "gbk", "big5", "big5hkscs", "cp950", "cp932", "shift_jis", "shift_jis_2004", "euc_jp",
    "euc_jis_2004", "cp949", "euc_kr", "johab",
    *(f"cp{page}" for page in (*range(1250, 1259), 1006, 1125, 720, 737, 775, 850, 852, 855, 857, 858)),
    *(f"cp{page}" for page in (437, *range(860, 867), 869, 874, 273, 424, 500, 875, 1026)), "cp037",
    *(f"iso8859-{part}" for part in (*range(1, 12), *range(13, 17))),
    "koi8-r", "koi8-t", "koi8-u", "kz1048", "ptcp154", "tis-620", "hp-roman8", "mac-roman", "mac-cyrillic",
    "mac-greek", "mac-iceland", "mac-latin2", "mac-turkish",
)  # fmt: skip
FIND, NONE = "find", "none"


@dataclass(frozen=True)
class Format:
    """The agreed form of a delivery.

    `header` is None (the first line that is not empty), a 1-based line number, `"find"`: the first of 30 lines that
    holds all of `expected`, the column names that the caller's mapping uses, or `"none"`: the names are `columns`.
    `header_rows=2`: the names are in that line and the one below it, `upper/lower`.  `second` is another delimiter that
    rows of the same file may have.  `records` is the path of the records (JSON members or XML elements from the root
    on, joined by "/"), `repeat` the paths of XML elements within a record that may stand several times.  `archive` are
    the wrappings from outside in: `("zip",)` is an archive of such files, `("zip", "gz")` one of compressed ones.
    `layout` are the columns of fixed width, counted in `unit`; `tags` those of the lines of a tagged message by tag,
    `record` the tag whose lines are the rows.  `missing` are texts that stand for "no value"; a workbook's error cell
    with such a text is not a fault.  `twins` lets columns of one name pass, for files that are only looked at.
    """

    kind: str
    encoding: str = "utf-8"
    delimiter: str = ","
    second: str = ""
    quote: str = '"'
    header: int | str | None = None
    header_rows: int = 1
    columns: tuple[str, ...] = ()
    sheet: str | None = None
    table: str | None = None
    records: str | None = None
    repeat: tuple[str, ...] = ()
    archive: tuple[str, ...] = ()
    layout: tuple[Cut, ...] = ()
    unit: str = "bytes"
    trimmed: bool = False
    tags: tuple[tuple[str, tuple[Cut, ...]], ...] = ()
    record: str | None = None
    missing: tuple[str, ...] = ()
    expected: tuple[str, ...] = ()
    twins: bool = False

    def __post_init__(self) -> None:
        """Raise FixTheHub for anything that no reader can do."""
        _one_of("kind", self.kind, KINDS)
        _one_of("encoding", _codec(self.encoding), ENCODINGS)
        _one_of("unit", self.unit, UNITS)
        for each in self.archive:
            _one_of("archive", each, ARCHIVES)
        if len(self.archive) > DEEPEST:
            raise FixTheHub("Archives are opened two deep.", where="format.archive", why=f"{len(self.archive)} are.")
        _check_signs(self)
        _check_header(self)

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
        return cls(**_plain({"expected": expected, **agreed}))

    def as_dict(self) -> dict[str, Any]:
        """Return the format as plain data that `Format.of` takes back."""
        return asdict(self)


def _plain(told: dict[str, Any]) -> dict[str, Any]:
    """Return what a mapping says in the words of `Format`; what is in these already stays as it is."""
    header = told.get("header")
    if isinstance(header, dict):
        told |= {"header": header.get("row"), "header_rows": header.get("rows", 1)}
    if isinstance(told.get("delimiter"), list):
        told["delimiter"], told["second"] = [*told["delimiter"], "", ""][:2]
    if isinstance(told.get("archive"), str):
        told["archive"] = (told["archive"],)
    if told.get("kind") == "fixed" and told.get("columns"):
        told["layout"] = told.pop("columns")
    told["layout"] = cuts(told.get("layout") or (), "format.columns")
    told["columns"] = names(told.get("columns") or (), "format.columns")
    tags = told.get("tags") or ()
    tags = tags.items() if isinstance(tags, dict) else tags
    told["tags"] = tuple((str(tag), cuts(columns or (), f"format.tags.{tag}")) for tag, columns in tags)
    for key in ("repeat", "missing", "expected", "archive"):
        told[key] = tuple(str(item) for item in told.get(key) or ())
    return told


def _check_signs(fmt: Format) -> None:
    """Refuse delimiters and quotes that no line could be cut by."""
    for key, text, least in (("delimiter", fmt.delimiter, 1), ("quote", fmt.quote, 0)):
        if len(text) < least or not {*text}.isdisjoint("\r\n"):
            raise FixTheHub(f"`{key}` must be text within a line.", where=f"format.{key}", why=f"It is {text!r}.")
    if len(fmt.quote) > 1 or not fmt.quote.isascii():
        raise FixTheHub("`quote` must be one ASCII character.", where="format.quote", why=f"It is {fmt.quote!r}.")
    if fmt.quote and fmt.quote in fmt.delimiter + fmt.second:
        raise FixTheHub("`quote` and `delimiter` must differ.", where="format.quote", why=f"Both have {fmt.quote!r}.")
    two = fmt.delimiter + fmt.second
    if fmt.second and (len(two) != 2 or not two.isascii() or fmt.second == fmt.delimiter):  # noqa: PLR2004 - two signs
        why = f"They are {fmt.delimiter!r} and {fmt.second!r}."
        raise FixTheHub("Two delimiters are two different ASCII characters.", where="format.delimiter", why=why)


def _check_header(fmt: Format) -> None:
    if fmt.header == FIND and not fmt.expected:
        raise FixTheHub("`header: find` needs to know the expected columns.", where="format.header")
    if (fmt.header == NONE) != bool(fmt.columns):
        raise FixTheHub("`header: none` and `columns` go together.", where="format.header", why="One is missing.")
    if not (fmt.header in (None, FIND, NONE) or (isinstance(fmt.header, int) and fmt.header > 0)):
        why = f"It is {fmt.header!r}."
        raise FixTheHub("`header` must be {row: N}, find or none.", where="format.header", why=why)
    if fmt.kind == "fixed" and not fmt.layout:
        raise FixTheHub("A file of fixed width needs its `columns`.", where="format.columns")
    if fmt.kind == "tagged" and fmt.record not in dict(fmt.tags):
        why = f"Tags are {', '.join(tag for tag, _ in fmt.tags)}."
        raise FixTheHub("`record` must be one of the tags.", where="format.record", why=why)


def _codec(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        return encoding


def _one_of(key: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise FixTheHub(f"`{key}: {value}` is not known.", where=f"format.{key}", why=f"Known are {', '.join(known)}.")
