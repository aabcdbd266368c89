"""cn_reviews/shop: its real public file."""

from tests.support.real_files.real_file import RealFiles

# 66 of 4,931 reviews have a word about a hazard, five of them words of two hazards; one ends in a lost character.  The
# keys were computed from the cells by another script.
REAL = RealFiles(
    source="cn_reviews/shop",
    paths=["data2/public_opinion/cn_网购评论_热水器_蒙牛_手机.csv"],
    counts=(4931, 66, 0, 4865),
    children={"hazard": 71, "product": 66},
    findings={("GARBLED_TEXT", "content_text"): 1, ("GARBLED_TEXT", "hazard.0.agent_text"): 1},
    received="2026-11-29",
    values={
        "0705fd6e844067b4ef1c26023a9c702b-1": {
            "keyword_text": "炸了",
            "sentiment_code": "negative",
            "platform_code": "shop_review",
            "product.0.name": "手机",
            "product.0.category_code": "electronics",
            "hazard.0.type_code": "explosion",
            "day_code": "collected",
            "event_date": "2026-11-28",
        },
        "f0fe001511f9310b4abc599e9a77dc6f-1": {
            "sentiment_code": "positive",
            "product.0.category_code": "heating_cooling",
            "hazard.0.type_code": "electric_shock",
        },
        "97915d48fb9d27ebe8386d4da36409f7-1": {"hazard.0.type_code": "adulteration"},
        "56a907847a4269788de99dc9c9386400-1": {"hazard.0.type_code": "pathogen", "product.0.name": "蒙牛"},
    },
)
