"""The rows that a question has: always all of them, as an Arrow table and what other libraries make of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb

if TYPE_CHECKING:
    from datetime import datetime

    import pyarrow as pa


@dataclass(frozen=True)
class Result:
    """All rows of one question.

    Args:
        arrow: The rows.  Instants are timestamps in UTC, days are dates, codes are texts.
        query: The statement that the warehouse has run.
        as_of: The moment as of which they are; None is that of the question.
    """

    arrow: pa.Table
    query: str
    as_of: datetime | None = None

    def __len__(self) -> int:
        """Return how many rows there are."""
        return int(self.arrow.num_rows)

    def pandas(self) -> Any:
        """Return the rows as a `pandas.DataFrame` whose columns keep their Arrow types.

        So a whole number with nulls stays a whole number.  Raises ImportError without pandas.
        """
        import pandas as pd  # noqa: PLC0415 - one of several libraries, of which a user has some

        return self.arrow.to_pandas(types_mapper=pd.ArrowDtype)

    def polars(self) -> Any:
        """Return the rows as a `polars.DataFrame`; raises ImportError without polars."""
        import polars as pl  # noqa: PLC0415 - one of several libraries, of which a user has some

        return pl.from_arrow(self.arrow)

    def duckdb(self) -> duckdb.DuckDBPyRelation:
        """Return the rows as a relation of DuckDB: `result.duckdb().filter("is_adverse")`."""
        return duckdb.from_arrow(self.arrow)
