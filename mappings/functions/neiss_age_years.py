"""Ages as NEISS codes them."""

import pyarrow as pa
import pyarrow.compute as pc

YEARS = r"^([2-9]|[1-9][0-9]|1[01][0-9]|120)$"
MONTHS = r"^2(0[1-9]|1[0-9]|2[0-3])$"
MONTHS_OF_A_YEAR = 12


def neiss_age_years(age: pa.Array) -> pa.Array:
    """2 to 120 for years, 201 to 223 for 1 to 23 months.

    Returns completed years as text, so 0 or 1 for an age in months; null for any other value.
    Source: NEISS coding manual, Age.
    """
    in_years = pc.match_substring_regex(age, YEARS)
    in_months = pc.match_substring_regex(age, MONTHS)
    months = pc.cast(pc.utf8_slice_codeunits(pc.if_else(in_months, age, None), 1), pa.int64())
    years = pc.cast(pc.divide(months, MONTHS_OF_A_YEAR), pa.string())
    return pc.if_else(in_years, age, years)
