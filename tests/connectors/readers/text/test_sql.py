"""SQL dumps: literals, what stands around them, what is kept out, and files that are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from connectors import Format
from connectors.readers import Limits, Member, reader
from connectors.readers.sniff import sniff
from connectors.readers.text import sql_script
from connectors.readers.text.sql_literals import value_of
from connectors.readers.text.sql_script import Script
from tests.support.delivered import delivered, here

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.delivered import Outcome


@pytest.fixture
def dump(tmp_path: Path) -> Callable[..., Outcome]:
    def read(text: str, encoding: str = "utf-8", **agreed: Any) -> Outcome:
        path = tmp_path / "dump.sql"
        path.write_bytes(text.encode(encoding))
        return here(path, kind="sql", encoding=encoding, **agreed)

    return read


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        ("'it''s'", "it's"),
        (r"'it\'s \\ \n\x'", "it's \\ \nx"),
        (r"'100\%'", r"100\%"),
        ("'a;b)\n(c'", "a;b)\n(c"),
        ("'-- no comment /* nor this'", "-- no comment /* nor this"),
        ('"say ""hi"""', 'say "hi"'),
        ("N'品名'", "品名"),
        ("_utf8'品名'", "品名"),
        ("DATE '2026-03-02'", "2026-03-02"),
        ("''", ""),
        ("NULL", None),
        ("null", None),
        ("-0012.50", "-0012.50"),
        ("-5", "-5"),
        ("+5", "+5"),
        ("1e5", "1e5"),
        ("5e-3", "5e-3"),
        ("0x1F", "0x1f"),
        ("x'1F'", "0x1f"),
        ("E'x'", "x"),
        ("1e400", "1e400"),
        ("12345678901234567890123", "12345678901234567890123"),
        ("true", "true"),
        ("0xE59381", "品"),
        ("X'FF00'", "0xff00"),
    ],
)
def test_literals_of_dumps(dump: Callable[..., Outcome], literal: str, value: str | None) -> None:
    outcome = dump(f"INSERT INTO t (a, b) VALUES (1, {literal});")
    assert (outcome.cells, outcome.codes) == ([{"a": "1", "b": value}], [])


def test_a_backslash_is_one_where_the_format_says_so(dump: Callable[..., Outcome]) -> None:
    text = "INSERT INTO t (a, b) VALUES ('C:\\', 'x');"
    assert dump(text, escape="").cells == [{"a": "C:\\", "b": "x"}]
    assert dump(text).codes == ["BAD_DOCUMENT"], "the quote is escaped, and the string does not end there"


@pytest.mark.parametrize(
    "text",
    [
        "INSERT INTO t (a, b) VALUES ('1', 'x'), ('2', 'y');",
        "insert into `s`.`t` (`a`, `b`) values\n('1','x')\n,\n('2','y')",
        "INSERT [dbo].[t] ([a], [b]) VALUES (N'1', N'x')\nINSERT [dbo].[t] ([a], [b]) VALUES (N'2', N'y')\nGO\n",
        "SET IDENTITY_INSERT [t] ON\nINSERT [t] (a, b) VALUES ('1', 'x')\nGO\nINSERT [t] (a, b) VALUES ('2', 'y')\nGO",
        "REPLACE INTO t (a, b) VALUES ('1', 'x');;\nINSERT IGNORE INTO t (a, b) VALUES ('2', 'y');",
        "-- ; '\n# '\n/* INSERT INTO t VALUES (0) */INSERT INTO t (a, b) VALUES (/* ' */ '1', -- )\n'x'), ('2', 'y');",
        """/*!40101 SET NAMES utf8 */;\nSET a = ';';\nDROP TABLE IF EXISTS t;\nLOCK TABLES t WRITE;
        DELETE FROM t;\nINSERT INTO t (a, b) VALUES ('1','x');INSERT INTO t (a, b) VALUES ('2','y');\nUNLOCK TABLES;""",
        """CREATE TABLE t (a int COMMENT 'x, (y;', b varchar(9) DEFAULT ';', PRIMARY KEY (a));
        INSERT INTO t VALUES ('1', 'x'); INSERT INTO t VALUES ('2', 'y') ON CONFLICT DO NOTHING;\nCOMMIT""",
    ],
)
def test_what_stands_around_the_rows(dump: Callable[..., Outcome], text: str) -> None:
    outcome = dump(text)
    assert outcome.codes == []
    assert outcome.cells == [{"a": "1", "b": "x"}, {"a": "2", "b": "y"}]


