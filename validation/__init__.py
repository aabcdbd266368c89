"""Checks of records and of batches, and the catalogue of findings that they report.

- `records/`: the standard's schemas compiled to Arrow kernels that check whole tables.
- `batches/`: the figures of a batch against limits, by Great Expectations.
- `catalogue`: level, title, message and cure of every finding; `catalogue_page` writes its page.
- `aggregation`: findings about rows added up to the lines of a receipt.
"""
