"""Names use the field's terms: what the project once called otherwise does not come back into its code."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest

from tests.support.code_tree import BENCHMARKS, PACKAGES, PRODUCTION, syntax_tree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FOLDERS = (*PACKAGES, "benchmarks")
# A part of a name that is not used any more, and what says it instead.
REMOVED = {
    "ahead": "prefetch",
    "alone": "offline, single, only",
    "announce": "stage_keys",
    "answer": "correction file, response, reply",
    "answers": "correction files, responses",
    "arrivals": "RecordMerge",
    "asked": "requested, checked, wanted",
    "asking": "request",
    "came": "delivery, received",
    "door": "admission",
    "fate": "outcome",
    "fates": "row_outcomes",
    "forking": "fork_client",
    "glance": "scan, PageParser",
    "hardened": "parser options",
    "heads": "source_headers, prefixes",
    "heard": "received",
    "hidden": "masked",
    "judgement": "AdmissionResult",
    "kept": "stored",
    "look": "profile, poll, search",
    "looked": "searched, polled",
    "looks": "searches, polls",
    "makers": "verb_factory",
    "mark": "separator, cursor, reference",
    "marks": "references, separators",
    "misled": "wrong_feed",
    "owed": "timeliness, due",
    "patience": "retry, timeout",
    "refusal": "rejected_rows",
    "said": "stated by its own name: text, reported, declared",
    "scrambled": "mojibake",
    "scrubbing": "mask",
    "send": "submit, publish",
    "sent": "Submission, source text",
    "shelf": "page_cache",
    "slot": "cursor_key",
    "slots": "cursor keys",
    "stated": "declared",
    "supposed": "CandidateBatch",
    "tell": "report, note, add_findings",
    "tells": "reports",
    "told": "reported, rendered, or the value's own name",
    "turn": "precedence",
    "turns": "precedences",
    "vouched": "protected",
    "watch": "poll_window, change tracker",
    "whoever": "the role: sender, operator",
    "word": "value, text, name; precedence",
    "words": "values, texts; lookup",
}
# Names that keep such a part, each with its reason.
EXEMPT = {
    "PERSONAL_HIDDEN": "a code of the catalogue of findings",
    "__slots__": "Python's own",
    **dict.fromkeys(
        ("HIDDEN_STATES", "hidden", "hidden_columns", "hidden_lines", "hidden_rows"),
        "what a spreadsheet does not show",
    ),
    "mark": "a YAML parser's place in a file; what stands for a masked value (hub/personal.py)",
    **dict.fromkeys(("answer", "rows_stated", "sent", "kept_out"), "members of the stable JSON of receipts and traces"),
    "send": "ASGI's name of the function that takes an answer",
    "sent_at": "a member of the manifest's schema",
    "word": "a word of a text, in code that takes sentences apart",
    "words": "words of a text, in code that takes sentences apart",
}
# Where the exempt single words are meant: anywhere else they are refused.
ONLY_IN = {
    "answer": {"pipeline/receipts/account.py"},
    "kept_out": {"pipeline/reports/trace/line.py"},
    "mark": {"hub/personal.py", "mappings/engine/compile/yaml_document.py"},
    "rows_stated": {"pipeline/receipts/account.py"},
    "sent": {"pipeline/reports/trace/line.py", "pipeline/reports/trace/record.py"},
    "send": {"pages/site/origin.py", "pages/site/shell.py"},
    "sent_at": {"connectors/manifest/manifest.py"},
    "word": {"hub/glyphs.py", "mappings/engine/run/totals.py"},
    "words": {"hub/placeholders.py", "mappings/engine/run/totals.py"},
}


def given_names(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield (line, name) of what a module names itself: functions, classes, parameters, variables and attributes."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.lineno, node.name
            case ast.arg():
                yield node.lineno, node.arg
            case ast.Name(ctx=ast.Store()):
                yield node.lineno, node.id
            case ast.Attribute(ctx=ast.Store()):
                yield node.lineno, node.attr
            case ast.alias(asname=str(name)):
                yield 0, name
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)) | ast.ExceptHandler(name=str(name)):
                yield node.lineno, name


def parts(name: str) -> set[str]:
    """Return the words that a name in snake_case, CamelCase or capitals is made of, in small letters."""
    return {part.lower() for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def dialect(path: Path) -> list[str]:
    """Return a line for each name of a module that has a removed part and is not exempt in this file."""
    tree = syntax_tree(path)
    found = [(0, path.stem), *given_names(tree)]
    return sorted(
        f"{path}:{line} {name}: say {REMOVED[part]}"
        for line, name in found
        for part in parts(name) & REMOVED.keys()
        if name not in EXEMPT or str(path) not in ONLY_IN.get(name, {str(path)})
    )


@pytest.mark.parametrize("folder", FOLDERS)
def test_names_use_the_terms_of_the_field(folder: str) -> None:
    found = [line for path in [*PRODUCTION, *BENCHMARKS] if path.parts[0] == folder for line in dialect(path)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("def told(asked, *kept, word=1, **marks): pass", {"told", "asked", "kept", "word", "marks"}),
        ("class Sent:\n    said: int\n    def look(self): self.glance = 1", {"Sent", "said", "look", "glance"}),
        ("for owed in x:\n    with y as door: shelf = [fate for fate in z]", {"owed", "door", "shelf", "fate"}),
        ("from a import b as misled\ntry: pass\nexcept E as turn: pass", {"misled", "turn"}),
        ("lambda heads: heads.tell", {"heads"}),
    ],
)
def test_every_kind_of_name_is_seen(source: str, names: set[str]) -> None:
    seen = {name for _, name in given_names(ast.parse(source))}
    assert names <= seen
    assert all(parts(name) & REMOVED.keys() for name in names)


def test_a_part_is_a_whole_word() -> None:
    assert parts("KeptOut_told") >= {"kept", "out", "told"}
    assert not parts("password saidenough lookup benchmark") & REMOVED.keys()
