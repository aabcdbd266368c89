"""gdelt/mentions: its real public files."""

from tests.support.real_files.real_file import RealFiles

REAL = RealFiles(
    source="gdelt/mentions",
    paths=["data2/public_opinion/gdelt_mentions_2017-07_part1.csv"],
    counts=(1089, 1089, 0, 0),
    children={},
    findings={},
    values={
        # the first row
        "21ba28d03d8db1f3d3463c54726be3d5-1": {
            "event_at": "2017-07-01T23:45:00Z",
            "event_at_precision": "second",
            "published_date": "2017-07-01",
            "told_date": "2016-07-01",
            "told_event_no": "555924816",
            "platform_code": "news",
            "platform_text": "china.org.cn",
            "url": "http://arabic.china.org.cn/txt/2017-07/02/content_41135804.htm",
            "language_text": "ara",
            "sentiment_score": "0.008357",
            "confidence_rate": "1",
            "day_code": "published",
        },
        "321427de0f3faeb768d50677d44b515b-1": {"told_event_no": "669670701", "confidence_rate": "0.2"},
        # the last row: its tone is -0.38276155372838
        "fc5d057a26ac3482b64bba06ea3b5ad8-1": {
            "platform_text": "observador.pt",
            "language_text": "por",
            "sentiment_score": "-0.003828",
        },
    },
)
