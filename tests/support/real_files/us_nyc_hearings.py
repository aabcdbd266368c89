"""us_nyc/hearings: its real public file."""

from tests.support.real_files.real_file import RealFiles

# 93 summonses have no decision; two of the decisions imposed nothing
REAL = RealFiles(
    source="us_nyc/hearings",
    paths=["data2/penalty/us_nyc_oath_hearings_100.csv"],
    counts=(100, 7, 0, 93),
    children={"party": 1, "penalty_item": 5},
    findings={},
    values={
        "0108539669": {
            "doc_no": "0108539669",
            "event_at": "2000-02-14T05:00:00Z",
            "decided_date": "2000-02-14",
            "fine_amount": "25",
            "currency_code": "USD",
            "address_text": "QUEENS",
            "content_text": "DEFAULT; PAID IN FULL",
            "penalty_item.0.class_code": "fine",
            "penalty_item.0.amount": "25",
        },
        "040439816M": {
            "fine_amount": "300",
            "violation_text": "DIRTY SIDEWALK,FAIL TO CLEAN 18 INTO STREET,SIDEWALK OBSTRUCTION 2ND",
            "legal_basis_text": "16-118 2",
            "party.0.name": "SANITATION RECYCLING",
            "decided_date": "2015-08-24",
        },
        "010845108R": {"fine_amount": "1100", "violation_text": "FIRE"},
        "010845121L": {"fine_amount": None, "currency_code": None},
    },
)
