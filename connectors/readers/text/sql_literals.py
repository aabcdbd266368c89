"""The literals of SQL: which text is one, and what it stands for."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

GAP = re.compile(r"(?:\s++|--[^\n]*+(?:\n|\Z)|#[^\n]*+(?:\n|\Z)|/\*(?!M?!).*?\*/)*+", re.DOTALL)
# Within a row only what is a comment to every database: to MySQL `5--3` is a difference and `-- ` begins a comment, to
# others `--` begins one; to PostgreSQL `5#3` is a number, and a comment may stand within a comment.
IN_ROW = r"(?:\s++|--(?=[\x00- ]|\Z)[^\n]*+(?:\n|\Z)|/\*(?!M?!)(?:[^*/]++|\*(?!/)|/(?!\*))*+\*/)*+"
COMMENT = re.compile(r"--|#|/\*")
BACKSLASH = "\\"
STRINGS = {
    BACKSLASH: r"'[^'\\]*+(?:(?:''|\\.)[^'\\]*+)*+'" + r'|"[^"\\]*+(?:(?:""|\\.)[^"\\]*+)*+"',
    "": r"'[^']*+(?:''[^']*+)*+'" + r'|"[^"]*+(?:""[^"]*+)*+"',
}
# A string of PostgreSQL in which a backslash escapes; those that give a character by its number are no literals here.
ESCAPING = r"[Ee]'[^'\\]*+(?:(?:''|\\[^0-7xuU])[^'\\]*+)*+'"
DOLLAR = r"\$(?P<tag>\w*)\$.*?\$(?P=tag)\$"  # a body of PostgreSQL
NUMBER = r"[-+]?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][-+]?[0-9]++)?"
OF_POSTGRES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
ESCAPES = {"0": "\0", "b": "\b", "n": "\n", "r": "\r", "t": "\t", "Z": "\x1a", "%": "\\%", "_": "\\_"}


class Patterns(NamedTuple):
    """What text is made of, by the sign that escapes within strings.

    Attributes:
        row: A whole row of literals.
        cell: One cell of such a row with the sign behind it: the literal.
        odd: A whole row in which words and calls of functions stand beside literals.
        begun: Of a row that is neither, as much as can be read.
        string: A whole string.
        token: Something within a statement that may hold a semicolon, else a run of other signs.
    """

    row: re.Pattern[str]
    cell: re.Pattern[str]
    odd: re.Pattern[str]
    begun: re.Pattern[str]
    string: re.Pattern[str]
    token: re.Pattern[str]


@cache
def patterns(escape: str) -> Patterns:
    r"""Return the patterns for strings in which a quote is doubled, or stands behind `escape` ("\\" or "")."""
    string = STRINGS[escape]
    gap = IN_ROW
    typed = r"[Nn]|_(?i:utf8(?:mb[34])?|ascii|binary)\s*+|(?i:DATE|TIMESTAMP|TIME)\s++"
    bits = r"[xXbB]'[0-9a-fA-F]*+'|0x[0-9a-fA-F]++"
    literal = rf"(?:(?:{typed})?(?:{string})|{ESCAPING}|{bits}|{NUMBER}|(?i:NULL|TRUE|FALSE)\b)"
    other = rf"(?:[Ee]|_\w+\s*+)(?:{STRINGS[BACKSLASH]})"  # another character set, or characters by their numbers
    call = (
        rf"[^\W\d][\w.]*+\s*+(?:\((?:{string}|[^()'\"]|\((?:{string}|[^()'\"]|\((?:{string}|[^()'\"])*+\))*+\))*+\))?+"
    )
    value = rf"(?:{literal}|{other}|{call})"
    return Patterns(
        row=re.compile(rf"\({gap}{literal}{gap}(?:,{gap}{literal}{gap})*+\)", re.DOTALL),
        cell=re.compile(rf"{gap}({literal}){gap}[,)]", re.DOTALL),
        odd=re.compile(rf"\({gap}{value}{gap}(?:,{gap}{value}{gap})*+\)", re.DOTALL),
        begun=re.compile(rf"\({gap}(?:{value}{gap},{gap})*+(?:{value}{gap})?+", re.DOTALL),
        string=re.compile(string, re.DOTALL),
        token=re.compile(
            rf"{string}|`[^`]*+`|{DOLLAR}|--[^\n]*+\n|#[^\n]*+\n|/\*.*?\*/|[^'\"`;#/\n(),$-]++|.", re.DOTALL
        ),
    )


def value_of(literal: str, escape: str) -> str | None:
    r"""Return what a literal stands for, as text; None for NULL.

    >>> value_of("'it''s'", ""), value_of(r"'a\nb'", "\\"), value_of("NULL", ""), value_of("-1.50", "")
    ("it's", 'a\nb', None, '-1.50')
    """
    quote = literal[-1]
    if quote not in "'\"":
        return None if literal.upper() == "NULL" else literal
    before, _, inner = literal[:-1].partition(quote)
    if before in {"x", "X", "b", "B"}:
        return ("0x" if before in "xX" else "0b") + inner
    meanings = OF_POSTGRES if before in {"E", "e"} else ESCAPES
    if "\\" in inner and (escape or meanings is OF_POSTGRES):
        return re.sub(rf"\\(.)|{quote}{quote}", lambda found: _plain(found, quote, meanings), inner, flags=re.DOTALL)
    return inner.replace(quote * 2, quote)


def _plain(found: re.Match[str], quote: str, meanings: dict[str, str]) -> str:
    return quote if found[1] is None else meanings.get(found[1], found[1])
