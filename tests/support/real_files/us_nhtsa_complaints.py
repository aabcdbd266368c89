"""us_nhtsa/complaints: its real public files."""

from tests.support.real_files.real_file import RealFiles

# two complaints were added to the file before they were received; one narrative has ????
REAL = RealFiles(
    source="us_nhtsa/complaints",
    paths=["data/complaints/nhtsa_FLAT_CMPL_sample100.txt"],
    counts=(101, 101, 0, 0),
    children={"hazard": 11, "product": 101, "party": 118},
    findings={
        ("REPAIRED_BLANKS", "complainant_place_text"): 4,
        ("REPAIRED_BLANKS", "issue_text"): 3,
        ("REPAIRED_BLANKS", "narrative"): 16,
        ("REPAIRED_BLANKS", "product.0.manufacturer_name"): 1,
        ("REPAIRED_BLANKS", "party.0.name"): 1,
        ("REPAIRED_BLANKS", "party.1.name"): 2,
        ("REPAIRED_BLANKS", "party.1.address_text"): 1,
        ("GARBLED_TEXT", "narrative"): 1,
        ("UNLIKELY_VALUES", "reported_at"): 2,
    },
    values={
        # the first row: winter time
        "1": {
            "complaint_no": "958173",
            "event_at": "1995-01-03T05:00:00Z",
            "event_at_precision": "day",
            "received_date": "1995-01-03",
            "incident_date": "1994-12-22",
            "is_crash": True,
            "is_fire": False,
            "injury_count": 0,
            "complainant_place_text": "HIGH LAND PA, MI",
            "issue_text": "SERVICE BRAKES, HYDRAULIC:PEDALS AND LINKAGES",
            "channel_code": "phone",
            "product.0.name": "LINCOLN TOWN CAR 1994",
            "product.0.category_code": "car",
            "party.0.name": "Ford Motor Company",
            "party.0.role_code": "respondent",
        },
        # UTF-8 in the narrative, two injured
        "1390311": {"injury_count": 2, "is_crash": True, "incident_date": "2017-04-09", "product.0.model": "RAM 1500"},
        # flags and counts are blank; received before it was added
        "145028": {
            "is_crash": None,
            "injury_count": None,
            "incident_date": None,
            "received_date": "1997-10-28",
            "reported_date": "1999-02-26",
            "channel_code": "letter",
        },
        "847936": {"is_fire": True, "channel_code": "form", "issue_text": "UNKNOWN OR OTHER"},
        # a child seat: model year 9999 is none
        "1539767": {"product.0.category_code": "child_seat", "product.0.name": "DIONO RADIAN RXT"},
        "476550": {"channel_code": "group", "received_date": "2004-01-15"},
        "1154945": {"issue_text": "STRUCTURE:BODY:DOOR", "product.0.brand": "JEEP"},
    },
)
