"""Connectors fetch deliveries, readers read their rows in a child process.

A *connector* finds deliveries: `inbox` claims the complete files of an exchange folder; the others (`remote`, `sql`,
`http`, opened by `registry`) fetch from a partner's server and implement `base.Connector`.  A *reader* (`readers/`, one
format per file) cuts a delivery into rows: the sender's columns as text, exactly as written, and the place of every
row.  `read` and `header` run the reader in a child process with limits and without network, because a hostile file can
make any parser crash, hang or use up the memory.
"""

from connectors.readers.format import Format
from connectors.sandbox.reader import Reading, header, read

__all__ = ["Format", "Reading", "header", "read"]
