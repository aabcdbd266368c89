"""uk_fsa/food_ratings: its real public files."""

from tests.support.real_files.real_file import RealFiles

# its header declares 6,324 establishments and holds five
REAL = RealFiles(
    source="uk_fsa/food_ratings",
    paths=["data2/market_check/uk_fhrs_food_ratings_fixture.xml"],
    counts=(5, 5, 0, 0),
    children={"party": 10, "problem": 1},
    findings={},
    values={
        "1234567890": {
            "event_at": "2014-12-12T00:00:00Z",
            "event_at_precision": "day",
            "result_code": "pass",
            "rating_text": "5",
            "address_text": "1 ABC Street, Birmingham, B5 5TH",
            "lat": "52.417395",
            "lon": "-1.820576",
            "party.0.name": "Business 1",
            "party.0.agency_party_no": "PI/000615818",
            "party.1.name": "Birmingham",
            "problem.0.score": None,
        },
        # no verdict, no scores; summer time
        "1234567892": {"event_at": "2015-08-10T23:00:00Z", "result_code": "exempt", "rating_text": "Exempt"},
        # 10 for the confidence in its management
        "1234567893": {
            "address_text": "Stall 5, 34 ABC Street, Birmingham, B5 4RQ",
            "problem.0.requirement_text": "Confidence in management",
            "problem.0.score": "10",
            "problem.0.problem_code": "management",
        },
        "1234567894": {"check_date": "2017-03-01", "target_kind_text": "Retailers - other"},
    },
)
