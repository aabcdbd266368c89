"""Pages made of templates: the one Jinja environment, its filters, and the sentences of the catalogue in one language.

Every value is escaped, since most come from outside.  A name that a template does not get is a fault, never an empty
place.
"""

from __future__ import annotations

import re
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from hub.i18n import say

if TYPE_CHECKING:
    from pathlib import Path


CODE = re.compile("`([^`]+)`")


def render_page(template: Path, language: str = "en", /, **values: Any) -> str:
    """Return the page that a template makes of `values`.

    The template may extend others of its folder.  It gets `language`, `say(key, **values)`, which gives the sentence of
    `hub/text/` in that language, and the filters of `FILTERS`.

    Raises:
        UndefinedError: The template uses a name that it did not get.
    """
    return render_in(template.parent, template.name, language, **values)


def render_in(folder: Path, name: str, language: str, /, **values: Any) -> str:
    """Return the same for a template `name` somewhere below `folder`, whose templates may use one another."""
    environment = _environment(folder)
    return environment.get_template(name).render(values, language=language, say=partial(_say, language))


def thousands(number: float) -> str:
    """Return a number with a comma between its thousands.

    >>> thousands(1234567)
    '1,234,567'
    """
    return f"{number:,}"


def quoted_code(text: str) -> Markup:
    """Return a text as HTML in which what stands between backticks is code.

    >>> print(quoted_code("the day is in `event_date`, <b>"))
    the day is in <code>event_date</code>, &lt;b&gt;
    """
    return Markup(CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - the text is escaped before


FILTERS = {"thousands": thousands, "code": quoted_code}


@cache
def _environment(folder: Path) -> Environment:
    loader = FileSystemLoader(folder)
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    made.filters.update(FILTERS)
    return made


def _say(language: str, key: str, /, **values: Any) -> str:
    return say(key, language, **values)
