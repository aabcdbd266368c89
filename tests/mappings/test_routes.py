"""Several record types from one feed: each row takes one route, and none is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hub.errors import FixTheHub
from mappings.catalogue import source_headers
from mappings.engine import check_header, explain, mask, refine
from tests.support.folders import FIRE, rows_of, source_of, told, write_source

if TYPE_CHECKING:
    from pathlib import Path

COMMON = "source_record_no: no, event_at: {column: at, datetime: ['%Y-%m-%d'], tz: UTC}"
FIRES = f"{{{COMMON}, incident_no: no, narrative: text}}"
GOODS = f"{{{COMMON}, ie_flag_code: {{constant: I}}, declaration_no: other}}"
ROUTES = f"""\
records:
  - record_type: fire_incident
    when: {{column: kind, in: [F]}}
    key: [no]
    fields: {FIRES}
  - record_type: customs_declaration
    when: {{column: kind, starts: [D]}}
    key: [other, no]
    fields: {GOODS}
    children: {{goods: {{each: list, fields: {{g_no: {{column: n, integer: true}}, hs_code: c}}}}}}
  - record_type: fire_incident
    when: {{column: kind, in: [""]}}
    key: [no]
    fields: {FIRES}
"""
KINDS = ["F", "DEC", " F ", "", "X", "D2"]


def rows(kinds: list[str | None], **more: dict[int, tuple[str, str]]):  # noqa: ANN201 - a record batch
    size = len(kinds)
    goods = [[{"n": "1", "c": "01"}]] * size
    columns = {"no": [f"N{at}" for at in range(size)], "at": ["2026-03-02"] * size, "kind": kinds}
    return rows_of(columns | {"text": ["t"] * size, "other": ["o"] * size, "list": goods}, **more)


def test_each_row_takes_the_first_route_that_holds(tmp_path: Path) -> None:
    source = source_of(tmp_path, ROUTES, record_type=None)
    assert [route.name for route in source.routes] == ["fire_incident", "customs_declaration", "fire_incident.2"]
    assert [each.name for each in source.record_types] == ["fire_incident", "customs_declaration"]
    refined = refine(rows(KINDS), source)
    taken = {name: tables[""]["row"].to_pylist() for name, tables in refined.tables.items()}
    assert taken == {"fire_incident": [0, 2], "customs_declaration": [1, 5], "fire_incident.2": [3]}
    assert refined.unrouted.to_pylist() == [4]
    assert told(refined.findings[""]) == [(4, "NO_ROUTE", "kind", None)]
    assert refined.findings[""].select(["value", "expected"]).to_pylist() == [{"value": "X", "expected": "F · D"}]
    assert refined.tables["customs_declaration"]["goods"]["hs_code"].to_pylist() == ["01", "01"]
    assert [found.num_rows for name, found in refined.findings.items() if name] == [0, 0, 0]


def test_a_route_that_no_row_takes_has_its_tables(tmp_path: Path) -> None:
    source = source_of(tmp_path, ROUTES, record_type=None)
    none, some = refine(rows(["X"]), source), refine(rows(KINDS), source)
    for name, tables in some.tables.items():
        assert {child: table.schema for child, table in none.tables[name].items()} == {
            child: table.schema for child, table in tables.items()
        }
        assert all(table.num_rows == 0 for table in none.tables[name].values())


def test_without_a_condition_the_last_route_takes_the_rest(tmp_path: Path) -> None:
    source = source_of(tmp_path, ROUTES.replace("""    when: {column: kind, in: [""]}\n""", ""), record_type=None)
    refined = refine(rows(KINDS), source)
    assert refined.tables["fire_incident.2"][""]["row"].to_pylist() == [3, 4]
    assert len(refined.unrouted) == refined.findings[""].num_rows == 0


def test_a_row_that_was_not_cut_takes_the_first_route(tmp_path: Path) -> None:
    source = source_of(tmp_path, ROUTES, record_type=None)
    batch = rows([None, "F"], faults={0: ("WRONG_CELL_COUNT", "a,b")})
    refined = refine(batch, source)
    assert told(refined.findings["fire_incident"])[0][:2] == (0, "WRONG_CELL_COUNT")
    assert refined.tables["fire_incident"][""]["row"].to_pylist() == [0, 1]
    assert refined.tables["fire_incident.2"][""].num_rows == 0


def test_one_key_on_two_routes_of_a_type_is_one_record(tmp_path: Path) -> None:
    source = source_of(tmp_path, ROUTES, record_type=None)
    refined = refine(rows_of({"no": ["1"] * 3, "at": ["2026"] * 3, "kind": ["F", "", "D"], "other": ["1"] * 3}), source)
    one, two, other = (refined.tables[route.name][""]["record_uid"][0].as_py() for route in
                       (source.routes[0], source.routes[2], source.routes[1]))  # fmt: skip
    assert one == two != other


def test_what_is_around_refine_sees_all_routes(tmp_path: Path) -> None:
    source = source_of(tmp_path, ROUTES, record_type=None)
    assert set(source.columns) == {"no", "at", "kind", "other", "text", "list"}
    assert source.key_columns == ("no", "other")
    assert [each.column for each in check_header(["no", "at", "kind", "text"], source)] == ["other", "list"]
    assert '"kind":"F"' in mask(rows(["F"]), source)[0].as_py()
    assert explain(source.routes[1], "goods.0.hs_code", "en") == [("list/c", "as written")]
    assert explain(source.routes[0], "declaration_no") == []
    assert source_headers([tmp_path])[0].record_types == ("fire_incident", "customs_declaration")


def test_no_personal_value_is_told_of_a_row_without_a_route(tmp_path: Path) -> None:
    source = source_of(tmp_path, ROUTES + "personal: [kind]\n", record_type=None)
    assert refine(rows(["张三"]), source).findings[""]["value"].to_pylist() == [None]


REST = f"  - {{record_type: fire_incident, key: [no], fields: {FIRES}}}\n"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (ROUTES + "record_type: fire_incident\n", ["mapping.yml:21 record_type: record_type cannot stand beside"]),
        (ROUTES + f"fields: {FIRES}\n", ["fields cannot stand beside records"]),
        (ROUTES.replace("records:\n", "records:\n" + REST), ["mapping.yml:8 records.0:", "must be the last"]),
        (ROUTES.replace('[""]', "[D7, F]"), ["records.2.when: No row takes this route"]),
        (ROUTES.replace('in: [""]', "starts: [DE]"), ["records.2.when: No row takes this route"]),
        (ROUTES.replace('in: [""]', "start: [DE]"), ["mapping.yml:18 records.2.when.start:", "Did you mean starts?"]),
        (ROUTES.replace(', in: [""]', ""), ["records.2.when: A condition needs at least one of in, starts"]),
        (ROUTES.replace('in: [""]', "matches: '(a'"), ["records.2.when.matches: This is not a regular expression"]),
        (
            ROUTES.replace("customs_decl", "custom_decl"),
            ["records.1.record_type:", "Did you mean customs_declaration?"],
        ),
        (ROUTES.replace("ie_flag_code: {constant: I}, ", ""), ["records.1.fields: The standard requires ie_flag_code"]),
        (ROUTES.replace("key: [other, no]", "key: [othr]"), ["records.1.key.0:", "Did you mean other?"]),
        (
            ROUTES.replace("hs_code: c", "hs_cod: c"),
            ["records.1.children.goods.fields.hs_cod:", "Did you mean hs_code?"],
        ),
        ("records: []\n", ["records:"]),
        ("mode: upsert\n", ["mapping.yml"]),
    ],
)
def test_mistakes_are_told_with_place_and_cure(tmp_path: Path, body: str, says: list[str]) -> None:
    with pytest.raises(FixTheHub) as raised:
        source_of(tmp_path, body, record_type=None)
    for part in says:
        assert part in raised.value.why


def test_a_mapping_has_routes_or_is_one(tmp_path: Path) -> None:
    folder = write_source(tmp_path, "", record_type=None)
    with pytest.raises(FixTheHub) as raised:
        source_of(tmp_path, "", record_type=None)
    assert [f"The key {name} is missing" in raised.value.why for name in ("record_type", "key", "fields")] == [True] * 3
    assert folder.exists()
    assert len(source_of(tmp_path, FIRE).routes) == 1
