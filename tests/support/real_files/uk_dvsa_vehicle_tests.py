"""uk_dvsa/vehicle_tests: its real public file."""

from tests.support.real_files.real_file import RealFiles

# Skipped: three archived versions, four deleted tests.  Kept out: three whose only part is deleted, so that nothing is
# judged, one whose number is American and has a wrong check digit, and one whose part ended a week before it began.
# Cancelled tests stay.  Nine tests give a reason for a cancellation and are not cancelled.  The number XXB... looks
# masked.
REAL = RealFiles(
    source="uk_dvsa/vehicle_tests",
    paths=["data2/vehicle_emission/dvsa_cvs_test_results.json"],
    counts=(65, 53, 5, 7),
    children={"vehicle": 58, "test_part": 58, "test_item": 10, "defect": 34},
    findings={
        ("BAD_IDENTIFIER", "vehicle.0.vin_token"): 1,
        ("BROKEN_RULE", "test_part.0.ended_at"): 1,
        ("MISSING_VALUE", "verdict_code"): 3,
        ("NO_IDENTITY", "vehicle.0.plate_token"): 1,
        ("NO_IDENTITY", "vehicle.0.vin_token"): 1,
        ("REPAIRED_BLANKS", "test_part.0.expiry_date"): 1,
        ("UNLIKELY_VALUES", "is_cancelled"): 9,
    },
    values={
        # three parts: passed, failed, passed after a repair
        "1": {
            "verdict_code": "fail",
            "test_date": "2021-01-14",
            "test_part.0.verdict_code": "pass",
            "test_part.1.verdict_code": "fail",
            "test_part.2.verdict_code": "pass",
            "test_part.2.verdict_text": "prs",
        },
        # cancelled, although its part failed
        "3": {"is_cancelled": True, "verdict_code": "not_judged", "test_part.0.verdict_code": "fail"},
        # cancelled before anything was tested
        "4": {"is_cancelled": True, "test_part.0.verdict_code": None, "cancel_reason_text": "mistake"},
        "19": {
            "test_kind_code": "low_emission",
            "test_item.0.limit_text": "0.16 g/kWh Euro 3 PM",
            "test_item.0.limit_value": "0.16",
            "test_item.1.limit_value": "123",
            "test_item.1.unit_text": "1/m",
        },
        "Hir3": {"verdict_code": "pass", "is_cancelled": False, "test_part.0.expiry_date": "2021-01-09"},
        "17": {"vehicle.0.vehicle_type_code": "trailer", "test_kind_code": "registration"},
        "1c4c00af-4d3c-4493-be75-0314a6dd9dd1": {
            "emission_standard_text": "Euro 4",
            "vehicle.0.energy_type_code": "diesel",
            "test_item.0.limit_value": "0.5",
            "test_part.0.expiry_date": "2024-06-21",
        },
    },
)
