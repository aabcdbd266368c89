"""us_massdep/enforcement: its real public file."""

from tests.support.real_files.real_file import RealFiles

# one action is there twice; one day is in no calendar.  The keys were
# computed from the cells by another script.
REAL = RealFiles(
    source="us_massdep/enforcement",
    paths=["data2/penalty/us_ma_dep_enforcement_actions_2015_on.csv"],
    counts=(638, 637, 1, 0),
    children={"party": 638, "penalty_item": 996},
    findings={
        ("BAD_DATE", "event_at"): 1,
        ("BAD_DATE", "decided_date"): 1,
        ("REPAIRED_BLANKS", "violation_text"): 83,
    },
    values={
        "b041a885a3225dbcda3c2dd464158fa0-1": {
            "event_at": "2015-12-30T05:00:00Z",
            "event_date": "2015-12-30",
            "decided_date": "2015-12-30",
            "doc_no": None,
            "fine_amount": "45800",
            "currency_code": "USD",
            "address_text": "Barre",
            "violation_text": "Solid Waste Violations",
            "penalty_item.0.class_code": "fine",
            "penalty_item.0.amount": "45800",
            "penalty_item.1.class_text": "consent order",
        },
        "f3737143f5178a2484013d308491f1e9-1": {"fine_amount": "12446", "address_text": "North Adams"},
        "b29401ca806a9c9da0b1b2902d45c19a-1": {"fine_amount": "7590", "decided_date": "2016-09-13"},
    },
)
