"""Files of one source that many tests deliver: the fires of Pittsburgh."""

from __future__ import annotations

PITTSBURGH = "us_pittsburgh/fire_incidents"
COLUMNS = (
    "call_no,incident_type,type_description,address,alarm_time,alarms,primary_unit,census_tract,neighborhood,"
    "council_district,ward,tract,public_works_division,pli_division,police_zone,fire_zone,latitude,longitude"
)


def fires(*rows: tuple[str, str]) -> bytes:
    """Return a file of Pittsburgh's fires: number and time of alarm per row, the rest alike."""
    lines = [f"{no},111,Building fire,A ST,{at},1,231EN16,,,,,,,,,3-16,40.441275,-79.882485" for no, at in rows]
    return "\r\n".join([COLUMNS, *lines, ""]).encode()
