"""Exchange folders: what a partner drops, opened without following links, and the hub's own folder beside them."""
