trim_scale({column}::numeric)::text
