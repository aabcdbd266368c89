"""A small source of our own, whose mapping a test may change: fires with a number, a time, a place and a cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SMALL = "hn_small/fires"
MAPPING = """\
agency: hn_small
feed: fires
title: {zh: 火灾, en: Fires}
record_type: fire_incident
connector: {kind: folder, complete: rename}
format: {kind: csv, encoding: utf-8}
key: [no]
mode: upsert
fields:
  source_record_no: no
  incident_no: no
  event_at: {column: at, datetime: ["%Y-%m-%d %H:%M"], tz: Asia/Shanghai}
  region_code: {constant: "460100"}
  country_code: {constant: CHN}
  hazard.0.class_code: {constant: physical}
  hazard.0.type_code: {constant: fire}
  cause_code: {column: cause, crosswalk: cause}
  narrative: note
"""
HEAD = MAPPING.partition("record_type")[0]
ANY = f"{HEAD}connector: {{kind: folder, complete: rename}}\nformat: {{kind: any}}\nmode: check\n"
BARE = MAPPING.partition("  cause_code:")[0]  # the same without the optional columns, so without a crosswalk
CAUSES = {"短路": "electrical", "抽烟": "smoking"}


class SmallSource:
    """The folder of the source; writing into it changes the mapping's version."""

    def __init__(self, root: Path) -> None:
        """Write it under `root` (a folder of agencies)."""
        self.folder = root / SMALL
        (self.folder / "crosswalks").mkdir(parents=True)
        (self.folder.parent / "agency.yml").write_text("name: {zh: 小队, en: Small}\nlanguage: en\n", "utf-8")
        self.map()
        self.translate(CAUSES)

    def map(self, old: str = "", new: str = "") -> None:
        """Write the mapping, with `old` replaced by `new`."""
        assert old in MAPPING
        (self.folder / "mapping.yml").write_text(MAPPING.replace(old, new) if old else MAPPING, "utf-8")

    def only_check(self, mapping: str = "") -> None:
        """Write a mapping by which files are checked and never loaded, such as `ANY`; unless given, of csv files."""
        (self.folder / "crosswalks" / "cause.csv").unlink()  # no rule is left that it could serve
        agreed = MAPPING[MAPPING.index("connector") : MAPPING.index("key:")]
        (self.folder / "mapping.yml").write_text(mapping or f"{HEAD}{agreed}mode: check\n", "utf-8")

    def translate(self, causes: dict[str, str]) -> None:
        """Write the crosswalk of causes."""
        lines = ["source_value,code,note", *(f"{word},{code}," for word, code in causes.items()), ""]
        (self.folder / "crosswalks" / "cause.csv").write_text("\n".join(lines), "utf-8")


def fires(*rows: str) -> bytes:
    """Return a file of rows `no,at,cause,note`; what is left out at the end is as in an ordinary row."""
    usual = ["F1", "2026-05-01 10:00", "短路", ""]
    lines = [",".join([*row.split(","), *usual[len(row.split(",")) :]]) for row in rows]
    return "\n".join(["no,at,cause,note", *lines, ""]).encode()


def rows(**notes: str) -> bytes:
    """Return a file with a row for each number and its note."""
    return fires(*(f"{no},2026-05-01 10:00,短路,{note}" for no, note in notes.items()))
