"""us_nhtsa/fars_accidents: its real public files."""

from tests.support.real_files.real_file import RealFiles

# 354 accidents have no coordinates (332 not known, 22 not reported), 221 no hour; 6 of the others have no minute
REAL = RealFiles(
    source="us_nhtsa/fars_accidents",
    paths=["data/traffic/fars/accident_2013.csv.bz2"],
    counts=(30202, 30202, 0, 0),
    children={"factor": 2120, "hazard": 30202},
    findings={},
    slow=True,
    values={
        # Alaska, 11:57 in winter: nine hours behind UTC
        "2013-20001": {
            "event_at": "2013-01-08T20:57:00Z",
            "event_tz": "America/Anchorage",
            "subdivision_code": "US-AK",
            "form_code": "pedestrian",
            "junction_code": "none",
            "weather_code": "cloudy",
            "light_code": "daylight",
            "is_urban": True,
            "non_occupant_count": 1,
            "death_count": 1,
        },
        # Arizona has no summer time; a collision with a guardrail's end on a ramp at night
        "2013-40002": {"event_at": "2013-01-04T04:56:00Z", "event_date": "2013-01-03", "light_code": "dark_lit"},
        "2013-150001": {"event_at": "2013-01-02T04:15:00Z", "event_date": "2013-01-01", "weather_code": "rain"},
        # the hour is not known: midnight in Chicago in summer time
        "2013-10050": {
            "event_at": "2013-01-23T06:00:00Z",
            "event_at_precision": "day",
            "event_date": "2013-01-23",
            "form_code": "fixed_object",
        },
        # the minute is not known
        "2013-220130": {"event_at": "2013-03-02T08:00:00Z", "event_at_precision": "hour", "form_code": "fixed_object"},
        # a bus on a mountain road: eight deaths
        "2013-62829": {
            "event_at": "2013-02-04T02:30:00Z",
            "event_date": "2013-02-03",
            "form_code": "rear_end",
            "death_count": 8,
            "occupant_count": 42,
            "vehicle_count": 3,
            "road_text": "SR-38",
            "road_type_code": "provincial",
            "is_alcohol_involved": False,
        },
        "2013-60008": {"form_code": "head_on", "lat": "40.546319", "lon": "-124.116489"},
        "2013-180478": {"factor.0.code_text": "14", "factor.1.code_text": "28", "road_type_code": "motorway"},
        "2013-360001": {"road_text": "ATLANTIC AVE / WESTEND AVE", "junction_code": "crossroads", "is_urban": False},
        # the last row: 05:00 in Wyoming
        "2013-560075": {"event_at": "2013-12-29T12:00:00Z", "weather_code": "unknown", "is_alcohol_involved": True},
    },
)
