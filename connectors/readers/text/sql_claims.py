"""What an SQL script says of itself: whether a backslash escapes, whether it is whole, which database a table is in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

# Settings and statements of systems in whose strings a backslash is a backslash.
NO_ESCAPE = re.compile(
    r"SET\s+(?:SESSION\s+)?standard_conforming_strings\s*(?:=|TO)\s*'?on|SET\s.*NO_BACKSLASH_ESCAPES|PRAGMA\s"
    r"|SET\s+(?:ANSI_NULLS|QUOTED_IDENTIFIER|IDENTITY_INSERT|NOCOUNT)\b|GO\b",
    re.IGNORECASE,
)
NO_ESCAPE_OF_MYSQL = re.compile("NO_BACKSLASH_ESCAPES", re.IGNORECASE)
MYSQL = re.compile(r"/\*M?!\d{5}")
CLAIM_PREFIXES = re.compile(r"^-- (?:(?:MySQL|MariaDB) dump\b|PostgreSQL database dump(?! complete))", re.MULTILINE)
FEET = re.compile(r"^-- (?:Dump completed\b|PostgreSQL database dump complete)", re.MULTILINE)
EXECUTED = re.compile(r"/\*M?!(.*?)\*/", re.DOTALL)
# What would change rows in a comment that MySQL executes; settings and structure change none.
CHANGES = re.compile(r"\b(?:INSERT|REPLACE|DELETE|TRUNCATE|CALL|LOAD)\s", re.IGNORECASE)
UPDATE, SET = re.compile(r"\bUPDATE\s", re.IGNORECASE), re.compile(r"\sSET\s", re.IGNORECASE)
DROP = re.compile(r"\bDROP\s+TABLE\s+(?:IF\s+EXISTS\s+)?([^;*]+)", re.IGNORECASE)
ROUTINE = re.compile(
    r"(?:CREATE|ALTER)\s+(?:OR\s+(?:REPLACE|ALTER)\s+)?(?:DEFINER\s*=\s*\S+\s+)?"
    r"(?:PROC|PROCEDURE|FUNCTION|TRIGGER|RULE|EVENT|PACKAGE)\b",
    re.IGNORECASE,
)
OPEN_BODY = re.compile(r"\b(?:AS|IS)\s+(?!['$\s])", re.IGNORECASE)  # without quotes: it goes on behind a semicolon
TWICE = re.compile(r"GO[ \t]+0*(?:[02-9]|1\d)", re.IGNORECASE)  # GO 5 executes what stands before it five times


@dataclass
class Claims:
    """What has been read so far.

    Attributes:
        escape: The sign that escapes in strings; None where nothing says so.
        why: The statement that says so.
        opened: Whether a transaction is open, whose rows a database would not keep.
        dumps: How many dumps have begun, and not ended.
        database: That of USE, "" before.
    """

    escape: str | None = None
    why: str = ""
    opened: bool = False
    dumps: int = 0
    database: str = ""
    places: dict[str, set[tuple[str, ...]]] = field(default_factory=dict)

    def note_statement(self, kind: str, text: str) -> None:
        """Note a statement without values.

        Args:
            kind: Its first word, in capital letters.
            text: All of it.
        """
        if kind in {"BEGIN", "START"}:
            self.opened = True
        elif kind == "COMMIT":
            self.opened = False
        elif kind == "USE":
            self.database = text[len("USE") :].strip(' \t\r\n;`"[]')
        if NO_ESCAPE.match(text):
            self._say("", text)

    def note_comments(self, text: str) -> None:
        """Note what stands between two statements."""
        if "--" in text:
            self.dumps += len(CLAIM_PREFIXES.findall(text)) - len(FEET.findall(text))
        if NO_ESCAPE_OF_MYSQL.search(text):
            self._say("", text)
        elif self.escape is None and MYSQL.search(text):
            self._say("\\", text)

    def _say(self, escape: str, text: str) -> None:
        self.escape, self.why = escape, " ".join(text.split())

    def is_in_one_place(self, table: str, above: tuple[str, ...]) -> bool:
        """Note where a table is; return whether the rows of that name are all of one table.

        Args:
            table: Its name.
            above: The names of database and schema before it.
        """
        places = self.places.setdefault(table, set())
        places.add(above or (f"USE {self.database}",))
        named = [each for each in places if not each[0].startswith("USE ")]
        longest = max(named, key=len, default=())
        return len(places) - len(named) <= 1 and all(longest[-len(each) :] == each for each in named)


def has_open_body(routine: str) -> bool:
    """Whether a statement is a routine with a body that goes on behind a semicolon; ' stands for strings and comments.

    >>> has_open_body("CREATE PROC p AS SELECT 1"), has_open_body("CREATE FUNCTION f() RETURNS int AS ' LANGUAGE sql")
    (True, False)
    """
    head = ROUTINE.match(routine)
    return head is not None and head[0][-4:].upper() != "RULE" and OPEN_BODY.search(routine) is not None


def changes_rows(comments: str, filled: set[str]) -> bool:
    """Whether a comment that MySQL executes would change rows, or drop one of the tables that have got some.

    >>> changes_rows("/*!40101 SET NAMES utf8 */", set()), changes_rows("/*!50003 TRUNCATE TABLE t */", set())
    (False, True)
    """
    for found in EXECUTED.finditer(comments):
        dropped = {each.strip('`" ') for text in DROP.findall(found[1]) for each in re.split(r"[,.]", text)}
        update = UPDATE.search(found[1])
        if CHANGES.search(found[1]) or (update and SET.search(found[1], update.end() - 1)) or dropped & filled:
            return True
    return False
