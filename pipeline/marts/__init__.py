"""Marts that hold rows of their own: built by a migration, and brought up to date after each load."""
