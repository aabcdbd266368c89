"""Where the standard took a sender's own list over, the sender's crosswalk says the same as the list."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

import mappings
from mappings.engine.compile.crosswalk import read_crosswalk
from mappings.engine.compile.problems import Problems
from standards import standard
from standards.ancestry import topmost

SOURCES = Path(mappings.__file__).with_name("sources")


@pytest.mark.parametrize(
    ("crosswalk", "codelist"),
    [
        ("us_cpsc/neiss/crosswalks/product_category.csv", "injury_product"),
        ("eu_rasff/notifications/crosswalks/product_category.csv", "rasff_product_category"),
        ("eu_rasff/notifications/crosswalks/hazard_type.csv", "rasff_hazard_category"),
        ("hn_customs/declarations/crosswalks/unit.csv", "unit_gacc"),
    ],
)
def test_crosswalk_gives_the_parent_of_the_list(crosswalk: str, codelist: str) -> None:
    table = standard().codelists[codelist].table
    words = [code.lower() for code in table["code"].to_pylist()]
    codes = codes_of(crosswalk)
    assert {word: codes.get(word) for word in words} == dict(zip(words, table["parent"].to_pylist(), strict=True))


def test_declarations_read_every_code_of_countries_new_and_old() -> None:
    lists = standard().codelists
    expected = {code: code for code in lists["country"].codes.to_pylist()}
    expected |= {
        code: lists["country_gacc"].parents(pa.array([code]))[0].as_py()
        for code in lists["country_gacc"].codes.to_pylist()
    }
    assert codes_of("hn_customs/declarations/crosswalks/country.csv") == expected


@pytest.mark.parametrize(
    "source", ["kr_customs/declarations", "us_cpsc/recalls", "eu_rasff/notifications", "hn_customs/port_inspections"]
)
def test_names_of_countries_mean_what_the_list_of_aliases_says(source: str) -> None:
    table = standard().codelists["country_alias"].table
    parents = {
        name.lower(): parent
        for name, parent in zip(*(table[each].to_pylist() for each in ("code", "parent")), strict=True)
    }
    for name, code in codes_of(f"{source}/crosswalks/country.csv").items():
        assert code is None or {parents.get(name.lower()), parents.get(name.lower().rstrip("."))} >= {code}, name


@pytest.mark.parametrize("source", ["eu_rasff/notifications", "us_cpsc/neiss", "us_cpsc/recalls"])
def test_hazard_class_is_that_of_the_hazard_type(source: str) -> None:
    codes = standard().codelists["hazard_type"].codes
    classes = topmost(standard().codelists, "hazard_type", codes)
    parents = dict(zip(codes.to_pylist(), classes.to_pylist(), strict=True))
    types = codes_of(f"{source}/crosswalks/hazard_type.csv")
    assert codes_of(f"{source}/crosswalks/hazard_class.csv") == {
        word: None if code is None else parents[code] for word, code in types.items()
    }


def test_hospitals_give_a_product_the_category_that_its_code_has() -> None:
    categories = codes_of("hn_hospital/injuries/crosswalks/product_category.csv")
    for name, code in codes_of("hn_hospital/injuries/crosswalks/injury_product.csv").items():
        parent = standard().codelists["injury_product"].parents(pa.array([code], pa.string()))[0].as_py()
        assert code is None or parent == categories[name], name


@pytest.mark.parametrize(
    ("product_type", "code"),
    [
        ("gas water heaters & accessories", "118"),
        ("hot tubs/spas", "698"),
        ("hammocks", "5037"),
        ("hand trucks/dollies", "1680"),
        ("candles & candle holders", "463"),
        ("scales", "4066"),
        ("air fresheners/aromatherapy", "973"),
        ("masks (children)", "1342"),
        ("bicycle child carriers/trailers", "1531"),
        ("scooters", "5022"),
    ],
)
def test_recalls_and_injuries_give_a_product_one_category(product_type: str, code: str) -> None:
    category = codes_of("us_cpsc/recalls/crosswalks/product_type.csv")[product_type]
    assert category == standard().codelists["injury_product"].parents(pa.array([code]))[0].as_py()


def test_every_kind_of_fire_of_the_brigades_is_a_fire() -> None:
    codes = codes_of("hn_fire/incidents/crosswalks/incident_type.csv")
    kinds = [code for name, code in codes.items() if name != "误报"]
    parents = standard().codelists["incident_type"].parents(pa.array(kinds)).to_pylist()
    assert {parent or kind for kind, parent in zip(kinds, parents, strict=True)} == {"fire"}


def test_an_incident_of_pittsburgh_has_the_type_that_its_code_comes_close_to() -> None:
    table = standard().codelists["incident_type"].table
    near = {
        match.removeprefix("nfirs:"): code
        for code, matches in zip(table["code"].to_pylist(), table["close_match"].to_pylist(), strict=True)
        for match in (matches or "").split()
    }
    for nfirs, code in codes_of("us_pittsburgh/fire_incidents/crosswalks/incident_type.csv").items():
        assert code == near.get(nfirs, near[nfirs[0]]), nfirs


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
