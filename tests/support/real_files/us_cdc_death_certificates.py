"""us_cdc/death_certificates: two examples of death certificates in FHIR (VRDR), whose persons are invented."""

from tests.support.real_files.real_file import RealFiles

# The day of the injury is not known in the second one, which says so in an extension of the date: it is kept out.
REAL = RealFiles(
    source="us_cdc/death_certificates",
    paths=["data2/injury_fhir/*.json"],
    counts=(2, 1, 1, 0),
    children={"hazard": 2, "diagnosis": 1},
    findings={("MISSING_VALUE", "event_at"): 1},
    told=["UNMAPPED_COLUMN"] * 801,
    values={
        "2020NY000182": {
            "event_at": "2019-11-02T18:00:00Z",
            "event_at_precision": "second",
            "event_date": "2019-11-02",
            "event_tz": "-05:00",
            "reported_at": "2020-10-20T18:48:35Z",
            "age_years": 42,
            "sex_code": "2",
            "intent_code": None,
            "place_code": "1",
            "diagnosis.0.icd10_code": "J96.0",
            "disposition_code": "8",
            "narrative": "drug toxicity",
            "hazard.0.severity_code": "fatal",
        },
    },
)