def test_names_of_columns(dump: Callable[..., Outcome]) -> None:
    assert dump("INSERT INTO t VALUES ('1', 'x');").cells == [{"#1": "1", "#2": "x"}]
    assert dump("INSERT INTO t VALUES ('1', 'x');", columns=["a", "b"]).cells == [{"a": "1", "b": "x"}]
    assert dump("INSERT INTO t (a, a) VALUES (1, 2);").codes == ["DUPLICATE_COLUMN"]


def test_columns_of_several_inserts(dump: Callable[..., Outcome]) -> None:
    text = "INSERT INTO t (a, b) VALUES (1, 2);\nINSERT INTO t (b, a) VALUES (4, 3);\nINSERT INTO t (b) VALUES (6);\n"
    outcome = dump(text + "INSERT INTO t (b, c) VALUES (7, 8);")
    assert outcome.cells == [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}, {"a": None, "b": "6"}]
    assert outcome.faults == [(4, "BAD_RECORD")], "a value of a column that the first INSERT does not name"


def test_one_table_of_several(dump: Callable[..., Outcome]) -> None:
    text = "INSERT INTO t (a) VALUES (1);\nINSERT INTO u (b) VALUES ('x');\nINSERT INTO t (a) VALUES (2);"
    assert dump(text, table="u").cells == [{"b": "x"}]
    assert [row["@line"] for row in dump(text, table="t").rows] == [1, 3]


def test_rows_that_are_no_literals(dump: Callable[..., Outcome]) -> None:
    outcome = dump(
        "INSERT INTO t (a, b) VALUES (1, NOW()),\n(2, to_date('2026-03-02', 'YYYY-MM-DD')),\n"
        "(3, CAST(N'x' AS DateTime)),\n(4, CURRENT_TIMESTAMP),\n(5),\n(6, 'x', 'y'),\n(7, 'z');"
    )
    assert outcome.cells == [{"a": "7", "b": "z"}]
    assert outcome.faults == [
        *((line, "BAD_RECORD") for line in (1, 2, 3, 4)),
        (5, "WRONG_CELL_COUNT"),
        (6, "WRONG_CELL_COUNT"),
    ]
    assert outcome.rows[0]["@raw"] == "(1, NOW())"


ROW = "INSERT INTO t (a) VALUES ('x');\n"


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("", "EMPTY_FILE", None),
        ("SET a = 1;", "TABLE_MISSING", None),
        (ROW + "INSERT INTO u (a) VALUES ('x');", "TABLE_MISSING", None),
        (ROW + "UPDATE t SET a = 'y';", "BAD_DOCUMENT", 2),
        (ROW + "DELETE FROM t;", "BAD_DOCUMENT", 2),
        (ROW + "DROP TABLE `t`;", "BAD_DOCUMENT", 2),
        (ROW + "/*!50003 INSERT INTO t (a) VALUES ('y') */;", "BAD_DOCUMENT", 2),
        (ROW + "INSERT INTO t (a) VALUES ('x') ON DUPLICATE KEY UPDATE a = 'y';", "BAD_DOCUMENT", 2),
        (ROW + "INSERT INTO t SELECT a FROM u;", "BAD_DOCUMENT", 2),
        (ROW + "CALL p();", "BAD_DOCUMENT", 2),
        ("COPY t (a) FROM stdin;\nx\n\\.\n", "BAD_DOCUMENT", 1),
        ("a,b\n1,2\n", "BAD_DOCUMENT", 1),
        (ROW + "INSERT INTO t (a) VALUES ('O'Brien');", "BAD_DOCUMENT", 2),
        (ROW + "INSERT INTO t (a) VALUES ('x' 'y');", "BAD_DOCUMENT", 2),
        (ROW + "INSERT INTO t (a) VALUES (1 + 1);", "BAD_DOCUMENT", 2),
        (ROW + "INSERT INTO t (a) VALUES ();", "BAD_DOCUMENT", 2),
        (ROW + "INSERT INTO t (a) VALUES ('x'),\n('cut", "TRUNCATED_FILE", 3),
        (ROW + "INSERT INTO t (a) VALUES ('x', ", "TRUNCATED_FILE", 2),
        (ROW + "INSERT INTO t (a) VALUES ('x'),", "TRUNCATED_FILE", 2),
    ],
)
def test_what_rejects_a_dump(dump: Callable[..., Outcome], text: str, code: str, line: int | None) -> None:
    outcome = dump(text)
    assert [(each.code, each.line) for each in outcome.verdict] == [(code, line)]


