"""The peer: dlt takes the csv into a table, merged on its key, in the quickest way that it documents (Arrow).

Its naming convention turns every Chinese column name into `x`, so the columns are numbered beforehand.
"""

from __future__ import annotations

import sys

import dlt
import pyarrow.csv as pa_csv


def main(path: str, url: str, folder: str) -> None:
    """Load the csv at `path` (GB18030) into schema `peer` of the database at `url`."""

    @dlt.resource(name="fire", write_disposition="merge", primary_key="c0")
    def fire() -> object:
        options = pa_csv.ReadOptions(encoding="gb18030", block_size=16 << 20)
        for batch in pa_csv.open_csv(path, read_options=options):
            yield batch.rename_columns([f"c{at}" for at in range(batch.num_columns)])

    destination = dlt.destinations.postgres(credentials=url)
    pipeline = dlt.pipeline("peer", destination=destination, dataset_name="peer", pipelines_dir=folder)
    pipeline.run(fire())


if __name__ == "__main__":
    main(*sys.argv[1:4])
