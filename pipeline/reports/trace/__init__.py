"""Trace: from a value in the warehouse back to its cell, and from a line forward to what became of it."""

from pipeline.reports.trace.line import trace_line
from pipeline.reports.trace.record import trace_identity, trace_record

__all__ = ["trace_identity", "trace_line", "trace_record"]
