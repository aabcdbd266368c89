"""The generated records as INSERTs that the server runs, in the shape in which a load leaves them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.analyst_records import number, skewed

if TYPE_CHECKING:
    from benchmarks.analyst_records import Generated

FIRST_DAY = "2021-10-10"
DAYS = 1826  # up to 9 October 2026
CORRECTED = 20  # one record in so many has an earlier version in history
LATER = 7  # days after which it was corrected


def rows_of(generated: Generated, total: int) -> int:
    """Return how many records of the type there are among so many of all."""
    return max(total * generated.part // 1_000_000, 10)


def _moments(generated: Generated, brought: str) -> dict[str, str]:
    """Return lineage and clocks of records that the batch of a day brought."""
    agency, feed = generated.source.split("/")
    night = f"({brought} + 1)::timestamp at time zone 'Asia/Shanghai'"
    return {
        "agency": f"'{agency}'",
        "feed": f"'{feed}'",
        "batch_id": f"'{generated.record_type}-' || to_char({brought}, 'YYYYMMDD')",
        "received_at": f"{night} + interval '6 hours'",
        "recorded_from": f"{night} + interval '6 hours 5 minutes'",
    }


def _now(batch: str) -> dict[str, str]:
    return {"batch_id": f"'{batch}'", "received_at": "now()", "recorded_from": "now()"}


def record_columns(generated: Generated) -> dict[str, str]:
    """Return the columns of a record: those that every record has, and those of its type."""
    at = f"day::timestamp at time zone 'Asia/Shanghai' + {number(11, 86_400)} * interval '1 second'"
    when = (
        {"event_at": at, "event_date": "day", "event_tz": "'Asia/Shanghai'", "event_at_precision": "'second'"}
        if generated.has_day
        else {"valid_from": "day"}
    )
    reported = f"{at} + {skewed(12, 200_000, power=3)} * interval '1 second'"
    return {
        "record_uid": f"md5('{generated.record_type}' || i)::uuid",
        "record_version": "case when is_corrected then 2 else 1 end",
        "source_record_no": "case i when 1 then 'I1' else 'NO' || i end",
        "reported_at": reported,
        "reported_date": f"(({reported}) at time zone 'Asia/Shanghai')::date",
        "source_file": "'delivery_' || to_char(day, 'YYYYMMDD') || '.csv'",
        "source_line": "i % 20000 + 2",
        "row_hash": f"sha256(('{generated.record_type}' || i)::bytea)",
        **when,
        **_moments(generated, f"(day + case when is_corrected then {LATER} else 0 end)"),
        **generated.columns,
    }


def numbers(first: int, last: int, rows: int) -> str:
    """Return the source of records `first` to `last`, of so many in five years: `i`, `day` and `is_corrected`."""
    return (
        f"(select i, day, i % {CORRECTED} = 0 and day < date '{FIRST_DAY}' + {DAYS - LATER - 1} as is_corrected"
        f" from generate_series({first}::bigint, {last}::bigint) i cross join lateral"
        f" (select date '{FIRST_DAY}' + least(i * {DAYS} / {rows}, {DAYS - 1})::int as day) d offset 0) r"
    )


def insert_records(generated: Generated, source: str, batch: str = "") -> str:
    """Return the INSERT of records into core: by the batch of their day, or by one batch now."""
    columns = record_columns(generated) | (_now(batch) if batch else {})
    return (
        f"insert into core.{generated.record_type} ({', '.join(columns)})"
        f" select {', '.join(columns.values())} from {source}"
    )


def insert_items(generated: Generated, name: str, source: str) -> str:
    """Return the INSERT of the items of one list into core."""
    items = generated.items[name]
    columns = {
        "agency": f"'{generated.source.split('/')[0]}'",
        "record_uid": f"md5('{generated.record_type}' || i)::uuid",
        "position": "position",
        **items.columns,
    }
    return (
        f"insert into core.{generated.record_type}_{name} ({', '.join(columns)}) select {', '.join(columns.values())}"
        f" from {source} cross join lateral generate_series(0, {items.count} - 1) position"
        " cross join lateral (select i * 8 + position + 3 as j) k"
    )


def archive_records(generated: Generated) -> str:
    """Return the INSERT of the versions that were corrected, as they were, into history."""
    columns = record_columns(generated)
    day = "event_date" if generated.has_day else "valid_from"
    earlier = _moments(generated, f"t.{day}")
    values = ["1" if name == "record_version" else earlier.get(name, f"t.{name}") for name in columns]
    return (
        f"insert into history.{generated.record_type} ({', '.join(columns)}, recorded_to)"
        f" select {', '.join(values)}, t.recorded_from from core.{generated.record_type} t"
        " where t.record_version = 2 order by t.recorded_from"
    )


def archive_items(generated: Generated, name: str) -> str:
    """Return the INSERT of the items of these versions."""
    columns = ["agency", "record_uid", "position", *generated.items[name].columns]
    return (
        f"insert into history.{generated.record_type}_{name} ({', '.join(columns)}, recorded_to)"
        f" select {', '.join(f'c.{column}' for column in columns)}, h.recorded_to"
        f" from history.{generated.record_type} h join core.{generated.record_type}_{name} c using (agency, record_uid)"
        " order by h.recorded_to"
    )


def correct(generated: Generated, batch: str, count: int) -> list[str]:
    """Return the statements by which a batch corrects so many records of the last two months."""
    name = generated.record_type
    columns = list(record_columns(generated))
    picked = (
        f"create temporary table corrected on commit drop as select agency, record_uid from core.{name}"
        f" where event_date > date '{FIRST_DAY}' + {DAYS - 60} and record_version = 1 order by record_uid limit {count}"
    )
    archive = (
        f"insert into history.{name} ({', '.join(columns)}, recorded_to)"
        f" select {', '.join(f't.{each}' for each in columns)},"
        f" now() from core.{name} t join corrected using (agency, record_uid)"
    )
    lists = [
        f"insert into history.{name}_{child} ({', '.join(listed)}, recorded_to)"
        f" select {', '.join(f't.{each}' for each in listed)}, now()"
        f" from core.{name}_{child} t join corrected using (agency, record_uid)"
        for child, items in generated.items.items()
        for listed in [["agency", "record_uid", "position", *items.columns]]
    ]
    changes = ", ".join(f"{column} = {value}" for column, value in _now(batch).items())
    replace = (
        f"update core.{name} t set record_version = 2, {changes} from corrected c"
        " where t.agency = c.agency and t.record_uid = c.record_uid"
    )
    return [picked, archive, *lists, replace]
