"""Batches that wait for a person."""
