"""What `analyte.py` cannot take from files: `named.csv`, the names of what agencies look for, with Chinese names."""
