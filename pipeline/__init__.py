"""The verbs of the hub: receive, map, validate, load, acknowledge.  Read `run.py` first."""
