"""How the list of administrative divisions is made from the published revisions of GB/T 2260."""
