"""us_fda/enforcement_reports: its real public file."""

from tests.support.real_files.real_file import RealFiles

REAL = RealFiles(
    source="us_fda/enforcement_reports",
    paths=["data/market/fda_ires_recalls_response_2026-04.json"],
    received="2026-05-07",
    counts=(168, 168, 0, 0),
    children={"party": 168, "product": 168, "sold_region": 168, "hazard": 168},
    findings={
        ("REPAIRED_BLANKS", "product.0.description"): 51,
        ("REPAIRED_BLANKS", "sold_region.0.area_text"): 24,
        ("REPAIRED_BLANKS", "defect_text"): 19,
        ("REPAIRED_BLANKS", "hazard.0.agent_code"): 19,
    },
    values={
        "219769": {
            "recall_no": "Z-1953-2026",
            "recall_event_no": "98779",
            "recall_date": "2026-04-14",
            "recall_class_code": "class_2",
            "status_code": "ongoing",
            "affected_text": "1 unit",
            "closed_date": None,
            "party.0.name": "Philips North America",
            "party.0.agency_party_no": "3006648320",
            "product.0.category_code": "medical_device",
        },
        # not classified yet
        "219568": {"recall_class_code": "not_classified"},
        "218831": {"status_code": "terminated", "closed_date": "2026-04-27", "product.0.category_code": "drug"},
        # the last item
        "217316": {"reported_date": "2025-12-10", "party.0.name": "VENTURA FOODS LLC", "kind_code": "voluntary"},
    },
)
