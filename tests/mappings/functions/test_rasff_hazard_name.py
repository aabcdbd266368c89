import pyarrow as pa
import pytest

from mappings.functions.rasff_hazard_name import rasff_hazard_name


@pytest.mark.parametrize(
    ("substance", "category", "name"),
    [
        ("Cadmium - heavy metals", "Heavy metals", "Cadmium"),
        ("Primary aromatic amines - migration - migration", "Migration", "Primary aromatic amines - migration"),
        ("aflatoxins", "mycotoxins", "aflatoxins"),
        ("E 110 - Sunset Yellow FCF", "food additives and flavourings", "E 110 - Sunset Yellow FCF"),
        ("Phosmet - unauthorised substance", None, "Phosmet - unauthorised substance"),
        ("rupture of the cold chain -", "poor or insufficient controls", "rupture of the cold chain -"),
        (None, "Migration", None),
        (None, None, None),
    ],
)
def test_the_category_behind_the_hazard_goes(substance: str | None, category: str | None, name: str | None) -> None:
    pair = pa.array([substance], pa.string()), pa.array([category], pa.string())
    assert rasff_hazard_name(*pair).to_pylist() == [name]


def test_length_and_order_stay() -> None:
    substance = pa.array(["a - x", None, "b - x", "a - x"])
    category = pa.array(["X", "X", None, "Y"])
    assert rasff_hazard_name(substance, category).to_pylist() == ["a", None, "b - x", "a - x"]
