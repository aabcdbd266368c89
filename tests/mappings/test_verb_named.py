"""`named:`: the code whose name stands in the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from hub.errors import FixTheHub
from mappings.engine.verbs.named import Named
from standards import standard
from tests.support.folders import FIRE, source_of

if TYPE_CHECKING:
    from pathlib import Path

LISTS = standard().codelists


def codes(into: str, *texts: str | None) -> list[str | None]:
    found: list[str | None] = Named(LISTS, "analyte", into)(pa.array(texts, pa.string()), None).values.to_pylist()
    return found


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Lead", "lead"),
        ("too high content of LEAD", "lead"),
        ("misleading label", None),
        ("Salmonella enterica ser. Enteritidis", "salmonella"),
        ("Aflatoxin B1", "aflatoxin_b1"),
        ("aflatoxins", "aflatoxins"),
        ("Chlorpyrifos-methyl - unauthorised substance", "chlorpyrifos_methyl"),
        ("Listeria monocytogenes", "listeria_monocytogenes"),
        ("colour E 110 - Sunset Yellow FCF - undeclared", "sunset_yellow"),
        ("铅(以Pb计)", "lead"),
        ("铅笔", None),
        ("总铅含量", "lead"),
        ("黄曲霉毒素B₁", "aflatoxin_b1"),
        ("lead and cadmium", None),
        ("", None),
        (None, None),
    ],
)
def test_text_names_an_analyte(text: str | None, code: str | None) -> None:
    assert codes("analyte", text) == [code]


def test_field_of_a_list_above_gets_what_lies_above() -> None:
    texts = ("Lead", "Methylmercury", "zinc", "aflatoxins; ochratoxin A", "lead and cadmium")
    assert codes("hazard_type", *texts) == ["lead", "mercury", None, "mycotoxin", None]
    assert codes("hazard_class", *texts) == ["chemical", "chemical", None, "chemical", "chemical"]


def test_name_of_two_codes_names_none() -> None:
    table = LISTS["analyte"].table
    twice = pa.concat_tables([table.slice(0, 1), table.slice(1, 1).set_column(2, "label_en", table["label_en"][:1])])
    lists = {"analyte": type(LISTS["analyte"])("analyte", twice, parents_in="hazard_type")}
    name = table["label_en"][0].as_py()
    assert Named(lists, "analyte", "analyte")(pa.array([name]), None).values.to_pylist() == [None]


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("{column: a, named: analytes}", "The standard has no code list analytes. Did you mean analyte?"),
        ("{column: a, named: currency}", "neither of the list currency nor of a list above it (currency)"),
    ],
)
def test_list_that_does_not_lead_to_the_field_is_refused(tmp_path: Path, rule: str, why: str) -> None:
    with pytest.raises(FixTheHub) as refused:
        source_of(tmp_path, f"{FIRE}  cause_code: {rule}\n")
    assert why in str(refused.value)
