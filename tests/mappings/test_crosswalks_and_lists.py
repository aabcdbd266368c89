"""Where the standard took a sender's own list over, the sender's crosswalk says the same as the list."""

from __future__ import annotations

from pathlib import Path

import pytest

import mappings
from mappings.engine.compile.crosswalk import read_crosswalk
from mappings.engine.compile.problems import Problems
from standards import standard

SOURCES = Path(mappings.__file__).with_name("sources")


@pytest.mark.parametrize(
    ("crosswalk", "codelist"),
    [
        ("us_cpsc/neiss/crosswalks/product_category.csv", "injury_product"),
        ("eu_rasff/notifications/crosswalks/product_category.csv", "rasff_product_category"),
        ("eu_rasff/notifications/crosswalks/hazard_type.csv", "rasff_hazard_category"),
    ],
)
def test_crosswalk_gives_the_parent_of_the_list(crosswalk: str, codelist: str) -> None:
    table = standard().codelists[codelist].table
    words = [code.lower() for code in table["code"].to_pylist()]
    codes = codes_of(crosswalk)
    assert {word: codes.get(word) for word in words} == dict(zip(words, table["parent"].to_pylist(), strict=True))


@pytest.mark.parametrize("source", ["eu_rasff/notifications", "us_cpsc/recalls"])
def test_hazard_class_is_the_parent_of_the_hazard_type(source: str) -> None:
    table = standard().codelists["hazard_type"].table
    parents = dict(zip(table["code"].to_pylist(), table["parent"].to_pylist(), strict=True))
    types = codes_of(f"{source}/crosswalks/hazard_type.csv")
    assert codes_of(f"{source}/crosswalks/hazard_class.csv") == {
        word: None if code is None else parents[code] for word, code in types.items()
    }


def codes_of(crosswalk: str) -> dict[str, str | None]:
    problems = Problems(crosswalk)
    walk = read_crosswalk(SOURCES / crosswalk, problems)
    assert walk is not None
    assert problems.found == []
    return walk.codes


def test_a_word_that_begins_like_a_formula_is_read_guarded_or_bare(tmp_path: Path) -> None:
    problems = Problems(str(tmp_path))
    path = tmp_path / "cause.csv"
    path.write_text("source_value,code,note\n'=1+1,a,\n-x,b,\n''y,c,\n'z,d,\n", "utf-8")
    walk = read_crosswalk(path, problems)
    assert walk is not None
    assert walk.codes == {"=1+1": "a", "-x": "b", "'y": "c", "'z": "d"}
    assert not problems.found