@pytest.mark.parametrize("escape", ["", "\\"])
@pytest.mark.parametrize(
    "value",
    [
        *("5--3", "5--3\n", "5 --3\n", "--5", "1 --\u00a02\n", "NULL--1\n", "'a'--'b'\n", "NOW()--1\n"),
        *("5#3\n", "5 # 3\n", "#5\n5", "5 /* a /* b */", "5/*/*/", "5/*!+3*/"),
    ],
)
def test_what_is_a_comment_to_some_databases_only_rejects_the_dump(
    dump: Callable[..., Outcome], value: str, escape: str
) -> None:
    outcome = dump(f"{ROW}INSERT INTO t (a) VALUES\n({value}\n), (6);", escape=escape)
    assert [(each.code, each.line) for each in outcome.verdict] == [("BAD_DOCUMENT", 3)]
    (finding,) = outcome.verdict
    assert finding.expected == 'SQL: INSERT ("-- ", "/* */")'
    assert not {*(finding.value or "")} & {*"35ab"}, "a value is not shown"


def test_what_is_a_comment_to_every_database_is_passed_over(dump: Callable[..., Outcome]) -> None:
    text = "INSERT INTO t (a, b) VALUES (-- 7, 8\n1, --\n/* 9, ' */ '2' --\t' )\n), --)\n# x\n(/**/3/* * / **/,/***/4);"
    assert dump(text).cells == [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}]


@pytest.mark.parametrize(
    "value",
    [
        *("5-3", "5 - 3", "5+3", "5*2", "6/2", "- 5", "- - 5", "-+5", "(5)", "TRUE-1", "NOW()-1", "'5'-3", "5 3"),
        *("'a' || 'b'", "'a'\n'b'", "'a'::text", "'a' COLLATE utf8_bin", "1e", "1_000", "0b101", "0X1F", "U&'\\0041'"),
        "DATE'2026-03-02'",
    ],
)
def test_what_only_a_database_can_compute_rejects_the_dump(dump: Callable[..., Outcome], value: str) -> None:
    outcome = dump(f"{ROW}INSERT INTO t (a) VALUES ({value}), (6);")
    assert [(each.code, each.expected) for each in outcome.verdict] == [("BAD_DOCUMENT", "SQL: INSERT")]


def test_it_is_read_in_a_process_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "dump.sql"
    path.write_bytes("INSERT INTO t (名称) VALUES ('有限公司');".encode("gb18030"))
    outcome = delivered(path, kind="sql", encoding="gb18030")
    assert outcome.cells == [{"名称": "有限公司"}]
    fmt = Format.of({"kind": "sql", "encoding": "gb18030"})
    assert reader("sql").header([Member(path)], fmt, Limits()) == ["名称"]
    assert sniff(path)["kind"] == "sql"


def test_text_about_inserts_is_no_dump(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("编号,备注\n1,INSERT INTO t VALUES (1)\n", "utf-8")
    assert sniff(path)["kind"] == "csv"


@pytest.mark.parametrize("size", [1, 2, 3, 7, 50])
def test_blocks_may_end_anywhere(size: int, tmp_path: Path) -> None:
    text = (
        "-- 一\n/* 二 */ CREATE TABLE t (`列` int, b text);\n"
        "INSERT INTO t VALUES ('a''b\\\\', -1.5e3), (NULL, 'x\\';y') ;\nGO\nINSERT INTO t (b) VALUES (now(1, 'x'));"
    ).encode()
    script = Script((text[at : at + size] for at in range(0, len(text), size)), Member(tmp_path), "\\")
    found = [(insert.columns, [(row.cells, row.line) for row in script.rows()]) for insert in script.inserts()]
    assert found == [
        (("列", "b"), [(["'a''b\\\\'", "-1.5e3"], 3), (["NULL", "'x\\';y'"], 3)]),
        (("b",), [(None, 5)]),
    ]
    assert value_of(found[0][1][0][0][0], "\\") == "a'b\\"  # type: ignore[index]


def test_a_row_without_end_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql_script, "MAX_PIECE", 100_000)
    path = tmp_path / "dump.sql"
    path.write_bytes(b"INSERT INTO t (a) VALUES ('" + b"x" * 3_000_000)
    assert here(path, kind="sql").codes == ["READER_LIMIT"]
    path.write_bytes(ROW.encode() + b"SET a = '" + b"x" * 3_000_000)
    assert here(path, kind="sql").codes == ["READER_LIMIT"]


def test_a_long_value_is_a_fault_of_its_row(dump: Callable[..., Outcome]) -> None:
    outcome = dump("INSERT INTO t (a) VALUES ('" + "x" * 2_000_000 + "'), ('y');")
    assert outcome.faults == [(1, "CELL_TOO_LONG")]
    assert outcome.cells == [{"a": "y"}]


