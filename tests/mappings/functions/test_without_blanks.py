import pyarrow as pa

from mappings.functions.without_blanks import without_blanks


def test_blanks_and_line_breaks_go_wherever_they_stand() -> None:
    written = ["海口样例有 限公司", "911501006032\n01354只", "\u3000甲 乙 ", "甲乙", None]
    assert without_blanks(pa.array(written)).to_pylist() == [
        "海口样例有限公司",
        "91150100603201354只",
        "甲乙",
        "甲乙",
        None,
    ]
