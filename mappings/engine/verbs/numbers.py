"""`decimal:` and `integer:`: text to exact numbers.  ASCII digits only; nothing goes through binary floating point."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from mappings.engine.arrays import any_true, by_distinct, failed, only_where, text_bytes
from mappings.engine.model.rule import Fault, Outcome

if TYPE_CHECKING:
    from mappings.engine.model.rule import Moment

WIDE = pa.decimal128(24, 10)  # 14 digits before the point, 10 after it; what is finer is an artefact of a spreadsheet
PLAIN = r"^[+-]?(?:0*\d{1,14}|0*\d{0,14}[.]\d+)$"
SCIENTIFIC = r"^[+-]?\d{1,14}(?:[.]\d+)?[eE][+-]?\d{1,3}$"
PERCENT, SIGN_BEHIND = b"%", r"\s*%$"
HUNDREDTH = Decimal("0.01")
SHORT = 18  # digits that always fit into int64
MOST = 14  # digits before the point; with more, a number is out of range whatever its neighbours are
WELL_FORMED = r"^[+-]?(?:\d+(?:[.]\d*)?|[.]\d+)(?:[eE][+-]?\d+)?$"
LARGE = rf"^[+-]?0*[1-9]\d{{{MOST},}}(?:[.]\d*)?$|^[+-]?\d+(?:[.]\d+)?[eE][+]?\d{{2,}}$"
DIGITS = b"0123456789"


@dataclass(frozen=True)
class Numbers:
    """One number rule: the field's type, the places to keep, and how the sender writes numbers."""

    type: pa.DataType
    places: int = 0
    times: Decimal = Decimal(1)
    thousands: str | None = None
    point: str = "."

    def __call__(self, text: pa.Array, _: Moment) -> Outcome:
        """Return values of `type`; null with BAD_NUMBER for what is no number, OUT_OF_RANGE for what is too large.

        A percent sign is taken where the number is a hundredth by agreement (`times: 0.01`): both mean the same.
        Anywhere else 12.5% may mean 12.5 or 0.125, and it is null with PERCENT_SIGN.
        """
        if self._plain_integers(text):
            return Outcome(pc.cast(text, self.type))
        if PERCENT in text_bytes(text):
            return self._percents(text)
        encoded = pc.dictionary_encode(text)
        values = self._values(encoded.dictionary).take(encoded.indices)
        return Outcome(values, self.faults(text, failed(text, values)))

    def faults(self, text: pa.Array, bad: pa.Array) -> tuple[Fault, ...]:
        """Return the faults of bad texts: OUT_OF_RANGE of a number that is only too large, BAD_NUMBER of others."""
        if not any_true(bad):
            return (Fault("BAD_NUMBER", bad),)
        pattern = LARGE if pa.types.is_integer(self.type) else WELL_FORMED  # to an integer, 1.5 is not too large
        large = pc.and_(bad, pc.fill_null(pc.match_substring_regex(self._plain(text), pattern), fill_value=False))
        return Fault("BAD_NUMBER", pc.and_not(bad, large)), Fault("OUT_OF_RANGE", large)

    def _percents(self, text: pa.Array) -> Outcome:
        """Return the outcome of texts some of which have a percent sign."""
        bare = pc.replace_substring_regex(text, SIGN_BEHIND, "")
        encoded = pc.dictionary_encode(bare)
        values = self._values(encoded.dictionary).take(encoded.indices)
        faults = self.faults(bare, failed(text, values))
        if self.times == HUNDREDTH:
            return Outcome(values, faults)
        percent = pc.and_(pc.fill_null(pc.not_equal(bare, text), fill_value=False), pc.is_valid(values))
        return Outcome(only_where(pc.invert(percent), values), (*faults, Fault("PERCENT_SIGN", percent)))

    def _plain_integers(self, text: pa.Array) -> bool:
        """Whether every text is a few digits and nothing else: then one cast is enough."""
        if not pa.types.is_integer(self.type) or self.times != 1:
            return False
        lengths = pc.min_max(pc.binary_length(text)).as_py()
        if lengths["min"] in (0, None) or lengths["max"] > MOST:
            return False
        return not text_bytes(text).translate(None, DIGITS)

    def _values(self, text: pa.Array) -> pa.Array:
        plain = self._plain(text)
        fits = pc.fill_null(pc.match_substring_regex(plain, PLAIN), fill_value=False)
        if not pc.all(fits, min_count=0).as_py():
            plain = _spell_out(plain, fits)
        cut = pc.replace_substring_regex(plain, r"([.]\d{10})\d+$", r"\1")
        whole = pc.replace_substring_regex(cut, r"^\+?(-?)0*(\d)", r"\1\2")
        number = pc.multiply(pc.cast(whole, WIDE), _scalar(self.times))
        return self._fitted(number)

    def _plain(self, text: pa.Array) -> pa.Array:
        """Return the numbers with a point and without signs between their thousands."""
        if self.thousands:
            sign, point = re.escape(self.thousands), re.escape(self.point)
            grouped = rf"^[+-]?(?:\d{{1,3}}(?:{sign}\d{{3}})+|\d+)(?:{point}\d+)?$"
            text = only_where(pc.fill_null(pc.match_substring_regex(text, grouped), fill_value=False), text)
            text = pc.replace_substring(text, self.thousands, "")
        if self.point == ".":
            return text
        return pc.replace_substring(only_where(pc.invert(pc.match_substring(text, ".")), text), self.point, ".")

    def _fitted(self, number: pa.Array) -> pa.Array:
        """Round to the places that are kept, and drop what the field's type cannot hold."""
        rounded = pc.round(number, ndigits=self.places, round_mode="half_towards_infinity")
        if pa.types.is_integer(self.type):
            rounded = only_where(pc.fill_null(pc.equal(rounded, number), fill_value=False), rounded)
        digits = SHORT if pa.types.is_integer(self.type) else self.type.precision - self.type.scale
        if rounded.type.precision - rounded.type.scale > digits:
            bound = pc.cast(pa.scalar(Decimal(10**digits)), rounded.type)
            rounded = only_where(pc.fill_null(pc.less(pc.abs(rounded), bound), fill_value=False), rounded)
        return pc.cast(rounded, self.type)


def _scalar(times: Decimal) -> pa.Scalar:
    """Return the factor in the narrowest decimal type, so that products stay within 38 digits."""
    shape = times.as_tuple()
    scale = max(-int(shape.exponent), 0)
    return pa.scalar(times, pa.decimal128(max(len(shape.digits) + max(int(shape.exponent), 0), scale), scale))


def _spell_out(text: pa.Array, fits: pa.Array) -> pa.Array:
    """Return the numbers with those in scientific notation written in full, and null for what is no number."""
    odd = pc.fill_null(pc.match_substring_regex(text, SCIENTIFIC), fill_value=False)
    plain = only_where(fits, text)
    if not any_true(odd):
        return plain
    spelt = by_distinct(text.filter(odd), lambda texts: [_full(each) for each in texts], pa.string())
    return pc.replace_with_mask(plain, odd, spelt)


def _full(text: str) -> str | None:
    """Return `1.2E-05` as `0.000012`; null when it does not fit the widest number."""
    try:
        number = Decimal(text)
        return f"{number:f}" if abs(number) < 10**14 else None
    except InvalidOperation:
        return None
