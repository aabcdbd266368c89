"""What the demonstration shows: a chosen dozen of what is shipped, or what a hub of its own sources has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stack.demo import SHOWN, samples

if TYPE_CHECKING:
    from tests.support.small_source import SmallSource


@pytest.mark.usefixtures("home")
def test_a_dozen_of_what_is_shipped() -> None:
    shown = samples()
    assert {f"{head.agency}/{head.feed}" for head, _ in shown} == SHOWN
    assert len(shown) == 12
    assert {path.suffix for _, path in shown} >= {".csv", ".json", ".sql", ".xlsx", ".xml", ".zip"}


def test_a_hub_of_other_sources_shows_those(small: SmallSource) -> None:
    assert samples() == [], "a source without a sample has nothing to show"
    sample = small.folder / "sample.csv"
    sample.write_text("id\n", "utf-8")
    assert [path for _, path in samples()] == [sample]
