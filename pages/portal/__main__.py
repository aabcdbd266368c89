"""Serve the portal on this machine: `python -m pages.portal`.  A server in front of it adds TLS."""

from __future__ import annotations

import os

import uvicorn

from hub.settings import PRIVATE
from pages.portal import upload_store
from pages.portal.app import build
from stack.portal import PORT
from stack.ports import FIRST, HOST


def main() -> None:
    """Serve until the process is stopped.  Addresses are not logged: a one-time link is one."""
    os.umask(PRIVATE)
    upload_store.recover()
    port = int(os.environ.get(PORT) or FIRST["portal"])
    # Of the headers of a proxy only those of this machine count, which is uvicorn's default.
    uvicorn.run(build(), host=HOST, port=port, access_log=False, server_header=False, timeout_graceful_shutdown=3)


if __name__ == "__main__":
    main()
