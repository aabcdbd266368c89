"""From a source folder to a checked `Source`: every mistake in it is found in one reading."""
