"""The steps of a batch, one file each, and the runner that puts them in order."""
