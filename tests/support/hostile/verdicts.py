"""What must come of each hostile delivery of the corpus, and the checks that hold for any of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.delivered import Outcome, delivered, worked
from validation.catalogue import catalogue

if TYPE_CHECKING:
    from pathlib import Path

SOON = 5.0  # processor seconds
CRASHES = {"READER_CRASH", "HUB_FAULT"}
# case: (verdict on the file) or (faulty rows by line) or the number of good rows.  Where the corpus asks for more than
# a reader can know (unknown columns, check digits, dates), the rows are given to the mapping as they are.
CSV: dict[str, Any] = {
    "csv_plain": 1,
    "csv_bom": 1,
    "csv_utf16le_bom": 1,
    "csv_utf16le_nobom": "WRONG_ENCODING",
    "csv_gbk_says_utf8": "WRONG_ENCODING",
    "csv_bad_utf8_one_row": "WRONG_ENCODING",
    "csv_nul": 2,
    "csv_cr_only": 1,
    "csv_mixed_eol": 2,
    "csv_unclosed_quote": "TRUNCATED_FILE",
    "csv_newline_in_quotes": 1,
    "csv_ragged": [(2, "WRONG_CELL_COUNT"), (3, "WRONG_CELL_COUNT")],
    "csv_empty": "EMPTY_FILE",
    "csv_header_only": 0,
    "csv_dup_header": "DUPLICATE_COLUMN",
    "csv_header_nfd": 1,
    "csv_header_fullwidth": 1,
    "csv_header_sql": 1,
    "csv_header_syscol": 1,
    "csv_header_63_collision": 1,
    "csv_10mb_field": [(2, "CELL_TOO_LONG")],
    "csv_5000_columns": "READER_LIMIT",
    "csv_semicolon": 1,
    "csv_formula": 3,
    "csv_log_injection": 1,
    "csv_unicode_tricks": 2,
    "csv_middle_dot": 3,
    "csv_sci_ids": 2,
    "csv_pii_in_bad_row": 1,
    "csv_dates": 9,
    "csv_numbers": 10,
    "csv_dup_keys": 3,
    "csv_is_html": "WRONG_FORMAT",
    "csv_is_xlsx": "WRONG_FORMAT",
    "csv_truncated_multibyte": "TRUNCATED_FILE",
    "csv_no_final_newline": 1,
    "csv_ctrl_z": [(3, "WRONG_CELL_COUNT")],
}
GB18030 = {"csv_gb18030_4byte": 1, "csv_big5_says_gb18030": "WRONG_ENCODING"}
JSON: dict[str, Any] = {
    "json_plain": 1,
    "json_dup_keys": [(1, "CELL_ERROR")],
    "json_nan": [(1, "CELL_ERROR")],
    "json_depth_100k": "BAD_DOCUMENT",
    "json_lone_surrogate": [(1, "CONTROL_CHARACTER")],
    "json_nul_escape": 1,
    "json_bigint": 1,
    "json_utf16": 1,  # it says so by its mark
    "json_concat": "BAD_DOCUMENT",
    "json_proto": 1,
    "json_int_10000_digits": 1,
}
XML: dict[str, Any] = {
    "xml_plain": 1,
    "xml_billion_laughs": "DOCTYPE_REFUSED",
    "xml_quadratic": "DOCTYPE_REFUSED",
    "xml_xxe_file": "DOCTYPE_REFUSED",
    "xml_xxe_http": "DOCTYPE_REFUSED",
    "xml_param_entity": "DOCTYPE_REFUSED",
    "xml_xinclude": 1,  # its attributes are the values; nothing is included
    "xml_schema_location": 1,
    "xml_pi_stylesheet": 1,
    "xml_depth_100k": "BAD_DOCUMENT",
    "xml_attrs_50k": "READER_LIMIT",
    "xml_encoding_lie": "BAD_DOCUMENT",
    "xml_truncated": "TRUNCATED_FILE",
}
XLSX: dict[str, Any] = {
    "xlsx_plain": 1,
    "xlsx_huge_dimension": 1,
    "xlsx_last_cell": [(1_048_576, "WRONG_CELL_COUNT")],
    "xlsx_id_as_number": [(2, "PRECISION_LOST")],
    "xlsx_leading_zero_lost": 2,
    "xlsx_formula_cached": 1,
    "xlsx_error_cells": [(2, "CELL_ERROR")],
    "xlsx_1904": 2,
    "xlsx_merged_header": 2,
    "xlsx_hidden_row": 1,
    "xlsx_dtd": "DOCTYPE_REFUSED",
    "xlsx_external_link": 0,
    "xlsx_macro_renamed": 0,
    "xlsx_part_traversal": "WRONG_FORMAT",
    "xlsx_1m_empty_rows": "NO_HEADER",
}
ZIP: dict[str, Any] = {
    "zip_plain": 1,
    "zip_dotdot": "ARCHIVE_REFUSED",
    "zip_absolute": "ARCHIVE_REFUSED",
    "zip_backslash": "ARCHIVE_REFUSED",
    "zip_drive": "ARCHIVE_REFUSED",
    "zip_nul_name": "ARCHIVE_REFUSED",
    "zip_symlink": "ARCHIVE_REFUSED",
    "zip_device": "ARCHIVE_REFUSED",
    "zip_case_twins": "ARCHIVE_REFUSED",
    "zip_nfc_nfd_twins": "ARCHIVE_REFUSED",
    "zip_same_name_twice": "ARCHIVE_REFUSED",
    "zip_nested": "ARCHIVE_REFUSED",
    "zip_empty": "BAD_ARCHIVE",
    "zip_gbk_name": 1,
    "zip_truncated": "BAD_ARCHIVE",
    "zip_bad_crc": "BAD_ARCHIVE",
    "zip_prefixed": "WRONG_FORMAT",
    "zip_65k_entries": "READER_LIMIT",
    "zip_encrypted_flag": "ARCHIVE_REFUSED",
    "zip_overlap_small": "ARCHIVE_REFUSED",
    "zip_ratio_20mb": "ARCHIVE_REFUSED",
    "zip_size_lie": "BAD_ARCHIVE",
}
CASES = [
    *((f"{case}.csv", {"kind": "csv"}, expected) for case, expected in CSV.items()),
    *((f"{case}.csv", {"kind": "csv", "encoding": "gb18030"}, expected) for case, expected in GB18030.items()),
    *((f"{case}.json", {"kind": "json"}, expected) for case, expected in JSON.items()),
    *((f"{case}.xml", {"kind": "xml"}, expected) for case, expected in XML.items()),
    *((f"{case}.xlsx", {"kind": "xlsx"}, expected) for case, expected in XLSX.items()),
    *((f"{case}.zip", {"kind": "csv", "archive": "zip"}, expected) for case, expected in ZIP.items()),
]


def timely(path: Path, **agreed: Any) -> Outcome:
    """Read a delivery; require that it takes little time and that nothing crashes."""
    before = worked()
    outcome = delivered(path, **agreed)
    assert worked() - before < SOON, path
    assert not CRASHES & {*outcome.codes}, path
    return outcome


def judged_as(path: Path, agreed: dict[str, Any]) -> Any:
    """Return what `CASES` says of a delivery: the code that refuses it, its faulty rows by line, or its good rows."""
    outcome = timely(path, **agreed)
    if outcome.verdict:
        assert not outcome.rows, "what is refused has no rows"
        (refusal,) = outcome.verdict
        return refusal.code
    return outcome.faults or len(outcome.cells)


def judge_any(outcome: Outcome, path: Path) -> None:
    """Require that a file that is not refused says what it is, and that every code is in the catalogue."""
    assert {*outcome.codes} <= {*catalogue()}, path
    if not outcome.verdict:
        assert "FORMAT_FOUND" in outcome.codes, path
        others = {*outcome.codes} - {"FORMAT_FOUND", "ENCODING_GUESSED", "DUPLICATE_COLUMN"}
        assert outcome.rows or "NO_ROWS" in outcome.codes or not others, path
    for finding in outcome.findings:
        assert (finding.value or "").isprintable(), (path, finding)
