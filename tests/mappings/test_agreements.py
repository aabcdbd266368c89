"""Sharing agreements: a good one is read as it is meant, and whatever is wrong with one is said and grants nothing."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from cli.screen import FINDINGS, FINE, guarded
from hub.errors import FixTheHub
from hub.settings import settings
from mappings.engine import Agreement, read_agreements
from standards import standard

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GOOD: dict[str, Any] = {
    "to": "beta",
    "record_types": ["fire_incident", "recall"],
    "purpose": "product_supervision",
    "sensitivity": "sensitive",
    "valid_from": "2026-01-01",
    "valid_to": "2027-01-01",
    "basis": {"zh": "协议", "en": "Agreement 7"},
}


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give the folder of two agencies without sources."""
    folder = tmp_path / "sources"
    for agency in ("alpha", "beta"):
        (folder / agency / "agreements").mkdir(parents=True)
        (folder / agency / "agency.yml").write_text("name: {zh: 甲, en: A}\nlanguage: zh\n", "utf-8")
    monkeypatch.setenv("RISKHUB_SOURCES", str(folder))
    settings.cache_clear()
    yield folder
    settings.cache_clear()


def agree(sources: Path, name: str = "seven", **changes: Any) -> None:
    written = {key: value for key, value in (GOOD | changes).items() if value is not None}
    (sources / "alpha" / "agreements" / f"{name}.yml").write_text(yaml.safe_dump(written), "utf-8")


def test_an_agreement_is_read_as_it_is_meant(sources: Path) -> None:
    agree(sources)
    assert read_agreements([sources]) == [
        Agreement(
            agency="alpha",
            to="beta",
            record_types=("fire_incident", "recall"),
            purpose="product_supervision",
            sensitivity="sensitive",
            valid_from=date(2026, 1, 1),
            valid_to=date(2027, 1, 1),
            basis="alpha/agreements/seven.yml: 协议 Agreement 7",
        )
    ]
    assert guarded(["source", "lint"]) == FINE


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"to": "alpha"}, "to"),  # itself
        ({"to": "gamma"}, "to"),
        ({"to": ["beta"]}, "to"),
        ({"to": "*"}, "to"),
        ({"record_types": []}, "record_types"),
        ({"record_types": "fire_incident"}, "record_types"),
        ({"record_types": ["fire_incidents"]}, "record_types.0"),
        ({"record_types": [["fire_incident"]]}, "record_types.0"),
        ({"record_types": ["*"]}, "record_types.0"),
        ({"record_types": ["fire_incident", "fire_incident"]}, "record_types.1"),
        ({"purpose": "own"}, "purpose"),  # would open every field without a trace
        ({"purpose": "analysis"}, "purpose"),
        ({"purpose": "Product supervision"}, "purpose"),
        ({"purpose": 7}, "purpose"),
        ({"sensitivity": "secret"}, "sensitivity"),
        ({"sensitivity": "public"}, "record_types.0"),  # fires are internal: nothing would be seen
        ({"valid_from": "2026"}, "valid_from"),
        ({"valid_to": "2026-01-01"}, "valid_to"),
        ({"valid_to": "never"}, "valid_to"),
        ({"basis": "Agreement 7"}, "basis"),
        ({"basis": {"zh": "协议", "en": " "}}, "basis.en"),
        ({"fields": ["narrative"]}, "fields"),
        ({"valid_to": None}, "valid_to"),  # no agreement is for ever
        ({"to": None}, "to"),
    ],
)
def test_a_mistake_is_named_and_nothing_is_granted(
    sources: Path, changes: dict[str, Any], key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    agree(sources, **changes)
    with pytest.raises(FixTheHub) as told:
        read_agreements([sources])
    assert told.value.where == "alpha/agreements"
    assert key.partition(".")[0] in told.value.why
    assert guarded(["source", "lint"]) == FINDINGS
    assert "seven.yml" in capsys.readouterr().err


def test_what_is_shared_with_nobody_is_in_no_agreement(sources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(standard().types["fire_incident"].schema, "share", "none")
    agree(sources)
    with pytest.raises(FixTheHub) as told:
        read_agreements([sources])
    assert "fire_incident" in told.value.why


@pytest.mark.parametrize("text", ["", "- to: beta", "to: [", "to: &x beta", "to: !!python/name:os.system ''", "\xff"])
def test_hostile_files_are_refused(sources: Path, text: str) -> None:
    (sources / "alpha" / "agreements" / "x.yml").write_bytes(text.encode("latin-1"))
    with pytest.raises(FixTheHub):
        read_agreements([sources])


def test_two_agreements_do_not_say_different_things_of_the_same(sources: Path) -> None:
    agree(sources)
    agree(sources, "eight", valid_to="2030-01-01")
    with pytest.raises(FixTheHub) as told:
        read_agreements([sources])
    assert "eight.yml" in told.value.why
    agree(sources, "eight", valid_from="2027-01-01", valid_to="2030-01-01")  # the renewal
    assert len(read_agreements([sources])) == 2
