"""Deliveries in: fetch the bytes over one protocol per file, read their rows in a child process.

A *connector* (folder here; sftp, s3, sql, http later) finds deliveries that are complete and claims each for one
batch.  A *reader* (`readers/`, one format per file) cuts a delivery into rows: the sender's columns as text, exactly
as written, and the place of every row.  `read` and `header` run the reader in a child process with limits and without
network, because everything that parses outside bytes can be made to crash, to hang or to eat the memory.
"""

from connectors.format import Format
from connectors.reading import Reading, header, read

__all__ = ["Format", "Reading", "header", "read"]
