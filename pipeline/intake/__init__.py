"""How a delivery becomes a registered batch: from folders, servers and manifests."""
