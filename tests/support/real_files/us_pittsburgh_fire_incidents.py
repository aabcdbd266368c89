"""us_pittsburgh/fire_incidents: its real public files."""

from tests.support.real_files.real_file import RealFiles

# 18 incidents have neither type nor time
REAL = RealFiles(
    source="us_pittsburgh/fire_incidents",
    paths=["data/fire/pittsburgh_wprdc_fire_incidents.csv"],
    counts=(8945, 8927, 18, 0),
    children={"hazard": 8927},
    findings={("MISSING_VALUE", "event_at"): 18},
    values={
        # 05:01:04 in summer time; outside of the city, so without a neighbourhood
        "F160029985": {
            "event_at": "2016-04-21T09:01:04Z",
            "event_at_precision": "second",
            "address_text": "800 BLOCK CENTER ST, WILKINSBURG PA 15221",
            "incident_type_code": "structure_fire",
            "nfirs_type_code": "111",
            "alarm_level": 1,
            "first_unit_text": "231EN16",
            "lat": "40.441275",
            "lon": "-79.882485",
            "district_text": None,
            "place_use_code": None,
            "cause_code": None,
        },
        # 23:52:05 in winter: the next day in UTC
        "F130090213": {
            "event_at": "2013-12-19T04:52:05Z",
            "alarm_at": "2013-12-19T04:52:05Z",
            "incident_type_code": "structure_fire",
            "nfirs_type_code": "112",
        },
        "F220088391": {"event_at": "2022-11-24T21:10:43Z", "district_text": "Greenfield", "place_use_code": "rubbish"},
        "F150039458": {
            "incident_type_code": "vessel_fire",
            "nfirs_type_code": "134",
            "place_use_code": "ship",
            "summary": "Water vehicle fire",
        },
        "F130023388": {"event_at": "2013-04-07T03:51:22Z", "cause_code": "cooking", "place_use_code": None},
        "F200073397": {"alarm_level": 19, "event_at": "2020-11-09T12:50:07Z"},
        "F140020325": {"cause_code": "gas", "place_use_code": "outdoor", "lon": "-80.035242", "lat": "40.463281"},
        "F170023461": {"place_use_code": "vehicle", "address_text": "700 BLOCK I376 WB HWY, PITTSBURGH PA 15219"},
        "F180026043": {"address_text": "FRIENDSHIP AVE & S ATLANTIC, PITTSBURGH PA 15224", "alarm_level": 0},
    },
)
