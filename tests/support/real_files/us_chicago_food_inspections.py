"""us_chicago/food_inspections: its real public files."""

from tests.support.real_files.real_file import RealFiles

# three licence inspections have failed without a violation; two visits without entry repeat those of a former report
REAL = RealFiles(
    source="us_chicago/food_inspections",
    paths=["data2/market_check/chicago_food_inspections_2020.csv"],
    counts=(342, 339, 3, 0),
    children={"party": 342, "problem": 1215},
    # an address for mail stands in one comment
    findings={("PERSONAL_HIDDEN", None): 1, ("BROKEN_RULE", "problem"): 3, ("UNLIKELY_VALUES", "result_code"): 2},
    values={
        # the first row: midnight in Chicago in winter; the same requirement twice
        "2365440": {
            "event_at": "2020-03-06T06:00:00Z",
            "event_at_precision": "day",
            "check_date": "2020-03-06",
            "kind_code": "complaint",
            "is_follow_up": False,
            "result_code": "pass",
            "target_kind_text": "Grocery Store",
            "target_risk_level_code": "medium",
            "lat": "41.87772",
            "lon": "-87.65469",
            "party.0.name": "TARGET STORE T2781",
            "party.0.role_code": "inspected",
            "problem.0.problem_no": "55",
            "problem.0.problem_code": "premises",
            "problem.1.requirement_text": "PHYSICAL FACILITIES INSTALLED, MAINTAINED & CLEAN",
            "problem.1.comment_text": "INSTRUCTED TO CLEAN THE FLOORS IN STORAGE AREAS AND FOOD PREP AREAS.",
        },
        "2365442": {"result_code": "not_done", "result_text": "No Entry", "problem.0.problem_no": None},
        # no verdict
        "2365423": {"result_code": "closed", "kind_code": "routine", "party.0.name": "HALAL BURGER"},
        # two violations without a comment
        "2365359": {
            "result_code": "fail",
            "problem.0.requirement_text": "PERSON IN CHARGE PRESENT, DEMONSTRATES KNOWLEDGE, AND PERFORMS DUTIES",
            "problem.0.comment_text": None,
            "problem.1.problem_no": "2",
            "problem.1.problem_code": "training",
        },
        "2365400": {"kind_code": "incident", "result_code": "pass_with_conditions", "problem.0.problem_no": "22"},
        "2363119": {"target_kind_text": "Shared Kitchen User (Long Term)", "check_date": "2020-03-03"},
        "2363132": {
            "kind_code": "follow_up",
            "is_follow_up": True,
            "party.0.name": "WINDY CITY POULTRY 2,INC.",
            "problem.0.problem_code": "staff_health",
            "problem.1.problem_no": "10",
        },
        # the last row
        "2365402": {"problem.0.problem_no": "53", "address_text": "7831 S Prairie (300E)", "party.0.name": "Ruggles"},
    },
)
