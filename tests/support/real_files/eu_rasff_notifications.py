"""eu_rasff/notifications: its real public files."""

from tests.support.real_files.real_file import RealFiles

REAL = RealFiles(
    source="eu_rasff/notifications",
    paths=["data/inspection/rasff_2020_to_30OCT2024.csv"],
    counts=(21871, 21871, 0, 0),
    children={"hazard": 22847, "product": 21871},
    findings={("REPAIRED_BLANKS", "product.0.name"): 1},
    values={
        # the first row: winter time again since three days
        "2024.8046": {
            "event_at": "2024-10-29T23:00:00Z",
            "event_at_precision": "day",
            "notified_date": "2024-10-30",
            "notifying_country_code": "ITA",
            "product.0.name": "Lamb legs",
            "product.0.category_code": "food_meat",
            "product.0.origin_country_code": "IRL",
            "hazard_class_code": "biological",
            "hazard_type_code": "pathogen",
            "hazard.0.agent_text": "Escherichia coli shigatoxin-producing",
            "hazard.0.category_text": "Pathogenic micro-organisms",
        },
        # the last row, in the older words
        "2020.0001": {
            "event_at": "2020-01-01T23:00:00Z",
            "notifying_country_code": "FRA",
            "notifier_text": "France (FR)",
            "product.0.category_code": "food_fruit_vegetable",
            "product.0.origin_country_code": "TUR",
            "hazard.0.agent_text": "aflatoxins",
            "hazard.0.type_code": "mycotoxin",
            "hazard.0.class_code": "chemical",
        },
        "2024.8040": {
            "hazard.0.agent_text": "Cadmium",
            "hazard.1.agent_text": "Cadmium",
            "hazard.1.type_code": "cadmium",
        },
        "2023.0301": {
            "hazard_type_code": "pathogen",
            "hazard.1.agent_text": "Salmonella",
            "hazard.1.type_code": "pathogen",
        },
        # no category, but a pesticide
        "2024.7316": {
            "hazard_type_code": "pesticide_residue",
            "hazard.0.agent_text": "Phosmet - unauthorised substance",
            "hazard.0.agent_code": "phosmet",
            "hazard.0.type_code": "pesticide_residue",
        },
        # the substance decides before the category
        "2024.7964": {"hazard.0.agent_code": "hepatitis_a_virus", "hazard.0.type_code": "virus"},
        "2024.6958": {"hazard.0.agent_code": "sildenafil", "hazard.0.type_code": "illegal_drug_added"},
        "2024.7855": {"hazard.0.agent_code": "ragweed_seeds", "hazard.0.type_code": "foreign_body"},
        "2024.7165": {"hazard.0.agent_code": "chlorate", "hazard.0.type_code": "pesticide_residue"},
        "2024.7916": {"hazard.0.agent_code": "ragweed_seeds", "hazard.0.type_code": "allergen"},
        "2021.0246": {"hazard.0.agent_code": None, "hazard.0.type_code": "choking"},
        "2024.7255": {"hazard.2.agent_code": "di_2_ethylhexyl_terephthalate", "hazard.2.type_code": "migration"},
        # breaches of rules are no hazards
        "2024.3898": {"hazard.0.type_code": None, "hazard.0.nonconformity_code": "illegal_trade"},
        "2024.3462": {"hazard.0.class_code": None, "hazard.0.nonconformity_code": "irradiation"},
        "2024.7799": {"notifying_country_code": None, "notifier_text": "European Commission", "hazard_type_code": None},
        "2024.3808": {
            "product.0.origin_country_code": None,
            "product.0.origin_text": "Netherlands Antilles; Philippines",
        },
        "2024.6921": {"product.0.origin_country_code": "GBR", "product.0.origin_text": "Northern Ireland"},
        "2020.1394": {
            "notifying_country_code": "SWE",
            "product.0.origin_country_code": "PSE",
            "hazard_type_code": "allergen",
        },
        "2022.3012": {"product.0.name": "Frozen Potato", "event_at": "2022-05-22T22:00:00Z"},
        "2024.5152": {"product.0.category_code": "live_animal", "product.0.origin_country_code": None},
        "2024.6176": {"product.0.name": 'Boite à pizza "Delicious"', "hazard.6.type_code": "migration"},
        "2024.1473": {
            "notified_date": "2024-02-29",
            "hazard.2.agent_text": "Protein poultry",
            "hazard.2.type_code": "composition",
        },
    },
)
