"""who/outbreak_news: its real public files."""

from tests.support.real_files.real_file import RealFiles

# 28 of the rows stand twice; 35 titles name no country
REAL = RealFiles(
    source="who/outbreak_news",
    paths=["data2/alert/who_disease_outbreak_news_2010_2025.csv"],
    counts=(1510, 1510, 0, 0),
    children={"hazard": 959, "text": 1510, "area": 1475},
    findings={},
    values={
        # the first row: winter time in Geneva until two days later
        "2025-DON562": {
            "event_at": "2025-03-27T23:00:00Z",
            "event_at_precision": "day",
            "event_date": "2025-03-28",
            "event_text": "Cholera",
            "text.0.headline": "Cholera – Angola",
            "area.0.country_code": "AGO",
        },
        # the title was not cut
        "2025-DON559": {
            "event_text": "Marburg virus disease",
            "area.0.description": "United Republic of Tanzania",
            "area.0.country_code": "TZA",
        },
        "02-may-2016-yellow-fever-drc-en": {"event_text": "Yellow fever", "area.0.country_code": "COD"},
        # a year in the place of the disease
        "2010_01_15-en": {"event_text": None, "area.0.country_code": "CHN", "event_date": "2010-01-15"},
        "2010_01_12-en": {"event_text": None, "area.0.country_code": "GIN"},
        "2010DON037": {"event_text": "Influenza A (H1N1) virus", "area.0.country_code": None},
        # the last row
        "2010_01_08a-en": {"event_text": "Yellow fever", "area.0.country_code": "CIV"},
        "2025-DON560": {"area.0.description": "Kingdom of Saudi Arabia", "area.0.country_code": "SAU"},
        "28-april-2016-salmonellosis-usa-en": {"event_text": "Salmonellosis", "area.0.country_code": "USA"},
        "26-april-2016-mers-saudi-arabia-en": {
            "event_text": "Middle East respiratory syndrome coronavirus",
            "area.0.country_code": "SAU",
            "event_at": "2016-04-25T22:00:00Z",
        },
    },
)
