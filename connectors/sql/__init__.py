"""A partner's database: one table or view, read by what has changed."""
