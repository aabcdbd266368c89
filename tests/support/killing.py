"""The beginning of a program that ends itself by SIGKILL at its n-th call towards the outside; n is its argument."""

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
