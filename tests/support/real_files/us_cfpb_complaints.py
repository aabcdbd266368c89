"""us_cfpb/complaints: its real public files."""

from tests.support.real_files.real_file import RealFiles

# 2,067 published complaints, and the bureau's own 30 samples in both editions of the file; one narrative has ????
REAL = RealFiles(
    source="us_cfpb/complaints",
    paths=[
        "data/complaints/cfpb_complaints_2023_truncated_1MiB.csv",
        "data/complaints/cfpb_pipeline_fixtures/v1-public.csv",
        "data/complaints/cfpb_pipeline_fixtures/v2-public.csv",
    ],
    cut="cfpb_complaints_2023_truncated_1MiB.csv",
    counts=(2127, 2127, 0, 0),
    children={"party": 2127, "product": 2127},
    findings={("GARBLED_TEXT", "narrative"): 1},
    values={
        # the first row: summer time
        "7523056": {
            "event_at": "2023-08-25T04:00:00Z",
            "event_at_precision": "day",
            "received_date": "2023-08-25",
            "forwarded_date": "2023-08-25",
            "complainant_place_text": "FL 33009",
            "issue_code": "record_error",
            "sub_issue_text": "Information belongs to someone else",
            "result_code": "explained",
            "is_timely": True,
            "is_disputed": None,
            "party.0.name": "EQUIFAX, INC.",
            "party.0.role_code": "respondent",
            "product.0.category_text": "Credit reporting",
        },
        "7446803": {
            "issue_code": "dispute_handling",
            "result_code": "in_progress",
            "complainant_place_text": "GA 30034",
        },
        # the oldest, in words of 2012
        "69978": {
            "event_at": "2012-01-13T05:00:00Z",
            "issue_code": "debt_collection",
            "result_code": "no_relief",
            "is_disputed": False,
            "product.0.name": "Credit card",
            "product.0.category_text": None,
        },
        "158746": {"channel_code": "phone", "issue_code": "contract", "party.0.name": "CITIBANK, N.A."},
        "107099": {"received_date": "2012-06-24", "forwarded_date": "2012-07-03"},
        "146281": {"result_code": "relief_money", "issue_code": "billing"},
        "236456": {"channel_code": "referral", "is_disputed": True, "issue_code": "payment_difficulty"},
        # the only one that was not answered in time
        "7266471": {"is_timely": False, "party.0.name": "JTM Capital Management, LLC", "result_code": "explained"},
        "7261090": {"issue_code": "privacy", "result_code": "relief_other", "complainant_place_text": "TX 75605"},
        # the last whole row of the file
        "7264219": {"party.0.name": "SANTANDER HOLDINGS USA, INC.", "issue_code": "service", "narrative": None},
        # a sample of the bureau, written 9/24/19
        "3003003": {
            "received_date": "2019-09-24",
            "complainant_place_text": "FL 335XX",
            "issue_code": "debt_collection",
        },
    },
)
