"""Plan: what a reading would change, before anything is written.

The very functions that load a batch run in a transaction of their own, into temporary tables beside core, and the
transaction is rolled back: what the plan says is what a load would do.
"""

from pipeline.reports.plan.plan import Plan, plan_file, plan_replay

__all__ = ["Plan", "plan_file", "plan_replay"]
