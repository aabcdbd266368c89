"""uk_avon/fire_incidents: its real public file, all incidents of July 2014."""

from tests.support.real_files.real_file import RealFiles

# 344 fires, 523 false alarms and 217 special services, of which 63 are collisions on roads
REAL = RealFiles(
    source="uk_avon/fire_incidents",
    paths=["data/fire/avon_frs_attended_incidents_july_2014.csv"],
    counts=(1084, 1084, 0, 0),
    children={"hazard": 344, "product": 105},
    findings={("REPAIRED_BLANKS", "cause_code"): 10, ("REPAIRED_BLANKS", "product.0.name"): 70},
    values={
        "005538-01072014": {
            "event_at": "2014-07-01T00:54:02Z",
            "event_date": "2014-07-01",
            "incident_type_code": "structure_fire",
            "cause_code": "appliance",
            "place_use_code": "residence_multi",
            "product.0.name": "Other incandescent light bulbs",
            "hazard.0.type_code": "fire",
            "district_text": "BANES",
        },
        # a collision without victims, and a false alarm: neither is a fire
        "005542-01072014": {"incident_type_code": "rescue", "cause_code": None, "hazard_type_code": None},
        "005543-01072014": {"incident_type_code": "false_alarm", "place_use_code": None, "hazard_type_code": None},
        "005545-01072014": {
            "incident_type_code": "vehicle_fire",
            "place_use_code": "vehicle",
            "cause_code": "appliance",
            "product.0.name": "Electrical fault",
        },
        "006224-11072014": {
            "event_at": "2014-07-11T16:08:54Z",
            "incident_type_code": "rescue",
            "death_count": 1,
            "injury_count": 0,
        },
    },
)
