"""The declared form of a file: the `format:` part of a mapping."""

from __future__ import annotations

import codecs
import difflib
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, cast

from connectors.readers.layout import FixedColumn, declared_names, fixed_columns
from hub.errors import FixTheHub
from hub.messages import error_of, sentence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hub.source_options import FormatOptions

KINDS = (
    "csv", "fixed", "tagged", "sql", "hl7", "xlsx", "xls", "xlsb", "ods",
    "json", "ndjson", "xml", "parquet", "sqlite", "gpkg", "any",
)  # fmt: skip
ARCHIVES = ("zip", "gz", "bz2")
MAX_ARCHIVE_DEPTH = 2  # an archive within an archive, where it is declared
UNITS = ("bytes", "characters")
ESCAPES = ("\\", "")
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
HEADER_FIND, HEADER_NONE = "find", "none"


@dataclass(frozen=True)
class JoinedList:
    """A list of the records that stands in files of its own.

    Attributes:
        name: Of the column with the lists.
        files: Which files of the archive hold its items: a name in which `*` stands for any text.
        on: The columns that an item and its record have in common.
    """

    name: str
    files: str
    on: tuple[str, ...]


@dataclass(frozen=True)
class Format:
    """The declared form of a delivery.

    Attributes:
        kind: One of `KINDS`.
        encoding: Of text; a name that Python knows, one of `ENCODINGS`.
        delimiter: Between the cells of delimited text; one or more characters.
        second_delimiter: Another delimiter that rows of the same file may have; "" for none.
        quote: Around cells of delimited text (RFC 4180, section 2); "" for none.
        header: None (the first line that is not empty), a 1-based line number, `"find"` (the first of 30 lines that
            holds all of `expected`) or `"none"` (the names are `columns`).
        header_rows: 2 when the names are in the header line and the one below it, joined as `upper/lower`.
        columns: The names, where the file has no header.
        sheet: Name of the sheet of a workbook; None for the first that is shown and not empty.
        table: Name of the table of a database file or an SQL dump; None for the only one.
        escape: Before a quote within a string of an SQL dump, a backslash, or "" where a quote is only doubled.
        records: Path of the records: JSON members or XML elements from the root on, joined by "/".
        other_records: More such paths: elements of other documents, or in other envelopes, that are records too (XML).
        repeat: Paths of XML elements, or of segments and fields of HL7, that may occur several times within a record.
        wrappers: Names of XML elements whose parts count as parts of the element around them.
        keyed: Lists of a JSON document whose items become columns by a key, each with the path of the key in its items.
        observations: The fields of the segments OBX of HL7 that become columns by the code of each, its value first.
        archive: The wrappings from outside in: `("zip",)` is an archive of such files, `("zip", "gz")` an archive of
            compressed ones.
        join_records: Which files of the archive hold the records, where others hold lists of them; "" for all.
        join: The lists that stand in files of their own.
        plain: Whether a file may also come without the wrappings of `archive`.
        layout: The columns of a file of fixed width, counted in `unit`.
        unit: "bytes" or "characters".
        trimmed: Whether blanks at the end of a line of fixed width, or cells at the end of a row, may be missing.
        tags: The columns of the lines of a tagged message, by tag.
        record: The tag whose lines are the rows.
        row_key: The name of a column that the hub adds: a key of each row, for tables without one; None for none.
        row_key_from: Columns of which the first that is filled is the key; a row without any gets a digest.
        members: Members that a JSON document must have beside its records.
        missing: Texts that mean "no value"; an error cell of a workbook with such a text is no fault.
        expected: The column names that a delivery must have; none: whatever it has is used.
        optional: Column names that the mapping uses where a delivery has them.
        allow_duplicates: Whether several columns may have one name, for files that are inspected without a mapping.
    """

    kind: str
    encoding: str = "utf-8"
    delimiter: str = ","
    second_delimiter: str = ""
    quote: str = '"'
    header: int | str | None = None
    header_rows: int = 1
    columns: tuple[str, ...] = ()
    sheet: str | None = None
    table: str | None = None
    escape: str = "\\"
    records: str | None = None
    other_records: tuple[str, ...] = ()
    repeat: tuple[str, ...] = ()
    wrappers: tuple[str, ...] = ()
    keyed: tuple[tuple[str, str], ...] = ()
    observations: tuple[str, ...] = ()
    archive: tuple[str, ...] = ()
    join_records: str = ""
    join: tuple[JoinedList, ...] = ()
    plain: bool = False
    layout: tuple[FixedColumn, ...] = ()
    unit: str = "bytes"
    trimmed: bool = False
    tags: tuple[tuple[str, tuple[FixedColumn, ...]], ...] = ()
    record: str | None = None
    row_key: str | None = None
    row_key_from: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    expected: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    allow_duplicates: bool = False

    def __post_init__(self) -> None:
        """Check the values against each other.

        Raises:
            FixTheHub: No reader can read a file of this form.
        """
        _require_one_of("kind", self.kind, KINDS)
        _require_one_of("encoding", _codec(self.encoding), ENCODINGS)
        _require_one_of("unit", self.unit, UNITS)
        _require_one_of("escape", self.escape, ESCAPES)
        for each in self.archive:
            _require_one_of("archive", each, ARCHIVES)
        if len(self.archive) > MAX_ARCHIVE_DEPTH:
            raise error_of(FixTheHub, "format.too_deep", where="format.archive", count=len(self.archive))
        _check_signs(self)
        _check_header(self)

    @classmethod
    def of(cls, declared: FormatOptions, expected: Iterable[str] = (), optional: Iterable[str] = ()) -> Format:
        """Return the format that the `format:` of a mapping describes.

        Args:
            declared: The mapping's keys and values, or what `as_dict` returned.
            expected: The column names that a delivery must have.
            optional: Those that it may have besides.

        Raises:
            FixTheHub: A key or a value is unknown, or values contradict each other.

        >>> Format.of({"kind": "csv", "delimiter": [",", ";"], "header": {"row": 3}}).header
        3
        """
        known = [field.name for field in fields(cls)]
        for key in declared:
            if key not in known:
                near = difflib.get_close_matches(key, known, 1)
                hint = sentence("mapping.did_you_mean", name=near[0]) if near else ""
                raise error_of(
                    FixTheHub, "format.unknown_key", where="format", next_step=hint, name=key, known=", ".join(known)
                )
        return cls(**_normalized({"expected": expected, "optional": optional, **declared}))

    def uses(self, column: str) -> bool:
        """Whether the mapping uses a column: a fault of a cell counts there, and is nobody's business elsewhere."""
        return not self.expected or column in self.expected or column in self.optional

    def as_dict(self) -> FormatOptions:
        """Return the format as plain data that `Format.of` takes back."""
        return cast("FormatOptions", asdict(self))


