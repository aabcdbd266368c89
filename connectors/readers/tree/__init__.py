"""JSON and XML: records within a tree, flattened to columns."""
