"""us_fda/market_withdrawals: its real public file."""

from tests.support.real_files.real_file import RealFiles

# characters that nobody sees, and quotation marks of other scripts, stand in nine cells
REAL = RealFiles(
    source="us_fda/market_withdrawals",
    paths=["data/market/fda_recalls_market_withdrawals_2017_2021.csv"],
    counts=(1520, 1520, 0, 0),
    children={"category": 3165, "party": 1520, "product": 1520, "hazard": 1520},
    findings={
        ("REPAIRED_INVISIBLE", "source_record_no"): 6,
        ("REPAIRED_SIGNS", "source_record_no"): 3,
        ("REPAIRED_GUARD", "source_record_no"): 1,
    },
    values={
        # the first row
        "02/08/2018 / Alvogen / Alvogen / Clindamycin Injection USP / Due to Lack of Sterility Assurance": {
            "event_at": "2018-02-08T05:00:00Z",
            "product.0.name": "Clindamycin Injection USP",
            "product.0.brand": "Alvogen",
            "category.0.category_code": "drug",
            "hazard.0.agent_code": None,
        },
        "02/08/2018 / Wildway LLC / Wildway, Trader Joe's / Grain free granola products / Listeria": {
            "category.0.category_code": "food",
            "category.1.category_code": None,
            "category.2.category_code": "food_cereal",
            "hazard.0.agent_code": "listeria",
            "hazard.0.type_code": "pathogen",
        },
        "05/24/2017 / Hail Merry / Hail Merry / Lemon Mini Miracle Tart Party Pack / Undeclared Cashews": {
            "recall_date": "2017-05-24",
            "hazard.0.agent_code": "cashew_nut",
            "hazard.0.type_code": "allergen",
            "party.0.name": "Hail Merry",
        },
    },
)
