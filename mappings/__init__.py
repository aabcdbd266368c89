"""How an agency's words become the standard's: the closed grammar, the engine, and one folder per source."""
