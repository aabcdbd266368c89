"""The verbs of the hub: receive, map, validate, load, acknowledge.  Read `steps/runner.py` first."""
