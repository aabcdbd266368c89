"""The nouns of the hub: batch, finding, receipt, ledger, errors, settings.  Imports nothing of ours."""
