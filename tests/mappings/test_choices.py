"""Several rules for one field, conditions on rules and blocks: what is not taken is not judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mappings.engine import check_header, explain, mask
from tests.support.folders import FIRE, refine, rows_of, source_of, told

if TYPE_CHECKING:
    from pathlib import Path

LIST = """\
  summary:
    - {column: a, when: {column: kind, in: [A]}}
    - {column: b, when: {column: kind, in: [B]}}
    - {constant: none}
  death_count: {column: n, when: {column: kind, in: [A]}, integer: true}
"""


def lines(made: Any, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(line[name] for name in names) for line in made.tables[""].to_pylist()]


def test_the_first_rule_that_holds_is_taken(tmp_path: Path) -> None:
    source = source_of(tmp_path, FIRE + LIST)
    kinds = ["A", " B", "C", "A"]
    columns = {"no": list("1234"), "at": ["2026-03-02"] * 4, "kind": kinds}
    batch = rows_of(columns | {"a": ["x\x00", "x\x00", "x", ""], "b": ["y"] * 4, "n": ["z"] * 4})
    made = refine(batch, source)
    assert lines(made, "summary", "death_count") == [(None, None), ("y", None), ("none", None), (None, None)]
    assert told(made.findings) == [
        (0, "BAD_NUMBER", "n", "death_count"), (0, "CONTROL_CHARACTER", "a", "summary"),
        (3, "BAD_NUMBER", "n", "death_count"),
    ]  # fmt: skip


def test_a_repair_is_said_once_per_row(tmp_path: Path) -> None:
    body = FIRE + "  district_text: a\n  summary: [{column: a, when: {column: k, in: [A]}}, {column: a, case: upper}]\n"
    made = refine(
        rows_of({"no": list("12"), "at": ["2026-03-02"] * 2, "k": ["A", "B"], "a": [" x", " y"]}),
        source_of(tmp_path, body),
    )
    assert lines(made, "summary") == [("x",), ("Y",)]
    assert told(made.findings) == [(at, "REPAIRED_BLANKS", "a", "district_text") for at in (0, 1)]


def test_the_precision_is_that_of_the_rule_that_was_taken(tmp_path: Path) -> None:
    plain = '{column: at, datetime: ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d", "%Y-%m"], tz: Asia/Shanghai}'
    chosen = """
    - {column: at, when: {column: exact, in: [Y]}, datetime: ["%Y-%m-%d %H:%M"], tz: Asia/Shanghai}
    - {column: at, datetime: ["%Y-%m-%d", "%Y-%m"], tz: Asia/Shanghai}"""
    body = FIRE.replace(plain, chosen)
    assert "exact" in body
    batch = rows_of({"no": list("123"), "exact": ["Y", "N", None], "at": ["2026-03-02 07:05", "2026-03-02", "2026-03"]})
    made = refine(batch, source_of(tmp_path, body))
    assert [line[0] for line in lines(made, "event_at_precision")] == ["minute", "day", "month"]
    assert made.findings.num_rows == 0


def test_what_a_condition_looks_at_is_read(tmp_path: Path) -> None:
    source = source_of(tmp_path, FIRE + LIST)
    assert {"kind", "a", "b", "n"} <= set(source.columns)
    assert [each.column for each in check_header(["no", "at", "a", "b", "n"], source)] == ["kind"]
    assert '"kind":"A"' in mask(rows_of({"no": ["1"], "kind": ["A"]}), source)[0].as_py()
    assert source.routes[0].column_of("summary") == "a / b"
    assert [column for column, _ in explain(source.routes[0], "summary", "en")] == ["a", "b", ""]
    assert "only where column: kind; in: A" in explain(source.routes[0], "summary", "en")[0][1]


def test_items_for_which_a_condition_does_not_hold_are_none(tmp_path: Path) -> None:
    body = (
        FIRE.replace("  incident_no: no\n", "  ie_flag_code: {constant: I}\n") + "children:\n  party:\n"
        "    - {when: {column: kind, in: [A]}, fields: {name: a, role_code: {constant: importer}}}\n"
        "    - {each: list, when: {column: t, in: [Y]}, fields: {name: n, role_code: {constant: owner}}}\n"
    )
    items = [{"t": "Y", "n": "p"}, {"t": "N", "n": "bad\x00"}, {"t": "Y", "n": "q\x00"}]
    columns = {
        "no": list("12"),
        "at": ["2026-03-02"] * 2,
        "kind": ["A", "B"],
        "a": ["x", "bad\x00"],
        "list": [items, None],
    }
    made = refine(rows_of(columns), source_of(tmp_path, body, record_type="customs_declaration"))
    found = [(line["row"], line["position"], line["name"]) for line in made.tables["party"].to_pylist()]
    assert found == [(0, 0, "x"), (0, 1, "p"), (0, 2, None)]
    assert told(made.findings) == [(0, "CONTROL_CHARACTER", "list/n", "party.2.name")]


def test_the_condition_of_a_repeating_block_is_asked_of_each_number(tmp_path: Path) -> None:
    body = (
        FIRE.replace("  incident_no: no\n", "  ie_flag_code: {constant: I}\n") + "children:\n  party:\n"
        "    repeat: {to: 2, needed: 1}\n    when: {column: 'kind_{n}', in: [A]}\n"
        "    fields: {name: 'name_{n}', role_code: {constant: importer}}\n"
    )
    source = source_of(tmp_path, body, record_type="customs_declaration")
    assert not check_header(["no", "at", "kind_1", "name_1"], source), "what is beyond `needed` may be lacking"
    rows = {"no": list("12"), "at": ["2026-03-02"] * 2}
    columns = {"kind_1": ["A", "B"], "name_1": ["x", "bad\x00"], "kind_2": ["B", "A"], "name_2": ["bad\x00", "y"]}
    made = refine(rows_of(rows | columns), source)
    assert [(line["row"], line["position"], line["name"]) for line in made.tables["party"].to_pylist()] == [
        (0, 0, "x"), (1, 1, "y"),
    ]  # fmt: skip
    assert told(made.findings) == []


def test_a_repeating_block_of_which_nothing_is_needed_may_be_absent(tmp_path: Path) -> None:
    body = (
        FIRE.replace("  incident_no: no\n", "  ie_flag_code: {constant: I}\n") + "children:\n  party:\n"
        "    repeat: {to: 2, needed: 0}\n    when: {column: 'kind_{n}', in: [A]}\n"
        "    fields: {name: 'name_{n}', role_code: {constant: importer}}\n"
    )
    source = source_of(tmp_path, body, record_type="customs_declaration")
    assert not check_header(["no", "at"], source)
    rows = {"no": list("12"), "at": ["2026-03-02"] * 2}
    made = refine(rows_of(rows), source)
    assert (made.tables["party"].num_rows, told(made.findings)) == (0, [])
    made = refine(rows_of(rows | {"kind_2": ["B", "A"], "name_2": ["x", "y"]}), source)
    assert made.tables["party"]["name"].to_pylist() == ["y"]


def test_a_constant_that_was_taken_does_not_make_an_item(tmp_path: Path) -> None:
    body = (
        FIRE.replace("  incident_no: no\n", "  ie_flag_code: {constant: I}\n")
        + "  party.0.name: a\n  party.0.role_code: [{constant: owner, when: {column: k, in: [O]}}, {column: r}]\n"
    )
    columns = {
        "no": list("123"),
        "at": ["2026-03-02"] * 3,
        "a": ["", "", "x"],
        "k": ["O", "", "O"],
        "r": ["z", "importer", "z"],
    }
    made = refine(rows_of(columns), source_of(tmp_path, body, record_type="customs_declaration"))
    found = [(line["row"], line["role_code"]) for line in made.tables["party"].to_pylist()]
    assert found == [(1, "importer"), (2, "owner")]


def test_of_a_block_whose_numbers_begin_with_0_nothing_is_needed_either(tmp_path: Path) -> None:
    body = (
        FIRE.replace("  incident_no: no\n", "  ie_flag_code: {constant: I}\n") + "children:\n  party:\n"
        "    repeat: {from: 0, to: 2, needed: 0}\n"
        "    fields: {name: 'name_{n}', role_code: {constant: importer}}\n"
    )
    assert not check_header(["no", "at"], source_of(tmp_path, body, record_type="customs_declaration"))
