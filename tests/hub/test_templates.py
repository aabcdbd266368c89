"""Pages escape what they are given, miss nothing in silence, and are made by one environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from jinja2 import UndefinedError

from hub.templates import render_page
from tests.support.code_tree import PRODUCTION, imports

if TYPE_CHECKING:
    from pathlib import Path


def page(folder: Path, text: str) -> Path:
    path = folder / "page.html.j2"
    path.write_text(text, "utf-8")
    return path


def test_every_value_is_escaped(tmp_path: Path) -> None:
    template = page(tmp_path, "{{ name }} {{ names|join(' ') }} {{ say('receipt.answer_rows', rows=name, of=1) }}")
    made = render_page(template, "en", name='<b a="">', names=["<i>"])
    assert "<" not in made
    assert '"' not in made
    assert made.startswith("&lt;b a=&#34;&#34;&gt; &lt;i&gt; ")


def test_what_a_template_does_not_get_is_a_fault(tmp_path: Path) -> None:
    template = page(tmp_path, "{{ nmae }}")
    with pytest.raises(UndefinedError, match="nmae"):
        render_page(template, name="x")
    with pytest.raises(KeyError):
        render_page(page(tmp_path, "{{ say('no.such.sentence') }}"))


def test_a_page_is_in_one_language(tmp_path: Path) -> None:
    template = page(tmp_path, "{{ language }} {{ say('receipt.file') }} {{ 1234567|thousands }}")
    assert render_page(template, "en") == "en File 1,234,567"
    assert render_page(template, "zh") == "zh 文件 1,234,567"


def test_a_line_of_a_tag_alone_leaves_no_line(tmp_path: Path) -> None:
    assert render_page(page(tmp_path, "{% if true %}\na\n{% endif %}\nb")) == "a\nb"


def test_one_module_knows_jinja() -> None:
    users = {str(path) for path in PRODUCTION for _, module in imports(path) if module.split(".")[0] == "jinja2"}
    assert users == {"hub/templates.py"}
