"""hn_trace/epcis_events: the test documents of OpenEPCIS for EPCIS 2.0, of which no sender in Hainan is behind."""

from tests.support.real_files.real_file import RealFiles

# the members that vendors add, and details of sensors, are said to be unmapped
REAL = RealFiles(
    source="hn_trace/epcis_events",
    paths=["data2/trace/epcis2_json/*.json"],
    counts=(37, 37, 0, 0),
    children={"item": 71, "sensor": 65, "source_dest": 21, "biz_transaction": 15, "correction": 3},
    findings={},
    told=["UNMAPPED_COLUMN"] * 90,
    values={
        "ni:///sha-256;87b5f18a69993f0052046d4687dfacdf48f7c988cfabda2819688c86b4066a49?ver=CBV2.0": {
            "event_type_code": "aggregation",
            "action_code": "observe",
            "event_at": "2013-06-08T14:58:56Z",
            "utc_offset_text": "+02:00",
            "biz_step_code": "receiving",
            "disposition_code": "in_progress",
            "read_point_text": "urn:epc:id:sgln:0614141.00777.0",
            "biz_location_text": "urn:epc:id:sgln:0614141.00888.0",
            "item.0.role_code": "parent",
            "item.0.id_text": "urn:epc:id:sscc:0614141.1234567890",
            "item.2.id_text": "urn:epc:id:sgtin:0614141.107346.2018",
            "item.4.role_code": "child",
            "item.4.quantity": "200.5",
            "item.4.unit_code": "KGM",
            "item.4.is_class": True,
        },
        "ni:///sha-256;e65c3a997e77f34b58306da7a82ab0fc91c7820013287700f0b50345e5795b97?ver=CBV2.0": {
            "event_type_code": "transformation",
            "action_code": None,
            "item.0.role_code": "input",
            "item.5.role_code": "output",
        },
        # taken back, with two events in its place; the offset is that of the text
        "ni:///sha-256;aa49daa1fe0b773e0437e546078dc87de9c864d5b9babe84488f31478887fdf3?ver=CBV2.0": {
            "event_at": "2005-04-04T02:33:31Z",
            "event_date": "2005-04-03",
            "event_tz": "-06:00",
            "is_error": True,
            "error_reason_code": "incorrect_data",
            "error_declared_at": "2021-02-01T22:46:31Z",
            "correction.1.event_id": "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
            "biz_transaction.0.type_code": "po",
        },
    },
)
