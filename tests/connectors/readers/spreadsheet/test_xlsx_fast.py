"""Sheets cut as text say what the XML parser says, and what is not plain is left to it."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.readers.spreadsheet.xlsx_fast import NotPlainError, PlainRows
from tests.support.delivered import Outcome, here

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import NoReturn

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGED = "http://schemas.openxmlformats.org/package/2006/relationships"
HEAD = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="{MAIN}" xmlns:x="x">'
    '<cols><col min="2" max="2" hidden="1"/></cols>'
)
TAIL = '<mergeCells><mergeCell ref="A3:A4"/></mergeCells></worksheet>'
HEADER = '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="B1" t="inlineStr"><is><t>b</t></is></c></row>'
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="164" formatCode="0000"/></numFmts>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="22"/></cellXfs></styleSheet>'
)


def _relations(**told: str) -> str:
    each = (f'<Relationship Id="{kind}" Type="{RELATED}/{kind}" Target="{target}"/>' for kind, target in told.items())
    return f'<Relationships xmlns="{PACKAGED}">{"".join(each)}</Relationships>'


def write(path: Path, sheet: str | bytes) -> Path:
    listed = '<sheet name="S" sheetId="1" r:id="worksheet"/>'
    parts: dict[str, str | bytes] = {
        "_rels/.rels": _relations(officeDocument="xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATED}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relations(worksheet="s.xml", styles="styles.xml", sharedStrings="t.xml"),
        "xl/styles.xml": STYLES,
        "xl/t.xml": f'<sst xmlns="{MAIN}"><si><t>甲</t></si><si><r><t>乙</t></r><r><t>丙</t></r></si></sst>',
        "xl/s.xml": sheet,
    }
    with zipfile.ZipFile(path, "w") as package:
        for name, text in parts.items():
            package.writestr(name, text)
    return path


def by_parser(path: Path, patch: pytest.MonkeyPatch) -> Outcome:
    def never(_: PlainRows) -> NoReturn:
        raise NotPlainError

    patch.setattr(PlainRows, "__iter__", never)
    return here(path, kind="xlsx")


VALUES = st.sampled_from(
    """|<v>5</v>|<v>46083.5</v>|<v>1234567890123456</v>|<v>-0.10</v>|<v>x</v>|<v>1</v>|<v>7</v>|<v></v>|<v/>|<f>A1</f>|<f/>
|<f>A1&gt;2</f><v>3</v>|<f t="shared" si="0"/><v>4</v>|<is><t>&#21271;&#x4eac;&amp;_x000D_</t></is>|<v>&amp;lt;</v>
|<is><t xml:space="preserve"> x </t></is>|<is><t></t></is>|<is><r><t>ri</t></r><r><t>ch</t></r></is>|<v>a&lt;b</v>
|<v>&#13;a\rb\r\nc</v>|<v><![CDATA[<z>]]></v>|<v>&nope;</v>|<v>&#0;</v>|<v>\u0001</v>|<v>\ufffe</v>|<v>a&b</v>|<v>&</v>
|<!-- c --><v>1</v>|<is><t>a</t><rPh><t>b</t></rPh></is>|<v>1</v><v>2</v>| <v>1</v>|<v>]]&gt;</v>|<v>&#x110000;</v>
|<v>&amp</v>|<v>\u3000</v>|<is><t>a&#10;b\tc</t></is>|<v>2958465.99999999999</v>""".replace("\n", "").split("|")
)
REFERENCES = st.sampled_from([' r="A{n}"', ' r="B{n}"', "", ' r="b{n}"', ' r="C{n}"', ' r="XFE{n}"'])
KINDS = st.sampled_from(["", ' t="n"', ' t="s"', ' t="str"', ' t="b"', ' t="e"', ' t="inlineStr"', ' t="d"', ' t="?"'])
NUMBERS = st.sampled_from(["", ' s="1"', ' s="2"', ' s="99"', ' cm="1"'])
CELLS = st.builds("<c{}{}{}>{}</c>".format, REFERENCES, NUMBERS, KINDS, VALUES) | st.sampled_from(
    ['<c r="A{n}"/>', "<x/>"]
)
TAGS = st.sampled_from(
    [
        "<row{r}>",
        '<row{r} spans="1:2" x:y="2">',
        '<row{r} hidden="1">',
        "<row>",
        "<row{r}\n>",
        '<row{r} r="9">',
        "<row{r}/><row>",
    ]
)
ROWS = st.builds(
    lambda tag, cells, end: tag + "".join(cells) + end,
    TAGS,
    st.lists(CELLS, max_size=3),
    st.sampled_from(["</row>"] * 9 + ["</row >", ""]),
)


