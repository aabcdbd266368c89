"""Text of what Arrow stores in another form: extension types, dictionaries, runs."""

from __future__ import annotations

from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from connectors.readers.stringify import to_text

NUMBER = UUID("00112233-4455-6677-8899-aabbccddeeff")
WORDS = pa.array(["b", "a", None, "b"])


@pytest.mark.parametrize(
    ("column", "texts"),
    [
        (pa.array([NUMBER.bytes, None], pa.uuid()), [str(NUMBER), None]),
        (pa.array([1, 0, None, 7], pa.bool8()), ["true", "false", None, "true"]),
        (pa.array(['{"a": 1}', None], pa.json_()), ['{"a": 1}', None]),
        (pa.array([1.50, None], pa.opaque(pa.float64(), "money", "a vendor")), ["1.5", None]),
        (WORDS.dictionary_encode(), ["b", "a", None, "b"]),
        (pc.run_end_encode(WORDS), ["b", "a", None, "b"]),
        (pa.array([[1, 0], None, []], pa.list_(pa.int8())).cast(pa.list_(pa.bool8())), [["true", "false"], None, []]),
    ],
    ids=lambda each: str(each.type) if isinstance(each, pa.Array) else "",
)
def test_the_stored_value_is_given_as_text(column: pa.Array, texts: list[object]) -> None:
    assert to_text(column).to_pylist() == texts
    assert to_text(column.slice(1)).to_pylist() == texts[1:]
