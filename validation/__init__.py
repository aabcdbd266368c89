"""Is it right?  Record rules from the standard's schemas as Arrow kernels, batch rules with Great Expectations."""
