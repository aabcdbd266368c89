"""cn_reviews/food_delivery: its real public files."""

from tests.support.real_files.real_file import RealFiles

# 124 of 11,987 reviews have a word about a hazard, three of them words of two hazards
REAL = RealFiles(
    source="cn_reviews/food_delivery",
    paths=["data2/public_opinion/cn_外卖评论_waimai_10k.csv"],
    counts=(11987, 124, 0, 11863),
    children={"hazard": 127},
    findings={},
    received="2026-11-29",
    values={
        # a good review with a hazard
        "dfae5ddc377962fcc19378e70f2282b6-1": {
            "content_text": "粥里有头发,就没吃,剩下都好吃",
            "keyword_text": "头发",
            "sentiment_code": "positive",
            "hazard.0.type_code": "foreign_body",
            "day_code": "collected",
            "event_date": "2026-11-28",
            "event_at_precision": "day",
            "published_date": None,
        },
        "5a2e4db2c02540d1e056c09ccb49f04a-1": {
            "keyword_text": "食物中毒",
            "sentiment_code": "negative",
            "hazard.0.type_code": "pathogen",
        },
        "883fdb48d18d401e87ad43a8db1c8f9d-1": {"keyword_text": "变质", "hazard.0.type_code": "organoleptic"},
        # two hazards
        "3ef7a9740398eab3cfe09db4be5e89db-1": {
            "content_text": "绿豆汤馊了！！！！！！我明天铁定拉肚子！",
            "hazard.0.agent_text": "拉肚子",
            "hazard.1.agent_text": "馊",
        },
    },
)
