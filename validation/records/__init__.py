"""Record rules: the standard's schemas compiled to Arrow kernels, and rules over several fields or tables."""
