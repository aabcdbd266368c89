# ruff: noqa: E501 - a table reads better with one case to a line
"""Whatever stands in the cells: `refine` raises nothing, every row comes out once, and what was lost is said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.pseudonyms import token_key
from mappings.engine import mask, named, refine
from mappings.engine.compile.grammar import subjects, verbs
from tests.support.folders import FIRE, rows_of, source_of
from validation.catalogue import catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from mappings.engine import Source

GOODS = FIRE.replace("  incident_no: no\n", "  ie_flag_code: {constant: I}\n")
WALK = {"cause": "电气,electrical,\n吸烟,smoking,\n.,other,\n^a.*,undetermined,\n不明,ignored,why\n"}
RULES = {
    "column": "summary: a",
    "first": "summary: {first: [a, b], case: upper}",
    "join": "alarm_at: {join: [a, b], with: ' ', datetime: [iso, '%Y-%m-%d %H:%M'], tz: America/New_York}",
    "constant": "summary: {constant: x, when: {column: a, matches: '[0-9]+'}}",
    "function": "death_count: {function: neiss_age_years, columns: [a], integer: true}",
    "item": "summary: {item: {each: list, column: n, when: {column: n, filled: true}, order: ['1', x]}}",
    "text": "summary: {column: a, extract: '(.+)[.]', pad: 12, case: lower}",
    "datetime": "alarm_at: {column: a, datetime: [iso, excel, '%Y年%m月%d日', '%Y%m%d%H%M%S', '%b %d %Y %I:%M %p %z'], tz: Asia/Shanghai}",
    "date": "product.0.production_date: {column: a, date: [iso, excel, '%d/%m/%y'], tz: UTC}",
    "decimal": "area_m2: {column: a, decimal: 2, times: '0.0001', thousands: ',', point: '.'}",
    "integer": "death_count: {column: a, integer: true, thousands: ' ', point: ','}",
    "measure": "area_m2: {column: a, measure: value}",
    "qualifier": "summary: {column: a, measure: qualifier}",
    "unit": "area_m2: {column: a, unit: m2, from: 亩, from_column: b, thousands: ','}",
    "currency": "summary: {column: a, currency: true, from: CNY}",
    "chinese_amount": "loss_cny: {column: a, chinese_amount: true}",
    "beside": "loss_cny: {column: a, chinese_amount: true, beside: [罚款]}",
    "added": "loss_cny: {column: a, chinese_amount: true, beside: [罚款], added: true}",
    "document_no": "summary: {column: a, document_no: true}",
    "epoch": "alarm_at: {column: a, datetime: [epoch, epoch_ms], tz: Asia/Shanghai}",
    "crosswalk": "cause_code: {column: a, crosswalk: cause}",
    "starts": "cause_code: {column: a, crosswalk: cause, match: starts, pad: 4}",
    "contains": "cause_code: {column: a, crosswalk: cause, match: contains}",
    "regex": "cause_code: {column: a, crosswalk: cause, match: regex}",
    "named": "cause_code: {column: a, named: fire_cause}",
    "region": "region_code: {column: a, region: true}",
    "token": "summary: {column: a, token: person}",
    "boolean": "is_battery_involved: {column: a, boolean: {true: [是], false: [否]}}",
    "choice": "summary: [{column: a, when: {column: b, filled: true}}, {column: b, when: {column: a, starts: [x]}}, {column: a, pad: 9}]",
}
BLOCKS = {
    "each": "{each: list, when: {column: n, filled: true}, fields: {g_no: {constant: 1}, hs_code: n, quantity: {column: n, decimal: 4}}}",
    "nested": "{of: outer, each: list, when: {column: ../k, filled: true}, fields: {g_no: {column: '#', integer: true}, hs_code: n, name: ../k}}",
    "lists": "{each: [x, y], fields: {g_no: {constant: 1}, hs_code: x, name: y}}",
    "split": "{split: {columns: [a], items: [';'], parts: '/', names: [p, q]}, fields: {g_no: {constant: 1}, hs_code: p, name: q}}",
    "lenient": "{split: {columns: [a, b], items: [';', ','], lenient: so}, fields: {g_no: {constant: 1}, hs_code: a, name: b}}",
    "repeat": "{repeat: {to: 2}, fields: {g_no: {constant: 1}, hs_code: 'h{n}', unit_code: {column: 'u{n}'}, quantity: {column: 'h{n}', unit: m2}}}",
    "several": "[{each: list, fields: {g_no: {constant: 1}, hs_code: n}}, {fields: {g_no: {constant: 1}, hs_code: a, quantity: {column: a, decimal: 2}}}]",
}
TEXTS = [
    "2026-02-30", "2026-03-02T07:05:60Z", "0000-01-01", "9999-12-31 23:59:59", "１２３", "1e999", "-0", "+", ".", ",", "3.5 kg", "3亩",
    "99999999999999999999亩", "US$ 1,200.50", "$", "电气吸烟", "龙华区", "460106", "海南省", "11010519491231002X", "13812345678", "是",
    "\x00", "a\x00b", "\ufeff", "\u3000", "/", ";", "a/b;c", "a;;b;", "。", "—", "〇", "1。5", "45292.5", "2958466", "١٢٣", "😀", "a" * 300,
]  # fmt: skip
cell = st.one_of(
    st.none(), st.sampled_from(TEXTS), st.text(max_size=12), st.from_regex(r"[0-9.,;/年月日 -]{0,12}", fullmatch=True)
)
cells = st.lists(st.tuples(cell, cell), min_size=1, max_size=6)
few = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module", autouse=True)
def _one_key() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RISKHUB_TOKEN_KEY", "k" * 32)
        token_key.cache_clear()
        yield
    token_key.cache_clear()


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Source]:
    found = {
        name: source_of(
            tmp_path_factory.mktemp(name), f"{FIRE}  {rule}\n", crosswalks=WALK if "crosswalk" in rule else None
        )
        for name, rule in RULES.items()
    }
    return found | {
        name: source_of(
            tmp_path_factory.mktemp(name), f"{GOODS}children: {{goods: {block}}}\n", record_type="customs_declaration"
        )
        for name, block in BLOCKS.items()
    }


def test_every_verb_is_here() -> None:
    assert subjects().keys() | verbs().keys() <= RULES.keys()


def batch_of(pairs: list[tuple[str | None, str | None]]) -> pa.RecordBatch:
    a, b = ([pair[at] for pair in pairs] for at in (0, 1))
    columns: dict[str, list[Any]] = {"no": [f"N{at}" for at in range(len(pairs))], "at": b, "a": a, "b": b}
    columns |= {"h1": a, "h2": b, "u1": b, "u2": a}
    columns["list"] = [[{"n": one}, {"n": other}] if one else None for one, other in pairs]
    columns["outer"] = [
        [{"k": one, "list": inner}, {"k": other, "list": None}]
        for (one, other), inner in zip(pairs, columns["list"], strict=True)
    ]
    columns |= {"x": [[one, other] for one, other in pairs], "y": [[other] if one else None for one, other in pairs]}
    return rows_of(columns)


@pytest.mark.slow
@pytest.mark.parametrize("name", [*RULES, *BLOCKS])
@given(cells)
@few
def test_refine_never_raises(sources: dict[str, Source], name: str, pairs: list[tuple[str | None, str | None]]) -> None:
    source, batch = sources[name], batch_of(pairs)
    (route,) = source.routes
    made = refine(batch, source)
    table = made.tables[route.name][""]
    rows = [*table["row"].to_pylist(), *made.skipped["row"].to_pylist(), *made.unrouted.to_pylist()]
    assert sorted(rows) == list(range(len(pairs)))
    told = named(made.findings[route.name], route)
    assert set(told["code"].to_pylist()) <= set(catalogue())
    assert set(told["row"].to_pylist()) <= set(table["row"].to_pylist())
    assert len(mask(batch, source)) == len(pairs)
    for child in made.tables[route.name].values():
        child.validate(full=True)
