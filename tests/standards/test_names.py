"""Every field of the standard is named by the rule of `standards/README.md`, "Names"."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from standards import standard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from standards.schema import Field

# Names that are agreed elsewhere, or say their unit in another way.
PUBLISHED = {  # systems too large for a list
    *("hs_code", "ciq_code", "icd10_code", "external_cause_code", "org_code", "subdivision_code"),
}
LISTED = {"code", "coord_sys", "un_no", "event_at_precision", "reported_at_precision"}
WHOLE = {"alarm_level", "element_no", "g_no", "model_year", "plan_year", "size_bytes"}
NUMBERS = {
    *("amount", "lat", "limit_high", "limit_low", "lon", "probability_per_million", "quantity", "result_high"),
    *("result_low", "score", "statistical_weight", "value"),
}
UNITS = ("_amount", "_quantity", "_rate", "_percent", "_kg", "_m", "_km", "_m2", "_min", "_value", "_limit", "_score")
OLD = {"loss_cny"}  # of fires, whose grade depends on the loss in yuan
# Amounts that share a currency with the others of their record or item.
SHARED = {
    "fine_amount": "currency_code",
    "confiscated_amount": "currency_code",
    "arrears_amount": "currency_code",
    "price_amount": "currency_code",
    "total_price_amount": "currency_code",
    "onsite_loss_amount": "loss_currency_code",
    "offsite_loss_amount": "loss_currency_code",
    "cost_amount": "loss_currency_code",
}


def fields() -> Iterator[tuple[str, set[str], Field]]:
    """Yield each field with its place, and the names of all fields of its item and of the record."""
    for name, record_type in standard().types.items():
        own = set(record_type.tables[""].fields)
        for child, table in record_type.tables.items():
            for each in table.fields.values():
                yield f"{name}.{child}.{each.name}".replace("..", "."), own | set(table.fields), each


# The beginning of an Arrow type, what a name of such a field ends with, and the names that need not.
KINDS: dict[str, tuple[tuple[str, ...], set[str]]] = {
    "timestamp": (("_at",), set()),
    "date32": (("_date",), {"valid_from", "valid_to"}),
    "int": (("_count", "_years", "_months", "_days"), WHOLE),
    "decimal": (UNITS, NUMBERS | OLD),
}


def wrong(name: str, each: Field) -> str:
    """Return what is wrong with the name of a field; "" where it is right."""
    kind = str(each.arrow)
    if each.codelist and not name.endswith("_code") and name not in LISTED:
        return "has a list and no _code"
    if name.endswith("_code") and not each.codelist and name not in PUBLISHED:
        return "has _code and no list"
    if kind == "bool" and not name.startswith(("is_", "has_")):
        return "is a boolean"
    for begins, (ends, agreed) in KINDS.items():
        if kind.startswith(begins) and not name.endswith(ends) and name not in agreed:
            return f"is a {begins}"
    return ""


def test_each_field_is_named_by_what_it_is() -> None:
    found = {place: wrong(each.name.removeprefix("product_"), each) for place, _, each in fields()}
    assert {place: why for place, why in found.items() if why} == {}


def test_each_amount_has_its_currency_and_each_quantity_its_unit() -> None:
    lone = []
    for place, beside_it, each in fields():
        if each.name == "amount" or each.name.endswith("_amount"):
            beside = SHARED.get(each.name) or each.name.replace("amount", "currency_code")
        elif each.name == "quantity" or each.name.endswith("_quantity"):
            beside = each.name.replace("quantity", "unit_code")
        else:
            continue
        if beside not in beside_it:
            lone.append((place, beside))
    assert lone == []


@pytest.mark.parametrize("name", ["price", "is_x_text", "smell_code"])
def test_a_name_that_breaks_the_rule_is_found(name: str) -> None:
    each = standard().types["customs_declaration"].tables["goods"].fields["price_amount"]
    assert wrong(name, each)
