"""The days of real public files, whole, beside another reading of the same files by pandas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pytest

from connectors.sandbox.reader import read
from mappings.engine import read_source
from pipeline.transform.map_batches import refined_batches
from tests.support.source_files import CUSTOMS, FIRE, NEISS, RASFF, SOURCES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# the file of each source, its columns with number and day, the form of the day
FILES = {
    RASFF: ("data/inspection/rasff_2020_to_30OCT2024.csv", "Reference", "Date of Case", "%b %d, %Y"),
    CUSTOMS: (
        "data/customs/kcs_synthetic_import_declarations/df_syn_valid_eng.csv",
        *("Declaration ID", "Date", "%Y-%m-%d"),
    ),
    FIRE: ("data/fire/pittsburgh_wprdc_fire_incidents.csv", "call_no", "alarm_time", "%Y-%m-%dT%H:%M:%S"),
    NEISS: ("data/injury/neiss_skateboard_men/NEISS_2013.csv", "CPSC_Case_Number", "Treatment_Date", "%m/%d/%y"),
}
# the zone of each, how many rows have a day, and how many of them a day other than that of the instant in UTC
ZONES = {
    RASFF: ("Europe/Brussels", 21871, 21871),
    CUSTOMS: ("Asia/Seoul", 8134, 8134),
    FIRE: ("America/New_York", 8927, 1911),
    NEISS: ("America/New_York", 2526, 0),
}


@pytest.mark.parametrize("name", FILES)
def test_every_row_is_on_the_day_that_the_sender_wrote(name: str, shared: Callable[[str], Path]) -> None:
    file, number, day, form = FILES[name]
    path, source = shared(file), read_source(SOURCES / name)
    with read(path, source.format) as reading:
        tables = [refined.tables[source.routes[0].name][""] for _, refined in refined_batches(iter(reading), source)]
    columns = ["source_record_no", "event_date", "event_tz", "event_at"]
    ours = pa.concat_tables(tables).select(columns).to_pandas().set_index("source_record_no")
    theirs = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig").set_index(number)
    written = pd.to_datetime(theirs[day].str.strip(), format=form, errors="coerce").dropna().dt.date
    found = ours.dropna(subset="event_date")
    assert found["event_date"].to_dict() == written.to_dict()
    zone, rows, moved = ZONES[name]
    assert set(found["event_tz"]) == {zone}
    assert len(found) == rows
    assert (found["event_at"].dt.tz_convert("UTC").dt.date != found["event_date"]).sum() == moved
