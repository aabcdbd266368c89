"""Children: from lists, from composite cells, from numbered columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from mappings.engine.run.header import agreed
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
    fields: {item_text: item, result_text: result, limit_text: limit}
"""
GOODS = """\
  ie_flag_code: {constant: I}
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
    assert children(refined, "test_item", "item_text", "result_text", "limit_text") == [
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
    assert children(refined, "test_item", "item_text", "limit_text")[0] == (0, 0, "铅", None)


def test_parallel_lists_in_two_cells(tmp_path: Path) -> None:
    body = (
        "children: {test_item: {split: {columns: [what, value], items: [';']}, "
        "fields: {item_text: what, result_text: value}}}\n"
    )
    batch = rows_of(
        {"no": list("123"), "at": ["2026-01-01"] * 3, "what": ["a; b", "a;b", None], "value": ["1;2", "1", None]}
    )
    refined = refine(batch, sampling(tmp_path, body))
    assert children(refined, "test_item", "item_text", "result_text") == [
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
    source = source_of(tmp_path, HEAD + "  ie_flag_code: {constant: I}\n" + fields, record_type="customs_declaration")
    batch = rows_of({"no": list("12"), "at": ["2026-01-01"] * 2, "p0": ["a", ""], "p1": ["", ""], "p2": ["c", "d"]})
    assert children(refine(batch, source), "party", "name") == [(0, 0, "a"), (0, 2, "c"), (1, 2, "d")]


def test_two_shapes_in_one_feed(tmp_path: Path) -> None:
    body = (
        "children:\n  test_item:\n    - {each: items, fields: {item_text: .}}\n    - {fields: {item_text: single}}\n"
        "optional: [items, single]\n"
    )
    source = sampling(tmp_path, body)
    both = rows_of(
        {"no": list("123"), "at": ["2026-01-01"] * 3, "items": [["a", "b"], None, ["c"]], "single": [None, "s", "t"]}
    )
    want = [(0, 0, "a"), (0, 1, "b"), (1, 0, "s"), (2, 0, "c"), (2, 1, "t")]
    assert children(refine(both, source), "test_item", "item_text") == want
    without = both.drop_columns(["items"])
    assert children(refine(without, source), "test_item", "item_text") == [(1, 0, "s"), (2, 0, "t")]
    one_text = rows_of({"no": ["1"], "at": ["2026-01-01"], "items": ["a"], "single": [None]})
    assert children(refine(one_text, source), "test_item", "item_text") == [(0, 0, "a")]


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


BOXES = """\
  ie_flag_code: {constant: I}
children:
  goods:
    of: boxes
    each: items
    when: {column: ../kind, in: [full]}
    fields: {g_no: {column: "#", integer: true}, hs_code: code, name: ../name}
"""


def test_lists_within_lists(tmp_path: Path) -> None:
    source = source_of(tmp_path, HEAD + BOXES, record_type="customs_declaration")
    boxes = [
        {"kind": "full", "name": "A", "items": [{"code": "1"}, {"code": "2"}]},
        {"kind": "empty", "name": "B", "items": [{"code": "3"}]},
        {"kind": "full", "name": "C", "items": [{"code": "4"}]},
    ]
    refined = refine(rows_of({"no": ["1", "2"], "at": ["2026-01-01"] * 2, "boxes": [boxes, None]}), source)
    assert children(refined, "goods", "g_no", "hs_code", "name") == [
        (0, 0, 0, "1", "A"),
        (0, 1, 1, "2", "A"),
        (0, 3, 0, "4", "C"),
    ]


def test_what_is_wrong_in_a_list_within_a_list_is_told_by_its_place_in_the_row(tmp_path: Path) -> None:
    body = HEAD + BOXES.replace('"#"', "n")
    source = source_of(tmp_path, body, record_type="customs_declaration")
    boxes = [{"kind": "full", "items": [{"n": each, "code": "1"}]} for each in ("1", "x")]
    refined = refine(rows_of({"no": ["1"], "at": ["2026-01-01"], "boxes": [boxes]}), source)
    assert told(refined.findings) == [(0, "BAD_NUMBER", "boxes/items/n", "goods.1.g_no")]


def test_a_condition_makes_an_item_of_constants(tmp_path: Path) -> None:
    block = "children:\n  party:\n    - {when: {column: own, in: [Y]}, fields: {role_code: {constant: owner}}}\n"
    block += "    - {fields: {role_code: {constant: seller}}}\n"
    source = source_of(tmp_path, HEAD + "  ie_flag_code: {constant: I}\n" + block, record_type="customs_declaration")
    refined = refine(rows_of({"no": ["1", "2"], "at": ["2026-01-01"] * 2, "own": ["Y", "N"]}), source)
    assert children(refined, "party", "role_code") == [(0, 0, "owner")]


def test_the_text_of_an_item_with_attributes_is_the_item_itself(tmp_path: Path) -> None:
    body = "children:\n  test_item: {each: item, fields: {item_text: ., result_text: ./@result}}\n"
    item = pa.struct([(".", pa.string()), ("./@result", pa.string()), ("part", pa.string())])
    items = [
        [{".": "铅", "./@result": "0.5"}, {".": "", "./@result": "1"}],
        [{".": "镉"}],
        [{".": "锌", "part": "a part beside the text"}],
        [{"part": "only a part"}],
    ]
    batch = rows_of({"no": list("1234"), "at": ["2026-01-01"] * 4}).append_column(
        "item", pa.array(items, pa.list_(item))
    )
    source = sampling(tmp_path, body)
    refined = refine(batch, source)
    assert children(refined, "test_item", "item_text", "result_text") == [
        (0, 0, "铅", "0.5"),
        (0, 1, None, "1"),
        (1, 0, "镉", None),
        (2, 0, None, None),
        (3, 0, None, None),
    ]
    assert [each[:3] for each in told(refined.findings)] == [
        (2, "NOT_ONE_VALUE", "item"),
        (3, "NOT_ONE_VALUE", "item"),
    ]
    assert agreed("item/.", source)
    assert not agreed("item/part", source)


def test_an_item_of_constants_is_none_where_no_condition_of_its_rules_holds(tmp_path: Path) -> None:
    body = """\
  hazard.0.class_code: {constant: physical, when: {column: kind, in: [fire]}}
  hazard.0.type_code: {constant: fire, when: {column: kind, in: [fire]}}
"""
    batch = rows_of({"no": list("12"), "at": ["2026-01-01"] * 2, "kind": ["fire", "false alarm"]})
    refined = refine(batch, sampling(tmp_path, body))
    assert children(refined, "hazard", "class_code", "type_code") == [(0, 0, "physical", "fire")]
