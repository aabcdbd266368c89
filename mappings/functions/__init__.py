"""Conversions beyond the verbs, one function a file and named as it: `name(*columns: pa.Array) -> pa.Array` of text."""
