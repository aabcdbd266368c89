"""hn_trace/epcis_xml: test documents of OpenEPCIS and GS1 US, of EPCIS 1.2 and 2.0; none is of a sender of Hainan."""

from tests.support.real_files.real_file import RealFiles

# the members that vendors add, details of sensors and what is in the header are said to be unmapped
REAL = RealFiles(
    source="hn_trace/epcis_xml",
    paths=["data2/trace/epcis12_xml/*.xml"],
    counts=(19, 19, 0, 0),
    children={"item": 64, "source_dest": 10, "biz_transaction": 9, "sensor": 4, "correction": 2},
    findings={("REPAIRED_BLANKS", "biz_transaction.0.transaction_no"): 1},
    told=["UNMAPPED_COLUMN"] * 14,
    values={
        # names of another prefix, what is younger than version 1.0 in extensions, an instant to the nanosecond
        "urn:uuid:bf602366-6657-49fb-a729-9610ccef086e": {
            "event_type_code": "object",
            "action_code": "add",
            "event_at": "2022-04-13T12:35:29Z",
            "reported_at": "2022-12-28T10:17:28Z",
            "utc_offset_text": "+02:00",
            "biz_step_code": "commissioning",
            "item.0.id_text": "urn:epc:class:lgtin:479602638.0024.018o1",
            "item.0.quantity": "29",
            "item.0.unit_code": "KGM",
            "biz_transaction.0.type_code": "po",
            "biz_transaction.0.transaction_no": "http://transaction.acme.com/po/12345679",
        },
        # stands in the extension of an extension
        "urn:uuid:fd338495-0e6d-41dd-afee-a862ecd32518": {
            "event_type_code": "association",
            "action_code": "delete",
            "event_at": "2019-11-04T13:00:00Z",
            "event_tz": "+01:00",
            "item.0.role_code": "parent",
            "item.2.id_text": "urn:epc:id:giai:4000001.12346",
            "sensor.0.type_text": "gs1:Length",
            "sensor.1.value": "2477583.57",
            "sensor.1.measured_at": "2021-05-27T12:50:00Z",
        },
        # the transformation
        "d1c08def3174a51f1a3ad7f659f88168-1": {
            "event_type_code": "transformation",
            "action_code": None,
            "item.0.id_text": "urn:epc:id:sgtin:4012345.011122.25",
            "item.6.role_code": "input",
            "item.6.quantity": "10",
            "item.6.unit_code": "KGM",
            "item.8.quantity": "220",
            "item.8.unit_code": None,
        },
        # the pallet is shipped
        "b9267a50e1d60013e75cb0383d76b045-1": {
            "biz_step_code": "shipping",
            "disposition_code": "in_transit",
            "item.0.id_text": "urn:epc:id:sscc:030001.41234567890",
            "source_dest.1.type_code": "location",
            "source_dest.3.side_code": "destination",
            "source_dest.3.id_text": "urn:epc:id:sgln:039999.345678.0",
            "biz_transaction.1.type_code": "desadv",
            "biz_transaction.1.transaction_no": "urn:epcglobal:cbv:bt:0300011111215:DEL100",
        },
        # taken back
        "aece325b7bab430539c037844841db8b-1": {
            "is_error": True,
            "error_reason_code": "incorrect_data",
            "error_declared_at": "2023-07-17T17:00:00Z",
            "correction.0.event_id": "urn:uuid:6926712e-599f-4c4e-b6e9-8dd888c906bd",
        },
    },
)
