"""docs/verbs: every verb has a page, every page its options, and every example does what it says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import mappings
from hub.errors import FixTheHub
from hub.i18n import LANGUAGES, has
from mappings.engine import explain, read_source
from mappings.engine.compile.grammar import grammar, subjects, verbs
from tests.support.folders import write_source
from tests.support.verb_pages import (
    INDEX,
    MODIFIERS,
    OPTIONS,
    PAGES,
    body_of,
    described,
    examples_of,
    index,
    outcome_of,
    pages,
    source_of_example,
    table_of,
    wanted,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.usefixtures("known_key")
BLOCKS = ("each", "split", "repeat", "when", "skip")
SOURCES = Path(mappings.__file__).with_name("sources")
COMMENT = "# yaml-language-server: $schema="

each_page = pytest.mark.parametrize("page", pages(), ids=[page.stem for page in pages()])


def test_every_verb_has_a_page() -> None:
    assert {page.stem for page in pages()} == {*subjects(), *verbs(), *MODIFIERS, *BLOCKS}


@each_page
def test_a_page_has_the_options_of_the_schema(page: Path, request: pytest.FixtureRequest) -> None:
    text = page.read_text("utf-8")
    if request.config.getoption("--update"):
        text = OPTIONS.sub(lambda _: f"<!-- options -->\n{table_of(page.stem)}<!-- /options -->", text)
        page.write_text(text, "utf-8")
    assert OPTIONS.search(text), (
        f"{page.name} needs the lines <!-- options --> and <!-- /options -->; --update fills them"
    )
    (found,) = OPTIONS.findall(text)
    assert found == table_of(page.stem), "write it with --update"
    assert text.startswith(f"# {page.stem}\n")


def test_the_index_lists_every_page(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update"):
        INDEX.write_text(index(), "utf-8")
    assert INDEX.read_text("utf-8") == index(), "write it with --update"
    assert all(f"({page.name})" in index() for page in pages())


@each_page
def test_examples_do_what_they_say(page: Path, tmp_path: Path) -> None:
    for number, example in enumerate(examples_of(page, tmp_path)):
        folder = tmp_path / str(number)
        if example.says:
            with pytest.raises(FixTheHub) as raised:
                read_source(write_source(folder, body_of(example), record_type=example.record_type))
            assert example.says in raised.value.why
            continue
        assert len(example.gives) == len(example.rows) > 0
        found, says = outcome_of(example, folder), wanted(example.gives)
        for one, other in zip(found, says, strict=True):
            assert {name: _shortened(value, other.get(name)) for name, value in one.items()} == other


def test_every_verb_has_a_text_for_trace() -> None:
    names = {*subjects(), *verbs(), *MODIFIERS, "when"} - {"column"}  # a column alone is told as `verb.text`
    assert not [name for name in sorted(names) if not has(f"verb.{name}")]


@each_page
def test_trace_explains_the_rules_of_every_example(page: Path, tmp_path: Path) -> None:
    for number, example in enumerate(examples_of(page, tmp_path)):
        for route in () if example.says else source_of_example(example, tmp_path / str(number)).routes:
            for path, rule in route.all_rules():
                for language in LANGUAGES:
                    texts = explain(route, path, language)
                    assert {column for column, _ in texts} >= {*rule.columns}
                    assert all(text for _, text in texts)


def _shortened(value: Any, says: Any) -> Any:
    """Return the value as far as a page writes it: `01…` is whatever begins so."""
    open_end = isinstance(value, str) and isinstance(says, str) and says.endswith("…")
    return value[: len(says) - 1] + "…" if open_end else value


def test_every_property_of_the_schema_is_described() -> None:
    def properties(schema: Any, path: str) -> Iterator[tuple[str, Any]]:
        for key, value in schema.items() if isinstance(schema, dict) else ():
            if key == "properties" and "if" not in path.split("/"):
                yield from ((f"{path}/{name}", each) for name, each in value.items())
            yield from properties(value, f"{path}/{key}")
        for at, value in enumerate(schema) if isinstance(schema, list) else ():
            yield from properties(value, f"{path}/{at}")

    found = list(properties(grammar(), ""))
    assert len(found) > len(verbs())
    bare = [path for path, schema in found if not described(schema) and not path.startswith("/allOf")]
    assert not [path for path in bare if "/if/" not in path]


def test_editors_find_the_schema_of_every_source() -> None:
    paths = sorted(SOURCES.glob("*/*/mapping.yml"))
    assert paths
    for path in paths:
        first = path.read_text("utf-8").splitlines()[0]
        assert first.startswith(COMMENT), path
        schema = (path.parent / first.removeprefix(COMMENT)).resolve()
        assert schema == SOURCES.parent / "mapping.schema.json"
        assert PAGES.is_dir()
