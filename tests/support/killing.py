"""Programs that end themselves by SIGKILL at their n-th call towards the outside; n is their first argument."""

KILLING = """
import os, signal, sys
import psycopg
left = int(sys.argv[1])
def counted(call):
    def wrapper(*args, **kwargs):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*args, **kwargs)
    return wrapper
def count(kind, *names):
    for name in names:
        setattr(kind, name, counted(getattr(kind, name)))
count(psycopg.Connection, "execute", "commit")
count(os, "fsync")
count(os, "rename", "replace", "unlink")
"""
# Runs the source that is its second argument.
KILLER = f"""{KILLING}
from pipeline.steps.runner import run
from pipeline.transform.staging import Work
count(psycopg.Cursor, "copy")
count(Work, "write", "put_corrections", "put_facts", "put_summary", "clear")
run(sys.argv[2])
"""
