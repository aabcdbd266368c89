"""The statements of an SQL script, read as text: what is an INSERT with literal values, and what is something else.

Nothing is executed.  The text is held a piece at a time, and no further than one statement without values, or one row.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from connectors.readers.text.sql_claims import ROUTINE, TWICE, Claims, changes_rows, has_open_body
from connectors.readers.text.sql_literals import COMMENT, GAP, Patterns, patterns
from hub.errors import RejectBatch
from hub.finding import Finding
from hub.personal import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connectors.readers import Member

MAX_PIECE = 64 << 20  # characters of one row, or of one statement without values
SHOWN = 60  # characters of a statement that a finding shows, without its values
AROUND = 1_000  # among so many their ends are looked for
QUOTED = re.compile(r"'[^']*(?:'|$)")
VISIBLE = re.compile(r"\w(?:.*\w)?", re.DOTALL)
NAME = r'(?:`(?:[^`]|``)+`|"(?:[^"]|"")+"|\[[^\]]+\]|[\w$]+)'
INSERT = re.compile(
    rf"""(?:INSERT(?:\s+(?:LOW_PRIORITY|DELAYED|HIGH_PRIORITY|IGNORE))*|REPLACE)(?:\s+INTO)?\s*
    (?P<table>{NAME}(?:\s*\.\s*{NAME}){{0,2}})\s*
    (?:\((?P<columns>\s*{NAME}(?:\s*,\s*{NAME})*\s*)\)\s*)?(?:VALUES?)(?=[\s(])""",
    re.IGNORECASE | re.VERBOSE,
)
CREATE = re.compile(
    rf"CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(?P<table>{NAME}(?:\s*\.\s*{NAME}){{0,2}})\s*\((?P<body>.*)\)",
    re.IGNORECASE | re.DOTALL,
)
NO_COLUMN = re.compile(
    r"(?:PRIMARY|FOREIGN|UNIQUE|FULLTEXT|SPATIAL|CONSTRAINT|CHECK|EXCLUDE|LIKE|KEY|INDEX)(?:\s|\()", re.IGNORECASE
)
KEYWORD = re.compile(r"[^\W\d]\w*")
# Structure and settings: they change no row.  DROP and CREATE stand before the rows of their table.
IGNORED = frozenset(
    (
        *("SET", "USE", "PRAGMA", "LOCK", "UNLOCK", "BEGIN", "START", "COMMIT", "GO", "PRINT", "SELECT"),
        *("CREATE", "DROP", "ALTER", "GRANT", "REVOKE", "COMMENT", "ANALYZE"),
    )
)
# They change rows: a database would hold others than the inserted ones.  Before the first row they only make room.
ROOM = frozenset({"DELETE", "TRUNCATE"})
BETWEEN = re.compile(r"(?:\s++|--[^\n]*+(?:\n|\Z)|#[^\n]*+(?:\n|\Z)|/\*.*?\*/)*+", re.DOTALL)
GO = re.compile(r"GO\b", re.IGNORECASE)
DOLLAR_QUOTE = re.compile(r"\$\w*\$")
QUOTES = "'\"$-#/"  # with which a string or a comment begins
NEXT = re.compile(r"(?:INSERT|GO|REPLACE\s+INTO)\b", re.IGNORECASE)  # begins a statement where none was ended
LOOKAHEAD = 20  # characters that show whether NEXT stands there
INSERTS = "SQL: INSERT"  # what a dump has
ONE_COMMENT = 'SQL: INSERT ("-- ", "/* */")'  # the comments that mean the same to every database
NO_CONFLICT = re.compile(r"ON\s+CONFLICT\s+DO\s+NOTHING\b", re.IGNORECASE)


class Insert(NamedTuple):
    """The head of an INSERT statement: the table, the names before it, its columns, and the 1-based line."""

    table: str
    above: tuple[str, ...]
    columns: tuple[str, ...]
    line: int


class Row(NamedTuple):
    """One row: its text as written, its literals, and its line; `cells` is None where a value is no literal."""

    text: str
    cells: list[str] | None
    line: int


@dataclass
class Script:
    """An SQL script that is read on as it is needed."""

    blocks: Iterator[bytes]
    member: Member
    escape: str
    text: str = ""
    at: int = 0
    line: int = 1
    whole: bool = False
    decoder: codecs.IncrementalDecoder = field(default_factory=codecs.getincrementaldecoder("utf-8"))
    made: dict[str, tuple[str, ...]] = field(default_factory=dict)  # columns by table, from CREATE TABLE
    filled: set[str] = field(default_factory=set)  # the tables that have got rows
    claims: Claims = field(default_factory=Claims)

    def inserts(self) -> Iterator[Insert]:
        """Yield the heads of the INSERT statements; the caller takes all rows of one before it asks for the next.

        Raises:
            RejectBatch: BAD_DOCUMENT (a statement that is none of a dump, or changes rows), TRUNCATED_FILE,
                READER_LIMIT.
        """
        while not self._at_end():
            keyword = self._peek(KEYWORD)
            kind = keyword[0].upper() if keyword else ""
            if kind in {"INSERT", "REPLACE"}:
                head = self._insert()
                yield head
                self.filled.add(head.table)
                self._end_of_insert()
            elif kind in IGNORED or (kind in ROOM and not self.filled):
                self._skip(kind)
            else:
                raise self.bad()
        if self.claims.opened or self.claims.dumps > 0:
            raise self._cut()

    def rows(self) -> Iterator[Row]:
        """Yield the rows of the INSERT statement whose head was read last.

        Raises:
            RejectBatch: BAD_DOCUMENT, TRUNCATED_FILE, READER_LIMIT.
        """
        own = patterns(self.escape)
        while True:
            self._gap(GAP)
            found = self._match(own.row)
            cells = own.cell.findall(found[0], 1) if found else None
            if cells and self.claims.escape not in {None, self.escape}:
                self._require_escape(cells)
            found = found or self._match(own.odd)
            if found is None:
                raise self._no_row(own)
            yield Row(found[0], cells, self.line)
            self._move(found.end())
            self._gap(GAP)
            if self.text[self.at : self.at + 1] != ",":
                return
            self._move(self.at + 1)

    def bad(self) -> RejectBatch:
        """Return the rejection of the statement that stands here."""
        shown = QUOTED.sub("'…'", self.text[self.at : self.at + AROUND])
        return self._refused(quoted(shown, SHOWN))

    def _refused(self, shown: str, expected: str = INSERTS) -> RejectBatch:
        return RejectBatch(
            Finding("BAD_DOCUMENT", file=self.member.name, line=self.line, value=shown, expected=expected)
        )

    def _insert(self) -> Insert:
        found = self._match(INSERT)
        if found is None:
            raise self.bad()
        *above, table = _names(found["table"])
        columns = _names(found["columns"]) if found["columns"] else self.made.get(table, ())
        head = Insert(table, tuple(above), columns, self.line)
        self._move(found.end())
        return head

    def _end_of_insert(self) -> None:
        """Move behind the end of an INSERT: a semicolon, or the next statement where a dump has none."""
        ending = self._peek(NO_CONFLICT)
        if ending:
            self._move(ending.end())
            self._gap(GAP)
        here = self.text[self.at : self.at + 1]
        if here == ";":
            self._move(self.at + 1)
        elif here and not self._peek(NEXT):
            raise self.bad()

    def _require_escape(self, cells: list[str]) -> None:
        """Refuse a row with a backslash that means another thing to the script than the format says."""
        if any("\\" in each and each[0] not in "Ee" for each in cells):
            value, expected = quoted(self.claims.why[:SHOWN]), f'SQL: escape: "{self.claims.escape}"'
            raise RejectBatch(
                Finding("BAD_DOCUMENT", file=self.member.name, line=self.line, value=value, expected=expected)
            )

    def _skip(self, kind: str) -> None:
        """Move behind the end of a statement; the columns of a table that it makes are kept.

        What stands in the body of a routine is no row.  A body without quotes or BEGIN goes on as far as GO.
        """
        at, open_body = self.at, False
        bare: list[str] = []  # a statement that may be a routine, without its strings and comments
        for at, sign in self._tokens():
            if kind in {"CREATE", "ALTER"} and not open_body:
                bare.append("'" if sign[0] in QUOTES else sign)
            if sign.endswith("\n") and (kind == "GO" or GO.match(self.text, at)):
                open_body = False
                break
            if not open_body and (sign == ";" or (sign.endswith("\n") and NEXT.match(self.text, at))):
                open_body = has_open_body("".join(bare))
                if not open_body and (sign == ";" or not ROUTINE.match("".join(bare))):
                    break
        statement = self.text[self.at : at]
        if open_body or (kind == "GO" and TWICE.match(statement)):
            raise self.bad()
        self.claims.note_statement(kind, statement)
        if kind == "CREATE" and (made := CREATE.match(statement)):
            self.made[_names(made["table"])[-1]] = _columns_of(made["body"], self.escape)
        if kind == "DROP" and self.filled & {*_names(statement)}:
            raise self.bad()
        self._move(at)

    def _tokens(self) -> Iterator[tuple[int, str]]:
        """Yield what stands here, piece by piece, each with the place behind it; enough is held to see what follows."""
        token, at = patterns(self.escape).token, self.at
        while True:
            found = token.match(self.text, at)
            while not self.whole and (
                found is None or found.end() + LOOKAHEAD > len(self.text) or self._is_open(found)
            ):
                at -= self._more()
                found = token.match(self.text, at)
            if found is None:
                return
            at = found.end()
            yield at, found[0]

    def _is_open(self, token: re.Match[str]) -> bool:
        """Whether a token is only the first sign of a string, a name or a comment, whose end is not read yet."""
        text, at = self.text, token.start()
        return token.end() == at + 1 and (
            text[at] in "'\"`#" or text.startswith(("--", "/*"), at) or DOLLAR_QUOTE.match(text, at) is not None
        )

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Return what a pattern finds here, having read as much as may change that."""
        while True:
            found = pattern.match(self.text, self.at)
            if self.whole or (found is not None and found.end() < len(self.text)):
                return found
            if found is None and len(self.text) - self.at > MAX_PIECE:
                return None
            self._more()

    def _peek(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Return what a short pattern finds here; the next characters decide."""
        while True:
            found = pattern.match(self.text, self.at)
            if self.whole or (found.end() if found else self.at) + LOOKAHEAD < len(self.text):
                return found
            self._more()

    def _gap(self, gap: re.Pattern[str]) -> re.Match[str]:
        """Move over blanks and comments; return them."""
        found = self._peek(gap)
        while not self.whole and found and self.text.startswith("/*", found.end()):
            self._more()
            found = self._peek(gap)
        if found is None:
            raise self.bad()
        self._move(found.end())
        return found

    def _at_end(self) -> bool:
        while True:
            found = self._gap(BETWEEN)
            if changes_rows(found[0], self.filled):
                raise self.bad()
            self.claims.note_comments(found[0])
            if self.text[self.at : self.at + 1] != ";":
                return self.at >= len(self.text)
            self._move(self.at + 1)

    def _move(self, to: int) -> None:
        self.line += self.text.count("\n", self.at, to)
        self.at = to

    def _no_row(self, own: Patterns) -> RejectBatch:
        """Return the rejection of a row that ends with the file, or that cannot be read, at the place of the fault."""
        begun = own.begun.match(self.text, self.at)
        if begun is not None:
            self._move(begun.end())
        here = self.text[self.at : self.at + 1]
        open_string = here in {"'", '"'} and own.string.match(self.text, self.at) is None
        if here and not open_string:  # within a row stand values, which may be those of a person
            expected = ONE_COMMENT if COMMENT.match(self.text, self.at) else INSERTS
            return self._refused(VISIBLE.sub("…", self.text[self.at : self.at + SHOWN]), expected)
        return self._cut() if self.whole else self._too_long()

    def _too_long(self) -> RejectBatch:
        limit = f"{MAX_PIECE} characters in a statement"
        return RejectBatch(Finding("READER_LIMIT", file=self.member.name, line=self.line, value=limit))

    def _cut(self) -> RejectBatch:
        return RejectBatch(Finding("TRUNCATED_FILE", file=self.member.name, line=self.line))

    def _more(self) -> int:
        """Read on, at least as much as is held; return by how much the places of the held text have moved."""
        moved, self.at = self.at, 0
        pieces, wanted = [self.text[moved:]], max(1, len(self.text) - moved)
        if wanted > 2 * MAX_PIECE:
            raise self._too_long()
        while wanted > 0 and not self.whole:
            block = next(self.blocks, None)
            self.whole = block is None
            pieces.append(self.decoder.decode(block or b"", final=self.whole))
            wanted -= len(pieces[-1])
        self.text = "".join(pieces)
        return moved


def _names(text: str) -> tuple[str, ...]:
    return tuple(_bare(name) for name in re.findall(NAME, text))


def _bare(name: str) -> str:
    quote = name[0]
    if quote in '`"':
        return name[1:-1].replace(quote * 2, quote)
    return name[1:-1] if quote == "[" else name


def _columns_of(body: str, escape: str) -> tuple[str, ...]:
    """Return the names of the columns that the brackets of a CREATE TABLE hold."""
    parts, depth, start = [], 0, 0
    for found in patterns(escape).token.finditer(body + ","):
        sign = found[0]
        depth += (sign == "(") - (sign == ")")
        if sign == "," and depth == 0:
            parts.append(body[start : found.start()])
            start = found.end()
    texts = (GAP.sub("", part, count=1).strip() for part in parts)
    found_names = (re.match(NAME, text) for text in texts if text and not NO_COLUMN.match(text))
    return tuple(_bare(each[0]) for each in found_names if each)
