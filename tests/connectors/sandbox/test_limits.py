"""The limits of a process that parses bytes from outside, entered in a process of their own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest

from connectors.sandbox import limits

if TYPE_CHECKING:
    from pathlib import Path


def test_child_has_no_network_little_memory_and_an_empty_folder(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        code = f"""
            import os, resource, socket
            from connectors.sandbox import limits as sandbox
            sandbox.enter(memory=1 << 30, seconds=5, file_bytes=1000, parent=os.getppid())
            try:
                socket.create_connection(("127.0.0.1", {port}), 2)
                print("network")
            except OSError:
                print("no network")
            try:
                bytearray(2 << 30)
            except MemoryError:
                print("no memory")
            print(resource.getrlimit(resource.RLIMIT_CPU)[1], resource.getrlimit(resource.RLIMIT_CORE)[1])
        """
        said = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(code)], cwd=tmp_path, capture_output=True, text=True, check=False
        )
    assert said.stdout.split("\n")[1:3] == ["no memory", f"{5 + limits.CPU_GRACE} 0"], said
    if said.stdout.startswith("network"):
        pytest.skip("this system permits no network namespace to this user")
    assert said.stdout.startswith("no network")


def test_what_the_system_refuses_is_a_fault_of_the_hub_and_not_of_the_file(tmp_path: Path) -> None:
    code = """
        import os
        from connectors.sandbox import limits as sandbox
        from hub.errors import FixTheHub
        sandbox.PR_SET_NO_NEW_PRIVS = 9999
        try:
            sandbox.enter(memory=1 << 30, seconds=5, file_bytes=1000, parent=os.getppid())
        except FixTheHub as fault:
            print(fault.where, fault.why, bool(fault.next_step))
    """
    said = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert said.stdout == f"prctl(9999) {os.strerror(22)} True\n", said
