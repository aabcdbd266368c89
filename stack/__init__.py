"""The hub on one machine: an embedded PostgreSQL, the four components of Airflow, and the partners' portal.

They are started and stopped together.

Enter by `control`:

    up      start what is not running yet; running it twice is harmless
    down    stop everything, including what an interrupted `up` or a killed process left behind
    status  what is running, where

Everything lives under one home folder, so several hubs run side by side:

    <home>/postgres/   the database cluster (a link, where the server's user cannot reach the home; see `cluster.py`)
    <home>/airflow/    Airflow's home
    <home>/logs/       one log per component
    <home>/secrets/    passwords and keys, readable by the owner only
    <home>/run/        ports in use, process ids, the lock
"""
