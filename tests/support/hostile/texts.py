"""Hostile texts of our own making (csv, JSON, XML): each function is called after its case."""

from __future__ import annotations

import json
import unicodedata

ROWS = "no,at,note\n1,2026-05-01,短路\n"


def table(*rows: str, header: str = "no,note") -> str:
    return "\n".join([header, *rows, ""])


def csv_plain() -> str:
    return ROWS


def csv_bom() -> str:
    return "\ufeff" + ROWS


def csv_utf16le_bom() -> bytes:
    return b"\xff\xfe" + ROWS.encode("utf-16-le")


def csv_utf16le_nobom() -> bytes:
    return ROWS.encode("utf-16-le")


def csv_gb18030_4byte() -> bytes:
    return table("1,𠀀㐀").encode("gb18030")


def csv_gbk_says_utf8() -> bytes:
    return ROWS.encode("gbk")


def csv_big5_says_gb18030() -> bytes:
    return table("1,繁體中文的說明：電動自行車充電時起火，延燒鄰車", "2,臺灣標準檢驗局").encode("big5")


def csv_bad_utf8_one_row() -> bytes:
    return table("1,a", "2,b").encode().replace(b"2,b", b"2,\xff\xfe")


def csv_nul() -> str:
    return table("1,a\0b", "2,c")


def csv_cr_only() -> str:
    return table("1,a").replace("\n", "\r")


def csv_mixed_eol() -> str:
    return "no,note\r\n1,a\n2,b\r"


def csv_unclosed_quote() -> str:
    return table('1,"a', *(f"{no},b" for no in range(2, 2_000)))


def csv_newline_in_quotes() -> str:
    return table('1,"a\nb\r\nc"')


def csv_ragged() -> str:
    return table("1", "2,a,b", "3,c")


def csv_empty() -> str:
    return ""


def csv_header_only() -> str:
    return table()


def csv_dup_header() -> str:
    return table("1,a", header="no,no")


def csv_header_nfd() -> str:
    return table("1,a", header=unicodedata.normalize("NFD", "no,é"))


def csv_header_fullwidth() -> str:
    return table("1,a", header="ｎｏ,ｎｏｔｅ")


def csv_header_sql() -> str:
    return table("1,a", header='no,"x""); drop table t; --"')


def csv_header_syscol() -> str:
    return table("1,a", header="ctid,xmin")


def csv_header_63_collision() -> str:
    return table("1,a", header=f"{'c' * 63}1,{'c' * 63}2")


def csv_10mb_field() -> str:
    return table(f"1,{'x' * 10_000_000}", "2,a")


def csv_5000_columns() -> str:
    return ",".join(f"c{at}" for at in range(5_000)) + "\n" + "," * 4_999 + "\n"


def csv_semicolon() -> str:
    return "no;note\n1;a\n"


def csv_formula() -> str:
    return table("1,=1+1", "2,@SUM(A1)", "3,-5.00")


def csv_log_injection() -> str:
    return table('1,"a\n2026-05-01 ERROR \x1b[31mroot"')


def csv_unicode_tricks() -> str:
    return table("１２,a\u202eb", "3,\u200bc")


def csv_middle_dot() -> str:
    return table("1,阿·买", "2,阿・买", "3,阿•买")


def csv_sci_ids() -> str:
    return table("4.60106E+17,a", "6.9E+12,b")


def csv_pii_in_bad_row() -> str:
    return table("1,张三 13800000000")


def csv_dates() -> str:
    days = ("2026-02-30", "0000-00-00", "2026-5-1", "05/06/2026", "31.04.2026", "46000", "明天", "", "2026-05-01")
    return table(*(f"{no},{day}" for no, day in enumerate(days)))


def csv_numbers() -> str:
    numbers = ("1", "1.5", "1 000", "1,000", "١", "0x10", "1e400", "-0", "NaN", "∞")
    return table(*(f'{no},"{number}"' for no, number in enumerate(numbers)))


def csv_dup_keys() -> str:
    return table("1,a", "1,a", "1,b")


def csv_is_html() -> str:
    return "<!DOCTYPE html>\n<html><body>Log in, please</body></html>\n"


def csv_truncated_multibyte() -> bytes:
    return table("1,短路").encode()[:-2]


def csv_no_final_newline() -> str:
    return "no,note\n1,a"


def csv_ctrl_z() -> str:
    return "no,note\n1,a\n\x1a"


def json_plain() -> str:
    return '[{"no": "1", "note": "短路"}]'


def json_dup_keys() -> str:
    return '[{"no": "1", "no": "2"}]'


def json_nan() -> str:
    return '[{"no": NaN}]'


def json_depth_100k() -> str:
    return "[" * 100_000 + "]" * 100_000


def json_lone_surrogate() -> str:
    return r'[{"no": "\ud800"}]'


def json_nul_escape() -> str:
    return r'[{"no": "a\u0000b"}]'


def json_bigint() -> str:
    return '[{"no": 123456789012345678901234567890}]'


def json_utf16() -> bytes:
    return json_plain().encode("utf-16")


def json_concat() -> str:
    return '[{"no": 1}][{"no": 2}]'


def json_proto() -> str:
    return '[{"__proto__": {"admin": true}, "no": 1}]'


def json_int_10000_digits() -> str:
    return f'[{{"no": {"9" * 10_000}}}]'


