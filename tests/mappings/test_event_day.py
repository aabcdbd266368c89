"""The day of the event as a mapping gives it: filled in every source, its own rules, the content hash, the codes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from mappings.engine.run.derived import NEVER_CONTENT
from mappings.engine.run.record_keys import row_hashes
from tests.support.folders import FIRE, Made, refine, rows_of, source_of, told

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

PLAIN = '{column: at, datetime: ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d", "%Y-%m"], tz: Asia/Shanghai}'
ISO = "{column: at, datetime: [iso], tz: Asia/Shanghai}"
LOCAL = ("event_date", "event_tz", "event_at_precision")
HUB = ("row", "record_uid", "row_hash")


def lines(made: Made, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(line[name] for name in names) for line in made.tables[""].to_pylist()]


def content_hashes(made: Made, *without: str) -> list[bytes]:
    """Return the hash of each record over all of its fields but some."""
    table: pa.Table = made.tables[""].drop_columns([*HUB, *without])
    hashes: list[bytes] = row_hashes(table, []).to_pylist()
    return hashes


def test_it_is_filled_beside_each_moment_without_a_rule(tmp_path: Path) -> None:
    body = FIRE + '  reported_at: {column: said, datetime: ["%Y-%m-%d %H:%M"], tz: Asia/Seoul}\n'
    batch = rows_of({"no": list("12"), "at": ["2026-03-02 00:30:00", "2026-03"], "said": ["2026-03-04 00:10", None]})
    made = refine(batch, source_of(tmp_path, body))
    assert lines(made, *LOCAL) == [
        (date(2026, 3, 2), "Asia/Shanghai", "second"),
        (date(2026, 3, 1), "Asia/Shanghai", "month"),
    ]
    assert lines(made, "reported_date", "reported_tz", "reported_at_precision") == [
        (date(2026, 3, 4), "Asia/Seoul", "minute"),
        (None, None, None),
    ]


def test_each_row_has_the_zone_of_the_rule_that_was_taken(tmp_path: Path) -> None:
    rules = """
    - {column: at, when: {column: where, in: [abroad]}, datetime: [iso], tz: America/New_York}
    - {column: at, datetime: [iso], tz: Asia/Shanghai}"""
    batch = rows_of({"no": list("12"), "where": ["abroad", None], "at": ["2026-03-02T00:30:00Z"] * 2})
    made = refine(batch, source_of(tmp_path, FIRE.replace(PLAIN, rules)))
    assert lines(made, "event_date", "event_tz") == [
        (date(2026, 3, 1), "America/New_York"),
        (date(2026, 3, 2), "Asia/Shanghai"),
    ]
    assert lines(made, "row_hash") == [(each,) for each in content_hashes(made)], "two zones: the day is content"


def test_a_rule_of_its_own_comes_first(tmp_path: Path) -> None:
    body = FIRE.replace(PLAIN, ISO) + '  event_date: {column: day, date: ["%d.%m.%Y"]}\n'
    days = ["01.03.2026", None, "31.02.2026"]
    batch = rows_of({"no": list("123"), "day": days, "at": ["2026-03-02 00:30"] * 3})
    made = refine(batch, source_of(tmp_path, body))
    assert lines(made, "event_date") == [(date(2026, 3, 1),), (date(2026, 3, 2),), (date(2026, 3, 2),)]
    assert lines(made, "event_tz") == [("Asia/Shanghai",)] * 3
    assert told(made.findings) == [(2, "BAD_DATE", "day", "event_date")]
    whole, bare = content_hashes(made), content_hashes(made, "event_date", "event_tz")
    assert [each for (each,) in lines(made, "row_hash")] == [whole[0], bare[1], bare[2]]


def test_a_constant_zone_and_a_constant_moment(tmp_path: Path) -> None:
    batch = rows_of({"no": ["1"], "at": ["2026-03-02 00:30:00"]})
    named = refine(batch, source_of(tmp_path / "a", FIRE + "  event_tz: {constant: Asia/Urumqi}\n"))
    assert lines(named, "event_date", "event_tz") == [(date(2026, 3, 2), "Asia/Urumqi")]
    constant = FIRE.replace(PLAIN, '{constant: "2026-03-02T00:30:00+08:00"}')
    made = refine(batch, source_of(tmp_path / "b", constant))
    assert lines(made, *LOCAL) == [(date(2026, 3, 2), "+08:00", "second")]


def test_the_content_hash_is_the_one_of_records_without_local_times(tmp_path: Path) -> None:
    body = FIRE.replace(PLAIN, ISO) + "  reported_at: {column: said, datetime: [iso], tz: Asia/Seoul}\n"
    texts = ["2026-03-02", "2026-03-01T20:00:00Z", "2026-03-02T04:00:00+08:00", "2026-03-01T15:00:00-05:00"]
    batch = rows_of({"no": list("1234"), "at": texts, "said": ["2026-03-04", None, None, None]})
    made = refine(batch, source_of(tmp_path, body))
    derived = ("event_date", "event_tz", "reported_date", "reported_tz", *NEVER_CONTENT)
    before, whole = content_hashes(made, *derived), content_hashes(made)
    found = [each for (each,) in lines(made, "row_hash")]
    assert found[:2] == before[:2], "what was loaded before is unchanged"
    assert found[2:] == whole[2:], "an offset of the sender's own is content"


def test_places_are_read_as_on_the_senders_day(tmp_path: Path) -> None:
    """Danzhou has its code of today since 2015-02-19, which began in Honolulu 18 hours later than in China."""
    body = FIRE.replace(PLAIN, "{column: at, datetime: [iso], tz: Pacific/Honolulu}")
    body += '  region_code: {column: place, region: true, within: "46"}\n'
    batch = rows_of({"no": list("12"), "place": ["儋州市"] * 2, "at": ["2015-02-18 23:00", "2015-02-19 00:00"]})
    assert lines(refine(batch, source_of(tmp_path, body)), "region_code") == [("469003",), ("460400",)]


def test_a_day_without_its_moment_is_content_in_every_batch(tmp_path: Path) -> None:
    body = FIRE + "  reported_at: {column: said, datetime: [iso], tz: Asia/Seoul}\n"
    source = source_of(tmp_path, body + "  reported_date: {column: day, date: [iso]}\n")
    columns = {"no": list("12"), "at": ["2026-03-02"] * 2, "said": [None] * 2, "day": ["2026-03-04", "2026-03-05"]}
    made = refine(rows_of(columns), source)
    hashes = [each for (each,) in lines(made, "row_hash")]
    assert hashes == content_hashes(made, "event_date", "event_tz")
    offset = {"no": ["3"], "at": ["2026-03-02"], "said": ["2026-03-04T00:00:00+08:00"], "day": [None]}
    mixed = refine(rows_of({name: [*columns[name], *offset[name]] for name in columns}), source)
    assert [each for (each,) in lines(mixed, "row_hash")][:2] == hashes


def test_a_zone_from_a_column_says_the_day_of_a_moment_that_is_written_in_utc(tmp_path: Path) -> None:
    body = FIRE.replace(PLAIN, "{column: at, datetime: [iso], tz: UTC}") + "  event_tz: offset\n"
    columns = {
        "no": list("12345"),
        "at": ["2026-03-02T17:30:00Z"] * 3 + ["2026-03-02T17:30:00-06:00", "2026-03-02"],
        "offset": ["+08:00", "America/New_York", None, None, "+08:00"],
    }
    made = refine(rows_of(columns), source_of(tmp_path, body))
    assert lines(made, "event_date", "event_tz") == [
        (date(2026, 3, 3), "+08:00"),
        (date(2026, 3, 2), "America/New_York"),
        (date(2026, 3, 2), "UTC"),
        (date(2026, 3, 2), "-06:00"),
        (date(2026, 3, 2), "+08:00"),
    ]