@settings(max_examples=500, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(ROWS, max_size=4),
    st.integers(20, 400),
    st.sampled_from([TAIL] * 5 + ["</worksheet>", "", "<!-- --></worksheet>"]),
)
def test_plain_or_not_the_rows_are_the_same(tmp_path: Path, rows: list[str], block: int, tail: str) -> None:
    body = "".join(row.replace("{r}", f' r="{n}"').replace("{n}", str(n)) for n, row in enumerate(rows, 2))
    path = write(
        tmp_path / "delivery.xlsx", f"{HEAD}<sheetData>{HEADER}{body}</sheetData>{tail}".encode("utf-8", "replace")
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("connectors.readers.spreadsheet.xlsx_fast.BLOCK", block)
        ours = here(path, kind="xlsx")
        parsed = by_parser(path, patch)
    assert [finding.code for finding in ours.verdict] == [finding.code for finding in parsed.verdict]
    assert ours.rows[: len(parsed.rows)] == parsed.rows[: len(ours.rows)]
    if not ours.verdict:
        assert (ours.rows, ours.findings) == (parsed.rows, parsed.findings)


def _count(path: Path) -> Iterator[int]:
    with zipfile.ZipFile(path) as package, package.open("xl/s.xml") as file:
        yield from (len(cells) for _, cells in PlainRows(file))


ORDINARY = f'{HEAD}<sheetData>{HEADER}<row r="2"><c r="A2" s="1"><v>7</v></c></row><row r="3"/></sheetData>{TAIL}'


def test_what_a_spreadsheet_writes_is_plain(tmp_path: Path) -> None:
    path = write(tmp_path / "delivery.xlsx", ORDINARY)
    assert list(_count(path)) == [2, 1, 0]
    outcome = here(path, kind="xlsx")
    assert outcome.cells == [{"a": "0007", "b": ""}]
    assert outcome.codes == ["MERGED_CELLS", "HIDDEN_COLUMNS"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<sheetData>", "<!-- <sheetData> --><sheetData>"),
        ("<v>7</v>", "<v>7</v><!-- -->"),
        ("<sheetData>", '<sheetData><c r="A1"/></row>'),
        ("<v>7</v>", "<v>7\1</v>"),
        ("</sheetData>", ""),
        ('encoding="UTF-8"', 'encoding="GBK"'),
        ("<worksheet", "<!DOCTYPE x><worksheet"),
        ('<row r="2">', '<row r="2"><c r="A2"><v>1</v></c><row>'),
    ],
)
def test_what_is_written_otherwise_is_not(tmp_path: Path, old: str, new: str) -> None:
    path = write(tmp_path / "delivery.xlsx", ORDINARY.replace(old, new, 1))
    with pytest.raises(NotPlainError):
        list(_count(path))


@pytest.mark.parametrize("limit", ["MAX_ROW_BYTES", "MAX_REST_BYTES"])
def test_what_is_too_long_to_be_cut_is_read_all_the_same(
    tmp_path: Path, limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "delivery.xlsx", ORDINARY)
    usual = here(path, kind="xlsx")
    monkeypatch.setattr("connectors.readers.spreadsheet.xlsx_fast.BLOCK", 50)
    monkeypatch.setattr(f"connectors.readers.spreadsheet.xlsx_fast.{limit}", 60)
    with pytest.raises(NotPlainError):
        list(_count(path))
    assert here(path, kind="xlsx").rows == usual.rows


def test_what_was_hidden_is_said_once_when_the_parser_takes_over(tmp_path: Path) -> None:
    hidden = ORDINARY.replace('<row r="2">', '<row r="2" hidden="1">')
    comment = '<row r="4"><!-- --><c r="A4"><v>1</v></c></row></sheetData>'
    path = write(tmp_path / "delivery.xlsx", hidden.replace("</sheetData>", comment))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("connectors.readers.spreadsheet.xlsx_fast.BLOCK", 50)
        outcome = here(path, kind="xlsx")
    assert [row["@line"] for row in outcome.rows] == [2, 4]
    assert [(each.value, each.count) for each in outcome.findings if each.code == "HIDDEN_ROWS"] == [("2", 1)]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_encodings_of_a_sheet(tmp_path: Path, encoding: str) -> None:
    sheet = ORDINARY.replace("UTF-8", encoding.removesuffix("-sig")).encode(encoding)
    assert here(write(tmp_path / "delivery.xlsx", sheet), kind="xlsx").cells == [{"a": "0007", "b": ""}]
