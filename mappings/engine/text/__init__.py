"""Text before any verb: repairs, and what is masked in it."""
