"""us_nyc/product_metals: its real public files."""

from tests.support.real_files.real_file import RealFiles

# 4,837 results, of which one is of a control sample; 2,550 of them are -1
REAL = RealFiles(
    source="us_nyc/product_metals",
    paths=["data2/lab/nyc_metal_content_consumer_products_2011_2019.csv"],
    counts=(4837, 4836, 0, 1),
    children={"product": 4836, "test_item": 4836},
    findings={},
    values={
        # the first row: midnight in New York in winter
        "1": {
            "event_at": "2011-01-04T05:00:00Z",
            "event_at_precision": "day",
            "sampled_date": "2011-01-04",
            "country_code": "USA",
            "verdict_code": "not_judged",
            "product.0.name": "Turmeric powder",
            "product.0.category_code": "food_spice",
            "product.0.origin_country_code": "IND",
            "product.0.manufacturer_name": None,
            "test_item.0.item_text": "Lead",
            "test_item.0.analyte_code": "lead",
            "test_item.0.result_value": "2.9",
            "test_item.0.result_qualifier_code": "eq",
            "test_item.0.unit_text": "ppm",
            "test_item.0.measurand_code": "mass_fraction",
        },
        # the other form of the day
        "7": {
            "sampled_date": "2011-01-13",
            "test_item.0.result_value": "580000",
            "product.0.category_code": "jewellery",
        },
        "46": {"test_item.0.result_value": "0.015", "product.0.manufacturer_name": "Ajanta Medicals PVT. LTD"},
        "39": {"product.0.origin_country_code": "PRK", "event_at": "2011-03-09T05:00:00Z"},
        # mercury in a remedy
        "71": {
            "test_item.0.result_value": "31000",
            "test_item.0.analyte_code": "mercury",
            "test_item.0.hazard_type_code": "mercury",
        },
        # pure lead, or more than the scale
        "1239": {"test_item.0.result_value": "1000000", "country_code": "USA"},
        "1388": {"test_item.0.unit_text": "mg/cm2", "test_item.0.measurand_code": "surface"},
        # not detected
        "1660": {
            "test_item.0.result_text": "-1",
            "test_item.0.result_value": None,
            "test_item.0.result_qualifier_code": "not_detected",
            "event_at": "2016-06-10T04:00:00Z",
        },
        # leached out of a pot; in a liquid
        "2084": {"test_item.0.measurand_code": "leachate", "test_item.0.unit_text": "mg/L"},
        "2811": {"test_item.0.measurand_code": "volume_concentration", "product.0.origin_country_code": "PAK"},
        "4641": {
            "test_item.0.item_text": "Chromium",
            "test_item.0.analyte_code": "chromium",
            "test_item.0.hazard_type_code": "heavy_metal",
            "country_code": "IND",
        },
        "4789": {"product.0.origin_text": "USSR", "product.0.origin_country_code": None, "country_code": "UZB"},
        # the last row
        "4837": {"product.0.name": "Toy Block Set", "product.0.category_code": "toy", "sampled_date": "2019-12-31"},
    },
)
