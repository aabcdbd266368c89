"""us_cdc/fdoss: its real public files."""

from tests.support.real_files.real_file import RealFiles

# Three outbreaks have more persons in hospital than ill; five have another number of causes than of certainties.  The
# keys were computed from the cells by another script.
REAL = RealFiles(
    source="us_cdc/fdoss",
    paths=["data/foodborne/cdc_fdoss_1998_2015.csv"],
    counts=(19119, 19111, 8, 0),
    children={"hazard": 13089, "etiology": 13095, "setting": 18306},
    findings={
        ("REPAIRED_BLANKS", "serotype_text"): 8,
        ("BAD_SPLIT", "etiology"): 5,
        ("BROKEN_RULE", "hospitalised_count"): 3,
    },
    slow=True,
    values={
        "25892d9e3cf7cc811e5a6f0d89f7c09a-1": {
            "event_at": "2011-07-01T04:00:00Z",
            "event_at_precision": "month",
            "place_text": "Multistate",
            "case_count": 147,
            "hospitalised_count": 143,
            "death_count": 33,
            "food_text": "Cantaloupe",
            "etiology.0.agent_code": "listeria",
            "setting.0.setting_code": "home",
        },
        "a4c2b0e3cc820527408457843e0d61b5-1": {"death_count": 21, "food_text": "Hot Dog, Unspecified"},
        "befcc4733b691a070058b8998868d4d3-1": {"country_code": "PLW", "etiology.0.agent_code": "bacillus"},
        "68060d71e938ccfad27083d19c2e8b7f-1": {"etiology.0.agent_code": "anisakis", "ingredient_text": "Fin Fish"},
        "d1c115d25c464d30743d34f9b4e52a50-1": {
            "etiology.1.status_code": "suspected",
            "etiology.6.agent_code": "salmonella",
            "setting.0.setting_code": "prison",
            "case_count": 365,
        },
        # the fourth of four that are alike
        "a2f45a5ce0bfd5423fa8f24add415064-4": {"subdivision_code": "US-AL", "event_date": "2000-01-01"},
        "b4b4ea1c4f31f30491207c91e9e0def9-1": {"subdivision_code": "US-WY", "event_date": "2015-12-01"},
    },
)
