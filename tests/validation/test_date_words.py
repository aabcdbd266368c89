"""The example in the cure of a bad date is in an agreed form: the very rule that asks for it reads it."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from mappings.engine.verbs.dates import Dates
from mappings.engine.verbs.forms import Form
from validation.catalogue import example_of_date, render

NOW: Any = None  # no form asks for more than the text
FORMS = (
    *("iso", "%Y-%m-%d", "%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M:%S", "%b %d, %Y", "%d %B %Y", "%m/%d/%y", "%Y%m%d"),
    *("%Y年%m月%d日", "%d/%m/%Y %I:%M %p", "%Y-%m-%dT%H:%M:%S%z"),
)


@pytest.mark.parametrize("text", FORMS)
def test_the_example_is_read_by_the_form(text: str) -> None:
    dates = Dates((Form(text), Form("excel")), tz="Asia/Shanghai")
    fault = dates(pa.array(["no date"]), NOW).faults[0]
    example = example_of_date(str(fault.expected))
    assert example
    assert dates(pa.array([example]), NOW).values.null_count == 0, example
    for language in ("en", "zh"):
        assert example in render("BAD_DATE", language, value="no date", expected=fault.expected).cure


def test_a_number_of_a_spreadsheet_is_no_example() -> None:
    assert example_of_date("Excel") == ""
    assert "…" not in render("BAD_DATE", "en", value="x", expected="Excel").cure
