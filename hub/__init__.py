"""The nouns of the hub: batch, finding, receipt, errors, settings.  Imports nothing of ours."""
