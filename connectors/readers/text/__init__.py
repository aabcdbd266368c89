"""Delimited, fixed-width and tagged text, and its encodings."""
