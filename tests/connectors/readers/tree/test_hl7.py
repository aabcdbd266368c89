"""HL7 version 2: messages, their batches and frames, their own signs, and what repeats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from connectors import Format
from connectors.readers import Limits, Member, reader
from connectors.readers.sniff import sniff
from connectors.readers.tree import hl7
from tests.support.delivered import delivered, here

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.delivered import Outcome

HEAD = "MSH|^~\\&|A"
OBSERVATIONS = ["OBX-5", "OBX-5.2", "OBX-6"]


@pytest.fixture
def message(tmp_path: Path) -> Callable[..., Outcome]:
    def read(text: str | bytes, **agreed: Any) -> Outcome:
        path = tmp_path / "delivery.hl7"
        path.write_bytes(text if isinstance(text, bytes) else text.encode(agreed.get("encoding", "utf-8")))
        return here(path, kind="hl7", **agreed)

    return read


def one(outcome: Outcome, *names: str) -> Any:
    (row,) = outcome.cells
    return [row.get(name) for name in names]


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_segments_end_in_three_ways(message: Callable[..., Outcome], end: str) -> None:
    outcome = message(end.join([HEAD, "PID|1||7", "", HEAD, "PID|1||8"]) + end)
    assert [row["PID-3"] for row in outcome.cells] == ["7", "8"]


def test_components_and_parts(message: Callable[..., Outcome]) -> None:
    outcome = message(f'{HEAD}\nPID|1||7^^^App&2.999&ISO|""\nZXX|a&b\n')
    names = ("PID-3", "PID-3.2", "PID-3.4", "PID-3.4.2", "PID-3.4.3", "PID-4", "ZXX-1", "ZXX-1.1.2", "MSH-1", "MSH-3")
    assert one(outcome, *names) == ["7", None, "App", "2.999", "ISO", "", "a", "b", None, "A"]


def test_signs_are_those_of_the_message(message: Callable[..., Outcome]) -> None:
    outcome = message(f"{HEAD}\nPID|1||7^x\nMSH#*!?%#B\nPID#1##8*y?S?z|^\n")
    assert [(row["PID-3"], row["PID-3.2"], row["MSH-3"]) for row in outcome.cells] == [
        ("7", "x", "A"),
        ("8", "y*z|^", "B"),
    ]


@pytest.mark.parametrize(
    "head", ["MSH|^^\\&|A", "MSHA^~\\&A", "MSH", "MSH||A", "MSH|^~\\&#!|A", "MSH|^ \\&|A", "MSH|a~\\&|"]
)
def test_unusable_signs_are_a_fault_of_the_message(message: Callable[..., Outcome], head: str) -> None:
    outcome = message(f"{HEAD}\nPID|1||7\n{head}\nPID|1||8\n")
    assert outcome.faults == [(2, "BAD_RECORD")]
    assert outcome.cells[0]["PID-3"] == "7"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"a\F\b\S\c\T\d\R\e\E\f", r"a|b^c&d~e\f"),
        (r"1\.br\2", "1\n2"),
        (r"\H\bold\N\ ", "bold "),
        (r"\X4869\\X20E4BDA0\ ", "Hi 你 "),
        (r"\XFF\ \X1\ \q\ C:\temp", r"\XFF\ \X1\ \q\ C:\temp"),
        ("\\", "\\"),
    ],
)
def test_escapes(message: Callable[..., Outcome], written: str, meant: str) -> None:
    assert one(message(f"{HEAD}\nNTE|1||{written}|\n"), "NTE-3") == [meant]


def test_repetitions_lie_side_by_side(message: Callable[..., Outcome]) -> None:
    outcome = message(f"{HEAD}\nPID|1||7^^^A~8~9^^^C|~x^y\nNK1|1|a\nNK1|2||b\nNK1|3|c\n")
    assert one(outcome, "PID-3", "PID-3.4", "PID-4", "PID-4.2") == [["7", "8", "9"], ["A", None, "C"], "x", "y"]
    assert one(outcome, "NK1-1", "NK1-2", "NK1-3") == [["1", "2", "3"], ["a", None, "c"], [None, "b"]]


def test_repetitions_that_are_agreed_are_lists_of_items(message: Callable[..., Outcome]) -> None:
    text = f"{HEAD}\nPID|1||7^^^A~8\nOBR|1|o\nOBX|1||c\nNTE|1||n\nOBR|2|p\nNTE|1||m\nOBX|1||d\nOBX|2||e~f\n"
    agreed = ["PID-3", "OBR", "OBR/OBX", "OBR/OBX/NTE", "OBR/NTE", "OBR/OBX/OBX-3", "NK1"]
    outcome = message(text, repeat=agreed)
    patient, orders, others = one(outcome, "PID-3", "OBR", "NK1")
    assert patient == [{".": "7", "PID-3.4": "A"}, {".": "8", "PID-3.4": None}]
    assert others is None
    assert [order["OBR-2"] for order in orders] == ["o", "p"]
    assert [[each["OBX-3"] for each in order["OBX"]] for order in orders] == [[["c"]], [["d"], ["e", "f"]]]
    assert [order["NTE"] for order in orders] == [None, [{"NTE-1": "1", "NTE-3": "m"}]]
    assert orders[0]["OBX"][0]["NTE"] == [{"NTE-1": "1", "NTE-3": "n"}]


def test_a_result_before_its_order_is_faulty(message: Callable[..., Outcome]) -> None:
    assert message(f"{HEAD}\nOBX|1||c\nOBR|1\n", repeat=["OBR", "OBR/OBX"]).faults == [(1, "BAD_RECORD")]


def test_observations_are_columns_by_their_code(message: Callable[..., Outcome]) -> None:
    rows = [
        "1|CWE|A^onset^LN||7^seven^X|d^day",
        "2|SN|B||^38|a",
        "3|ST|C|1|x",
        "4|ST|D|1|y",
        "5|ST|C|2|z^zz",
        "6|ST|E||1~2",
    ]
    rows += ["7|ST|F||u", "8|ST|F||v"]
    outcome = message("\n".join([HEAD, *(f"OBX|{each}" for each in rows)]), observations=OBSERVATIONS)
    names = ("OBX=A", "OBX=A/@OBX-5.2", "OBX=A/@OBX-6", "OBX=B", "OBX=B/@OBX-5.2", "OBX=B/@OBX-6", "OBX=E", "OBX=F")
    assert one(outcome, *names) == ["7", "seven", "d", None, "38", "a", ["1", "2"], ["u", "v"]]
    groups = [{name: value for name, value in each.items() if value is not None} for each in outcome.cells[0]["OBX-4"]]
    assert groups == [{"OBX-4": "1", "C": "x", "D": "y"}, {"OBX-4": "2", "C": "z", "C/@OBX-5.2": "zz"}]
    assert "OBX-1" not in outcome.cells[0]


def test_observations_that_repeat_as_agreed(message: Callable[..., Outcome]) -> None:
    text = f"{HEAD}\nOBX|1||A||1^i~2\nOBX|2||A||3\nOBX|3||B|g|4~5\n"
    outcome = message(text, observations=OBSERVATIONS, repeat=["OBX", "OBX=A", "OBX-4/B"])
    values, groups, segments = one(outcome, "OBX=A", "OBX-4", "OBX")
    assert [each["."] for each in values] == ["1", "2", "3"]
    assert groups == [{"OBX-4": "g", "B": ["4", "5"]}]
    assert len(segments) == 3


def test_an_observation_without_a_code_is_faulty(message: Callable[..., Outcome]) -> None:
    assert message(f"{HEAD}\nOBX|1||||5\n", observations=OBSERVATIONS).faults == [(1, "BAD_RECORD")]


@pytest.mark.parametrize("line", ["off in the middle", "pid|1", "ADD|rest of a field", "DSC|1", "OBX"])
def test_a_line_that_is_no_segment_makes_its_message_faulty(message: Callable[..., Outcome], line: str) -> None:
    outcome = message(f"{HEAD}\nPID|1||7\n{line}\n{HEAD}\nPID|1||8\n", observations=OBSERVATIONS)
    assert outcome.faults == [(1, "BAD_RECORD")]
    assert outcome.rows[0]["@raw"] == line
    assert outcome.cells[0]["PID-3"] == "8"


def test_batches_and_files(message: Callable[..., Outcome]) -> None:
    text = "FHS|^~\\&|A\nBHS|^~\\&|A\n{0}\nPID|1||7\n{0}\nPID|1||8\nBTS|2\nBHS|^~\\&\nBTS|0|none\nFTS|2\n"
    outcome = message(text.format(HEAD))
    assert [row["PID-3"] for row in outcome.cells] == ["7", "8"]
    assert not [name for name in outcome.cells[0] if name[:3] in {"FHS", "BHS", "BTS", "FTS"}]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("FHS|^~\\&\nMSH|^~\\&\n", "TRUNCATED_FILE"),
        ("BHS|^~\\&\nMSH|^~\\&\nFTS|1\n", "BAD_DOCUMENT"),
        ("BHS|^~\\&\nMSH|^~\\&\nBTS|2\n", "TRUNCATED_FILE"),
        ("BHS|^~\\&\nMSH|^~\\&\nMSH|^~\\&\nBTS|1\n", "BAD_DOCUMENT"),
        ("BHS|^~\\&\nBHS|^~\\&\n", "BAD_DOCUMENT"),
        ("BHS|^~\\&\nPID|1\n", "BAD_DOCUMENT"),
        ("PID|1\nMSH|^~\\&\n", "WRONG_FORMAT"),
        ("a,b\n1,2\n", "WRONG_FORMAT"),
        ("\n\r\n", "BAD_DOCUMENT"),
        ("", "EMPTY_FILE"),
    ],
)
def test_what_rejects_a_file_of_messages(message: Callable[..., Outcome], text: str, code: str) -> None:
    outcome = message(text)
    assert outcome.codes == [code]


def test_frames_of_mllp(message: Callable[..., Outcome]) -> None:
    framed = f"\x0b{HEAD}\rPID|1||7\r\x1c\r\x0b{HEAD}\rPID|1||8\x1c\r"
    assert [row["PID-3"] for row in message(framed).cells] == ["7", "8"]
    assert message(framed[: framed.rindex("\x1c")]).codes == ["TRUNCATED_FILE"]


def test_a_message_without_end_is_bounded(message: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch) -> None:
    assert message(f"{HEAD}\nNTE|1||{'x' * (2 << 20)}").codes == ["READER_LIMIT"]
    monkeypatch.setattr(hl7, "MAX_MESSAGE_BYTES", 1 << 10)
    assert message(HEAD + "\nNTE|1||text" * 200).codes == ["READER_LIMIT"]
    monkeypatch.undo()
    assert message(f"{HEAD}\nPID{'|x' * 3000}\n").faults == [(1, "BAD_RECORD")]
    assert message(f"{HEAD}\nNTE|1||{'x' * 500}\n", limits=Limits(cell_bytes=400)).faults == [(1, "CELL_TOO_LONG")]


def test_line_ends_and_characters_on_the_edges_of_blocks(
    message: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f"{HEAD}\r\nPID|1||张三\r\n\r\nNTE|1||李四\r\n".encode()
    for size in range(1, 12):
        monkeypatch.setattr("connectors.readers.text.encoding.BLOCK", size)
        assert one(message(text), "PID-3", "NTE-3") == ["张三", "李四"]


def test_the_encoding_is_the_declared_one(message: Callable[..., Outcome]) -> None:
    assert one(message(f"{HEAD}\nPID|1||张三\n", encoding="gb18030"), "PID-3") == ["张三"]
    assert message(f"{HEAD}\nPID|1||张三与李四\n".encode(), encoding="gb18030").codes == ["WRONG_ENCODING"]
    latin = f"{HEAD}||||||||||||||||8859/1\nPID|1||café\n".encode("latin-1")
    assert message(latin).codes == ["WRONG_ENCODING"]


def test_messages_are_known_by_their_content(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(f"{HEAD}\nPID|1||7~8\nOBX|1||A\nOBX|2||B~C\nNTE|1\n", "utf-8")
    assert sniff(path) == {"kind": "hl7", "encoding": "utf-8"}
    outcome = delivered(path, kind="any")
    assert [finding.value for finding in outcome.findings if finding.code == "FORMAT_FOUND"] == ["hl7 · utf-8"]
    assert outcome.cells[0]["PID-3"] == '["7", "8"]'
    fmt = Format.of({"kind": "hl7"})
    assert hl7.find_repeats(Member(path), fmt) == ["OBX", "OBX/OBX-3", "PID-3"]
    assert reader("hl7").header([Member(path)], fmt, Limits())[:4] == ["MSH-3", "PID-1", "PID-3", "OBX-1"]


def test_messages_that_meet_within_a_segment_are_not_one(message: Callable[..., Outcome]) -> None:
    framed = f"\x0b{HEAD}\rPID|1||7\x1c\x0b{HEAD}\rOBX|1||A||8\x1c\r"
    assert message(framed, observations=["OBX-5"]).codes == ["BAD_DOCUMENT"]


def test_a_code_that_would_be_a_field_of_another_observation_is_faulty(message: Callable[..., Outcome]) -> None:
    text = f"{HEAD}\rOBX|1|NM|A||5|mg\rOBX|2|NM|A/@OBX-6||7\r"
    assert message(text, observations=["OBX-5", "OBX-6"]).faults == [(1, "BAD_RECORD")]
