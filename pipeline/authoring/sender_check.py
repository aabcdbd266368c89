"""Whether the body that a source names exists, and whether the policy lets it send what the source holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.messages import sentence
from hub.settings import settings
from standards.agencies import register

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from mappings.engine import Source


def sender_warnings(source: Source, day: date) -> Iterator[str]:
    """Yield what does not fit between a source and the bodies that its agency.yml names, in the user's language.

    A source without a body has no warnings: senders outside the policy have none.

    Args:
        source: The source.
        day: The day on which a body must exist and may send.
    """
    known, language = register(), settings().language
    if source.bodies and not any(known.bodies[code].holds(day) for code in source.bodies):
        last = known.bodies[source.bodies[-1]]
        if last.valid_to is None or day < last.valid_to:
            yield sentence("source.body_not_yet", name=source.name, body=last.label[language], day=last.valid_from)
        else:
            heirs = {
                code: known.bodies[code].label[language]
                for each in source.record_types
                for code in known.acting(source.bodies, each.name, day)
            }
            yield sentence(
                "source.body_ended",
                name=source.name,
                body=last.label[language],
                day=last.valid_to,
                successors=", ".join(heirs.values()),
            )
    for record_type in source.record_types if source.bodies else ():
        acting = known.acting(source.bodies, record_type.name, day)
        if acting and not any(known.rights(code, record_type.name, day) for code in acting):
            names = ", ".join(known.bodies[code].label[language] for code in acting)
            yield sentence("source.body_no_right", name=source.name, body=names, type=record_type.label[language])
