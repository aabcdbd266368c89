"""A compiled mapping: source, routes, rules, conditions."""
