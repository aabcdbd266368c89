"""Trace: from a value in the warehouse back to its cell, and from a line forward to what became of it."""

from pipeline.trace.back import trace_record
from pipeline.trace.forward import trace_line

__all__ = ["trace_line", "trace_record"]
