"""us_nhtsa/recalls: its real public file, the first page of 354."""

from tests.support.real_files.real_file import RealFiles

REAL = RealFiles(
    source="us_nhtsa/recalls",
    paths=["data/market/nhtsa_recalls.json"],
    counts=(50, 50, 0, 0),
    children={"party": 50, "category": 50, "vehicle_range": 465, "hazard": 30},
    findings={("REPAIRED_BLANKS", "defect_text"): 3, ("REPAIRED_BLANKS", "remedy_text"): 5},
    values={
        "13V476000": {
            "recall_no": "13V476000",
            "event_at": "2013-09-27T04:00:00Z",
            "recall_date": "2013-09-27",
            "reported_at": "2013-11-04T05:00:00Z",
            "kind_code": "voluntary",
            "affected_count": 3009,
            "summary": "Battery Equalizers/DC-DC Converters-Possible Fire",
            "hazard.0.type_code": "fire",
            "party.0.name": "Daimler Buses North America",
            "vehicle_range.0.make": "ORION",
            "vehicle_range.0.model": "VII",
            "vehicle_range.0.model_year": 2008,
            "vehicle_range.0.made_from_date": None,
            "category.0.category_code": "car",
            "category.0.category_text": "ELECTRICAL SYSTEM",
        },
        "13V489000": {
            "kind_code": "influenced",
            "hazard.0.type_code": "traffic",
            "vehicle_range.0.made_from_date": "2008-04-30",
            "vehicle_range.0.made_to_date": "2012-03-28",
        },
        "13V461000": {"hazard.0.type_code": "suffocation", "affected_count": 51},
    },
)
