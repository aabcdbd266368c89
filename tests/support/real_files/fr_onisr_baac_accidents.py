"""fr_onisr/baac_accidents: its real public files."""

from tests.support.real_files.real_file import RealFiles

# 38,352 accidents have no coordinates, or a half of them
REAL = RealFiles(
    source="fr_onisr/baac_accidents",
    paths=["data/traffic/fr_baac/caracteristiques_2013.csv"],
    counts=(58397, 58397, 0, 0),
    children={"hazard": 58397},
    findings={},
    slow=True,
    values={
        "201300000001": {
            "event_at": "2013-02-19T16:15:00Z",
            "event_at_precision": "minute",
            "event_tz": "Europe/Paris",
            "subdivision_code": "FR-59",
            "place_code_text": "590-052",
            "address_text": "50 Rue de la Gare",
            "lat": "50.51199",
            "lon": "2.90046",
            "form_code": "side",
            "is_urban": True,
            "weather_code": "clear",
            "light_code": "daylight",
        },
        # 45 is 00:45, and 10 is 00:10 in summer time
        "201300000116": {
            "event_at": "2013-10-31T23:45:00Z",
            "event_date": "2013-11-01",
            "address_text": "chaussée Brunéhaut",
            "light_code": "dark_lit",
        },
        "201300000122": {"event_at": "2013-08-06T22:10:00Z", "event_date": "2013-08-07", "form_code": "head_on"},
        # west of Greenwich
        "201300000816": {"lat": "48.01133", "lon": "-1.71441", "subdivision_code": "FR-35"},
        # a latitude without a longitude, and the other way round
        "201300000392": {"lat": None, "lon": None, "junction_code": "crossroads"},
        "201300028072": {"lat": None, "lon": None, "form_code": "multiple"},
        "201300008825": {"subdivision_code": "FR-2A", "weather_code": "rain", "lon": "8.93589"},
        # La Réunion, four hours ahead of UTC
        "201300057971": {"event_at": "2013-07-15T04:35:00Z", "lat": None, "lon": None, "subdivision_code": "FR-974"},
        "201300053521": {"address_text": "15, BOULEVARD ROMAIN ROL", "subdivision_code": "FR-75", "lat": None},
        "201300012336": {"weather_code": None, "address_text": None, "form_code": "no_collision"},
        # the last row
        "201300058397": {"event_at": "2013-12-30T12:15:00Z", "address_text": "RN3 (1)", "form_code": "rear_end"},
    },
)