def doctype(inside: str, value: str) -> str:
    return f"<!DOCTYPE fires [{inside}]><fires><fire><no>{value}</no></fire></fires>"


def xml_plain() -> str:
    return "<fires><fire><no>1</no><note>短路</note></fire></fires>"


def xml_billion_laughs() -> str:
    tenfold = (f"&l{at};" * 10 for at in range(9))
    laughs = "".join(f'<!ENTITY l{at} "{value}">' for at, value in enumerate(tenfold, 1))
    return doctype(f'<!ENTITY l0 "ha">{laughs}', "&l9;")


def xml_quadratic() -> str:
    return doctype(f'<!ENTITY a "{"a" * 50_000}">', "&a;" * 5_000)


def xml_xxe_file() -> str:
    return doctype('<!ENTITY x SYSTEM "file:///etc/hostname">', "&x;")


def xml_xxe_http() -> str:
    return doctype('<!ENTITY x SYSTEM "http://127.0.0.1:9/x">', "&x;")


def xml_param_entity() -> str:
    return doctype('<!ENTITY % x SYSTEM "file:///etc/hostname"> %x;', "1")


def xml_xinclude() -> str:
    included = '<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="file:///etc/hostname" parse="text"/>'
    return f"<fires><fire>{included}</fire></fires>"


def xml_schema_location() -> str:
    space = 'xmlns:x="http://www.w3.org/2001/XMLSchema-instance"'
    return f'<fires {space} x:noNamespaceSchemaLocation="http://127.0.0.1:9/s.xsd"><fire><no>1</no></fire></fires>'


def xml_pi_stylesheet() -> str:
    return '<?xml-stylesheet type="text/xsl" href="http://127.0.0.1:9/s.xsl"?>' + xml_plain()


def xml_depth_100k() -> str:
    return "<a>" * 100_000 + "</a>" * 100_000


def xml_attrs_50k() -> str:
    attributes = " ".join(f'a{at}="1"' for at in range(50_000))
    return f"<fires><fire {attributes}/></fires>"


def xml_encoding_lie() -> bytes:
    return b'<?xml version="1.0" encoding="UTF-8"?>' + xml_plain().encode("gbk")


def xml_truncated() -> str:
    return xml_plain()[:40]


def every_json() -> dict[str, bool]:
    """Return JSON texts of our own, and whether each is one (RFC 8259): every rule of the grammar, kept and broken."""
    numbers = (
        "0",
        "-0",
        "1",
        "-1",
        "10",
        "1.5",
        "0.1",
        "-0.0",
        "1e5",
        "1E5",
        "1e+5",
        "1e-5",
        "1.25E-2",
        "0e0",
        "9" * 40,
    )
    no_numbers = (
        "+1", "01", "-01", "00", ".5", "5.", "-.5", "1e", "1e+", "1.e5", "e5", "-", "--1", "1_000", "0x10", "1,5", "١",
        "Infinity", "-Infinity", "NaN", "nan", "inf", "1a", "1 2", "0b1", "-a", "1.2.3", "1ee2", "1e5.5", "0e", "2.",
    )  # fmt: skip
    texts = (
        '""', '"a"', '"é海𠀀"', r'"\""', r'"\\"', r'"\/"', r'"\b\f\n\r\t"', r'"\u0041"', r'"\uD834\uDD1E"', r'"\u00e9"',
        '"\x7f"', '"/"', '"//"', '"[]{}:,"', '"\u2028"', r'"a\u000ab"', '" "',
    )  # fmt: skip
    no_texts = (
        "'a'", '"', '"a', "a", '"\\"', r'"\a"', r'"\x41"', r'"\u12"', r'"\u12G4"', r'"\U0041"', '"\n"', '"\t"', '"\0"',
        '"\x1f"', '"a""b"', '"a" "b"', r"\u0022a\u0022", r'"\ "', "“a”", '"a\\',
    )  # fmt: skip
    others = ("true", "false", "null", "[]", "{}", '[1,"a",null]', '{"x":{"y":[1]}}', " [ 1 , 2 ] ", '{ "x" : 1 }')
    no_others = (
        "True", "FALSE", "nul", "nulll", "none", "undefined", "[", "]", "{", "}", "[1", "1]", "[1,]", "[,1]", "[,]",
        "[1,,2]",
        "[1 2]", "[1:2]", "[1}", '{"x"}', '{"x":}', '{"x" 1}', '{"x",1}', "{x:1}", "{1:1}", '{"x":1,}', '{,"x":1}',
        '{"x":1 "y":2}', '{"x"::1}', "{'x':1}", '{"x":1]', "{null:1}", "[1]//a", "/*a*/1", "#a\n1", "", "*", "<x/>",
        "[\u00a01]", "[\ufeff1]", "[1]x", "[1][2]", "{}{}", "{}[]", "[1],", '{"x":1}}', "[[1]", "[{}", "\\", "@", "`1`",
    )  # fmt: skip
    good, bad = (*numbers, *texts, *others), (*no_numbers, *no_texts, *no_others)
    return {f'[{{"v": {each}}}]': True for each in good} | {f'[{{"v": {each}}}]': False for each in bad}


def judge(text: str) -> bool:
    """Return what Python's own parser says, without what it allows beyond the standard."""

    def refuse(word: str) -> None:
        raise ValueError(word)

    try:
        json.loads(text, parse_constant=refuse)
    except ValueError:
        return False
    return True
