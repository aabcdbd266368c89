"""What a mapping says once it is compiled: source, routes, rules, conditions."""
