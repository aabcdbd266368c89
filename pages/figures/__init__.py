"""Pictures as SVG, made on the server: they need no script, and their text is text."""
