"""XML messages: paths, repeats, nothing lost in silence, nothing fetched or expanded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from connectors.readers import Limits
from tests.support.delivered import here

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DECLARATION: dict[str, Any] = {
    "kind": "xml",
    "records": "DecMessage",
    "repeat": ["DecLists/DecList", "DecLists/DecList/Limits/Limit", "Marks/Mark", "Containers/Container"],
}
MESSAGE = """<?xml version="1.0" encoding="UTF-8"?>
<DecMessage xmlns="http://www.chinaport.gov.cn/dec" Version="3.1">
  <DecHead><IEFlag>I</IEFlag><GrossWet>2.0000</GrossWet><EntryId/><Note type="a">x <![CDATA[<y>]]></Note></DecHead>
  <DecLists>
    <DecList><GNo>1</GNo><GName>玩具</GName><Limits><Limit>a</Limit><Limit>b</Limit></Limits></DecList>
    <DecList no="2"><GNo>2</GNo></DecList>
  </DecLists>
  <Marks><Mark>m1</Mark><!-- c --><Mark>m2</Mark></Marks><?pi x?>
  <Containers/>
</DecMessage>"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "delivery.xml"


def test_message_as_a_row(path: Path) -> None:
    path.write_text(MESSAGE)
    outcome = here(path, **DECLARATION)
    (row,) = outcome.cells
    assert row == {
        "./@Version": "3.1",
        "DecHead/IEFlag": "I",
        "DecHead/GrossWet": "2.0000",
        "DecHead/EntryId": "",
        "DecHead/Note/@type": "a",
        "DecHead/Note": "x <y>",
        "DecLists/DecList": [
            {"GNo": "1", "GName": "玩具", "Limits/Limit": ["a", "b"], "./@no": None},
            {"GNo": "2", "GName": None, "Limits/Limit": None, "./@no": "2"},
        ],
        "Marks/Mark": ["m1", "m2"],
        "Containers/Container": None,
    }
    assert outcome.batches[0].schema.field("Containers/Container").type == pa.list_(pa.string())


def test_records_below_the_root(path: Path) -> None:
    path.write_text("<rows><head>x</head><row no='1'><n>张</n></row><other><row/></other><row><m>2</m></row></rows>")
    outcome = here(path, kind="xml", records="rows/row")
    assert outcome.cells == [{"./@no": "1", "n": "张", "m": None}, {"./@no": None, "n": None, "m": "2"}]
    assert [row["@line"] for row in outcome.rows] == [1, 2]
    assert here(path, kind="xml", records="rows/none").codes == []
    (verdict,) = here(path, kind="xml", records="DecMessage").verdict
    assert (verdict.code, verdict.value) == ("WRONG_FORMAT", "rows")


def test_element_that_stands_twice_without_agreement_makes_its_record_faulty(path: Path) -> None:
    path.write_text("<r><i><a>1</a></i><i><a>2</a><a>3</a></i><i><a>4</a></i></r>")
    outcome = here(path, kind="xml", records="r/i")
    assert outcome.faults == [(2, "NOT_ONE_VALUE")]
    assert [row["a"] for row in outcome.cells] == ["1", "4"]


def test_text_between_parts_is_not_lost(path: Path) -> None:
    path.write_text("<r><a>one<b>two</b>three</a></r>")
    assert here(path, kind="xml").cells == [{"a": "onethree", "a/b": "two"}]


def test_long_text_makes_its_record_faulty(path: Path) -> None:
    path.write_text(f"<r><i><a>{'x' * 200}</a></i><i><a>1</a></i></r>")
    outcome = here(path, Limits(cell_bytes=100), kind="xml", records="r/i")
    assert outcome.faults == [(1, "CELL_TOO_LONG")]
    assert outcome.rows[0]["@raw"] == "a: 200 bytes"


@pytest.mark.parametrize("declared", ["GB2312", "gbk", "GB18030", None])
def test_chinese_encodings(path: Path, declared: str | None) -> None:
    said = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    path.write_bytes(f"{said}<r><a>朱镕基䶮</a></r>".encode("gb18030"))
    assert here(path, kind="xml", encoding="gb18030").cells == [{"a": "朱镕基䶮"}]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<!DOCTYPE r><r/>", "DOCTYPE_REFUSED"),
        ('<!DOCTYPE r [<!ENTITY a "b">]><r>&a;</r>', "DOCTYPE_REFUSED"),
        ("<!-- " + "x" * 70_000 + ' --><!DOCTYPE r [<!ENTITY a "b">]><r b="&a;"/>', "DOCTYPE_REFUSED"),
        ("<r><a>", "TRUNCATED_FILE"),
        ("<r><a", "TRUNCATED_FILE"),
        ("<r></a>", "BAD_DOCUMENT"),
        ("<r/><r/>", "BAD_DOCUMENT"),
        ("<r>&undefined;</r>", "BAD_DOCUMENT"),
        ("<a>" * 300 + "</a>" * 300, "BAD_DOCUMENT"),
        ("4<?xml version='1.0'?><r/>", "BAD_DOCUMENT"),
        ("PK\x03\x04", "WRONG_FORMAT"),
        ("", "EMPTY_FILE"),
    ],
)
def test_document_that_is_refused(path: Path, text: str, code: str) -> None:
    path.write_text(text)
    assert here(path, kind="xml").codes == [code]


