"""us_fda/warning_letters: its real public file."""

from tests.support.real_files.real_file import RealFiles

# two letters name no office, and one was posted before its own date
REAL = RealFiles(
    source="us_fda/warning_letters",
    paths=["data2/penalty/us_fda_warning_letters_2022_2026.csv"],
    counts=(2686, 2686, 0, 0),
    children={"party": 5370, "penalty_item": 2686},
    findings={("UNLIKELY_VALUES", "reported_at"): 1},
    values={
        "patcos-cosmetics-pvt-ltd-718220-03122026": {
            "event_at": "2026-03-12T04:00:00Z",
            "reported_date": "2026-03-17",
            "decided_date": "2026-03-12",
            "violation_text": "Finished Drug Products/Adulterated",
            "party.0.name": "Patcos Cosmetics Pvt. Ltd.",
            "party.1.name": "Center for Drug Evaluation and Research (CDER)",
            "party.1.role_code": "authority",
            "penalty_item.0.class_code": "warning",
        },
        # standard time
        "apothecary-pharma-llc-717972-12012025": {
            "event_at": "2025-12-01T05:00:00Z",
            "party.0.name": "Apothecary Pharma, LLC",
        },
        # an address without a number of the case
        "cosmo-korea-11032025": {
            "decided_date": "2025-11-03",
            "violation_text": "Unapproved New Drugs/Misbranded/Botox",
        },
    },
)
