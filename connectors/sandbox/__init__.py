"""Processes of their own for whatever parses bytes from outside, with limits on memory, time and files."""
