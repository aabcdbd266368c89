"""The terms of a source: how often it must deliver, which periods follow from that, and their copy in the ledger."""
