"""The pages of docs/verbs: their tables of options, and their examples, which are run."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Any

from mappings.engine import named
from mappings.engine.compile.grammar import grammar, subjects, verbs
from mappings.engine.compile.problems import Problems
from mappings.engine.compile.yaml_document import read_document
from tests.support.folders import refine, rows_of, source_of

if TYPE_CHECKING:
    import pyarrow as pa

    from mappings.engine import Source

PAGES = Path(__file__).resolve().parents[2] / "docs" / "verbs"
INDEX = PAGES / "README.md"
OPTIONS = re.compile(r"(?s)<!-- options -->\n(.*?)<!-- /options -->")
EXAMPLE = re.compile(r"(?ms)^```yaml\n(.*?)^```$")
SECTION = re.compile(r"(?ms)^(\w+):(.*?)(?=^\w+:|\Z)")
MODIFIERS = {
    "missing": ["missing"],
    "extract": ["extract", "unmatched"],
    "case": ["case"],
    "pad": ["pad"],
    "prefix": ["prefix"],
    "document_no": ["document_no"],
}
BASE = {
    "source_record_no": "no",
    "incident_no": "no",
    "sample_no": "no",
    "insp_no": "no",
    "ie_flag_code": "{constant: I}",
    "verdict_code": "{constant: fail}",
    "result_code": "{constant: fail}",
    "event_at": "{column: at, datetime: [iso], tz: Asia/Shanghai}",
}
OWN = {  # what each record type requires besides its number and time
    "customs_declaration": ["ie_flag_code"],
    "fire_incident": ["incident_no"],
    "injury_case": [],
    "market_sampling": ["sample_no", "verdict_code"],
    "port_inspection": ["insp_no", "result_code"],
    "traffic_accident": [],
}


@dataclass
class Example:
    """One example of a page; `gives` per row, or what the hub says of the mapping (`says`)."""

    mapping: str
    rows: list[dict[str, Any]] = field(default_factory=list)
    gives: list[dict[str, Any]] = field(default_factory=list)
    crosswalks: dict[str, dict[str, str]] = field(default_factory=dict)
    record_type: str = "fire_incident"
    says: str = ""


def pages() -> list[Path]:
    """Return the page of each verb."""
    return sorted(path for path in PAGES.glob("*.md") if path != INDEX)


def options_of(name: str) -> dict[str, dict[str, Any]]:
    """Return the options that belong on the page `name`, with the JSON Schema of each."""
    held = grammar()["$defs"]
    if name == "skip":
        properties: dict[str, Any] = grammar()["properties"]["skip"]["items"]["properties"]
        return properties
    if name == "when":
        return dict(held["condition"]["properties"])
    block = held["block"]["properties"]
    if name in {"each", "split", "repeat"}:
        own = ("each", "of") if name == "each" else (name,)
        return {each: block[each] for each in (*own, "when", "fields")} | block[name].get("properties", {})
    if name == "item":
        return {**{key: held["keys"][key] for key in subjects()[name]}, **held["keys"]["item"]["properties"]}
    keys = MODIFIERS.get(name) or subjects().get(name) or verbs()[name]
    return {key: held["keys"][key] for key in keys}


def table_of(name: str) -> str:
    """Return the table of options of a page, as it is made from the JSON Schema."""
    lines = ["| option | what it takes |", "|---|---|"]
    for key, schema in options_of(name).items():
        lines.append(f"| `{key}` | {described(schema)} |")
    return "\n".join(lines) + "\n"


def described(schema: dict[str, Any]) -> str:
    """Return the description of a property, its own or that of what it refers to."""
    while "description" not in schema and "$ref" in schema:
        found: Any = grammar()
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        schema = found
    return str(schema.get("description", "")).replace("|", "\\|")


def statement_of(page: Path) -> str:
    """Return the first paragraph of a page."""
    return " ".join(page.read_text("utf-8").split("\n\n")[1].split())


def index() -> str:
    """Return the list of all pages, as it stands in README.md."""
    kinds = {
        "Where a value comes from": list(subjects()),
        "What becomes of it": list(verbs()),
        "What is done to it before": list(MODIFIERS),
        "In which rows, and for which items": ["when", "each", "split", "repeat", "skip"],
    }
    lines = [
        "# The verbs of a mapping",
        "",
        "Every example on these pages is run by `tests/mappings/test_verb_pages.py`; the tables of options and this",
        "list are written by it with `--update`, from `mappings/mapping.schema.json` and the pages. A rule is read in",
        "this order: subject, repairs, `missing`, `extract`, `case`, `pad`, `prefix`, conversion. The rest is in",
        "[mapping.md](../mapping.md).",
    ]
    for kind, names in kinds.items():
        lines += ["", f"## {kind}", ""]
        lines += [f"- [{name}]({name}.md): {statement_of(PAGES / f'{name}.md')}" for name in names]
    return "\n".join(lines) + "\n"


def examples_of(page: Path, folder: Path) -> list[Example]:
    """Return the examples of a page, read as a mapping is."""
    found = []
    for number, text in enumerate(EXAMPLE.findall(page.read_text("utf-8"))):
        path = folder / f"{number}.yml"
        path.write_text(text, "utf-8")
        problems = Problems(page.name)
        data = read_document(path, problems).data
        assert not problems.found, [str(each) for each in problems.found]
        parts = dict(SECTION.findall(text))
        found.append(Example(**{**data, "mapping": dedent(parts["mapping"].lstrip("\n"))}))
    assert found, f"{page.name} has no example"
    return found


def body_of(example: Example) -> str:
    """Return the mapping of an example with the rules that its record type needs besides."""
    needed = ["source_record_no", "event_at", *OWN[example.record_type]]
    rules = "".join(f"  {name}: {BASE[name]}\n" for name in needed if f"  {name}:" not in example.mapping)
    if "fields:\n" not in example.mapping.split("children:")[0]:
        return f"fields:\n{rules}{example.mapping}"
    return example.mapping.replace("fields:\n", f"fields:\n{rules}", 1)


def source_of_example(example: Example, folder: Path) -> Source:
    """Return the source that an example describes, compiled in `folder`."""
    lists = {
        name: "".join(f"{word},{code},{'for a reason' if code == 'ignored' else ''}\n" for word, code in words.items())
        for name, words in example.crosswalks.items()
    }
    return source_of(folder, body_of(example), record_type=example.record_type, crosswalks=lists)


def outcome_of(example: Example, folder: Path) -> list[dict[str, Any]]:
    """Return what the engine makes of each row, as far as the example speaks of it."""
    source = source_of_example(example, folder)
    names = dict.fromkeys(["no", "at", *(name for row in example.rows for name in row)])
    given = [{"no": f"A{at}", "at": "2026-03-02"} | row for at, row in enumerate(example.rows)]
    made = refine(rows_of({name: [_cell(row.get(name)) for row in given] for name in names}), source)
    told = named(made.findings, source.routes[0]).to_pylist()
    skipped = {line["row"]: line["reason"] for line in made.skipped.to_pylist()}
    found = []
    for at, wanted in enumerate(example.gives):
        if at in skipped:
            found.append({"skipped": skipped[at]})
            continue
        outcome: dict[str, Any] = {}
        for name, value in wanted.items():
            if name in made.tables:
                lines = _lines(made.tables[name], at)
                outcome[name] = [{key: line[key] for key in item} for line, item in zip(lines, value, strict=True)]
            elif name != "findings":
                outcome[name] = _lines(made.tables[""], at)[0][name.replace(".", "_")]
        codes = sorted(f"{line['code']} {line['column']}" for line in told if line["row"] == at)
        found.append(outcome | ({"findings": codes} if codes else {}))
    return found


def wanted(given: Any) -> Any:
    """Return what a page expects in the words of `outcome_of`."""
    if isinstance(given, dict):
        return {name: sorted(each) if name == "findings" else wanted(each) for name, each in given.items()}
    return [wanted(each) for each in given] if isinstance(given, list) else _plain(given)


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        return [{key: _cell(each) for key, each in item.items()} for item in value]
    return None if value is None else str(value)


def _lines(table: pa.Table, row: int) -> list[dict[str, Any]]:
    return [{name: _plain(value) for name, value in line.items()} for line in table.to_pylist() if line["row"] == row]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if value is None or isinstance(value, bool):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)
