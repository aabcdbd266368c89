"""Python's way to the database: connection, ledger, locks, COPY, schema."""
