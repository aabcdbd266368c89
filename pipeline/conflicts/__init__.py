"""Conflicts: two feeds about the same thing, as `standards/links` declare it, that do not agree."""
