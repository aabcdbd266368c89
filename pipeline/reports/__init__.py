"""Reading back: traces, plans, unmapped codes, timeliness, Data Docs."""
