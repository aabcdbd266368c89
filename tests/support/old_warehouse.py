"""A warehouse of standard 1.3.0, as that release left it, and the small sources whose rows are in it.

`old_warehouse.sql` holds the tables of core and history as 1.3.0 made them and the rows of the first two files of each
source; it was written by that release itself and is not made anew.  What rules of later editions want of a record was
written into it by hand: reason and disposal of inspections, verdicts on test items, laboratories.  Each source is here
in the words of today.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from warehouse.connection import connect, owner_url

AGENCY = "t_old"
DUMP = Path(__file__).with_name("old_warehouse.sql")
HEAD = """\
agency: t_old
feed: {feed}
title: {{zh: 旧数据, en: Old records}}
record_type: {feed}
connector: {{kind: folder, complete: rename}}
format: {{kind: csv, encoding: utf-8}}
key: [no]
mode: upsert
fields:
  source_record_no: no
  event_at: {{column: at, datetime: ["%Y-%m-%d %H:%M"], tz: Asia/Shanghai}}
  country_code: {{constant: CHN}}
  summary: note
"""


class OldSource(NamedTuple):
    """A source of one record type: its other fields in the words of today, its columns and its rows.

    The second of its rows was corrected once; `first` is what its note said before.
    """

    record_type: str
    fields: str
    columns: str
    rows: tuple[str, ...]

    @property
    def name(self) -> str:
        """The source as `agency/feed`."""
        return f"{AGENCY}/{self.record_type}"

    def file(self, note: str = "as corrected") -> bytes:
        """Return a file of all rows; the second row has the note."""
        lines = [f"{row},{note if at == 1 else ''}" for at, row in enumerate(self.rows)]
        return "\n".join([f"no,at,{self.columns},note", *lines, ""]).encode()


OLD = [
    OldSource(
        "customs_declaration",
        """\
  ie_flag_code: {constant: I}
  entry_port_code: port
  is_found_wrong: {column: wrong, boolean: {true: [1], false: [0]}}
  party.0.role_code: {constant: importer}
  party.0.name: importer
  goods.0.g_no: {constant: 1}
  goods.0.hs_code: hs
  goods.0.reg_no: cert
  goods.0.quantity: {column: quantity, decimal: 4}
  goods.0.tax_type_code_text: tax
""",
        "port,wrong,importer,hs,cert,quantity,tax",
        (
            "D1,2026-02-01 08:00,HKG,0,海岛贸易,850760,CCC1,10.5,A",
            "D2,2026-02-02 08:00,,1,,8507,,,B",
            "D3,2026-02-03 08:00,SGP,,远洋公司,950300,CCC2,3,",
        ),
    ),
    OldSource(
        "port_inspection",
        """\
  insp_no: no
  result_code: result
  declaration_no: entry
  ie_flag_code: flag
  affected_amount: {column: amount, decimal: 2}
  affected_currency_code: currency
  hazard.0.class_code: class
  hazard.0.type_code: type
  nonconformity.0.nonconformity_code: reason
  nonconformity.0.nonconformity_text: words
  disposal_code: disposal
  party.0.role_code: [{constant: consignor, when: {column: flag, in: [E]}}, {constant: consignee}]
  party.0.name: consignee
  party.0.uscc: uscc
  product.0.name: product
  product.0.hs_code: hs
  product.0.batch_lot: lot
""",
        "result,entry,flag,amount,currency,class,type,reason,words,disposal,consignee,uscc,product,hs,lot",
        (
            (
                "P1,2026-02-01 08:00,fail,E1,I,100.50,CNY,chemical,heavy_metal,toxin,铅,seal,"
                "海岛,91350100M000100Y43,车,950300,L1"
            ),
            "P2,2026-02-02 08:00,pass,E2,E,,,,,,,,远洋公司,,,,",
            "P3,2026-02-03 08:00,fail,,I,,,physical,,electrical,,destroy,,,充电宝,850760,",
        ),
    ),
    OldSource(
        "overseas_notification",
        """\
  system_code: {constant: rasff}
  ref_no: no
  product.0.name: product
  product.0.origin_country_code: origin
  hazard.0.agent_text: agent
  hazard.0.class_code: class
  hazard.0.type_code: type
  hazard.0.severity_code: severity
  hazard.1.agent_text: second
