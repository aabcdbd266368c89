"""Archives and compressed files: their members, unpacked under limits."""
