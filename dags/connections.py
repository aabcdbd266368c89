"""Airflow's connections as the plain values that the pipeline takes; only here does one become the other."""

from __future__ import annotations

from airflow.sdk import Connection as OfAirflow
from airflow.sdk.exceptions import AirflowNotFoundException

from connectors.connection import Connection, missing
from hub.messages import sentence


def resolved(conn_id: str) -> Connection:
    """Return what Airflow's secrets backends hold under this id; raise FixTheHub, with the cure, if none does."""
    try:
        held = OfAirflow.get(conn_id)
    except AirflowNotFoundException:
        raise missing(conn_id, sentence("connection.no_backend")) from None
    return Connection.of(conn_id, held.get_uri())
