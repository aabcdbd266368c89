"""Between raw file and load: staging, mapping, evaluation, quarantine."""