def _normalized(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options in the fields of `Format`; those that have this form already stay as they are."""
    header = options.get("header")
    if isinstance(header, dict):
        options |= {"header": header.get("row"), "header_rows": header.get("rows", 1)}
    if isinstance(options.get("delimiter"), list):
        options["delimiter"], options["second_delimiter"] = [*options["delimiter"], "", ""][:2]
    if isinstance(options.get("records"), list):
        options["records"], *options["other_records"] = options["records"]
    join = options.get("join") or ()
    if isinstance(join, dict):
        options["join_records"] = join["records"]
        join = [{"name": name, **each} for name, each in join["lists"].items()]
    options["join"] = tuple(
        each if isinstance(each, JoinedList) else JoinedList(each["name"], each["files"], tuple(map(str, each["on"])))
        for each in join
    )
    if isinstance(options.get("archive"), str):
        options["archive"] = (options["archive"],)
    if options.get("kind") == "fixed" and options.get("columns"):
        options["layout"] = options.pop("columns")
    options["layout"] = fixed_columns(options.get("layout") or (), "format.columns")
    options["columns"] = declared_names(options.get("columns") or (), "format.columns")
    tags = options.get("tags") or ()
    tags = tags.items() if isinstance(tags, dict) else tags
    options["tags"] = tuple((str(tag), fixed_columns(columns or (), f"format.tags.{tag}")) for tag, columns in tags)
    keyed = options.get("keyed") or ()
    pairs = keyed.items() if isinstance(keyed, dict) else keyed
    options["keyed"] = tuple((str(path), str(key)) for path, key in pairs)
    for key in (
        "other_records",
        "repeat",
        "wrappers",
        "observations",
        "missing",
        "expected",
        "optional",
        "archive",
        "row_key_from",
        "members",
    ):
        options[key] = tuple(str(item) for item in options.get(key) or ())
    return options


def _check_signs(fmt: Format) -> None:
    """Raise FixTheHub for delimiters and quotes that cannot split a line."""
    for key, text, least in (("delimiter", fmt.delimiter, 1), ("quote", fmt.quote, 0)):
        if len(text) < least or not {*text}.isdisjoint("\r\n"):
            raise error_of(FixTheHub, "format.not_within_line", where=f"format.{key}", name=key, found=text)
    if len(fmt.quote) > 1 or not fmt.quote.isascii():
        raise error_of(FixTheHub, "format.quote", where="format.quote", found=fmt.quote)
    if fmt.quote and fmt.quote in fmt.delimiter + fmt.second_delimiter:
        raise error_of(FixTheHub, "format.same_quote", where="format.quote", found=fmt.quote)
    both = fmt.delimiter + fmt.second_delimiter
    if fmt.second_delimiter and (len(both) != 2 or not both.isascii() or fmt.second_delimiter == fmt.delimiter):  # noqa: PLR2004 - two signs
        raise error_of(
            FixTheHub,
            "format.two_delimiters",
            where="format.delimiter",
            first=fmt.delimiter,
            second=fmt.second_delimiter,
        )


def _check_header(fmt: Format) -> None:
    if fmt.header == HEADER_FIND and not fmt.expected:
        raise error_of(FixTheHub, "format.find_what", where="format.header")
    if (fmt.header == HEADER_NONE) != bool(fmt.columns) and fmt.kind != "sql":
        raise error_of(FixTheHub, "format.names_missing", where="format.header")
    if not (fmt.header in (None, HEADER_FIND, HEADER_NONE) or (isinstance(fmt.header, int) and fmt.header > 0)):
        raise error_of(FixTheHub, "format.bad_header", where="format.header", found=fmt.header)
    if fmt.kind == "fixed" and not fmt.layout:
        raise error_of(FixTheHub, "format.no_layout", where="format.columns")
    if fmt.kind == "tagged" and fmt.record not in dict(fmt.tags):
        raise error_of(
            FixTheHub, "format.bad_record", where="format.record", known=", ".join((tag for tag, _ in fmt.tags))
        )


def _codec(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        return encoding


def _require_one_of(key: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise error_of(
            FixTheHub, "format.unknown_value", where=f"format.{key}", name=key, value=value, known=", ".join(known)
        )
