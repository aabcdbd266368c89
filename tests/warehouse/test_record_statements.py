"""Quarantine, threads of corrections, conflicts and records: each question beside rows that it must not return."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from hub.zones import CHINA, in_zone
from tests.support.ledger_rows import SOURCES, short, uid
from warehouse.statements import FOLDER

if TYPE_CHECKING:
    from tests.support.ledger_rows import LedgerRows

OURS = {"agency": "a", "feed": "f"}
CLOSED = ("replayed", "corrected", "resent", "waived")
FIRES, OLD_FIRES = ("core", "fire_incident"), ("history", "fire_incident")


def finding(code: str, column: str = "cause", **more: str) -> list[dict[str, str]]:
    return [{"code": code, "column": column, "field": "cause_code", "value": "?", **more}]


def test_open_rows_of_a_source_that_a_good_row_could_put_right(ledger: LedgerRows) -> None:
    def is_open() -> bool:
        return bool(ledger.first("quarantine/has_open_rows", **OURS)[0])

    for source in SOURCES[1:]:
        ledger.quarantined(f"{short(source)}-loaded", source, 1, record_uid=uid(1))
    for row, state in enumerate(CLOSED):
        ledger.quarantined("af-loaded", "a/f", row, state, record_uid=uid(1))
    ledger.quarantined("af-loaded", "a/f", 8)
    assert not is_open(), "a row without a key can be put right by no other"
    ledger.quarantined("af-loaded", "a/f", 9, record_uid=uid(1))
    assert is_open()


def test_rows_that_a_later_reading_repairs(ledger: LedgerRows) -> None:
    for source in SOURCES:
        ledger.batch(f"{short(source)}-again", source, replay_of=f"{short(source)}-loaded")
    for row in range(3):
        ledger.quarantined("af-loaded", "a/f", row)
    ledger.quarantined("af-held", "a/f", 7)
    ledger.quarantined("bf-loaded", "b/f", 7)
    ledger.quarantined("bf-again", "b/f", 1)
    ledger.quarantined("af-again", "a/f", 0)
    ledger.quarantined("af-again", "a/f", 9)
    asked = OURS | {"origin_batch": "af-loaded", "batch_id": "af-again"}
    assert ledger.first("quarantine/count_repaired", **asked) == [2]


def test_the_rows_of_a_delivery_that_are_still_open(ledger: LedgerRows) -> None:
    ledger.batch("af-again", "a/f", replay_of="af-loaded")
    for row, state in enumerate(("open", *CLOSED)):
        for batch, source in (("af-again", "a/f"), ("af-held", "a/f"), ("bf-loaded", "b/f")):
            ledger.quarantined(batch, source, row + 10 * (batch != "af-again"), state)
    assert ledger.first("plan/quarantined_before", origin_batch="af-loaded") == [0]


def test_what_a_correction_has_closed_and_what_stays_open(ledger: LedgerRows) -> None:
    ledger.batch("af-fix", "a/f")
    ledger.quarantined("af-loaded", "a/f", 1, "corrected", closed_by="af-fix", findings=finding("A") + finding("B"))
    ledger.quarantined("af-loaded", "a/f", 2, "resent", closed_by="af-fix", findings=finding("A"))
    ledger.quarantined("af-loaded", "a/f", 3, "open", findings=finding("A"))
    ledger.quarantined("af-loaded", "a/f", 4, "corrected", closed_by="af-held", findings=finding("A"))
    ledger.quarantined("af-loaded", "a/f", 5, "waived", closed_by="af-fix", findings=finding("A"))
    ledger.quarantined("af-acknowledged", "a/f", 1, "replayed", closed_by="af-fix", findings=finding("A"))
    ledger.quarantined("af-rejected", "a/f", 1, "open", findings=finding("A"))
    ledger.quarantined("bf-loaded", "b/f", 1, "corrected", closed_by="af-fix", findings=finding("A"))
    found = [tuple(row.values()) for row in ledger.ask("quarantine/correction_summary", agency="a", batch_id="af-fix")]
    assert found == [
        ("af-loaded", None, None, 1, 1, 1),
        ("af-loaded", "A", "cause", 1, 1, 1),
        ("af-loaded", "B", "cause", 1, 0, 0),
    ]


def test_every_time_that_a_row_was_quarantined(ledger: LedgerRows) -> None:
    ledger.batch("af-again", "a/f", replay_of="af-loaded")
    for batch in ("af-again", "af-loaded", "af-held"):
        for row in (1, 2):
            ledger.quarantined(batch, "a/f", row, "replayed" if batch == "af-loaded" else "open")
    found = ledger.ask("trace/quarantine_history", origin_batch="af-loaded", row=1)
    assert [(row["batch"], row["row"], row["state"]) for row in found] == [
        ("af-loaded", 1, "replayed"),
        ("af-again", 1, "open"),
    ]


def test_the_thread_of_a_delivery_and_its_corrections(ledger: LedgerRows) -> None:
    for name, replay_of in (("one", None), ("two", None), ("three", None), ("one-again", "one"), ("apart", None)):
        for source in SOURCES:
            of = {"replay_of": f"{short(source)}-{replay_of}"} if replay_of else {}
            ledger.batch(f"{short(source)}-{name}", source, **of)
    for source in SOURCES:
        start = short(source)
        ledger.quarantined(f"{start}-one-again", source, 1, "corrected", closed_by=f"{start}-two")
        ledger.quarantined(f"{start}-one-again", source, 2)
        ledger.quarantined(f"{start}-one", source, 1, "replayed", closed_by=f"{start}-one-again")
        ledger.quarantined(f"{start}-two", source, 1, "resent", closed_by=f"{start}-three")
        ledger.quarantined(f"{start}-apart", source, 1, "waived", closed_by=f"{start}-two")
    thread = [("af-one", "origin"), ("af-two", "correction"), ("af-three", "correction"), ("af-one-again", "replay")]
    for origin in ("af-one", "af-two", "af-three"):
        found = ledger.ask("trace/correction_thread", origin=origin)
        assert [(row["batch"], row["role"]) for row in found] == thread, origin
    states = ("open", "replayed", "corrected", "resent")
    assert [[row[state] for state in states] for row in found] == [
        [0, 1, 0, 0], [0, 0, 0, 1], [0, 0, 0, 0], [1, 0, 1, 0]
    ]  # fmt: skip
    alone = ledger.ask("trace/correction_thread", origin="af-apart")
    assert [(row["batch"], row["role"]) for row in alone] == [("af-apart", "origin")]


def test_values_that_no_crosswalk_knows(ledger: LedgerRows) -> None:
    for source in SOURCES:
        batch = f"{short(source)}-loaded"
        ledger.quarantined(batch, source, 1, findings=finding("UNKNOWN_CODE", value="fire", field="goods.12.cause"))
        ledger.quarantined(batch, source, 2, findings=finding("UNKNOWN_CODE", value="smoke") + finding("BLANK"))
        ledger.quarantined(batch, source, 3, findings=finding("UNKNOWN_CODE", value="Smoke ", read="smoke"))
        ledger.quarantined(f"{short(source)}-acknowledged", source, 3, findings=finding("UNKNOWN_CODE", value="smoke"))
        ledger.quarantined(batch, source, 4, findings=finding("TOO_LONG", value="long"))
        for row, state in enumerate(CLOSED, 5):
            ledger.quarantined(batch, source, row, state, findings=finding("UNKNOWN_CODE", value="closed"))
    found = ledger.ask("code_lists/unmapped_values", source="a/f")
    assert [(row["value"], row["field"], row["rows"], row["batches"]) for row in found] == [
        ("smoke", "cause_code", 3, 2), ("fire", "goods.cause", 1, 1),
    ]  # fmt: skip
    assert found[0]["first_seen"] < found[0]["last_seen"]
    everywhere = ledger.ask("code_lists/unmapped_values", source=None)
    assert [row["source"] for row in everywhere] == [*SOURCES, *SOURCES]


def conflict(ledger: LedgerRows, number: int, left: str, right: str, **columns: Any) -> None:
    """Write a conflict, open unless an outcome is given."""
    (left_agency, left_feed), (right_agency, right_feed) = left.split("/"), right.split("/")
    given = {
        "link": "one", "rule": "same", "thing": f"T{number}", "opened_by": "af-loaded",
        "left_agency": left_agency, "left_feed": left_feed, "left_uid": uid(number), "left_record_no": f"L{number}",
        "left_batch": "L", "right_agency": right_agency, "right_feed": right_feed, "right_uid": uid(number),
        "right_record_no": f"R{number}", "right_batch": "R", "opened_at": f"2026-05-{number:02} 00:00+00",
    } | columns  # fmt: skip
    if "outcome" in given:
        given.setdefault("closed_by", "af-held")
        given["closed_at"] = "2026-06-01 00:00+00"
    names = ", ".join(given)
    ledger.conn.execute(
        f"insert into ledger.conflict ({names}) values ({', '.join(f'%({name})s' for name in given)})".encode(), given
    )


@pytest.fixture
def conflicts(ledger: LedgerRows) -> LedgerRows:
    for link in ("one", "two"):
        ledger.conn.execute(
            "insert into ledger.link (link, label_zh, label_en, left_type, right_type, version)"
            " values (%s, '', '', 'fire_incident', 'fire_incident', 'v')",
            [link],
        )
    conflict(ledger, 1, "a/f", "b/f")
    conflict(ledger, 2, "b/f", "a/f", link="two")
    conflict(ledger, 3, "a/g", "b/f", rule="other")
    conflict(ledger, 4, "a/f", "b/f", outcome="agreed")
    conflict(ledger, 5, "a/f", "b/f", outcome="replaced")
    conflict(ledger, 6, "a/f", "b/f", outcome="ended", closed_by="other")
    conflict(ledger, 7, "a/f", "b/f", opened_by="other")
    return ledger


def test_conflicts_are_listed_by_source_link_and_state(conflicts: LedgerRows) -> None:
    def listed(**asked: Any) -> str:
        usual = {"source": None, "link": None, "closed": False, "limit": 100}
        return "".join(row["thing"][1] for row in conflicts.ask("conflicts/list_conflicts", **usual | asked))

    assert listed() == "7321"
    assert listed(closed=True) == "7654321"
    assert listed(closed=True, limit=2) == "76"
    assert listed(source="a/f") == "721"
    assert listed(source="a/g") == "3"
    assert listed(source="a/f", link="two") == "2"
    assert listed(link="one", closed=True) == "765431"


def test_conflicts_are_summed_up(conflicts: LedgerRows) -> None:
    def summed(**asked: Any) -> list[tuple[Any, ...]]:
        keys = ("link", "rule", "left_source", "right_source", "open", "closed")
        found = conflicts.ask("conflicts/summarize_conflicts", **{"source": None, "link": None} | asked)
        return [tuple(row[key] for key in keys) for row in found]

    ours, turned, others = (
        ("one", "same", "a/f", "b/f", 2, 3),
        ("two", "same", "b/f", "a/f", 1, 0),
        ("one", "other", "a/g", "b/f", 1, 0),
    )
    assert summed() == [ours, others, turned]
    assert summed(source="a/f") == [ours, turned]
    assert summed(source="a/g") == [others]
    assert summed(link="two") == [turned]
    first = conflicts.ask("conflicts/summarize_conflicts", source="a/f", link="one")[0]["since"]
    assert f"{in_zone(first, ZoneInfo(CHINA)):%m-%d}" == "05-01"


def test_conflicts_that_a_batch_has_settled(conflicts: LedgerRows) -> None:
    found = conflicts.ask("conflicts/settled_counts", cause="af-held")
    assert [(row["agency"], row["feed"], row["closed"]) for row in found] == [("a", "f", 1), ("b", "f", 1)]
    opened = conflicts.ask("conflicts/settled_counts", cause="af-loaded")
    assert [(row["agency"], row["feed"], row["closed"]) for row in opened] == [
        ("a", "f", 0), ("a", "g", 0), ("b", "f", 0),
    ]  # fmt: skip


def test_the_first_conflicts_that_a_batch_opened(conflicts: LedgerRows) -> None:
    for number in (1, 4, 5):
        conflicts.record("core.fire_incident", "a/f", number, source_line=number, source_file="x")
    conflicts.record("core.fire_incident", "b/f", 1, source_line=99, source_file="y")
    asked = {"cause": "af-loaded", "link": "one", "side": "left", "core": FIRES}
    found = conflicts.ask("conflicts/opened_conflicts", **asked, most=2)
    assert [(row["feed"], row["rule"], row["count"], row["record_no"], row["line"]) for row in found] == [
        ("f", "same", 4, "L1", 1), ("f", "same", 4, "L4", 4), ("g", "other", 1, "L3", None),
    ]  # fmt: skip
    assert {(row["other_agency"], row["other_feed"], row["name_en"]) for row in found} == {("b", "f", "B")}
    turned = conflicts.ask("conflicts/opened_conflicts", **asked | {"link": "two"}, most=2)
    assert [(row["agency"], row["other_agency"]) for row in turned] == [("b", "a")]


def test_a_link_that_is_declared_no_more_closes_its_own_conflicts(conflicts: LedgerRows) -> None:
    conflicts.ask("conflicts/close_link", link="two", cause="gone")
    found = conflicts.conn.execute("select thing from ledger.conflict where closed_by = 'gone'").fetchall()
    assert found == [("T2",)]
    versions = {row["link"]: row["version"] for row in conflicts.ask("conflicts/known_links")}
    assert (versions["one"], versions["two"]) == ("v", "")


@pytest.mark.parametrize("source", SOURCES)
def test_other_feeds_that_hold_records_of_a_type(ledger: LedgerRows, source: str) -> None:
    ledger.conn.execute("update ledger.source set record_type = 'injury_case' where feed = 'g'")
    asked = OURS | {"record_type": "fire_incident", "core": FIRES}
    assert ledger.first("conflicts/has_other_feed", **asked) == [False]
    ledger.record("core.fire_incident", source, 1)
    assert ledger.first("conflicts/has_other_feed", **asked) == [source == "b/f"]
    assert ledger.first("conflicts/has_other_feed", **asked | {"agency": "b"}) == [source != "b/f"]
    ledger.conn.execute("update ledger.source set record_type = 'recall, fire_incident' where feed = 'g'")
    assert ledger.first("conflicts/has_other_feed", **asked) == [True]


def test_records_by_number_and_identity(ledger: LedgerRows) -> None:
    for number in (1, 2):
        for source in SOURCES[::2]:
            ledger.record("core.fire_incident", source, number, source_record_no=f"N{number}", source_line=number)
    ledger.record("core.fire_incident", "a/g", 3, source_record_no="N1")
    everywhere = ledger.ask("trace/records_by_number", core=FIRES, key="N1", source=None)
    assert sorted((row["agency"], row["feed"]) for row in everywhere) == [("a", "f"), ("a", "g"), ("b", "f")]
    (ours,) = ledger.ask("trace/records_by_number", core=FIRES, key="N1", source="a/f")
    assert (ours["agency"], ours["feed"], ours["record_uid"]) == ("a", "f", uid(1))
    (found,) = ledger.ask("trace/record_by_uid", core=FIRES, agency="b", record_uid=uid(2))
    assert (found["agency"], found["source_record_no"]) == ("b", "N2")
    assert ledger.ask("trace/record_by_uid", core=FIRES, agency="b", record_uid=uid(3)) == []


def test_items_of_one_record_in_order(ledger: LedgerRows) -> None:
    table, core = "core.customs_declaration_goods", ("core", "customs_declaration_goods")
    for number in (1, 2):
        for source in SOURCES[::2]:
            for position in (2, 0, 1):
                ledger.record(table, source, number, position=position, hs_code=f"{source} {number}")
    found = ledger.ask("trace/child_records", core=core, agency="a", record_uid=uid(1))
    assert [(row["position"], row["hs_code"]) for row in found] == [(at, "a/f 1") for at in range(3)]


def test_later_deliveries_that_corrected_records(ledger: LedgerRows) -> None:
    for name, origin in (("one", None), ("two", None), ("three", None), ("one-again", "one")):
        for source in SOURCES:
            of = {"replay_of": f"{short(source)}-{origin}", "origin_number": 1} if origin else {}
            ledger.batch(f"{short(source)}-{name}", source, **of)
    old = ledger.batch("af-before", "a/f", late_precedence="0")
    assert old
    for source in SOURCES[::2]:
        start = short(source)
        for number, was, now in (
            (1, "one", "two"), (2, "one", "three"), (3, "one", "three"), (4, "two", "three"), (5, "one", "one-again"),
        ):  # fmt: skip
            ledger.record("history.fire_incident", source, number, f"{start}-{was}", recorded_to="2026-06-01")
            ledger.record("core.fire_incident", source, number, f"{start}-{now}")
    ledger.record("history.fire_incident", "a/f", 6, "af-one", recorded_to="2026-06-01")
    ledger.record("core.fire_incident", "a/f", 6, "af-before")
    asked = OURS | {"origin_batch": "af-one", "core": FIRES, "history": OLD_FIRES}
    found = [tuple(row.values()) for row in ledger.ask("submissions/corrected_since", **asked)]
    assert found == [("af-two", "af-two.csv", "2026-05-01", 1), ("af-three", "af-three.csv", "2026-05-01", 2)]
    assert ledger.ask("submissions/corrected_since", **asked | {"origin_batch": "af-three"}) == []


def test_numbers_of_records_that_would_end(ledger: LedgerRows) -> None:
    ledger.conn.execute("create temporary table row_outcome (row bigint, record_uid uuid, outcome text) on commit drop")
    for number, outcome in ((3, "ended"), (1, "ended"), (2, "changed"), (4, "ended")):
        ledger.record("core.fire_incident", "a/f", number, source_record_no=f"N{number}")
        ledger.record("core.fire_incident", "b/f", number, source_record_no=f"B{number}")
        ledger.conn.execute("insert into row_outcome values (1, %s, %s)", [uid(number), outcome])
    assert ledger.first("plan/ended_records", agency="a", core=FIRES, limit=2) == ["N1", "N3"]


@pytest.mark.parametrize("path", sorted((FOLDER / "queries").glob("2[123]_*.sql")), ids=lambda path: path.stem)
def test_example_queries_return_whole_rows(ledger: LedgerRows, path: Any) -> None:
    ledger.ask("code_lists/delete_codes")
    for *entry, since, until in (
        ("region", "469003", "old", "Danzhou", "1990-01-01", "2015-01-01"),
        ("region", "469003", "new", "Danzhou", "2015-01-01", None),
        ("region", "110000", "far", "Beijing", None, None),
        ("product_category", "toys", "toys", "Toys", None, None),
        ("country", "toys", "of another list", "", None, None),
        ("country", "VNM", "Vietnam", "Vietnam", None, None),
        ("country", "JPN", "Japan", "Japan", None, None),
    ):
        ledger.conn.execute(
            "insert into code.entry (list, code, label_zh, label_en, valid_from, valid_to)"
            " values (%s, %s, %s, %s, %s, %s)",
            [*entry, since, until],
        )
    for number, day, region in ((1, "2014-12-31", "469003"), (2, "2015-01-01", "469003"), (3, "2016-01-01", "110000")):
        product = {"category_code": "toys", "origin_country_code": "VNM"}
        local = {"event_date": day} if number != 1 else {}  # the first was loaded before days were stored
        event = {"event_at": f"{day} 00:00+08", **local, "region_code": region}
        ledger.record("core.fire_incident", "a/f", number, **event, death_count=number)
        ledger.record("core.fire_incident_product", "a/f", number, position=0, **product)
        ledger.record("core.market_sampling", "b/f", number, **event, verdict_code="fail" if number < 3 else "pass")
        ledger.record("core.market_sampling_product", "b/f", number, position=0, **product)
    for number, origin, result in ((9, "VNM", "fail"), (8, "JPN", "fail"), (7, "VNM", "pass")):
        ledger.record("core.port_inspection", "b/f", number, event_at="2016-01-01 00:00+08", result_code=result)
        ledger.record("core.port_inspection_product", "b/f", number, position=0, origin_country_code=origin)
    ledger.record("core.recall", "a/f", 6)
    ledger.record("core.recall_product", "a/f", 6, position=0, origin_country_code="VNM")
    ledger.fill_marts()
    found = [tuple(row) for row in ledger.conn.execute(path.read_text("utf-8").encode()).fetchall()]
    assert (
        found
        == {
            "21_where_it_happens": [("new", "Danzhou", 1, 0, 1, 2), ("old", "Danzhou", 1, 0, 1, 1)],
            "22_dangerous_products": [("toys", "Toys", 3, 0, 2, 0, 2)],
            "23_origin": [("Vietnam", "Vietnam", 0, 2, 1, 0, 1)],
        }[path.stem]
    )


def test_events_of_every_type_have_their_own_first_product(ledger: LedgerRows) -> None:
    types = ("injury_case", "recall", "port_inspection", "market_sampling", "overseas_notification", "fire_incident")
    children = {"customs_declaration": "goods", **dict.fromkeys(types, "product")}
    for table, child in children.items():
        for source in SOURCES[::2]:
            for number in (1, 2):
                name = f"{source} {number}"
                ledger.record(f"core.{table}", source, number, death_count=3, injury_count=4)
                for position in (1, 0):
                    item = {"position": position, "name": name, "brand": f"B{position}"}
                    ledger.record(f"core.{table}_{child}", source, number, **item)
    ledger.record("core.fire_incident", "a/f", 3, incident_type_code="false_alarm")
    ledger.fill_marts()
    rows = ledger.conn.execute(
        "select record_type, agency || '/' || feed || ' ' || left(record_uid::text, 1), product_name, product_brand,"
        " death_count, injury_count from mart.risk_event"
        " union all select record_type, agency || '/' || feed || ' ' || left(record_uid::text, 1), product_name,"
        " product_brand, death_count, injury_count from mart.activity"
    ).fetchall()
    assert len(rows) == 7 * 4, "what is neither adverse nor harmless is in the denominator alone"
    for record_type, name, product, brand, deaths, injured in rows:
        assert product == name, record_type
        assert brand == "B0"
        assert deaths == (3 if record_type in ("recall", "fire_incident") else None)
        assert injured == {"recall": 4, "fire_incident": 4, "injury_case": 1}.get(record_type)
    assert {(row[0], row[1]) for row in rows} == {
        (table, f"{source} {number}") for table in children for source in SOURCES[::2] for number in (1, 2)
    }


def test_who_died_of_an_injury_counts_as_a_death(ledger: LedgerRows) -> None:
    for number, disposition in ((1, "8"), (2, "1"), (3, None)):
        ledger.record("core.injury_case", "a/f", number, disposition_code=disposition)
    ledger.fill_marts()
    query = "select death_count, injury_count from mart.risk_event order by record_uid"
    assert ledger.conn.execute(query).fetchall() == [(1, 0), (0, 1), (None, 1)]


def test_what_core_held_at_a_moment(ledger: LedgerRows) -> None:
    for number, source in ((1, "a/f"), (2, "b/f")):
        since = {"recorded_from": "2026-01-01", "recorded_to": "2026-02-01", "record_version": 1}
        ledger.record("history.fire_incident", source, number, **since)
        again = {"recorded_from": "2026-02-01", "recorded_to": "2026-03-01", "record_version": 2}
        ledger.record("history.fire_incident", source, number, **again)
    ledger.record("core.fire_incident", "a/f", 1, recorded_from="2026-03-01", record_version=3)

    def then(day: str) -> list[tuple[str, int]]:
        query = "select agency, record_version from history.fire_incident_as_of(%s) order by 1, 2"
        return ledger.conn.execute(query.encode(), [day]).fetchall()

    assert then("2025-12-31") == []
    assert then("2026-01-01") == then("2026-01-31") == [("a", 1), ("b", 1)]
    assert then("2026-02-01") == [("a", 2), ("b", 2)]
    assert then("2026-03-01") == [("a", 3)], "the other has ended"
