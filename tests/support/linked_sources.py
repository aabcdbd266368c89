"""Three small sources of three agencies about the same goods: two of declarations, one of inspections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.exchange import ask, submit

if TYPE_CHECKING:
    from pathlib import Path

DECLARED, WINDOW, INSPECTED = "t_customs/lines", "t_window/lines", "t_port/finds"
DECLARATION = """\
agency: {agency}
feed: lines
title: {{zh: 报关单, en: Declarations}}
record_type: customs_declaration
connector: {{kind: folder, complete: rename}}
format: {{kind: csv, encoding: utf-8}}
key: [no]
mode: upsert
fields:
  source_record_no: no
  declaration_no: entry
  event_at: {{column: at, datetime: ["%Y-%m-%d"], tz: Asia/Shanghai}}
  country_code: {{constant: CHN}}
  ie_flag_code: {{constant: I}}
  remark: note
  goods.0.g_no: {{column: line, integer: true}}
  goods.0.hs_code: hs
  goods.0.origin_country_code: origin
  goods.0.quantity: {{column: quantity, decimal: 4}}
  goods.0.unit_code: unit
"""
INSPECTION = """\
agency: t_port
feed: finds
title: {zh: 口岸查验, en: Inspections}
record_type: port_inspection
connector: {kind: folder, complete: rename}
format: {kind: csv, encoding: utf-8}
key: [编号]
mode: upsert
fields:
  source_record_no: 编号
  insp_no: 编号
  event_at: {column: 时间, datetime: ["%Y-%m-%d"], tz: Asia/Shanghai}
  country_code: {constant: CHN}
  result_code: {constant: fail}
  nonconformity.0.nonconformity_code: {constant: quality}
  disposal_code: {constant: return}
  declaration_no: 报关单号
  g_no: {column: 序号, integer: true}
  product.0.name: 品名
  product.0.hs_code: 编码
  product.0.origin_country_code: {column: 原产国, crosswalk: country}
  affected_quantity: {column: 数量, decimal: 4}
  affected_unit_code: 单位
"""
COUNTRIES = {"越南": "VNM", "泰国": "THA", "日本": "JPN"}
USUAL_DECLARED = {
    "no": "D1", "entry": "640120260000000001", "at": "2026-05-01", "line": "1", "hs": "8504401400", "origin": "VNM",
    "quantity": "100", "unit": "KGM", "note": "",
}  # fmt: skip
USUAL_INSPECTED = {
    "编号": "P1", "时间": "2026-05-03", "报关单号": "640120260000000001", "序号": "1", "品名": "充电器",
    "编码": "850440", "原产国": "越南", "数量": "5", "单位": "KGM",
}  # fmt: skip


class LinkedSources:
    """The folders of the three sources; what a test submits is an ordinary row with some cells changed."""

    def __init__(self, root: Path) -> None:
        """Write them under `root` (a folder of agencies)."""
        self.root = root
        for name in (DECLARED, WINDOW):
            self._write(name, DECLARATION.format(agency=name.partition("/")[0]), "en")
        self._write(INSPECTED, INSPECTION, "zh")
        self.translate(COUNTRIES)

    def translate(self, countries: dict[str, str]) -> None:
        """Write the crosswalk of the inspections' countries."""
        lines = ["source_value,code,note", *(f"{word},{code}," for word, code in countries.items()), ""]
        (self.root / INSPECTED / "crosswalks" / "country.csv").write_text("\n".join(lines), "utf-8")

    def _write(self, name: str, mapping: str, language: str) -> None:
        folder = self.root / name
        (folder / "crosswalks").mkdir(parents=True)
        agency = name.partition("/")[0]
        (folder.parent / "agency.yml").write_text(
            f"name: {{zh: {agency}, en: {agency}}}\nlanguage: {language}\n", "utf-8"
        )
        (folder / "mapping.yml").write_text(mapping, "utf-8")


def declare(*rows: dict[str, str], source: str = DECLARED) -> dict[str, Any]:
    """Submit a file of declarations and return its batch."""
    return submit(source, f"d{_number()}.csv", _csv(USUAL_DECLARED, rows))


def inspect(*rows: dict[str, str]) -> dict[str, Any]:
    """Submit a file of inspections and return its batch."""
    return submit(INSPECTED, f"p{_number()}.csv", _csv(USUAL_INSPECTED, rows))


def _number() -> int:
    return int(ask("select count(*) as n from ledger.batch")[0]["n"])


def _csv(usual: dict[str, str], rows: tuple[dict[str, str], ...]) -> bytes:
    lines = [",".join((usual | row).values()) for row in rows or ({},)]
    return "\n".join([",".join(usual), *lines, ""]).encode()
