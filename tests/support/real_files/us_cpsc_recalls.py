"""us_cpsc/recalls: its real public files."""

from tests.support.real_files.real_file import RealFiles

# 3,511 recalls of the agency and 116 of the FDA; 78 have no date, two name a hazard and one a maker as a product
# type, one a hazard as a country.  Recalls that are filed under several types stand in several files: 3,213 recalls
# describe 4,842 products.  The agency's own recalls name makers, but not who recalls.
REAL = RealFiles(
    source="us_cpsc/recalls",
    paths=["data/market/cpsc_json_by_product_type/*.json"],
    counts=(3627, 3545, 82, 0),
    children={"product": 5986, "category": 4145, "origin": 2698, "barcode": 297, "party": 7561, "hazard": 3790},
    findings={
        ("MISSING_VALUE", "event_at"): 78,
        ("UNKNOWN_CODE", "category.0.category_code"): 3,
        ("UNKNOWN_CODE", "origin.0.country_code"): 1,
        ("REPAIRED_BLANKS", "source_record_no"): 4,
        ("UNLIKELY_VALUES", "party"): 3511,
    },
    slow=True,
    values={
        # written "13173 "
        "13173": {
            "recall_no": "13173",
            "event_at": "2013-04-18T04:00:00Z",
            "event_at_precision": "day",
            "recall_date": "2013-04-18",
            "url": "http://www.cpsc.gov/en/Recalls/2013/Classic-Characters-Recalls-Infant-Socks/",
            "product.0.name": "Classic Characters Infant Socks",
            "product.1.name": None,
            "category.0.category_text": "Baby Socks",
            "category.0.category_code": "clothing",
            "party.0.name": "Sino-Best Industries",
            "party.0.role_code": "manufacturer",
            "origin.0.country_code": "CHN",
            "hazard.0.agent_text": "Choking",
            "hazard.0.type_code": "choking",
            "hazard.0.class_code": "physical",
        },
        # ten descriptions, ten types, seven makers, two countries
        "12126": {
            "product.9.name": "Sassy Refreshing Rings Infant Teethers/Rattles",
            "product.10.name": None,
            "category.0.category_code": "lighting",
            "category.9.category_text": "Rattles",
            "party.6.name": "Sassy",
            "origin.1.country_code": "MEX",
            "hazard.5.type_code": "cut",
        },
        "98073": {
            "event_at": "1998-02-24T05:00:00Z",
            "party.0.name": "Goodman",
            "hazard.0.type_code": "poisoning",
        },
        # makers, a type and a country, and no described product
        "07295": {"product.0.name": None, "category.0.category_code": "hand_tool", "origin.0.country_code": "CHN"},
        "13195": {"origin.0.country_code": None, "origin.0.country_text": "China and Vietnam"},
        "12125": {"origin.0.country_code": "TWN", "barcode.0.barcode_text": "733132417926", "product.2.name": None},
        "05527": {"barcode.3.barcode_text": "M0089800", "party.1.name": "Climb High", "origin.0.country_code": "CHE"},
        # the other shape, of the FDA
        "ucm361713": {
            "event_at": "2013-07-19T04:00:00Z",
            "url": "http://www.fda.gov/Safety/Recalls/ucm361713.htm",
            "defect_text": "Re-fermenting may cause bottles to burst",
            "party.0.name": "Square Mile Cider Company",
            "party.0.role_code": "recaller",
            "product.0.name": "Square Mile",
            "product.0.description": "Cider",
            "hazard.0.agent_text": "Re-fermenting may cause bottles to burst",
            "hazard.0.type_code": None,
        },
        "ucm359069": {"recall_date": "2013-06-26", "product.0.description": "Implantable infusion system"},
    },
)
