"""us_cdc/oswego_line_list: its real public file."""

from tests.support.real_files.real_file import RealFiles

# 46 of the 75 guests fell ill; one of them did not know about the chocolate ice cream
REAL = RealFiles(
    source="us_cdc/oswego_line_list",
    paths=["data2/foodborne/oswego_1940_linelist.csv"],
    counts=(75, 46, 0, 29),
    children={"exposure": 643, "hazard": 46},
    findings={},
    values={
        # 12:30AM is the night after the supper
        "2": {
            "event_at": "1940-04-19T05:30:00Z",
            "event_date": "1940-04-19",
            "meal_at": "1940-04-19T01:00:00Z",
            "age_years": 52,
            "sex_code": "2",
            "exposure.0.food_text": "Baked ham",
            "exposure.0.is_eaten": True,
            "exposure.3.is_eaten": False,
            "exposure.11.food_text": "Van ice cream",
            "exposure.11.is_eaten": True,
        },
        "6": {"event_at": "1940-04-19T03:30:00Z", "event_date": "1940-04-18", "meal_at": "1940-04-19T00:30:00Z"},
        # ate nothing but ice cream
        "8": {"event_at": "1940-04-19T07:00:00Z", "exposure.0.is_eaten": False, "exposure.12.is_eaten": True},
        "31": {"meal_at": None, "event_at": "1940-04-19T02:00:00Z", "sex_code": "1"},
        # not known is left out, so the next food moves up
        "44": {"event_at": "1940-04-19T02:30:00Z", "exposure.12.food_text": "Fruit salad"},
        # midnight, with a mark
        "54": {"event_at": "1940-04-19T05:00:00Z", "event_date": "1940-04-19", "meal_at": None},
        "75": {"event_at": "1940-04-19T04:00:00Z", "age_years": 45, "exposure.13.is_eaten": True},
    },
)