def test_doctype_in_utf16_is_seen(path: Path) -> None:
    path.write_bytes('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE r><r/>'.encode("utf-16"))
    assert here(path, kind="xml").codes == ["DOCTYPE_REFUSED"]


def test_error_names_the_line(path: Path) -> None:
    path.write_text("<r>\n<a>1</a>\n<b>2</c>\n</r>")
    (verdict,) = here(path, kind="xml").verdict
    assert (verdict.code, verdict.line) == ("BAD_DOCUMENT", 3)


def test_official_messages(shared: Callable[[str], Path]) -> None:
    repeat = ["DecLists/DecList", "DecContainers/Container", "DecLicenseDocus/LicenseDocu"]
    path = shared("data/customs/cn_single_window/一次申报报文样例/报关单暂存交换报文.xml")
    (row,) = here(path, kind="xml", records="DecMessage", repeat=repeat).cells
    assert row["DecHead/CustomMaster"] == "0201"
    assert row["DecHead/IEFlag"] == "E"
    assert [goods["CodeTS"] for goods in row["DecLists/DecList"]] == ["3503001001"]
    # The newer sample has a digit in front of its declaration: not well-formed, and said so.
    broken = here(
        shared("data/customs/cn_single_window/报关单样例报文_关检融合3.1.xml"), kind="xml", records="DecMessage"
    )
    assert [(finding.code, finding.line) for finding in broken.verdict] == [("BAD_DOCUMENT", 1)]


ENVELOPES = ["alert", "alerts/alert", "EDXLDistribution/content/xml/alert"]


@pytest.mark.parametrize(
    "text",
    [
        "<alert><id>1</id></alert>",
        "<alerts><alert><id>1</id></alert><other><alert><id>2</id></alert></other></alerts>",
        "<e:EDXLDistribution xmlns:e='e'><content><xml><alert><id>1</id></alert></xml></content></e:EDXLDistribution>",
    ],
)
def test_records_in_other_envelopes(path: Path, text: str) -> None:
    path.write_text(text)
    assert here(path, kind="xml", records=ENVELOPES).cells == [{"id": "1"}]


def test_a_root_that_is_none_of_the_agreed_ones(path: Path) -> None:
    path.write_text("<feed><alert><id>1</id></alert></feed>")
    outcome = here(path, kind="xml", records=ENVELOPES)
    (finding,) = outcome.verdict
    assert (finding.code, finding.value) == ("WRONG_FORMAT", "feed")
    assert finding.expected == "XML: alert | alerts/alert | EDXLDistribution/content/xml/alert"


def test_records_of_several_names(path: Path) -> None:
    path.write_text("<d><l><a><x>1</x></a><b><x>2</x></b><c><x>3</x></c></l></d>")
    outcome = here(path, kind="xml", records=["d/l/a", "d/l/b"])
    assert outcome.cells == [{"x": "1", "./element": "a"}, {"x": "2", "./element": "b"}]
    assert here(path, kind="xml", records=["d/l/a", "e/l/a"]).cells == [{"x": "1"}]


def test_parts_of_wrappers_count_as_parts_of_what_is_around_them(path: Path) -> None:
    path.write_text(
        "<d><l><a><x>1</x><more><y>2</y><l><i>3</i><i>4</i></l><more><z>5</z></more></more></a>"
        "<more><more><a><more/><y>6</y></a><b/></more></more>"
        "<a><more>text</more><n><more no='1'><y>7</y></more></n></a></l></d>"
    )
    outcome = here(path, kind="xml", records="d/l/a", wrappers=["more"], repeat=["l/i"])
    assert [{name: value for name, value in row.items() if value is not None} for row in outcome.cells] == [
        {"x": "1", "y": "2", "l/i": ["3", "4"], "z": "5"},
        {"y": "6", "more": ""},
        {"more": "text", "n/more/@no": "1", "n/more/y": "7"},
    ]
    path.write_text("<d><a><x>1</x><more><x>2</x></more></a></d>")
    assert here(path, kind="xml", records="d/a", wrappers=["more"]).faults == [(1, "NOT_ONE_VALUE")]


def test_a_record_within_a_record_takes_nothing_from_it(path: Path) -> None:
    path.write_text("<r><e><x>1</x><f><x>2</x></f><y>3</y></e></r>")
    inner, outer = here(path, kind="xml", records=["r/e", "r/e/f"]).cells
    assert (inner["x"], outer["x"], outer["y"], outer["f/x"]) == ("2", "1", "3", "2")


def test_a_document_that_declares_another_encoding_than_it_has_is_refused(path: Path) -> None:
    path.write_bytes('<?xml version="1.0" encoding="GBK"?><r><e><x>检验检疫结果</x></e></r>'.encode())
    outcome = here(path, kind="xml", records="r/e")
    assert [(each.code, each.expected) for each in outcome.verdict] == [("WRONG_ENCODING", "gb18030")]
    path.write_bytes('<?xml version="1.0" encoding="ISO-8859-1"?><r><e><x>Caf\xe9</x></e></r>'.encode("latin-1"))
    assert here(path, kind="xml", records="r/e").cells == [{"x": "Café"}]
