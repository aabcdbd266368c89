"""us_fda/food_enforcement: its real public file."""

from tests.support.real_files.real_file import RealFiles

# nine texts hold a telephone number or an address for mail
REAL = RealFiles(
    source="us_fda/food_enforcement",
    paths=["data/market/openfda_food_enforcement_2020_2024.csv"],
    counts=(500, 500, 0, 0),
    children={"party": 500, "product": 500, "sold_region": 500, "hazard": 500},
    findings={("PERSONAL_HIDDEN", None): 9},
    values={
        # the first row: the quantity is written xx
        "F-0904-2020": {
            "recall_event_no": "85253",
            "recall_date": "2020-02-24",
            "event_at": "2020-02-24T05:00:00Z",
            "recall_class_code": "class_3",
            "status_code": "terminated",
            "closed_date": "2021-02-02",
            "affected_text": None,
            "party.0.name": "Organic By Nature, Inc.",
            "party.0.address_text": "2610 Homestead Pl, Rancho Dominguez, CA, 90220-5610",
            "product.0.batch_text": "Lot codes: 72746",
            "hazard.0.agent_code": "haloxyfop",
            "sold_region.0.area_text": "nationwide, Canada and Netherlands",
        },
        "F-0757-2022": {
            "recall_class_code": "class_1",
            "kind_code": "voluntary",
            "hazard.0.agent_code": "listeria_monocytogenes",
            "hazard.0.type_code": "pathogen",
        },
        # the last row
        "F-1080-2020": {"hazard.0.agent_code": "cyclospora_cayetanensis", "hazard.0.type_code": "parasite"},
    },
)