BACKSLASH = "INSERT INTO t (a) VALUES ('C:\\new');\n"


@pytest.mark.parametrize(
    ("text", "escape", "code"),
    [
        ("SET standard_conforming_strings = on;\n", "\\", "BAD_DOCUMENT"),
        (
            "SELECT pg_catalog.set_config('search_path', '', false);\nSET standard_conforming_strings TO on;",
            "\\",
            "BAD_DOCUMENT",
        ),
        ("PRAGMA foreign_keys=OFF;\n", "\\", "BAD_DOCUMENT"),
        ("SET ANSI_NULLS ON\nGO\n", "\\", "BAD_DOCUMENT"),
        ("/*!40101 SET SQL_MODE='NO_BACKSLASH_ESCAPES' */;\n", "\\", "BAD_DOCUMENT"),
        ("/*!40101 SET NAMES utf8mb4 */;\n", "", "BAD_DOCUMENT"),
        ("SET standard_conforming_strings = on;\n", "", None),
        ("/*!40101 SET NAMES utf8mb4 */;\n", "\\", None),
        ("SET standard_conforming_strings = off;\n", "\\", None),
    ],
)
def test_a_backslash_that_means_another_thing_to_the_dump_is_not_read(
    dump: Callable[..., Outcome], text: str, escape: str, code: str | None
) -> None:
    outcome = dump(text + ROW + BACKSLASH, escape=escape)
    assert outcome.codes == ([code] if code else [])
    assert (
        not code
        or escape not in {"", "\\"}
        or outcome.verdict[0].expected == f'SQL: escape: "{"" if escape else chr(92)}"'
    )
    assert dump(text + ROW, escape=escape).codes == [], "without a backslash both mean the same"


def test_strings_of_postgres_say_themselves_that_a_backslash_escapes(dump: Callable[..., Outcome]) -> None:
    text = r"INSERT INTO t (a) VALUES (E'it\'s\f\Z\\%\%'), ('a\nb'), (E'\x41'), (E'\101'), (E'\u54c1');"
    for escape, second in (("", r"a\nb"), ("\\", "a\nb")):
        outcome = dump(text, escape=escape)
        assert [row["a"] for row in outcome.cells] == ["it's\fZ\\%%", second]
        assert outcome.faults == [(1, "BAD_RECORD")] * 3, "characters by their numbers"


def test_texts_of_another_character_set_are_faulty(dump: Callable[..., Outcome]) -> None:
    outcome = dump("INSERT INTO t (a) VALUES (_latin1'\u00e9'), (_utf8mb4'\u00e9'), (_binary 'x'), (_gbk'x');")
    assert outcome.faults == [(1, "BAD_RECORD")] * 2
    assert [row["a"] for row in outcome.cells] == ["\u00e9", "x"]


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("-- MySQL dump 10.13\n", "-- Dump completed on 2026-03-02\n"),
        ("-- MariaDB dump 10.19\n", "-- Dump completed on 2026-03-02\n"),
        ("--\n-- PostgreSQL database dump\n--\n", "--\n-- PostgreSQL database dump complete\n--\n"),
        ("BEGIN TRANSACTION;\n", "COMMIT;\n"),
        ("START TRANSACTION;\n", "COMMIT;"),
    ],
)
def test_a_dump_that_lacks_its_end_is_cut_off(dump: Callable[..., Outcome], text: str, whole: str) -> None:
    assert dump(text + ROW).codes == ["TRUNCATED_FILE"]
    assert dump(text + ROW + whole).codes == []
    assert dump((text + ROW + whole) * 2).codes == []


@pytest.mark.parametrize(
    "text",
    [
        "CREATE PROCEDURE p AS\nINSERT INTO t (a) VALUES ('p')\nGO\n",
        "CREATE OR ALTER PROC p AS\nINSERT INTO t (a) VALUES ('p');\nINSERT INTO t (a) VALUES ('q');\nGO\n",
        "CREATE TRIGGER g ON t AFTER INSERT AS\nINSERT INTO t (a) VALUES ('p')\nGO\n",
        "CREATE FUNCTION f() RETURNS void AS $$ SELECT 1;\nINSERT INTO t (a) VALUES ('q'); $$\nLANGUAGE sql;\n",
        "CREATE FUNCTION f() RETURNS int AS $b$ SELECT 1 AS b; $b$ LANGUAGE sql;\n",
        "CREATE RULE r AS ON UPDATE TO t DO ALSO\nINSERT INTO t (a) VALUES ('p');\n",
        "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();\n",
    ],
)
def test_what_stands_in_a_routine_is_no_row(dump: Callable[..., Outcome], text: str) -> None:
    outcome = dump(text + ROW)
    assert (outcome.codes, outcome.cells) == ([], [{"a": "x"}])


