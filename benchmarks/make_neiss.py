"""Invented emergency-department cases by the million, in the form of `us_cpsc/neiss`: csv, ASCII, 25 columns, coded.

Columns are made whole, never row by row.  The same seed gives the same bytes.  Codes are those of the source's
crosswalks and of the standard, so that no row gives a finding.
"""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

import mappings
from standards import standard

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

CROSSWALK = Path(mappings.__file__).parent / "sources" / "us_cpsc" / "neiss" / "crosswalks" / "product_category.csv"
BLOCK = 100_000
DAY = date(2024, 1, 1)  # the first on which a case may happen
COLUMNS = (
    "CPSC_Case_Number", "Treatment_Date", "Age", "Sex", "Race", "Other_Race", "Hispanic", "Body_Part", "Diagnosis",
    "Other_Diagnosis", "Body_Part_2", "Diagnosis_2", "Other_Diagnosis_2", "Disposition", "Location",
    "Fire_Involvement", "Alcohol", "Drug", "Product_1", "Product_2", "Product_3", "Narrative", "Stratum", "PSU",
    "Weight",
)  # fmt: skip
WHO = ("YOM", "YOF")
WHAT = (
    "FELL FROM LADDER WHILE CLEANING GUTTERS", "SLIPPED ON WET TILE IN KITCHEN", "STRUCK BY SWING AT PLAYGROUND",
    "TWISTED ANKLE ON STAIRS CARRYING LAUNDRY", "CUT FINGER SLICING A BAGEL", "FELL OFF SKATEBOARD ON DRIVEWAY",
)  # fmt: skip
FOUND = ("FRACTURE", "CONTUSION", "LACERATION", "SPRAIN", "HEAD INJURY")


def make_neiss(path: Path, rows: int, seed: int = 11) -> None:
    """Write a csv of `rows` rows to `path`."""
    rng = np.random.default_rng(seed)
    with path.open("wb") as file:
        file.write(f"{','.join(COLUMNS)}\n".encode())
        for start in range(0, rows, BLOCK):
            block = _block(start, min(BLOCK, rows - start), rng)
            lines = pc.binary_join_element_wise(*(block[name] for name in COLUMNS), ",")
            file.write(pc.binary_join_element_wise(lines, "\n", "").buffers()[2])


def _block(start: int, size: int, rng: np.random.Generator) -> dict[str, pa.Array]:
    def some(values: Sequence[str]) -> pa.Array:
        return pa.array(values).take(pa.array(rng.integers(0, len(values), size)))

    def of(name: str) -> pa.Array:
        return some(_in_force(name))

    def rarely(values: pa.Array, share: float, other: str) -> pa.Array:
        return pc.if_else(pa.array(rng.random(size) < share), values, other)

    age = np.where(rng.random(size) < 0.05, rng.integers(201, 224, size), rng.integers(2, 96, size))  # noqa: PLR2004
    dates = _joined(_text(rng.integers(1, 13, size)), "/", _text(rng.integers(1, 29, size)), "/", some(("24", "25")))
    products = _products()
    weight = rng.integers(49_000, 999_999, size)
    return {
        "CPSC_Case_Number": _text(np.arange(start, start + size) + 240_000_000),
        "Treatment_Date": dates,
        "Age": _text(age),
        "Sex": some(("1", "2")),
        "Race": some(("0", "1", "2")),
        "Other_Race": _blank(size),
        "Hispanic": some(("0", "1")),
        "Body_Part": of("body_part"),
        "Diagnosis": of("injury_diagnosis"),
        "Other_Diagnosis": rarely(some(FOUND), 0.1, ""),
        "Body_Part_2": rarely(of("body_part"), 0.2, ""),
        "Diagnosis_2": rarely(of("injury_diagnosis"), 0.2, ""),
        "Other_Diagnosis_2": _blank(size),
        "Disposition": of("injury_disposition"),
        "Location": of("injury_place"),
        "Fire_Involvement": of("fire_involvement"),
        "Alcohol": some(("0", "1")),
        "Drug": some(("0", "1")),
        "Product_1": some(products),
        "Product_2": rarely(some(products), 0.3, "0"),
        "Product_3": rarely(some(products), 0.1, "0"),
        "Narrative": _joined(_text(rng.integers(2, 96, size)), some(WHO), " ", some(WHAT), " DX ", some(FOUND)),
        "Stratum": some(("S", "M", "L", "V", "C")),
        "PSU": _text(rng.integers(1, 100, size)),
        "Weight": _joined(_text(weight // 10_000), ".", pc.utf8_lpad(_text(weight % 10_000), 4, "0")),
    }


def _products() -> list[str]:
    """Return the products that have both a category and a code of the standard."""
    with CROSSWALK.open(encoding="utf-8", newline="") as file:
        known = [line["source_value"] for line in csv.DictReader(file) if line["code"] != "ignored"]
    return sorted(set(known) & set(_in_force("injury_product")))


def _in_force(name: str) -> list[str]:
    """Return the codes of a list that hold on the days of the file."""
    codes = standard().codelists[name]
    held: list[str] = codes.codes.filter(codes.in_force(codes.codes, pa.array([DAY] * len(codes.codes)))).to_pylist()
    return held


def _text(numbers: npt.NDArray[np.int64]) -> pa.Array:
    return pc.cast(pa.array(numbers), pa.string())


def _blank(size: int) -> pa.Array:
    return pa.repeat(pa.scalar(""), size)


def _joined(*parts: pa.Array | str) -> pa.Array:
    return pc.binary_join_element_wise(*parts, "")
