"""Analytes: those that agencies report, named by hand, and the substances that EFSA has assessed.

`analytes/named.csv` holds what this standard decides: the Chinese name, the type of hazard that the analyte stands for
by itself, and other names.  Where the type is empty, the analyte alone does not tell it: zinc may be a nutrient or a
contaminant.  CAS numbers are those of OpenFoodTox; the file states them for metals and others that stand there under
another name, or not at all.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from standards.rebuild.reference import UNDATED, Rebuilder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from standards.rebuild.reference import Row

SUBSTANCES = "data2/risk_assessment/efsa_openfoodtox_substance_characterisation.csv"
VALUES = "data2/risk_assessment/efsa_openfoodtox_reference_values.csv"
NOTIFICATIONS = "data/inspection/rasff_2020_to_30OCT2024.csv"
METALS = "data2/lab/nyc_metal_content_consumer_products_2011_2019.csv"
NEEDS = (SUBSTANCES, VALUES, NOTIFICATIONS, METALS)
NAMED = Path(__file__).with_name("analytes") / "named.csv"
EFSA, RASFF, NYC, OWN = "EFSA OpenFoodTox", "RASFF notifications", "NYC DOHMH metal content", "common usage"
CAS = re.compile(r"([0-9]{2,7})-([0-9]{2})-([0-9])")
LONGEST_CODE = (
    40  # signs of a code made from a name; beyond it, and where the name is taken, the CAS number is the code
)
OPERATORS = "AOEL"  # an acceptable exposure of operators is set for plant protection products only


@dataclass(frozen=True)
class Analyte:
    """One analyte; `names` are others than the labels."""

    code: str
    label_en: str
    label_zh: str
    hazard_type: str
    cas: str
    names: tuple[str, ...]
    sources: tuple[str, ...]


@cache
def analytes(data: Path) -> tuple[Analyte, ...]:
    """Return the analytes in the order of their codes."""
    known = substances(data)
    by_name = {name.lower(): cas for cas, name in known.items()}
    seen = _reported(data)
    found: dict[str, Analyte] = {}
    for row in _csv(NAMED):
        names = tuple(filter(None, row["names"].split(";")))
        every = [each.lower() for each in (row["label_en"], *names)]
        cas = row["cas"] or by_name.get(row["label_en"].lower(), "")
        sources = tuple(where for where, texts in seen.items() if not texts.isdisjoint(every))
        sources += (EFSA,) if cas in known else ()
        code = slug(row["label_en"])
        label = row["label_zh"] or row["label_en"]
        found[code] = Analyte(code, row["label_en"], label, row["hazard_type"], cas, names, sources or (OWN,))
    taken = {each.cas for each in found.values()}
    named = {name.lower() for each in found.values() for name in each.names}
    uses = _uses(data)
    for cas, name in known.items():
        if cas in taken or name.lower() in named or name not in uses:
            continue
        code = slug(name)
        code = code if 0 < len(code) <= LONGEST_CODE and code not in found else f"cas_{cas.replace('-', '_')}"
        found[code] = Analyte(code, name, name, uses[name], cas, (), (EFSA,))
    return tuple(found[code] for code in sorted(found))


def substances(data: Path) -> dict[str, str]:
    """Return the name of each substance that was assessed as such, by its CAS number, the shortest name of several."""
    found: dict[str, str] = {}
    for row in _csv(data / SUBSTANCES):
        name, cas = " ".join(row["Component"].split()), row["CASNumber"].strip()
        if row["component_type"] == "as such" and is_cas(cas) and len(name) < len(found.get(cas, name + "x")):
            found[cas] = name
    return dict(sorted(found.items(), key=lambda each: each[1].lower()))


def is_cas(text: str) -> bool:
    """Whether a text is a CAS number with the right check digit.

    >>> is_cas("7439-92-1"), is_cas("7439-92-2")
    (True, False)
    """
    parts = CAS.fullmatch(text)
    if not parts:
        return False
    digits = f"{parts[1]}{parts[2]}"
    return sum(at * int(digit) for at, digit in enumerate(reversed(digits), 1)) % 10 == int(parts[3])


def slug(name: str) -> str:
    """Return the code that a name makes.

    >>> slug("Benzo(a)pyrene"), slug("T-2 toxin")
    ('benzo_a_pyrene', 't_2_toxin')
    """
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return re.sub("[^a-z0-9]+", "_", plain).strip("_")


def _uses(data: Path) -> dict[str, str]:
    """Return the type of hazard of each substance with a reference value; empty where its use decides."""
    seen: dict[str, set[str]] = defaultdict(set)
    for row in _csv(data / VALUES):
        seen[row["Substance"]].add(row["Assessment"])
    pesticide = "pesticide_residue"
    return {name: pesticide if any(each.startswith(OPERATORS) for each in seen[name]) else "" for name in seen}


def _reported(data: Path) -> dict[str, set[str]]:
    """Return the words, in small letters, under which analytes stand in the files of agencies."""
    cells = (row["Hazard Substance"] for row in _csv(data / NOTIFICATIONS))
    hazards = {each.strip().lower().split(" - ")[0] for cell in cells for each in cell.split(";")}
    return {RASFF: hazards, NYC: {row["METAL"].lower() for row in _csv(data / METALS)}}


def _csv(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        yield from csv.DictReader(stream)


def analyte_rows(data: Path) -> Iterator[Row]:
    """Yield the analytes in the order of their codes; CAS numbers stand in `same_as`."""
    for each in analytes(data):
        yield {
            "code": each.code,
            "label_zh": each.label_zh,
            "label_en": each.label_en,
            **UNDATED,
            "parent": each.hazard_type,
            "source": "; ".join(each.sources),
            "same_as": f"cas:{each.cas}" if each.cas else "",
        }


def alias_rows(data: Path) -> Iterator[Row]:
    """Yield the other names of analytes in the order of these, small and capital letters alike."""
    for each in analytes(data):
        for name in each.names:
            labels = {"label_zh": each.label_zh, "label_en": each.label_en}
            yield {"code": name, **labels, **UNDATED, "parent": each.code, "source": OWN}


LISTS = {"analyte": Rebuilder(NEEDS, analyte_rows), "analyte_alias": Rebuilder(NEEDS, alias_rows)}
