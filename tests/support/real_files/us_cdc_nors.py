"""us_cdc/nors: its real public files."""

from tests.support.real_files.real_file import RealFiles

# 1,055 outbreaks say in all columns what another one says.  The keys were computed from the cells by another script:
# SHA-256 over `length:cell` of each.  Blanks at the end of a part of a list are repaired.
REAL = RealFiles(
    source="us_cdc/nors",
    paths=["data/foodborne/nors_all_modes_2009_2020.xlsx"],
    counts=(42619, 42619, 0, 0),
    children={"hazard": 34915, "etiology": 34915, "setting": 37816},
    findings={
        ("REPAIRED_BLANKS", "serotype_text"): 470,
        ("REPAIRED_BLANKS", "food_text"): 4,
        ("REPAIRED_BLANKS", "vehicle_text"): 4,
    },
    slow=True,
    values={
        # the first row
        "cfb1cfce64814bc2c4fc1e2afc0cb50f-1": {
            "event_at": "2009-01-01T05:00:00Z",
            "event_at_precision": "month",
            "event_date": "2009-01-01",
            "subdivision_code": "US-MN",
            "transmission_mode_code": "person",
            "case_count": 21,
            "hospitalised_count": 0,
            "hospitalised_known_count": 19,
            "serotype_text": "unknown",
            "etiology.0.agent_code": "norovirus",
            "etiology.0.agent_text": "Norovirus Genogroup II",
            "etiology.0.status_code": "confirmed",
            "setting.0.setting_code": "hotel",
        },
        # the cantaloupes of 2011: 33 deaths
        "2c0f4cef0997e9fb3075f4f01e2a6b26-1": {
            "event_at": "2011-07-01T04:00:00Z",
            "subdivision_code": None,
            "place_text": "Multistate",
            "death_count": 33,
            "hospitalised_count": 143,
            "food_text": "cantaloupe",
            "food_category_code": "fruits",
            "setting.0.setting_code": "home",
            "etiology.0.agent_code": "listeria",
        },
        # three serotypes of one species from poultry
        "5ceba23ffd335b9eaa113bf9ad39ffda-1": {
            "serotype_text": "Infantis; Newport; Lille",
            "etiology.2.agent_code": "salmonella",
            "transmission_mode_code": "animal",
            "vehicle_text": "Other poultry; Baby chick or duckling / Chicken; Chick, baby chick",
            "setting.0.setting_code": None,
        },
        "08880654907d940de237b29d08126753-1": {
            "death_count": 2,
            "vehicle_text": "Undetermined water / Fountain - Ornamental; Other",
            "setting.0.setting_code": "nursing_home",
        },
        "e72303b7dc03d420374ed0e6260635cd-1": {"hospitalised_count": None, "death_known_count": 9, "case_count": 9},
        # the fifth of five that are alike
        "33408a7ceca7afffd0dce53705c91fe5-5": {
            "subdivision_code": "US-MA",
            "case_count": 7,
            "event_date": "2018-01-01",
        },
        # the last row
        "7af2cf441d734125ea0a65886367b4c3-1": {"subdivision_code": "US-ID", "etiology.0.status_code": "suspected"},
    },
)