""",
        "class,type,product,origin,agent,severity,second",
        (
            "N1,2026-02-01 08:00,chemical,heavy_metal,虾,VNM,镉,severe,铅",
            "N2,2026-02-02 08:00,biological,pathogen,,THA,沙门氏菌,,",
            "N3,2026-02-03 08:00,,,花生,,,,",
        ),
    ),
    OldSource(
        "market_sampling",
        """\
  sample_no: no
  verdict_code: verdict
  party.0.role_code: {constant: manufacturer}
  party.0.name: producer
  party.0.address_text: address
  party.1.role_code: {constant: sampled}
  party.1.name: unit
  party.2.role_code: {constant: laboratory}
  party.2.name: lab
  product.0.name: product
  product.0.gtin: gtin
  product.0.production_date: {column: made, date: ["%Y-%m-%d"]}
  test_item.0.item_text: item
  test_item.0.result_text: result
  test_item.0.verdict_code: {constant: fail}
  test_item.0.hazard_type_code: type
""",
        "verdict,producer,address,unit,lab,product,gtin,made,item,result,type",
        (
            "S1,2026-02-01 08:00,fail,食品厂,工业路1号,超市,检验所,饼干,6901234567892,2026-01-01,铅,0.5,heavy_metal",
            "S2,2026-02-02 08:00,pass,,,超市,,牛奶,,,,,",
            "S3,2026-02-03 08:00,fail,酒厂,,,检验所,白酒,,2025-12-01,甲醇,2,",
        ),
    ),
    OldSource(
        "recall",
        """\
  recall_no: no
  affected_count: {column: units, integer: true}
  done_count: {column: done, integer: true}
  hazard.0.severity_code: severity
  party.0.role_code: {constant: recaller}
  party.0.name: recaller
  product.0.name: product
  hazard.0.agent_text: hazard
  hazard.0.class_code: class
""",
        "units,done,severity,recaller,product,hazard,class",
        (
            "R1,2026-02-01 08:00,1000,10,severe,玩具公司,积木,窒息,physical",
            "R2,2026-02-02 08:00,,,,,电热毯,,",
            "R3,2026-02-03 08:00,5,5,,车企,,起火,physical",
        ),
    ),
    OldSource(
        "fire_incident",
        """\
  incident_no: no
  hazard.0.class_code: {constant: physical}
  hazard.0.type_code: {constant: fire}
  first_unit_text: unit
  is_battery_involved: {column: battery, boolean: {true: [1], false: [0]}}
  product.0.name: product
  product.0.role_code: role
""",
        "unit,battery,product,role",
        (
            "F1,2026-02-01 08:00,一中队,1,电动车,trigger",
            "F2,2026-02-02 08:00,二中队,0,,",
            "F3,2026-02-03 08:00,,,插座,cause",
        ),
    ),
    OldSource(
        "injury_case",
        """\
  hazard.0.severity_code: severity
  party.0.role_code: {constant: hospital}
  party.0.agency_party_no: hospital
  party.0.name: name
  age_years: {column: age, integer: true}
  sex_code: sex
  is_alcohol_involved: {column: alcohol, boolean: {true: [1], false: [0]}}
  statistical_weight: {column: weight, decimal: 4}
  stratum_code_text: stratum
  product.0.name: product
""",
        "severity,hospital,name,age,sex,alcohol,weight,stratum,product",
        (
            "I1,2026-02-01 08:00,moderate,H01,省医院,7,1,0,15.7762,S,滑板车",
            "I2,2026-02-02 08:00,fatal,H02,,81,2,1,,,",
            "I3,2026-02-03 08:00,,,,,,,4.5,C,梯子",
        ),
    ),
]


def write_sources(root: Path) -> None:
    """Write the folders of the sources below `root`."""
    for each in OLD:
        folder = root / each.name
        folder.mkdir(parents=True)
        (folder / "mapping.yml").write_text(HEAD.format(feed=each.record_type) + each.fields, "utf-8")
    (root / AGENCY / "agency.yml").write_text("name: {zh: 旧单位, en: Old agency}\nlanguage: zh\n", "utf-8")


def restore() -> None:
    """Put core and history of the test's warehouse back to what 1.3.0 had; no written migration is applied any more."""
    with connect(owner_url()) as conn:
        conn.execute(DUMP.read_text("utf-8").encode())