@pytest.mark.parametrize(
    "text",
    [
        ROW + "CREATE PROCEDURE p AS\nINSERT INTO t (a) VALUES ('p');\nINSERT INTO t (a) VALUES ('q');\n",
        ROW + "GO 5\n",
        ROW + "/*!40000 TRUNCATE TABLE t */;",
        ROW + "/*!40000 DROP TABLE IF EXISTS `t` */;",
        ROW + "/*M!100100 INSERT INTO t (a) VALUES ('y') */;",
        "INSERT INTO t (a) VALUES ('x' /*M!, 'y' */);",
    ],
)
def test_what_a_database_would_do_otherwise_is_not_read(dump: Callable[..., Outcome], text: str) -> None:
    assert dump(text).codes == ["BAD_DOCUMENT"]


def test_a_view_that_is_dropped_in_a_comment_has_no_rows(dump: Callable[..., Outcome]) -> None:
    assert dump(ROW + "/*!50001 DROP VIEW IF EXISTS `v`*/;\n/*!50001 DROP TABLE IF EXISTS `u`*/;\n").codes == []


@pytest.mark.parametrize(
    ("text", "table"),
    [
        ("INSERT INTO a.t (a) VALUES ('x');\nINSERT INTO b.t (a) VALUES ('y');", None),
        ("INSERT INTO a.t (a) VALUES ('x');\nINSERT INTO b.t (a) VALUES ('y');", "t"),
        ("USE a;\nINSERT INTO t (a) VALUES ('x');\nUSE `b`;\nINSERT INTO t (a) VALUES ('y');", None),
        (ROW + "INSERT INTO T (a) VALUES ('y');", "t"),
    ],
)
def test_tables_of_one_name_are_not_one_table(dump: Callable[..., Outcome], text: str, table: str | None) -> None:
    assert dump(text, table=table).codes == ["TABLE_MISSING"]


def test_a_table_may_be_named_with_more_or_less_before_it(dump: Callable[..., Outcome]) -> None:
    text = (
        "USE [d]\nGO\nINSERT [d].[dbo].[t] ([a]) VALUES (1)\nINSERT [dbo].[t] ([a]) VALUES (2)\nINSERT t (a) VALUES (3)"
    )
    assert [row["a"] for row in dump(text).cells] == ["1", "2", "3"]


@pytest.mark.parametrize("size", [1, 7, 30])
@pytest.mark.parametrize("begun", ["'{}'", "$$ {} $$", "/* {} */ 1", "-- {}\n1", "`{}`"])
def test_a_block_may_end_within_what_holds_a_semicolon(size: int, begun: str, tmp_path: Path) -> None:
    inner = "much text before it; INSERT INTO t (a) VALUES (0); and behind it"
    text = f"SET a = {begun.format(inner)};\n{ROW}".encode()
    script = Script((text[at : at + size] for at in range(0, len(text), size)), Member(tmp_path), "\\")
    assert [[row.cells for row in script.rows()] for _ in script.inserts()] == [[["'x'"]]]


def test_a_fault_is_told_where_it_is_in_a_long_file(
    dump: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sql_script, "MAX_PIECE", 1_000)
    assert dump(ROW + "INSERT INTO t (a) VALUES ('x' 'y');\n" + ROW * 100_000).codes == ["BAD_DOCUMENT"]


def test_comments_that_mysql_executes_are_searched_in_one_pass(dump: Callable[..., Outcome]) -> None:
    assert dump(ROW + "/*! " + "UPDATE " * 30_000 + "*/;").codes == []


@pytest.mark.parametrize(
    "text",
    [
        "INSERT INTO t (a) VALUES ('O'Zhang San', '13800138000');",
        "INSERT INTO t (a) VALUES ('x' 'Zhang San');",
        "UPDATE t SET a = 'Zhang San' WHERE b = '13800138000';",
        "CALL p('Zhang San, 11010519491231002" + "1" * 40 + "');",
        f"CALL p(11010519491231002{'X':>40});",
    ],
)
def test_a_finding_shows_no_values(dump: Callable[..., Outcome], text: str) -> None:
    (finding,) = dump(ROW + text).verdict
    assert not {"Zhang", "San", "1380013", "110105194"} & {*(finding.value or "").replace("'", " ").split()}
    assert "Zhang" not in (finding.value or "")
