"""Records in the messages of others: alerts as CAP 1.2, trace events as EPCIS 2.0.  Each form is one module."""
