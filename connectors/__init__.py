"""Deliveries in: fetch the bytes over one protocol per file, read their rows in a child process.

A *connector* finds deliveries: `folder` claims the complete files of an exchange folder; the others (`sftp`, `s3`,
`sql`, `http`, opened by `ways`) ask a partner's server and keep to one `contract`.  A *reader* (`readers/`, one format
per file) cuts a delivery into rows: the sender's columns as text, exactly as written, and the place of every row.
`read` and `header` run the reader in a child process with limits and without network, because everything that parses
outside bytes can be made to crash, to hang or to eat the memory.
"""

from connectors.readers.format import Format
from connectors.sandbox.reader import Reading, header, read

__all__ = ["Format", "Reading", "header", "read"]
