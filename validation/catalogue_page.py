"""The page of the catalogue for people: every code with title, message and cure, shown by a real example."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from hub.durable import write_durable
from validation.catalogue import EXAMPLES, catalogue, examples, render

if TYPE_CHECKING:
    from validation.catalogue import Entry, SentenceParts

LEVELS = ("error", "warning", "repair")
LABELS = {
    "en": {
        "title": "Findings",
        "head": "Every code that a receipt may show. Generated from `validation/findings.yml`; each example is what the"
        " hub\nreally says of a file that a test sends it.",
        "error": "Errors: a row is kept out, or a file is rejected",
        "warning": "Warnings: the row is let in, and somebody should look",
        "repair": "Repairs: the hub has changed the value, and says so",
        "file": "the whole file",
        "row": "rows",
        "about": "About",
        "what": "Says",
        "cure": "What to do",
    },
    "zh": {
        "title": "问题代码",
        "head": "回执中可能出现的全部代码。由 `validation/findings.yml` 生成；示例均为平台对测试文件的实际回复。",
        "error": "错误：该行被隔离，或整个文件被退回",
        "warning": "提醒：数据已入库，请核对",
        "repair": "修复：平台已更正取值并说明",
        "file": "整个文件",
        "row": "行",
        "about": "对象",
        "what": "说明",
        "cure": "处理办法",
    },
}


def page(language: str) -> str:
    """Return the page in "en" or "zh" (Markdown)."""
    labels = LABELS[language]
    lines = [f"# {labels['title']}", "", labels["head"], ""]
    for level in LEVELS:
        lines += [f"## {labels[level]}", ""]
        for entry in catalogue().values():
            if entry.level == level:
                lines += _entry_lines(entry, language)
    return "\n".join(lines).rstrip() + "\n"


def _entry_lines(entry: Entry, language: str) -> list[str]:
    labels, text = LABELS[language], render(entry.code, language, **examples().get(entry.code, {}))
    return [
        f"### {entry.code}: {_plain(text.title)} ({labels[entry.scope]})",
        f"- {labels['what']}: {_plain(text.message)}",
        f"- {labels['cure']}: {_plain(text.cure)}",
        "",
    ]


def _plain(text: str) -> str:
    """Return a text in which nothing means anything to Markdown, and that does not break its line."""
    for sign in "\\`*_<>[]|#$":
        text = text.replace(sign, f"\\{sign}")
    return " ".join(text.split())


def save_example(code: str, example: SentenceParts) -> None:
    """Write an example that a test has provoked into examples.yml."""
    examples.cache_clear()
    known = {**examples(), code: example}
    text = yaml.safe_dump(
        {name: known[name] for name in catalogue() if name in known},
        allow_unicode=True,
        sort_keys=False,
        width=110,
    )
    head = "---\n# What the hub has said of real files: written by tests/pipeline/test_every_finding.py --update.\n"
    write_durable(EXAMPLES, (head + text).encode())
    examples.cache_clear()
