"""HTTP: the pages of a web service, from the first request to the rows of all pages."""
