"""Watermarks: values of a column that grows, stored as text between two fetches without loss."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, TypedDict

import pyarrow as pa

from hub import clock
from hub.errors import FixTheHub
from hub.messages import error_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PARSERS: dict[str, Callable[[str], Any]] = {  # kind -> how its stored text is read
    "datetime": dt.datetime.fromisoformat,
    "date": dt.date.fromisoformat,
    "integer": int,
    "number": Decimal,
    "real": float,
    "text": str,
}
ARROW_TYPES: dict[str, pa.DataType] = {
    "date": pa.date32(),
    "integer": pa.int64(),
    "number": pa.decimal128(38, 9),
    "real": pa.float64(),
    "text": pa.string(),
}
DAY_FIRST = re.compile(r"\d{4}-\d\d-\d\d(\D|$)")
LONGEST = 40  # characters of a time or a number
TOLERANCE = dt.timedelta(days=2)  # how far ahead a time may be: a wrong clock, or a time without its zone (14 hours)


class WatermarkState(TypedDict):
    """A watermark as it is stored."""

    watermark: str  # as `CursorValue.text` writes it
    kind: str  # a key of `PARSERS`


class TableState(WatermarkState, total=False):
    """The cursor state of a table: its watermark, and the last rows of the delivery, which are read again."""

    digest: str  # SHA-256, hexadecimal, of the rows from the watermark less `overlap` on
    rows: int  # their number


@dataclass(frozen=True)
class CursorValue:
    """One watermark and its kind, a key of `PARSERS`.

    >>> CursorValue(dt.date(2026, 5, 4), "date").state()
    {'watermark': '2026-05-04', 'kind': 'date'}
    """

    value: Any
    kind: str

    @classmethod
    def from_state(cls, state: WatermarkState) -> CursorValue:
        """Return the watermark of a cursor state."""
        return cls(PARSERS[state["kind"]](state["watermark"]), state["kind"])

    @classmethod
    def from_mapping(cls, text: str, kind: str, place: str) -> CursorValue:
        """Return the watermark that `connector.start` of a mapping sets.

        Raises:
            FixTheHub: The text is no value of this kind.
        """
        try:
            return cls(PARSERS[kind](text), kind)
        except (ValueError, InvalidOperation):
            raise error_of(FixTheHub, "watermark.bad_start", where=place, text=text, type=kind) from None

    @property
    def text(self) -> str:
        """The value as it is stored."""
        return str(self.value.isoformat() if isinstance(self.value, dt.date) else self.value)

    def state(self) -> WatermarkState:
        """Return the cursor state that `from_state` reads."""
        return {"watermark": self.text, "kind": self.kind}

    def minus(self, overlap: int, place: str) -> CursorValue:
        """Return the watermark that is `overlap` lower: seconds for a time, else in the column's own unit.

        Raises:
            FixTheHub: The kind has no difference (text, date), and `overlap` is not 0.
        """
        if not overlap:
            return self
        match self.kind:
            case "datetime":
                return CursorValue(self.value - dt.timedelta(seconds=overlap), self.kind)
            case "integer" | "number" | "real":
                return CursorValue(self.value - overlap, self.kind)
        raise error_of(FixTheHub, "watermark.no_overlap", where=place, type=self.kind)

    def array(self, values: Sequence[Any], place: str) -> pa.Array:
        """Return watermarks of this kind as an Arrow array, to be compared with `scalar`.

        Raises:
            FixTheHub: They are of several kinds.
        """
        try:
            return pa.array(values, self._type())
        except (pa.ArrowInvalid, pa.ArrowTypeError):
            raise error_of(FixTheHub, "watermark.several_kinds", where=place, type=self.kind) from None

    def scalar(self, arrow_type: pa.DataType) -> pa.Scalar:
        """Return the value as a scalar of the type of an array, to be compared with it."""
        return pa.scalar(self.value, arrow_type)

    def _type(self) -> pa.DataType:
        if self.kind == "datetime":
            return pa.timestamp("us", "UTC" if self.value.tzinfo else None)
        return ARROW_TYPES[self.kind]


def is_same_kind(state: WatermarkState, kind: str) -> bool:
    """Whether the watermark of a cursor state can be compared with the values that the column holds now."""
    return bool(state.get("kind") == kind and "watermark" in state)


def latest(sample: Any) -> Any:
    """Return the latest watermark that is accepted for a column with values like `sample`; None for no times.

    A watermark far in the future would stay the greatest for years, and no row that comes until then would be new.
    """
    end = clock.now() + TOLERANCE
    if isinstance(sample, dt.datetime):
        return end if sample.tzinfo else end.replace(tzinfo=None)
    if isinstance(sample, dt.date):
        return end.date()
    if isinstance(sample, str) and DAY_FIRST.match(sample):
        return end.date().isoformat()
    return None


def kind_of(value: Any) -> str | None:
    """Return the kind of a value as the database driver gives it; None for what cannot be a watermark.

    >>> kind_of(3), kind_of(True)
    ('integer', None)
    """
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


def comparable(value: Any, kind: str) -> dt.datetime | Decimal | None:
    """Return what values of `since:` are compared by; None for what is no such value.

    Args:
        value: A value of a record, as JSON has it.
        kind: `time` (ISO 8601, UTC without a zone) or `number`.

    >>> comparable("2026-05-01T08:00:00+08:00", "time") == comparable("2026-05-01", "time")
    True
    >>> comparable("abc", "number") is None
    True
    """
    text = str(value)
    if len(text) > LONGEST or isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        if kind == "time":
            moment = dt.datetime.fromisoformat(text)
            return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
        number = Decimal(text)
    except (ValueError, InvalidOperation):
        return None
    return number if number.is_finite() else None
