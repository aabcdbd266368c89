"""us_cpsc/neiss: its real public files."""

from tests.support.real_files.real_file import RealFiles

REAL = RealFiles(
    source="us_cpsc/neiss",
    paths=[
        "data/injury/neiss_skateboard_men/NEISS_2013.csv",
        "data/injury/neiss_skateboard_men/NEISS_2016.csv",
        "data/injury/neiss_skateboard_men/NEISS_2018.csv",
        "data/injury/neiss_skateboard_men/NEISS_2019.csv",
        "data/injury/neiss_skateboard_women/NEISS_2014.csv",
        "data/injury/neiss_skateboard_women/NEISS_2019.csv",
    ],
    counts=(9510, 9510, 0, 0),
    children={"product": 10032, "hazard": 9510, "diagnosis": 10137},
    findings={},
    values={
        "130109050": {
            "event_at": "2013-01-01T05:00:00Z",
            "event_at_precision": "day",
            "age_years": 18,
            "age_months": None,
            "sex_code": "1",
            "diagnosis.0.body_part_code": "75",
            "diagnosis.0.diagnosis_code": "62",
            "disposition_code": "1",
            "severity_code": "moderate",
            "place_code": "4",
            "is_alcohol_involved": None,
            "statistical_weight": "76.7142",
            "stratum_code_text": "S",
            "sampling_unit_code_text": "73",
            "product.0.injury_product_code": "1333",
            "product.0.category_code": "scooter",
        },
        # 223 and 209 are months; summer time
        "130916941": {"age_years": 1, "age_months": 23, "event_at": "2013-09-03T04:00:00Z"},
        "190531400": {"age_years": 0, "age_months": 9, "sex_code": "2", "diagnosis.0.body_part_code": "92"},
        # the skateboard is the second product
        "190563692": {
            "product.0.injury_product_code": "478",
            "product.1.injury_product_code": "1333",
            "age_months": 19,
        },
        "131116626": {"product.1.injury_product_code": "374", "age_years": 6},
        "190249334": {
            "diagnosis.1.body_part_code": "76",
            "diagnosis.1.diagnosis_code": "57",
            "disposition_code": "4",
            "severity_code": "severe",
            "is_alcohol_involved": False,
        },
        "190243244": {"is_alcohol_involved": True, "is_drug_involved": False, "statistical_weight": "61.8625"},
        "130809024": {
            "diagnosis.0.diagnosis_code": "71",
            "diagnosis.0.diagnosis_text": "LBP",
            "product.0.injury_product_code": "5040",
        },
        "140902714": {"diagnosis.0.body_part_code": "0", "diagnosis.0.diagnosis_code": "42"},
        "130422381": {"narrative": 'L SHOULDER DISLOCATION/20YOM FELT L SHOULDER "POP" WHILE SKATEBOARDING.'},
        # the last row of a file that ends without a line end
        "140342049": {
            "event_at": "2013-12-29T05:00:00Z",
            "statistical_weight": "14.8537",
            "sampling_unit_code_text": "40",
        },
    },
)
