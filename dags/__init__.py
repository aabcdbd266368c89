"""When things happen: the DAGs of Airflow.  What happens is in `pipeline`, which is imported inside tasks only."""
