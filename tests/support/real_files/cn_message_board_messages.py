"""cn_message_board/messages: its real public files."""

from tests.support.real_files.real_file import RealFiles

# 30 messages with votes and 120 with answers; 20 texts name a telephone, an address for mail or the like
REAL = RealFiles(
    source="cn_message_board/messages",
    paths=["data/complaints/cn_政务留言_附件3.xlsx", "data/complaints/cn_政务留言_附件4.xlsx"],
    counts=(150, 150, 0, 0),
    children={},
    findings={
        ("PERSONAL_HIDDEN", None): 20,
        ("REPAIRED_BLANKS", "narrative"): 140,
        ("REPAIRED_BLANKS", "title"): 1,
        ("REPAIRED_BLANKS", "result_text"): 17,
    },
    values={
        # the first row: a true date and time in the cell
        "360114": {
            "event_at": "2017-06-08T09:31:20Z",
            "event_at_precision": "second",
            "received_date": "2017-06-08",
            "title": "A市经济学院体育学院变相强制实习",
            "kind_code": "help",
            "channel_code": "message_board",
            "result_code": "in_progress",
            "closed_date": None,
        },
        # half past midnight: the day before in UTC
        "360103": {"event_at": "2019-09-24T16:31:33Z", "event_date": "2019-09-25"},
        # the first of the other workbook: times as text, with an answer
        "2549": {
            "event_at": "2019-04-25T01:32:09Z",
            "received_date": "2019-04-25",
            "closed_date": "2019-05-10",
            "result_code": "explained",
            "title": "A2区景蓉华苑物业管理有问题",
        },
        "2554": {"event_at": "2019-04-24T08:03:40Z", "closed_date": "2019-05-09"},
        "2557": {"title": "在A市买公寓能享受人才新政购房补贴吗？", "event_date": "2019-04-24"},
    },
)
