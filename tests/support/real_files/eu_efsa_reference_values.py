"""eu_efsa/reference_values: its real public files."""

from tests.support.real_files.real_file import RealFiles

# 864 results without a value; two values in the notation 1.7e-05 cannot be a part of a key; six values have no unit
REAL = RealFiles(
    source="eu_efsa/reference_values",
    paths=["data2/risk_assessment/efsa_openfoodtox_reference_values.csv"],
    counts=(11324, 11322, 2, 0),
    children={"reference_value": 10460, "hazard": 11324},
    findings={
        ("PRECISION_LOST", "source_record_no"): 2,
        ("UNLIKELY_VALUES", "reference_value.0.value"): 6,
    },
    values={
        # the first row; a year begins in winter time
        "2180 / TTC Cramer Class I / Consumers / (-)-3,7-Dimethyl-6-octen-1-ol / 30.0": {
            "event_at": "2012-12-31T23:00:00Z",
            "event_at_precision": "year",
            "assess_no": "2180",
            "assessor_text": "EFSA CEF",
            "conclusion_code": "value_set",
            "reference_value.0.type_code": "TTC1",
            "reference_value.0.qualifier_code": "eq",
            "reference_value.0.value": "30",
            "reference_value.0.unit_text": "µg/kg bw/day",
            "reference_value.0.population_text": "Consumers",
            "hazard.0.agent_text": "(-)-3,7-Dimethyl-6-octen-1-ol",
        },
        "1083 / AOEL (provisional) / Workers / 1,3-Dichloropropene / 0.1": {
            "reference_value.0.type_code": "AOEL",
            "reference_value.0.is_provisional": True,
            "reference_value.0.is_group": False,
            "reference_value.0.qualifier_code": "about",
        },
        "470 / ADI / Consumers / 1,2-Benzisothiazol-3(2H)-one 1,1-dioxide sodium salt / 5.0": {
            "reference_value.0.qualifier_code": "le",
            "reference_value.0.value": "5",
        },
        "2184 / MTD / Fish / Calcium iodate / 60.0": {
            "reference_value.0.qualifier_code": "gt",
            "reference_value.0.type_code": "MTD",
        },
        "1277 / ADI / Consumers / Difenoconazole / 0.01": {"reference_value.0.value": "0.01"},
        "3994 / AAOEL / Worker - adults / Carbon dioxide / 15000.0": {"reference_value.0.unit_text": None},
        # the last row
        "2822 / MSI/FC / Salmons / trans-Menthone / 0.5": {
            "reference_value.0.type_code": "MSFC",
            "reference_value.0.unit_text": "mg/kg",
            "event_date": "2016-01-01",
        },
        # no critical study: a result, cut to 128 characters
        (
            "2194 / critical study not identified / Consumers / (3RS,4RS;3RS,4SR)-3-chloro-4-chloromethyl-1-"
            "(alpha,alpha,alpha-trifluoro-m-to"
        ): {"conclusion_code": "no_value", "reference_value.0.value": None},
    },
)
