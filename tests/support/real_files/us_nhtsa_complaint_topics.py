"""us_nhtsa/complaint_topics: its real public files."""

from tests.support.real_files.real_file import RealFiles

REAL = RealFiles(
    source="us_nhtsa/complaint_topics",
    paths=["data2/risk_signal/nhtsa_nlp_early_warning_risk_monitor.csv"],
    counts=(1359, 1359, 0, 0),
    children={"product": 1359, "indicator": 13590},
    findings={},
    values={
        # the first row: a month in winter time
        "2026-02-01/FORD/F-150/2018/POWER TRAIN/6": {
            "event_at": "2026-02-01T05:00:00Z",
            "event_at_precision": "month",
            "description": "Transmission shifting / gear engagement issue",
            "affected_count": 19,
            "score": "9.088482",
            "product.0.name": "FORD F-150 2018",
            "product.0.manufacturer_name": "FORD MOTOR COMPANY",
            "indicator.0.value_text": "defect",
            "indicator.1.value": "13",
            "indicator.2.value": "11.166667",
            "indicator.9.value": "1",
        },
        "2023-06-01/HYUNDAI/SANTA FE/2017/ENGINE / COOLING/15": {
            "event_at": "2023-06-01T04:00:00Z",
            "component_text": "ENGINE / COOLING",
            "score": "7.813927",
        },
        "2024-02-01/HONDA/CIVIC/2022/STEERING/10": {"affected_count": 48, "indicator.4.value": "22.166667"},
        "2024-06-01/HONDA/HR-V/2023/VISIBILITY / WIPER/19": {"indicator.0.value_text": "defect_mixed"},
        # the last row: fewer complaints than before
        "2020-04-01/JEEP/COMPASS/2018/ENGINE / COOLING/15": {
            "indicator.4.value": "-1",
            "summary": "critical event while in operation",
            "indicator.9.value": "15",
        },
    },
)
