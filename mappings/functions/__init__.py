"""What no verb can say: one function per file, of its name, `def name(*columns: pa.Array) -> pa.Array`, on text."""
