"""Documents that are not EPCIS 2.0 are kept out, each for its own fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hub.errors import RejectBatch
from mappings.engine import read_source
from tests.support.source_files import SOURCES, Outcome, ingest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FAULTS = {
    "Combination_of_multiple_invalid_fields": "disposition_code",
    "ObjectEvent_with_invalid_action": "action_code",
    "ObjectEvent_with_invalid_eventTime_format": "event_at",
    "ObjectEvent_with_non_standard_bizStep": "biz_step_code",
    "ObjectEvent_with_non_standard_bizStep_in_second_event": "biz_step_code",
    "ObjectEvent_with_non_standard_disposition": "disposition_code",
    "ObjectEvent_with_unknown_field_in_quantityList": "item.1.is_class",
    "ObjectEvent_without_action_and_eventTime": "event_at",
    "ObjectEvent_without_identifier_list": "item",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", FAULTS)
def test_events_that_are_not_epcis_are_kept_out(name: str, shared: Callable[[str], Path]) -> None:
    outcome = Outcome()
    path = shared(f"data2/trace/epcis2_json_invalid/{name}.json")
    ingest(path, read_source(SOURCES / "hn_trace/epcis_events"), outcome, frozenset())
    assert outcome.quarantined >= 1
    assert FAULTS[name] in {field for _, field in outcome.findings}


def test_a_document_without_context_is_refused(shared: Callable[[str], Path]) -> None:
    path = shared("data2/trace/epcis2_json_invalid/EPCISDocument_without_context.json")
    with pytest.raises(RejectBatch) as refused:
        ingest(path, read_source(SOURCES / "hn_trace/epcis_events"), Outcome(), frozenset())
    assert [each.code for each in refused.value.findings] == ["WRONG_FORMAT"]
