"""Children: from lists, from composite cells, from numbered columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from tests.support.folders import Made, refine, rows_of, source_of, told

if TYPE_CHECKING:
    from pathlib import Path

    from mappings.engine import Source

HEAD = """\
fields:
  source_record_no: no
  event_at: {column: at, datetime: ["%Y-%m-%d"], tz: UTC}
"""
SAMPLING = HEAD + "  sample_no: no\n  verdict_code: {constant: fail}\n"
SPLIT = """\
children:
  test_item:
    split: {columns: [failed], items: [";", "；"], parts: "║", names: [item, result, limit]}
    fields: {item: item, result_text: result, limit_text: limit}
"""
GOODS = """\
  ie_flag: {constant: I}
children:
  goods:
    each: DecLists/DecList
    fields:
      g_no: {column: GNo, integer: true}
      hs_code: Code
      quantity: {column: Qty, decimal: 4}
      currency_code: ../currency
"""


def children(refined: Made, name: str, *fields: str) -> list[tuple[Any, ...]]:
    return [tuple(line[each] for each in ("row", "position", *fields)) for line in refined.tables[name].to_pylist()]


def sampling(tmp_path: Path, body: str = SPLIT) -> Source:
    return source_of(tmp_path, SAMPLING + body, record_type="market_sampling")


def test_a_composite_cell_comes_apart(tmp_path: Path) -> None:
    cells = ["铅║0.5║≤0.2；镉 ║ 0.2║≤0.1;", "", None, "菌落总数║10║≤5"]
    batch = rows_of({"no": list("1234"), "at": ["2026-01-01"] * 4, "failed": cells})
    refined = refine(batch, sampling(tmp_path))
    assert children(refined, "test_item", "item", "result_text", "limit_text") == [
        (0, 0, "铅", "0.5", "≤0.2"),
        (0, 1, "镉", "0.2", "≤0.1"),
        (3, 0, "菌落总数", "10", "≤5"),
    ]
    assert refined.findings.num_rows == 0


def test_parts_that_are_missing(tmp_path: Path) -> None:
    batch = rows_of({"no": list("12"), "at": ["2026-01-01"] * 2, "failed": ["铅║0.5；镉║1║2", "锌"]})
    refined = refine(batch, sampling(tmp_path))
    assert told(refined.findings) == [
        (0, "BAD_SPLIT", "failed", "test_item.0"),
        (1, "BAD_SPLIT", "failed", "test_item.0"),
    ]
    assert refined.findings["expected"][0].as_py() == "item║result║limit"
    lenient = SPLIT.replace("limit]}", "limit], lenient: old reports}")
    refined = refine(batch, sampling(tmp_path / "l", lenient))
    assert refined.findings.num_rows == 0
    assert children(refined, "test_item", "item", "limit_text")[0] == (0, 0, "铅", None)


def test_parallel_lists_in_two_cells(tmp_path: Path) -> None:
    body = (
        "children: {test_item: {split: {columns: [what, value], items: [';']}, "
        "fields: {item: what, result_text: value}}}\n"
    )
    batch = rows_of(
        {"no": list("123"), "at": ["2026-01-01"] * 3, "what": ["a; b", "a;b", None], "value": ["1;2", "1", None]}
    )
    refined = refine(batch, sampling(tmp_path, body))
    assert children(refined, "test_item", "item", "result_text") == [
        (0, 0, "a", "1"),
        (0, 1, "b", "2"),
        (1, 0, "a", "1"),
        (1, 1, "b", None),
    ]
    assert told(refined.findings) == [(1, "BAD_SPLIT", "what / value", "test_item")]


def test_lists_of_objects(tmp_path: Path) -> None:
    source = source_of(tmp_path, HEAD + GOODS, record_type="customs_declaration")
    goods = [
        [{"GNo": "1", "Code": "850440", "Qty": "2"}, {"GNo": "2", "Code": " 850440", "Qty": "x"}],
        None,
        [],
        [{"GNo": "1", "Code": "01", "Qty": None}, {"GNo": "", "Code": None, "Qty": ""}],
    ]
    batch = rows_of(
        {"no": list("1234"), "at": ["2026-01-01"] * 4, "currency": ["CNY", "", "", "USD"], "DecLists/DecList": goods}
    )
    refined = refine(batch, source)
    assert children(refined, "goods", "g_no", "hs_code", "currency_code") == [
        (0, 0, 1, "850440", "CNY"), (0, 1, 2, "850440", "CNY"), (3, 0, 1, "01", "USD"), (3, 1, None, None, "USD"),
    ]  # fmt: skip
    assert told(refined.findings) == [
        (0, "BAD_NUMBER", "DecLists/DecList/Qty", "goods.1.quantity"),
        (0, "REPAIRED_BLANKS", "DecLists/DecList/Code", "goods.1.hs_code"),
    ]
    assert refine(batch.slice(3), source).tables["goods"]["hs_code"].to_pylist() == ["01", None]


def test_numbered_columns(tmp_path: Path) -> None:
    fields = "".join(f"  party.{at}.role_code: {{constant: importer}}\n  party.{at}.name: p{at}\n" for at in range(3))
    source = source_of(tmp_path, HEAD + "  ie_flag: {constant: I}\n" + fields, record_type="customs_declaration")
    batch = rows_of({"no": list("12"), "at": ["2026-01-01"] * 2, "p0": ["a", ""], "p1": ["", ""], "p2": ["c", "d"]})
    assert children(refine(batch, source), "party", "name") == [(0, 0, "a"), (0, 2, "c"), (1, 2, "d")]


def test_two_shapes_in_one_feed(tmp_path: Path) -> None:
    body = (
        "children:\n  test_item:\n    - {each: items, fields: {item: .}}\n    - {fields: {item: single}}\n"
        "optional: [items, single]\n"
    )
    source = sampling(tmp_path, body)
    both = rows_of(
        {"no": list("123"), "at": ["2026-01-01"] * 3, "items": [["a", "b"], None, ["c"]], "single": [None, "s", "t"]}
    )
    want = [(0, 0, "a"), (0, 1, "b"), (1, 0, "s"), (2, 0, "c"), (2, 1, "t")]
    assert children(refine(both, source), "test_item", "item") == want
    without = both.drop_columns(["items"])
    assert children(refine(without, source), "test_item", "item") == [(1, 0, "s"), (2, 0, "t")]
    one_text = rows_of({"no": ["1"], "at": ["2026-01-01"], "items": ["a"], "single": [None]})
    assert children(refine(one_text, source), "test_item", "item") == [(0, 0, "a")]


def test_children_are_part_of_what_a_record_says(tmp_path: Path) -> None:
    source = sampling(tmp_path)
    cells = ["a║1║2", "a║1║2；", "a║1║3", "b║1║2；a║1║2", "a║1║2；b║1║2", ""]
    batch = rows_of({"no": ["1"] * 6, "at": ["2026-01-01"] * 6, "failed": cells})
    hashes = refine(batch, source).tables[""]["row_hash"].to_pylist()
    assert hashes[0] == hashes[1]
    assert len(set(hashes)) == 5
    assert [refine(batch.slice(at, 1), source).tables[""]["row_hash"][0].as_py() for at in range(6)] == hashes


def test_an_empty_batch_has_empty_children(tmp_path: Path) -> None:
    source = sampling(tmp_path)
    batch = rows_of({"no": ["1"], "at": ["2026-01-01"], "failed": ["a║1║2"]}).slice(0, 0)
    table = refine(batch, source).tables["test_item"]
    assert table.num_rows == 0
    assert table.schema.field("position").type == pa.int32()
