"""us_cdc/case_notifications: test messages of the CDC for foodborne and diarrheal diseases."""

from tests.support.real_files.real_file import RealFiles

# The persons are invented.  Segments end with CR in one file and with LF in the others.  Of the answers the
# standard takes those about the case, what was eaten, the symptoms and the specimens; others are said to be unmapped.
REAL = RealFiles(
    source="us_cdc/case_notifications",
    paths=["data2/foodborne/cdc_fdd_*.hl7.txt"],
    counts=(3, 3, 0, 0),
    children={"exposure": 84, "symptom": 8, "specimen": 6, "hazard": 3, "status": 1},
    findings={},
    told=["UNMAPPED_COLUMN"] * 674,
    values={
        "26/FDD_CPT_TC01": {
            "event_at": "2017-07-20T04:00:00Z",
            "event_date": "2017-07-20",
            "reported_date": "2017-07-29",
            "subdivision_code": "US-MI",
            "event_no": "CRYPTOOUTTX54564",
            "age_years": 38,
            "sex_code": "2",
            "occupation_text": "Clergy",
            "condition_code_text": "11580",
            "agent_code": "cryptosporidium",
            "case_status_code": "confirmed",
            "is_hospitalised": True,
            "exposure.0.food_text": "Dairy",
            "exposure.6.food_text": "unknown",
            "exposure.31.food_text": "other mammal (specify)",
            "specimen.1.specimen_no": "SPM54698261",
            "specimen.1.method_text": "Lab-developed test",
            "specimen.1.agent_code": "cryptosporidium",
        },
        # taken back
        "06/FDD_SAL_PC01": {
            "case_status_code": "not_a_case",
            "status.0.status_code": "revoked",
            "status.0.since_at": "2017-08-05T15:16:55Z",
            "event_no": "FDOSS974512GA",
            "is_antibiotic_used": True,
            "exposure.0.food_text": "Eat Beef, Within 7 Days Before Illness",
            "exposure.0.is_eaten": True,
            "exposure.1.is_eaten": False,
            "exposure.3.is_eaten": None,
            "symptom.2.symptom_code": "bloody_diarrhoea",
            "symptom.3.is_present": False,
            "specimen.1.agent_code": "stec",
            "specimen.1.agent_text": "Enterohemorrhagic Escherichia coli (organism)",
        },
        # the agency that it counts for is not the one that sent it
        "36/FDD_SHG_PC01": {
            "subdivision_code": "US-PA",
            "age_years": 90,
            "condition_text": "Shigellosis",
            "discharged_date": "2017-07-25",
            "diagnosed_date": "2017-07-25",
            "remark": "Shigellosis all fields",
            "specimen.0.specimen_no": "SPM424851",
            "specimen.0.collected_date": "2017-07-23",
            "specimen.1.agent_code": "shigella",
            "specimen.1.agent_text": "Shigella DYSENTERIAE 13",
            "specimen.1.method_text": "Premier EHEC (Meridian)",
        },
    },
)
