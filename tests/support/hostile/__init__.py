"""Hostile deliveries that are made here, for a clone without the public corpora: files, packages, texts."""
