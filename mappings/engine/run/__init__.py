"""Rows in, records and findings out: the compiled mapping applied to Arrow batches."""
