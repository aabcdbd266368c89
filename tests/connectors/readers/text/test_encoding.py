"""The declared encoding is believed until the bytes contradict it, and then the line is told."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest
import yaml

from connectors import Format
from connectors.readers import Member
from connectors.readers.text.encoding import line_at, utf8_blocks
from hub.errors import FixTheHub
from tests.support.delivered import here

TEXTS = yaml.safe_load(Path(__file__).resolve().parents[3].joinpath("support", "texts.yml").read_text("utf-8"))
TEXT = "编号,地点\nR1,海口市龙华区\nR2,儋州市那大镇\n"
CELLS = [{"编号": "R1", "地点": "海口市龙华区"}, {"编号": "R2", "地点": "儋州市那大镇"}]
TRADITIONAL = "編號,地點\nR1,臺北市中正區玩具商店\nR2,高雄市的電器產品著火\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "delivery.csv"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "gbk", "gb2312", "utf-16", "utf-16-le", "utf-32-be"])
def test_declared_and_true(path: Path, encoding: str) -> None:
    path.write_bytes(TEXT.encode(encoding))
    outcome = here(path, kind="csv", encoding=encoding)
    assert outcome.cells == CELLS
    assert not outcome.codes


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        ("\ufeff".encode("gb18030"), "gb18030"),
    ],
)
@pytest.mark.parametrize("declared", ["utf-8", "gb18030"])
def test_mark_beats_the_declaration_and_is_told(path: Path, mark: bytes, encoding: str, declared: str) -> None:
    path.write_bytes(mark + TEXT.encode(encoding))
    outcome = here(path, kind="csv", encoding=declared)
    assert outcome.cells == CELLS
    assert outcome.codes == ([] if encoding == declared else ["ENCODING_CONTRADICTED"])


@pytest.mark.parametrize("declared", ["gb18030", "gbk", "gb2312"])
def test_chinese_utf8_is_not_read_as_gb18030(path: Path, declared: str) -> None:
    path.write_bytes(b"a,b\n1,2\n" * 1000 + TEXT.encode())
    outcome = here(path, kind="csv", encoding=declared)
    assert [(finding.code, finding.line) for finding in outcome.verdict] == [("WRONG_ENCODING", 2001)]
    assert outcome.verdict[0].value == "E7 BC 96 (utf-8)"


@pytest.mark.parametrize(
    "text",
    [
        "编号,名\n1,联通\n",  # the classic: these bytes nearly are UTF-8
        "a,b\n1,模省\n",  # valid UTF-8, but of two-byte characters that are not Chinese
        "a,b\n1,caf\u8305\n",
        TRADITIONAL,
        TEXT,
    ],
)
def test_gb18030_is_never_taken_for_something_else(path: Path, text: str) -> None:
    path.write_bytes(text.encode("gb18030"))
    outcome = here(path, kind="csv", encoding="gb18030")
    assert not outcome.verdict
    assert "".join(outcome.cells[0].values()) in text.replace(",", "")


def test_big5_is_not_read_as_gb18030(path: Path) -> None:
    path.write_bytes(TRADITIONAL.encode("big5"))
    outcome = here(path, kind="csv", encoding="gb18030")
    assert outcome.codes == ["WRONG_ENCODING"]
    assert str(outcome.verdict[0].value).endswith("(big5)")
    assert here(path, kind="csv", encoding="big5").cells[0]["編號"] == "R1"


@pytest.mark.parametrize(
    ("declared", "language", "encoding", "first"),
    [
        ("gb18030", "ko_table", "euc_kr", "B9 F8 C8"),
        ("gb18030", "ja_table", "shift_jis", "94 D4 8D"),
        ("big5", "zh_table", "gb18030", "B1 E0 BA"),
        ("cp1252", "zh_table", "gb18030", "B1 E0 BA"),
        ("iso8859-1", "fr", "utf-8", "C3 AA 74"),
        ("koi8-r", "ja_table", "euc_jp", "C8 D6 B9"),
    ],
)
def test_what_is_clearly_another_encoding_is_refused(
    path: Path, declared: str, language: str, encoding: str, first: str
) -> None:
    path.write_bytes(f"a,b\n1,{TEXTS[language]['text']}\n".encode(encoding))
    (verdict,) = here(path, kind="csv", encoding=declared).verdict
    assert (verdict.code, verdict.value, verdict.expected) == ("WRONG_ENCODING", f"{first} ({encoding})", declared)


@pytest.mark.parametrize("declared", ["gb18030", "gbk", "gb2312"])
def test_the_euro_sign_of_windows_is_read(path: Path, declared: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.readers.text.encoding.BLOCK", 7)
    text = "价,名\n1,张@\n@2,€@李\n".encode("gb18030").replace(b"@", b"\x80")
    if declared == "gb18030":
        path.write_bytes(text)
        told = 3
        names = ["张€", "€€李"]
    else:
        path.write_bytes(text.replace("€".encode("gb18030"), b""))
        told, names = 3, ["张€", "€李"]
    outcome = here(path, kind="csv", encoding=declared)
    assert [cells["名"] for cells in outcome.cells] == names
    assert [(each.code, each.line, each.count) for each in outcome.findings] == [("REPAIRED_EURO", 2, told)]
    path.write_bytes("价,名\n1,张@\n".encode("gb18030").replace(b"@", b"\xff"))
    assert here(path, kind="csv", encoding=declared).codes == ["WRONG_ENCODING"]


def test_a_euro_sign_at_the_end_is_not_lost(path: Path) -> None:
    path.write_bytes("名,价\n短,@5\n".encode("gbk").replace(b"@", b"\x80"))
    outcome = here(path, kind="csv", encoding="gb18030")
    assert outcome.cells == [{"名": "短", "价": "€5"}]
    assert [(each.code, each.line, each.count) for each in outcome.findings] == [("REPAIRED_EURO", 2, 1)]


@pytest.mark.parametrize(
    ("declared", "end", "line"),
    [("big5", b"\x80", 2), ("euc_kr", b"\x80", 2), ("gb18030", b"\x80\x81", 2), ("gbk", b"\x80\n3,\xfe", 3)],
)
def test_half_a_character_at_the_end_is_named(path: Path, declared: str, end: bytes, line: int) -> None:
    path.write_bytes(b"a,b\n1," + end)
    (verdict,) = here(path, kind="csv", encoding=declared).verdict
    assert (verdict.code, verdict.line, verdict.value) == ("TRUNCATED_FILE", line, end[-1:].hex().upper())


def test_bytes_that_the_encoding_cannot_hold(path: Path) -> None:
    path.write_bytes(b"a,b\r\n" + b"1,2\r\n" * 300_000 + b'3,"x\ny\xff\xfe"\r\n')
    verdict = here(path, kind="csv").verdict[0]
    assert (verdict.code, verdict.line, verdict.value, verdict.expected) == ("WRONG_ENCODING", 300_003, "FF", "utf-8")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_file_cut_within_a_character(path: Path, encoding: str) -> None:
    path.write_bytes(TEXT.rstrip().encode(encoding)[:-1])
    verdict = here(path, kind="csv", encoding=encoding).verdict[0]
    assert (verdict.code, verdict.line) == ("TRUNCATED_FILE", 3)


def test_utf16_without_mark_declared_as_utf8(path: Path) -> None:
    path.write_bytes("a,b\n1,2\n".encode("utf-16-le"))
    assert here(path, kind="csv").codes == ["WRONG_ENCODING"]


def test_characters_across_blocks(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "名\n" + "张𠮷䶮·㐀\r\n" * 50
    monkeypatch.setattr("connectors.readers.text.encoding.BLOCK", 7)
    for encoding in ("utf-8", "gb18030", "utf-16-be"):
        path.write_bytes(text.encode(encoding))
        blocks = utf8_blocks(Member(path), Format("csv", encoding), lambda _: None)
        assert b"".join(blocks).decode() == text


def test_lines_are_counted_across_blocks(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.readers.text.encoding.BLOCK", 3)
    path.write_bytes(b"a\r\nb\rc\n\r\nd")
    assert [line_at(Member(path), "utf-8", offset) for offset in (0, 1, 3, 5, 7, 9)] == [1, 1, 2, 3, 4, 5]


@pytest.mark.parametrize("encoding", ["zlib_codec", "utf-7", "idna", "nonsense", "unicode_escape", "hz"])
def test_encodings_that_are_not_for_files(encoding: str) -> None:
    with pytest.raises(FixTheHub, match="encoding"):
        Format("csv", encoding)
