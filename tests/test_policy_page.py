"""docs/policy.md is true: each task of the policy names the record types and sources that serve it today."""

from __future__ import annotations

import pytest

from tests.support.policy_page import PAGE, policy_page


def test_page_of_the_policy_is_as_the_register_and_the_sources_say(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update"):
        PAGE.write_text(policy_page(), "utf-8")
    assert PAGE.read_text("utf-8") == policy_page(), "write it with --update"


@pytest.mark.slow
def test_a_task_is_live_if_each_of_its_types_has_a_source_that_may_send_it() -> None:
    lines = {line.split(" | ")[0].removeprefix("| "): line for line in policy_page().splitlines() if line[:1] == "|"}
    assert "`hn_fire/incidents`" in lines["4.7"]
    assert lines["4.7"].endswith("| live |")
    assert "`hn_customs/declarations`" in lines["4.1"]
    assert "`hn_customs/declarations`" not in lines["1.3"]
    assert "`hn_customs/port_inspections`" in lines["1.3"]
    assert lines["16.2"].endswith("`hn_market/sampling` | partly |")
    assert lines["III.2"].endswith("| no |")
    assert lines["2.7"].endswith("`standards/README.md` | live |")
