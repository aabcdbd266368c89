"""us_epa/rmp_accidents: its real public files."""

from tests.support.real_files.real_file import RealFiles

# one accident is dated 2202
REAL = RealFiles(
    source="us_epa/rmp_accidents",
    paths=["data2/emergency/epa_rmp_accidents_2010_on.csv"],
    counts=(2470, 2469, 1, 0),
    children={
        "hazard": 2854,
        "substance": 2821,
        "casualty": 7410,
        "kind": 2921,
        "cause": 6588,
        "action": 5158,
        "party": 2470,
    },
    findings={("DATE_OUT_OF_RANGE", "event_at"): 1},
    values={
        # the first row; a text of fixed width is no number
        "1000086218": {
            "event_at": "2021-06-21T05:00:00Z",
            "event_at_precision": "day",
            "event_date": "2021-06-21",
            "local_time": "0830",
            "duration_text": "04000",
            "cargo_class_code": "2.3",
            "evacuated_count": 10,
            "is_responder_notified": True,
            "substance.0.name": "Ammonia (anhydrous)",
            "substance.0.un_no": "UN1005",
            "substance.0.quantity_kg": "425.9232",  # 939 lb
            "kind.0.kind_code": "gas_release",
            "cause.0.cause_code": "human_error",
            "cause.0.is_initiating": True,
            "cause.1.cause_code": "equipment_failure",
            "action.1.action_code": "training",
            "party.0.agency_party_no": "100000066698",
        },
        # a cause in words
        "1000063000": {"cause.2.cause_text": "Failure to provide training", "substance.0.un_no": "UN1011"},
        "1000042501": {
            "substance.0.name": "Flammable Mixture",
            "substance.0.un_no": None,
            "substance.0.quantity_kg": "907.1847",
            "onsite_loss_amount": "500000",
            "kind.1.kind_code": "fire",
            "cause.5.cause_code": "design",
        },
        "1000078737": {
            "substance.0.quantity_kg": "5142794.0037",  # 11,337,920 lb
            "duration_text": "99913",
            "onsite_loss_amount": "450000000",
            "evacuated_count": 50000,
            "sheltered_count": 13000,
            "kind.3.kind_code": "water_pollution",
            "casualty.0.injury_count": 3,
            "cause.2.cause_text": "Reaction in a dead-leg section of line.",
        },
        "1000049378": {"casualty.1.group_code": "responder", "casualty.1.death_count": 6},
        "1000053700": {"casualty.2.injury_count": 250, "onsite_loss_amount": "250"},
        "1000046440": {
            "substance.9.name": "1,3-Butadiene",
            "substance.9.quantity_kg": "0.4536",
            "substance.1.un_no": "UN1079",
            "cargo_class_code": "3",
        },
    },
)
