"""Pages for engineers and duty officers, behind Airflow's login."""
