# ruff: noqa: E501 - a table reads better with one case to a line
"""A misspelt option of any verb is told with its line, its key and the nearest name that the verb knows."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from hub.errors import FixTheHub
from mappings.engine import read_source
from mappings.engine.compile.grammar import grammar, subjects, verbs
from tests.support.folders import FIRE, write_source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LINE = 13  # of the rule that is written below the others
VALUES: dict[str, Any] = {
    "column": "a", "first": ["a", "b"], "join": ["a", "b"], "with": "-", "widths": [0, 2], "constant": "x", "columns": ["a"],
    "function": "neiss_age_years", "when": {"column": "a", "in": ["x"]}, "datetime": ["%Y"], "date": ["%Y"], "tz": "UTC",
    "measure": "value", "not_detected": ["-1"], "chinese_amount": True,
    "serials": ["1990-01-01", "2060-12-31"],
    "decimal": 2, "integer": True, "times": 10, "thousands": ",", "point": ".", "unit": "kg", "from": "g",
    "from_column": "b", "places": 2, "currency": True, "crosswalk": "cause", "match": "starts", "region": True,
    "named": "fire_cause",
    "within": "46", "token": "person", "boolean": {"true": ["Y"], "false": ["N"]}, "missing": ["-"], "extract": "(a)",
    "item": {"each": "l", "column": "m"},
    "unmatched": "so it is", "case": "upper", "pad": 4, "prefix": "2026-", "document_no": True, "beside": ["罚款"], "added": True,
}  # fmt: skip
FIELDS = {
    "datetime": "alarm_at", "date": "alarm_at", "decimal": "area_m2", "integer": "death_count", "unit": "area_m2",
    "crosswalk": "cause_code", "named": "cause_code", "region": "region_code", "boolean": "is_battery_involved",
    "chinese_amount": "loss_cny",
}  # fmt: skip


def options() -> Iterator[tuple[str, str]]:
    """Yield every verb and subject with each of its options but the one that names it."""
    for name, keys in (verbs() | subjects()).items():
        yield from ((name, key) for key in keys)


def complaint(root: Path, field: str, rule: Any) -> list[str]:
    body = f"{FIRE}  {field}: {json.dumps(rule)}\n"
    with pytest.raises(FixTheHub) as raised:
        read_source(write_source(root, body, crosswalks={"cause": "x,electrical,\n"}))
    return raised.value.why.splitlines()


@pytest.mark.parametrize(("verb", "option"), list(options()))
def test_misspelt_options_name_line_key_and_nearest(tmp_path: Path, verb: str, option: str) -> None:
    wrong = option[:-1] + "z" + option[-1]
    rule = {key: VALUES[key] for key in ((verbs() | subjects())[verb]) if key in VALUES and key != option}
    rule |= {} if verb in subjects() else {"column": "a"}
    rule[wrong] = VALUES[option]
    field = FIELDS.get(verb, "summary")
    expected = f"mapping.yml:{LINE} fields.{field}.{wrong}: There is no key {wrong}. Did you mean {option}?"
    assert expected in complaint(tmp_path, field, rule)


def test_there_is_a_value_for_every_option() -> None:
    assert VALUES.keys() == grammar()["$defs"]["keys"].keys()
    assert grammar()["$defs"]["choice"]["properties"].keys() == VALUES.keys()
    assert {key for keys in (verbs() | subjects()).values() for key in keys} == VALUES.keys()


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ([], "fields.summary: [] is not"),
        ([{"column": "a", "when": {"column": "b", "in": ["x"]}}, "c"], 'fields.summary.1: "c" is not'),
        ({"column": "a", "when": {"colum": "b", "in": ["x"]}}, "fields.summary.when.colum: There is no key colum."),
        ({"column": "a", "when": {"column": "b"}}, "fields.summary.when: A condition needs at least one of"),
        ({"column": "a", "when": {"column": "b", "matches": "("}}, "fields.summary.when.matches: This is not a regular"),
        ([{"column": "a"}, {"column": "b"}], "fields.summary.0: A rule without when fills all the rest"),
        (
            [{"column": "a", "when": {"column": "k", "in": ["x", "y"]}}, {"column": "b", "when": {"column": "k", "in": ["x"]}}],
            "fields.summary.1.when: This rule is never taken",
        ),
        ([{"column": "a", "when": {"column": "k", "in": ["x"]}}, {"colum": "b"}], "fields.summary.1.colum: There is no key"),
        ({"column": "a", "pad": 1}, "fields.summary.pad: 1 is not the number of digits"),
        ({"column": "a", "crosswalk": "cause", "match": "start"}, "match: start is not one of exact, starts, contains, regex. Did"),
    ],
)  # fmt: skip
def test_mistakes_in_conditions_and_lists_of_rules(tmp_path: Path, rule: Any, says: str) -> None:
    assert any(says in line for line in complaint(tmp_path, "summary", rule))


@pytest.mark.parametrize(
    ("field", "rule", "says"),
    [
        ("area_m2", {"column": "a", "unit": "sqmm"}, "The table of units has no sqmm. Did you mean sqm?"),
        ("area_m2", {"column": "a", "unit": "kg"}, "area_m2 is kept in m2, not in kg."),
        ("area_m2", {"column": "a", "unit": "currency"}, "area_m2 is kept in m2, not in currency."),
        ("area_m2", {"column": "a", "unit": "m2", "from": "kg"}, "fields.area_m2.from: kg cannot be turned into m2."),
        ("area_m2", {"column": "a", "unit": "m2", "places": 3}, "area_m2 keeps 2 places only"),
        ("summary", {"column": "a", "currency": True, "from": "Thaler"}, "Thaler cannot be turned into ISO 4217."),
        ("summary", {"column": "a", "unit": "kg"}, "unit does not make such values"),
    ],
)
def test_mistakes_with_units(tmp_path: Path, field: str, rule: Any, says: str) -> None:
    assert any(says in line for line in complaint(tmp_path, field, rule))


@pytest.mark.parametrize(
    ("block", "says"),
    [
        ({"repeat": {"to": 0}, "fields": {"hs_code": "h{n}"}}, "repeat goes from 1 to 0"),
        ({"repeat": {"to": 3, "needed": 4}, "fields": {"hs_code": "h{n}"}}, "with 4 needed"),
        ({"repeat": {"from": 2, "to": 3, "needed": 0}, "fields": {"hs_code": "h{n}"}}, "with 0 needed"),
        ({"repeat": {"to": 3}, "fields": {"hs_code": "h"}}, "write {n} there"),
        ({"repeat": {"too": 3}, "fields": {"hs_code": "h{n}"}}, "There is no key too. Did you mean to?"),
        ({"repeat": {"to": 3}, "each": "x", "fields": {"hs_code": "h{n}"}}, "only one of each, split and repeat"),
        ({"of": "y", "fields": {"hs_code": "h"}}, "children.goods.of: of needs one list under each"),
        ({"of": "y", "each": ["x", "z"], "fields": {"hs_code": "x"}}, "of needs one list under each"),
        ({"each": "x", "fields": {"hs_code": {"item": {"each": "y"}}}}, "column is missing"),
        ({"each": "x", "when": {"column": "k"}, "fields": {"hs_code": "h"}}, "children.goods.when: A condition needs"),
    ],
)
def test_mistakes_in_blocks(tmp_path: Path, block: Any, says: str) -> None:
    fields = FIRE.replace("  incident_no: no\n", "  ie_flag_code: {constant: I}\n")
    folder = write_source(
        tmp_path, fields + f"children: {{goods: {json.dumps(block)}}}\n", record_type="customs_declaration"
    )
    with pytest.raises(FixTheHub) as raised:
        read_source(folder)
    assert says in raised.value.why


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "mode: upsert",
            "mode: check",
            "mapping.yml:9 fields: fields cannot stand here; it is of no use in mode check",
        ),
        (
            'folder}\nformat: {kind: csv, missing: ["/"]}',
            "sql, connection: c, table: t, watermark: w}\nformat: {kind: csv, header: {row: 2}}",
            "mapping.yml:5 format.header: header cannot stand here; it is of no use with rows of a table",
        ),
        ("mode: upsert", "mode: upsert\nexpect: {ended: {max: 30%}}", 'ended.max: "30%" is not a share from 0 to 1'),
    ],
)
def test_what_another_key_rules_out(tmp_path: Path, old: str, new: str, says: str) -> None:
    folder = write_source(tmp_path)
    path = folder / "mapping.yml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(FixTheHub) as raised:
        read_source(folder)
    assert says in raised.value.why


@pytest.mark.parametrize(
    ("agency", "says"),
    [
        ("nam: {zh: a, en: b}\n", ["1 nam: There is no key nam. Did you mean name?", "1: The key name is missing."]),
        ("name: {zh: a}\n", ["1 name: The key en is missing."]),
        ("name: {zh: a, en: b}\nbody: hn_costoms\n", [
            "2 body: The register of agencies has no body hn_costoms. Did you mean hn_customs?",
        ]),
        ("name: {zh: a, en: b}\nfeed_body: {fires: [hn_police, hn_fire]}\n", [
            "2 feed_body.fires: The register of agencies has no body hn_fire. Did you mean",
        ]),
        ("name: {zh: a, en: b}\nfeed_body: hn_police\n", ["2 feed_body: Here belongs a mapping of FEED: CODE."]),
        ("name: a\n", ["1 name: Here belongs a mapping of zh, en."]),
        ("name: {zh: a, en: b}\nkeys: {k: {valid_form: 2026-01-01}}\n", [
            "2 keys.k.valid_form: There is no key valid_form. Did you mean valid_from?", "2 keys.k: The key valid_from is",
        ]),
        ("name: {zh: a, en: b}\nkeys: {k: {valid_from: soon}}\n", ["2 keys.k.valid_from: soon is not 2026-01-31"]),
        ("name: {zh: a, en: b}\nkeys: {k: {valid_from: 2026-01-01, revoked_at: 2026-01-31 15:00}}\n", [
            "2 keys.k.revoked_at: 2026-01-31 15:00 is not 2026-01-31 or 2026-01-31T15:00:00+08:00.",
        ]),
        ("name: {zh: a, en: b}\nkeys: {K.1: {valid_from: 2026-01-01}}\n", ["2 keys.K.1: K.1 is not a-z, 0-9"]),
        ("name: {zh: a, en: b}\nkeys: {k: {valid_from: 2026-02-01, valid_to: 2026-01-31}}\n", [
            "2 keys.k.valid_to: 2026-01-31 is not after 2026-02-01.",
        ]),
    ],
)  # fmt: skip
def test_mistakes_in_the_file_of_the_agency(tmp_path: Path, agency: str, says: list[str]) -> None:
    folder = write_source(tmp_path)
    (folder.parent / "agency.yml").write_text(agency + "language: en\n", "utf-8")
    with pytest.raises(FixTheHub) as raised:
        read_source(folder)
    assert all(f"agency.yml:{each}" in raised.value.why for each in says), raised.value.why


def test_a_day_of_a_key_is_a_day_in_china(tmp_path: Path) -> None:
    folder = write_source(tmp_path)
    times = "valid_from: 2026-01-01, revoked_at: 2026-03-04T15:00:00Z"
    (folder.parent / "agency.yml").write_text(
        f"name: {{zh: a, en: b}}\nlanguage: en\nkeys: {{k: {{{times}}}}}\n", "utf-8"
    )
    (key,) = read_source(folder).agency_keys
    assert key.valid_from == datetime(2025, 12, 31, 16, tzinfo=UTC)
    assert key.revoked_at == datetime(2026, 3, 4, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("agency", "bodies"),
    [
        ("", ()),
        ("body: hn_police\n", ("hn_police",)),
        ("body: [hn_police, hn_fire_rescue]\n", ("hn_police", "hn_fire_rescue")),
        ("body: hn_police\nfeed_body: {FEED: hn_fire_rescue, other: hn_ciq}\n", ("hn_fire_rescue",)),
        ("body: hn_police\nfeed_body: {other: hn_ciq}\n", ("hn_police",)),
    ],
)
def test_bodies_are_those_of_the_feed_else_those_of_the_agency(
    tmp_path: Path, agency: str, bodies: tuple[str, ...]
) -> None:
    folder = write_source(tmp_path)
    body = agency.replace("FEED", folder.name)
    (folder.parent / "agency.yml").write_text(f"name: {{zh: a, en: b}}\nlanguage: en\n{body}", "utf-8")
    assert read_source(folder).bodies == bodies


def test_what_is_undecided_in_both_files_is_told_at_once(tmp_path: Path) -> None:
    folder = write_source(tmp_path, FIRE + "  summary: TODO say it\n")
    (folder.parent / "agency.yml").write_text("name: {zh: TODO, en: b}\nlanguage: en\n", "utf-8")
    with pytest.raises(FixTheHub) as raised:
        read_source(folder)
    assert "mapping.yml:13 fields.summary: Still to be decided. say it" in raised.value.why
    assert "agency.yml:1 name.zh: Still to be decided." in raised.value.why


def test_an_entry_that_is_no_regular_expression(tmp_path: Path) -> None:
    body = FIRE + "  cause_code: {column: c, crosswalk: cause, match: regex}\n"
    with pytest.raises(FixTheHub) as raised:
        read_source(write_source(tmp_path, body, crosswalks={"cause": "x,electrical,\n(,other,\n"}))
    assert "crosswalks/cause.csv:3 (: This is not a regular expression" in raised.value.why
