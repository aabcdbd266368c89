"""Making things: drafts of sources, their golden pairs, manifests."""
