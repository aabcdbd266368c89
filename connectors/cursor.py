"""A watermark: a value of the column that grows, kept as text between two fetches and never changed by that."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from hub import clock
from hub.errors import FixTheHub

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from connectors.base import CursorState

READ: dict[str, Callable[[str], Any]] = {
    "datetime": dt.datetime.fromisoformat,
    "date": dt.date.fromisoformat,
    "integer": int,
    "number": Decimal,
    "real": float,
    "text": str,
}
TYPES: dict[str, Any] = {
    "date": pa.date32(),
    "integer": pa.int64(),
    "number": pa.decimal128(38, 9),
    "real": pa.float64(),
    "text": pa.string(),
}
DAY_FIRST = re.compile(r"\d{4}-\d\d-\d\d(\D|$)")
LONGEST = 40  # characters of a time or a number
AHEAD = dt.timedelta(days=2)  # a day for a clock that is wrong, and up to 14 hours for a time without its zone


@dataclass(frozen=True)
class CursorValue:
    """One value and its kind, a key of `READ`."""

    value: Any
    kind: str

    @classmethod
    def of(cls, memory: CursorState) -> CursorValue:
        """Return the mark that was remembered."""
        return cls(READ[memory["kind"]](memory["watermark"]), memory["kind"])

    @classmethod
    def written(cls, text: str, kind: str, place: str) -> CursorValue:
        """Return the mark that a person wrote into a mapping."""
        try:
            return cls(READ[kind](text), kind)
        except (ValueError, InvalidOperation):
            raise FixTheHub(
                f"`start: {text}` is not a {kind}.",
                where=place,
                next_step="Correct `connector.start` of the mapping, such as 2026-01-01T00:00:00+08:00 or 0.",
            ) from None

    @property
    def text(self) -> str:
        """The value as it is kept."""
        return str(self.value.isoformat() if isinstance(self.value, dt.date) else self.value)

    def as_memory(self) -> CursorState:
        """Return what `of` takes back."""
        return {"watermark": self.text, "kind": self.kind}

    def minus(self, overlap: int, place: str) -> CursorValue:
        """Return the mark so many seconds (of times) or numbers before."""
        if not overlap:
            return self
        match self.kind:
            case "datetime":
                return CursorValue(self.value - dt.timedelta(seconds=overlap), self.kind)
            case "integer" | "number" | "real":
                return CursorValue(self.value - overlap, self.kind)
        raise FixTheHub(
            "`overlap` needs a watermark that is a time or a number.",
            where=place,
            why=f"The column holds values of the kind {self.kind}.",
            next_step="Remove `connector.overlap` of the mapping, or use another column.",
        )

    def array(self, values: Sequence[Any], place: str) -> pa.Array:
        """Return watermarks of this kind as an Arrow array, to be compared with `scalar`."""
        try:
            return pa.array(values, self._type())
        except (pa.ArrowInvalid, pa.ArrowTypeError):
            raise FixTheHub(
                "The watermark column holds values of several kinds.",
                where=place,
                why=f"Not all of them are of the kind {self.kind}.",
                next_step="Ask the partner to repair the column, or use another one.",
            ) from None

    def scalar(self, kind: pa.DataType) -> pa.Scalar:
        """Return the value, to be compared with an array of this type."""
        return pa.scalar(self.value, kind)

    def _type(self) -> pa.DataType:
        if self.kind == "datetime":
            return pa.timestamp("us", "UTC" if self.value.tzinfo else None)
        return TYPES[self.kind]


def is_same_kind(memory: CursorState, kind: str) -> bool:
    """Whether what is remembered can be compared with what the column holds now."""
    return bool(memory.get("kind") == kind and "watermark" in memory)


def latest(sample: Any) -> Any:
    """Return the last moment that a watermark like this one may name; None when it names no moment.

    One that is beyond would be the greatest for years, and every row that comes until then would stand before it.
    """
    then = clock.now() + AHEAD
    if isinstance(sample, dt.datetime):
        return then if sample.tzinfo else then.replace(tzinfo=None)
    if isinstance(sample, dt.date):
        return then.date()
    if isinstance(sample, str) and DAY_FIRST.match(sample):
        return then.date().isoformat()
    return None


def kind_of(value: Any) -> str | None:
    """Return the kind of a value as the driver gives it; None for what cannot be a watermark."""
    for python, kind in (
        (bool, None),
        (dt.datetime, "datetime"),
        (dt.date, "date"),
        (int, "integer"),
        (Decimal, "number"),
        (float, "real"),
        (str, "text"),
    ):
        if isinstance(value, python):
            return kind
    return None


def order(value: Any, form: str) -> dt.datetime | Decimal | None:
    """Return that by which values of a form, `time` or `number`, are compared; None for what is no such value."""
    text = str(value)
    if len(text) > LONGEST or isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        if form == "time":
            then = dt.datetime.fromisoformat(text)
            return then if then.tzinfo else then.replace(tzinfo=dt.UTC)
        number = Decimal(text)
    except (ValueError, InvalidOperation):
        return None
    return number if number.is_finite() else None
