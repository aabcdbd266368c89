"""Batch rules: the figures of a batch against limits, decided by Great Expectations and shown in Data Docs."""
