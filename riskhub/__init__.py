"""The warehouse from Python: marts, codes and origins of records, as Arrow, pandas, polars or DuckDB.

import riskhub

hub = riskhub.connect("postgresql://wang_li:PASSWORD@hub:5432/riskhub")
events = hub.mart("risk_event", since="2026-01-01", region="4601").pandas()
"""

from __future__ import annotations

from riskhub.client import Hub, connect
from riskhub.result import Result

__all__ = ["Hub", "Result", "connect"]
