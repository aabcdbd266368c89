"""Two editions of the standard compared: what has changed, and whom a change of that kind may break."""
