"""Sentences and errors in the language of the command line, by their keys in `hub/text/sentences.yml`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from hub.i18n import has, say
from hub.settings import environment_language

if TYPE_CHECKING:
    from hub.errors import HubError

Error = TypeVar("Error", bound="HubError")


def sentence(key: str, /, **values: Any) -> str:
    """Return the sentence `key` of `hub/text/` in the language of the command line, with its places filled in."""
    return say(key, environment_language(), **values)


def error_of(  # noqa: PLR0913 - the parts of an error
    kind: type[Error],
    key: str,
    /,
    *,
    where: str = "",
    why: str = "",
    next_step: str = "",
    trouble: str = "",
    **values: Any,
) -> Error:
    """Return an error whose text is in the language of the command line.

    Args:
        kind: Its class, which says whether trying again helps.
        key: The sentence that says what happened.  `<key>.why` and `<key>.next`, where the catalogue has them, are the
            reason and the next step.
        where: A file, address or setting; the same in every language.
        why: A reason that is known only here, such as the text of a server; it replaces `<key>.why`.
        next_step: Replaces `<key>.next`.
        trouble: The machine's trouble, as `hub.machine` names it.
        values: What fills the places of all three sentences.
    """

    def part(name: str) -> str:
        return sentence(f"{key}.{name}", **values) if has(f"{key}.{name}") else ""

    return kind(
        sentence(key, **values),
        where=where,
        why=why or part("why"),
        next_step=next_step or part("next"),
        trouble=trouble,
    )
