"""Speed, side by side with peers in one run, as ratios.  `make bench` runs all and writes `bench.json`."""
