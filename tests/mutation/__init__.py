"""Breaks the code in small ways, one at a time, and sees whether a test notices: `python -m tests.mutation --help`.

It is a tool, not a part of `make test`.  `python_edits` and `sql_edits` make the breakages, `sample` chooses
among them, `probe` finds which tests execute their lines, `trial` runs the tests that concern one.
"""
