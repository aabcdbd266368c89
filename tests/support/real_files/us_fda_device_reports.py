"""us_fda/device_reports: files that the FDA's own programs are tested with, five reports of 2004 and 2009."""

from tests.support.real_files.real_file import RealFiles

# Four of the five rows end before the seventeen columns about what the manufacturer registered.  One patient has no
# outcome.  The texts have 11 rows, each of a report; those about the event and the first of the manufacturer are read.
REAL = RealFiles(
    source="us_fda/device_reports",
    paths=[f"data2/risk_signal/fda_maude_test/{name}.txt" for name in ("foidev", "foitext", "patient")],
    packed=True,
    counts=(5, 5, 0, 0),
    children={"product": 5, "indicator": 9},
    findings={},
    told=["UNMAPPED_COLUMN"] * 6,
    values={
        "1511544/1": {
            "event_at": "2009-10-08T04:00:00Z",
            "event_date": "2009-10-08",
            "component_text": "PROBE, RADIOFREQUENCY LESION",
            "product.0.brand": '"TC 410, 20 GAUGE, 10MM DISPOS',
            "product.0.model": "0406630125",
            "product.0.batch_lot": None,
            "product.0.manufacturer_name": "STRYKER NAVIGATION",
            "indicator.0.value_text": "1. O",
            "indicator.1.value_text": "GXI",
        },
        "1511543/1": {
            "product.0.batch_lot": "W45375",
            "summary": "INVESTIGATION PENDING.",
            "indicator.0.value_text": "1. H",
        },
        # the patient has no outcome
        "1511541/1": {
            "event_date": "2009-10-06",
            "product.0.name": "INRATIO",
            "product.0.batch_lot": "210831PA",
            "indicator.0.value_text": "JPA",
        },
        # a report of before, with all its cells
        "538836/1": {
            "event_at": "2004-08-01T04:00:00Z",
            "product.0.name": "HEMOCHRON COAGULATION SYSTEM",
            "product.0.model": "401 / K-ACT",
            "product.0.manufacturer_name": "INTERNATIONAL TECHNIDYNE CORP.",
            "indicator.0.value_text": "1. L; 2. R",
        },
    },
)
