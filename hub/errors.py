"""Exceptions whose type says what to do next.

What is merely wrong with *data* is a finding, never an exception, with one exception to that: a fault of the whole
file ends the reading at once, and `RejectBatch` carries that finding up to the receipt.
"""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hub.finding import Finding


class HubError(Exception):
    """An error for a person: what happened, where, why, and what to do next.

    Every command prints these four and exits; a traceback is shown with `--debug` only.
    """

    def __init__(self, what: str, *, where: str = "", why: str = "", next_step: str = "", trouble: str = "") -> None:
        self.what, self.where, self.why, self.next_step = _shown(what), where, _shown(why), next_step
        self.trouble = trouble  # of the machine, as `hub.machine` names it; "" where it is none
        super().__init__(self.what)

    def __str__(self) -> str:
        """One line per known part, for logs."""
        parts = (self.what, f"where: {self.where}", f"why: {self.why}", f"next: {self.next_step}")
        return "\n".join(part for part in parts if not part.endswith(": "))


def _shown(text: str) -> str:
    """Return a text with numbers of persons masked: it may quote a server or a library.

    `where` is not masked: the login in an address looks like an e-mail address.
    """
    from hub.personal import masked  # noqa: PLC0415 - not for those who only name the classes

    return "\n".join(map(masked, text.split("\n"))) if text else text


class RetryLater(HubError):
    """A temporary fault (network, lock, disk): the same call may succeed later."""


class FixTheHub(HubError):
    """A fault of the installation (mapping, settings, code): an engineer must act before a retry can succeed."""


class WrongUsage(HubError):
    """The arguments of the caller name something that does not exist or does not fit."""


class RejectBatch(Exception):
    """A fault of the sender's whole file: nothing of it is loaded, the receipt says why."""

    def __init__(self, *findings: Finding) -> None:
        self.findings = findings
        super().__init__(", ".join(finding.code for finding in findings))


def described(fault: BaseException) -> str:
    """Return the class of a fault and the lines of code that it passed, which may be logged anywhere.

    The text of the fault is left out: a library's exception may quote a value, and the value may be personal.
    """
    frames = traceback.extract_tb(fault.__traceback__)
    passed = "\n".join(f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames)
    return f"{type(fault).__name__}\n{passed}" if passed else type(fault).__name__
