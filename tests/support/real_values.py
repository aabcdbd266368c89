"""Values looked up by hand in the real public files: for each source {the agency's number: {path: value}}.

Moments are UTC, decimals without padding.  Nothing here was computed by the code under test.
"""

from typing import Any

FIRE: dict[str, dict[str, Any]] = {
    # 05:01:04 in summer time; outside of the city, so without a neighbourhood
    "F160029985": {
        "event_at": "2016-04-21T09:01:04Z",
        "event_at_precision": "second",
        "address_text": "800 BLOCK CENTER ST, WILKINSBURG PA 15221",
        "incident_type_code": "111",
        "alarm_level": 1,
        "unit_text": "231EN16",
        "lat": "40.441275",
        "lon": "-79.882485",
        "district_text": None,
        "place_use_code": None,
        "cause_code": None,
    },
    # 23:52:05 in winter: the next day in UTC
    "F130090213": {"event_at": "2013-12-19T04:52:05Z", "alarm_at": "2013-12-19T04:52:05Z", "incident_type_code": "112"},
    "F220088391": {"event_at": "2022-11-24T21:10:43Z", "district_text": "Greenfield", "place_use_code": "rubbish"},
    "F150039458": {"incident_type_code": "134", "place_use_code": "ship", "summary": "Water vehicle fire"},
    "F130023388": {"event_at": "2013-04-07T03:51:22Z", "cause_code": "cooking", "place_use_code": None},
    "F200073397": {"alarm_level": 19, "event_at": "2020-11-09T12:50:07Z"},
    "F140020325": {"cause_code": "gas", "place_use_code": "outdoor", "lon": "-80.035242", "lat": "40.463281"},
    "F170023461": {"place_use_code": "vehicle", "address_text": "700 BLOCK I376 WB HWY, PITTSBURGH PA 15219"},
    "F180026043": {"address_text": "FRIENDSHIP AVE & S ATLANTIC, PITTSBURGH PA 15224", "alarm_level": 0},
}

CUSTOMS: dict[str, dict[str, Any]] = {
    # midnight in Seoul is the afternoon before in UTC
    "56839011": {
        "event_at": "2020-12-31T15:00:00Z",
        "event_at_precision": "day",
        "declared_date": "2021-01-01",
        "customs_office_code": "40",
        "transport_mode_code": "5",
        "risk_flag": False,
        "party.0.agency_party_no": "76NV527",
        "party.0.role_code": "declarant",
        "party.2.agency_party_no": "249LO7A",
        "party.2.role_code": "seller",
        "goods.0.hs_code": "760711",
        "goods.0.g_no": 1,
        "goods.0.tax_rate_percent": "7.2",
        "goods.0.tax_type_code": "FCN1",
        "goods.0.net_mass_kg": "901.2",
        "goods.0.total_price": "415092.72",
    },
    "62904299": {"risk_flag": True, "critical_risk_flag": False, "import_type_code": "89"},
    "55245935": {"risk_flag": True, "critical_risk_flag": True, "departure_country_code": "HKG"},
    "70335380": {"departure_country_code": "KOR", "goods.0.origin_country_code": None},
    "51772823": {"departure_country_code": None, "goods.0.origin_country_code": "LBR"},
    "56845061": {"party.3.agency_party_no": "2SP9SH", "party.3.role_code": "courier", "payment_type_code": "0"},
    "72292152": {"transport_mode_code": "9", "goods.0.net_mass_kg": "0.9", "goods.0.total_price": "58.41"},
    "56829415": {"process_type_code": "D", "goods.0.origin_basis_code": "E"},
    "51897594": {"goods.0.net_mass_kg": "0", "goods.0.total_price": "0", "goods.0.origin_country_code": "FRA"},
    "82234198": {"declared_date": "2021-03-31", "goods.0.net_mass_kg": "3000000", "goods.0.origin_country_code": "AUS"},
    "83976482": {"goods.0.hs_code": "030487", "goods.0.total_price": "3073537.23"},
}

RASFF: dict[str, dict[str, Any]] = {
    # the first row: winter time again since three days
    "2024.8046": {
        "event_at": "2024-10-29T23:00:00Z",
        "event_at_precision": "day",
        "notified_date": "2024-10-30",
        "notifying_country_code": "ITA",
        "product.name": "Lamb legs",
        "product.category_code": "food_meat",
        "product.origin_country_code": "IRL",
        "hazard_class": "biological",
        "hazard_type": "pathogen",
        "hazard.0.name": "Escherichia coli shigatoxin-producing",
        "hazard.0.category_text": "Pathogenic micro-organisms",
    },
    # the last row, in the older words
    "2020.0001": {
        "event_at": "2020-01-01T23:00:00Z",
        "notifying_country_code": "FRA",
        "notifier_text": "France (FR)",
        "product.category_code": "food_fruit_vegetable",
        "product.origin_country_code": "TUR",
        "hazard.0.name": "aflatoxins",
        "hazard.0.hazard_type": "mycotoxin",
        "hazard.0.hazard_class": "chemical",
    },
    "2024.8040": {"hazard.0.name": "Cadmium", "hazard.1.name": "Cadmium", "hazard.1.hazard_type": "heavy_metal"},
    "2023.0301": {"hazard_type": "pathogen", "hazard.1.name": "Salmonella", "hazard.1.hazard_type": "pathogen"},
    "2024.7316": {
        "hazard_type": None,
        "hazard.0.name": "Phosmet - unauthorised substance",
        "hazard.0.hazard_type": None,
    },
    "2024.7799": {"notifying_country_code": None, "notifier_text": "European Commission", "hazard_type": None},
    "2024.3808": {"product.origin_country_code": None, "product.origin_text": "Netherlands Antilles; Philippines"},
    "2024.6921": {"product.origin_country_code": "GBR", "product.origin_text": "Northern Ireland"},
    "2020.1394": {"notifying_country_code": "SWE", "product.origin_country_code": "PSE", "hazard_type": "allergen"},
    "2022.3012": {"product.name": "Frozen Potato", "event_at": "2022-05-22T22:00:00Z"},
    "2024.5152": {"product.category_code": "live_animal", "product.origin_country_code": None},
    "2024.6176": {"product.name": 'Boite à pizza "Delicious"', "hazard.6.hazard_type": "migration"},
    "2024.1473": {
        "notified_date": "2024-02-29",
        "hazard.2.name": "Protein poultry",
        "hazard.2.hazard_type": "composition",
    },
}

