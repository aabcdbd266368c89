"""What is kept of a listing: bounded, and never at the cost of a file."""

from __future__ import annotations

from itertools import count

import pytest

from connectors.base import Limits
from connectors.remote.listing import TAKEN, Entry, FileState, Known, cursor_key_of, original_name, read_listing
from hub.errors import FixTheHub


def entry(name: str, path: str = "", size: int = 1) -> Entry:
    return Entry(path or name, name, size, (size, 7))


def registered(*names: str) -> dict[str, FileState]:
    return {cursor_key_of(name): {"stamp": [1, 7], "sha256": "0"} for name in names}


def names(found: list[Entry]) -> list[str]:
    return [each.name for each in found]


def test_what_is_new_is_kept_by_path_up_to_what_one_fetch_takes() -> None:
    """Whatever the order of the server: a file and its manifest stand side by side."""
    there = [entry(f"{name}.csv") for name in "zyxwvutscba"] + [entry("b.csv.manifest.json")]
    found = read_listing(there, Known(registered("a.csv")), Limits(files=2), "x", leave=True)
    assert (names(found.fresh), names(found.manifests), names(found.remaining)) == (
        ["b.csv"], ["b.csv.manifest.json"], ["a.csv"],
    )  # fmt: skip
    assert found.truncated
    assert not read_listing(there[:2], Known({}), Limits(files=2), "x", leave=True).truncated


def test_what_is_known_makes_room_for_the_rest() -> None:
    """However small the limit, every file comes: a fetch after the other."""
    there = [entry(f"{at}.csv") for at in range(10)]
    known: dict[str, FileState] = {}
    rounds, truncated = 0, True
    while truncated:
        rounds += 1
        found = read_listing(there, Known(known), Limits(files=3, known=2), "x", leave=True)
        known |= registered(*names(found.fresh))
        assert len(found.remaining) <= 2
        truncated = found.truncated
    assert (len(known), rounds) == (10, 4)


def test_a_listing_without_end_is_left() -> None:
    seen = count()
    with pytest.raises(FixTheHub, match="too many files") as raised:
        read_listing((entry(f"{at}.csv") for at in seen), Known({}), Limits(listed=1_000, files=10), "x", leave=True)
    assert next(seen) <= 1_002
    assert "after" in raised.value.next_step


def test_marks_without_end_are_not_kept() -> None:
    found = read_listing((entry(f"{at}.done") for at in range(100)), Known({}), Limits(known=10), "x", leave=True)
    assert len(found.completed) == 10


def test_what_is_no_delivery_is_left_alone() -> None:
    there = [entry(name) for name in (".a", "~$a.xlsx", "a.part", "a.TMP", "..a.csv", "a.csv.done")]
    found = read_listing(there, Known({}), Limits(), "x", leave=False)
    assert (names(found.fresh), found.completed) == (["..a.csv"], {"a.csv"})


def test_a_file_is_known_by_its_own_name_by_that_before_it_was_hidden_and_by_its_manifest() -> None:
    known = Known({
        **registered("a.csv"),
        "b.csv.manifest.json": {"stamp": [9, 9], "sha256": "m", "files": {"b.csv": {"stamp": [1, 7], "sha256": "b"}}},
    })  # fmt: skip
    hidden = f"{TAKEN}12345678~a.csv"
    assert original_name(hidden) == "a.csv"
    assert known.registered(entry("a.csv")) == ("a.csv", "0")
    assert known.registered(entry("a.csv", hidden)) == ("a.csv", "0")
    assert known.registered(entry("b.csv")) == ("b.csv.manifest.json", "b")
    assert known.registered(entry("a.csv", size=2)) is None
    assert known.registered(entry("c.csv")) is None
