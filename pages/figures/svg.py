"""How a picture begins and ends: its size, and what it says to who cannot see it."""

from __future__ import annotations

from markupsafe import Markup, escape


def picture(kind: str, size: tuple[float, float], label: str, parts: str, *, stretch: bool = False) -> Markup:
    """Return a picture that is one image to a screen reader.

    Args:
        kind: Its classes, by which the style sheet gives it colours and a size.
        size: Width and height of its units.
        label: What it says; it is escaped.
        parts: Its elements.  Whoever makes them escapes every text.
        stretch: Whether it fills its place without regard to its proportions.
    """
    fit = ' preserveAspectRatio="none"' if stretch else ""
    head = f'<svg class="{kind}" viewBox="0 0 {size[0]:g} {size[1]:g}"{fit} role="img" aria-label="{escape(label)}">'
    return Markup(f"{head}{parts}</svg>")  # noqa: S704 - numbers, our own classes, and a label that is escaped


def shown_only(kind: str, size: tuple[float, float], parts: str) -> Markup:
    """Return a picture that screen readers pass over, since a table beside it holds the same; arguments as above."""
    head = f'<svg class="{kind}" viewBox="0 0 {size[0]:g} {size[1]:g}" aria-hidden="true" focusable="false">'
    return Markup(f"{head}{parts}</svg>")  # noqa: S704 - numbers, our own classes, and texts that their makers escape