NEISS: dict[str, dict[str, Any]] = {
    "130109050": {
        "event_at": "2013-01-01T05:00:00Z",
        "event_at_precision": "day",
        "age_years": 18,
        "age_months": None,
        "sex_code": "1",
        "body_part_code": "75",
        "diagnosis_code": "62",
        "disposition_code": "1",
        "severity": "moderate",
        "place_code": "4",
        "alcohol_involved": None,
        "weight": "76.7142",
        "stratum_code": "S",
        "sampling_unit_code": "73",
        "product.0.injury_product_code": "1333",
        "product.0.category_code": "scooter",
    },
    # 223 and 209 are months; summer time
    "130916941": {"age_years": 1, "age_months": 23, "event_at": "2013-09-03T04:00:00Z"},
    "190531400": {"age_years": 0, "age_months": 9, "sex_code": "2", "body_part_code": "92"},
    # the skateboard is the second product
    "190563692": {"product.0.injury_product_code": "478", "product.1.injury_product_code": "1333", "age_months": 19},
    "131116626": {"product.1.injury_product_code": "374", "age_years": 6},
    "190249334": {
        "body_part_2_code": "76",
        "diagnosis_2_code": "57",
        "disposition_code": "4",
        "severity": "severe",
        "alcohol_involved": False,
    },
    "190243244": {"alcohol_involved": True, "drug_involved": False, "weight": "61.8625"},
    "130809024": {"diagnosis_code": "71", "diagnosis_text": "LBP", "product.0.injury_product_code": "5040"},
    "140902714": {"body_part_code": "0", "diagnosis_code": "42"},
    "130422381": {"narrative": 'L SHOULDER DISLOCATION/20YOM FELT L SHOULDER "POP" WHILE SKATEBOARDING.'},
    # the last row of a file that ends without a line end
    "140342049": {"event_at": "2013-12-29T05:00:00Z", "weight": "14.8537", "sampling_unit_code": "40"},
}

RECALLS: dict[str, dict[str, Any]] = {
    # written "13173 "
    "13173": {
        "recall_no": "13173",
        "event_at": "2013-04-18T04:00:00Z",
        "event_at_precision": "day",
        "recall_date": "2013-04-18",
        "url": "http://www.cpsc.gov/en/Recalls/2013/Classic-Characters-Recalls-Infant-Socks/",
        "product.0.name": "Classic Characters Infant Socks",
        "product.1.category_text": "Baby Socks",
        "product.1.category_code": "clothing",
        "product.2.manufacturer_name": "Sino-Best Industries",
        "product.3.origin_country_code": "CHN",
        "hazard.0.name": "Choking",
        "hazard.0.hazard_type": "choking",
        "hazard.0.hazard_class": "physical",
    },
    # ten descriptions, ten types, seven makers, two countries
    "12126": {
        "product.9.name": "Sassy Refreshing Rings Infant Teethers/Rattles",
        "product.10.category_code": "lighting",
        "product.26.manufacturer_name": "Sassy",
        "product.28.origin_country_code": "MEX",
        "hazard.5.hazard_type": "cut",
    },
    "98073": {
        "event_at": "1998-02-24T05:00:00Z",
        "product.1.manufacturer_name": "Goodman",
        "hazard.0.hazard_type": "poisoning",
    },
    "07295": {"product.0.category_code": "hand_tool", "product.4.origin_country_code": "CHN"},
    "13195": {"product.3.origin_country_code": None, "product.3.origin_text": "China and Vietnam"},
    "12125": {"product.5.origin_country_code": "TWN", "product.6.barcode_text": "733132417926"},
    "05527": {"product.9.barcode_text": "M0089800", "product.5.origin_country_code": "CHE"},
    # the other shape, of the FDA
    "ucm361713": {
        "event_at": "2013-07-19T04:00:00Z",
        "url": "http://www.fda.gov/Safety/Recalls/ucm361713.htm",
        "defect_text": "Re-fermenting may cause bottles to burst",
        "recaller_name": "Square Mile Cider Company",
        "product.0.name": "Square Mile",
        "product.0.description": "Cider",
        "hazard.0.name": "Re-fermenting may cause bottles to burst",
        "hazard.0.hazard_type": None,
    },
    "ucm359069": {"recall_date": "2013-06-26", "product.0.description": "Implantable infusion system"},
}
